"""Reads a CSV file (RFC 4180), separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from preserve.errors import FormatError
from preserve.ingest.tables import Row, Table, check_extent, is_blank, text_cell

_SEPARATORS = {",": ",", ";": ";", "\t": "Tab"}
"""The separators that spreadsheet programs write, with the name that a person reads."""

_DECLARED = re.compile(r"sep=([,;\t])(?=\r?\n)", re.IGNORECASE)
"""First line by which Excel is told the separator."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The only table of a CSV file, and what its columns were told apart by."""

    table: Table
    separator: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """The rows under one separator."""

    separator: str
    rows: list[Row]
    width: int
    header: int | None
    """Index of the first row of full width, when every filled row below has that width too."""


def read_csv(text: str) -> CsvTable:
    """Return the table of a CSV text; its sheet has no name.

    The separator is the one under which the table begins first: from the header down all rows
    agree. A decimal comma or a list inside a cell does not pass for it, as the rows above lack it.

    Raises:
        FormatError: quotes are out of place, it is too long, or two separators fit equally.
    """
    declared = _DECLARED.match(text)
    possible = (declared[1],) if declared else tuple(_SEPARATORS)
    # The declaration is no row of the table, yet the rows below keep their numbers.
    text = text[declared.end(1) :] if declared else text
    tried = (_read(text, separator) for separator in possible)
    readings = [reading for reading in tried if reading is not None]
    several = [reading for reading in readings if reading.width > 1]
    regular = [reading for reading in several if reading.header is not None]
    first = min((reading.header for reading in regular if reading.header is not None), default=None)
    best = [reading for reading in regular if reading.header == first] or several
    if not best:
        best = [reading for reading in readings if reading.separator == possible[0]]
    match best:
        case [reading]:
            check_extent("", len(reading.rows), reading.width)
            return CsvTable(Table("", reading.rows), _SEPARATORS[reading.separator])
        case []:
            raise FormatError("IMP-FILE-BROKEN", problem="CSV")
        case _:
            separators = "   ".join(_SEPARATORS[reading.separator] for reading in best)
            raise FormatError("IMP-CSV-SEPARATOR", separators=separators)


def _read(text: str, separator: str) -> _Reading | None:
    lines = io.StringIO(text, newline="")
    try:
        records = list(csv.reader(lines, strict=True, delimiter=separator))
    except csv.Error:
        return None
    rows: list[Row] = [tuple(text_cell(cell) for cell in record) for record in records]
    width = max(map(len, rows), default=0)
    header = next((n for n, row in enumerate(rows) if len(row) == width), 0)
    regular = all(len(row) == width or is_blank(row) for row in rows[header:])
    return _Reading(separator, rows, width, header if regular else None)
