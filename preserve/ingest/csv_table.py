"""Reads a CSV file (RFC 4180): UTF-8, comma, double quotes."""

from __future__ import annotations

import csv
import io

from preserve.errors import FormatError
from preserve.ingest.tables import MAX_ROWS, Row, Table, text_cell


def read_csv(content: bytes) -> Table:
    """Return the only table of a CSV file; its sheet has no name.

    Raises:
        FormatError: it is not UTF-8, quotes are out of place, or it is too long.
    """
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        rows: list[Row] = [
            tuple(text_cell(cell) for cell in record) for record in csv.reader(text, strict=True)
        ]
    except UnicodeDecodeError as error:
        raise FormatError("IMP-FILE-BROKEN", problem="UTF-8") from error
    except csv.Error as error:
        raise FormatError("IMP-FILE-BROKEN", problem="CSV") from error
    if len(rows) > MAX_ROWS:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_ROWS)
    return Table("", rows)
