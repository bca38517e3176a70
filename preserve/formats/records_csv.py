"""``metadata/records.csv``: one row per payload file, what it is and how long it is kept.

RFC 4180, UTF-8 without a byte order mark, CRLF line ends, a fixed header, rows sorted by path.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from preserve.errors import FormatError

PERMANENT = "permanent"
"""``retain_until`` of a record that a rule keeps for good (vĩnh viễn)."""
HELD = "held"
"""``retain_until`` of a record whose official period is not known; nothing may be destroyed."""

_SHA512 = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class RecordRow:
    """What one file of a bundle is; ``path`` and ``sha512`` are filled in by the builder."""

    record_id: str
    record_class: str
    """Record type of ``policies/retention``, for example ``hoc-ba``."""
    subject_id: str
    """Pupil code, or class name for a record of a class; empty for a source."""
    class_name: str
    school_year: str
    version: int
    retention_rule: str
    """Id of the deciding rule, empty when none matched."""
    citation: str
    """Article or row that the rule stands on."""
    retain_until: str
    """``YYYY-MM-DD``, ``permanent`` or ``held``."""
    path: str = ""
    sha512: str = ""


_HEADER = tuple(field.name for field in fields(RecordRow))


def encode_records(rows: Iterable[RecordRow]) -> bytes:
    """Write the list.

    Raises:
        FormatError: a row would not come back as it is.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for row in sorted(rows, key=lambda row: row.path):
        _check_row(row, row.path)
        writer.writerow([str(getattr(row, name)) for name in _HEADER])
    return buffer.getvalue().encode("utf-8")


def decode_records(data: bytes) -> tuple[RecordRow, ...]:
    """Read the list, in the order of the file.

    Raises:
        FormatError: not UTF-8, another header, or a row that is none; ``row`` counts from 1 with
            the header.
    """
    try:
        table = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError("RECORDS-SYNTAX") from error
    if not table or tuple(table[0]) != _HEADER:
        raise FormatError("RECORDS-HEADER")
    rows = tuple(_row(cells, number) for number, cells in enumerate(table[1:], start=2))
    paths = [row.path for row in rows]
    if len(set(paths)) != len(paths):
        raise FormatError("RECORDS-DUPLICATE-PATH")
    return rows


def _row(cells: list[str], number: int) -> RecordRow:
    if len(cells) != len(_HEADER):
        raise FormatError("RECORDS-ROW", row=number)
    values = dict(zip(_HEADER, cells, strict=True))
    version = values.pop("version")
    if not re.fullmatch(r"[0-9]{1,9}", version):
        raise FormatError("RECORDS-ROW", row=number)
    row = RecordRow(version=int(version), **values)
    _check_row(row, number)
    return row


def _check_row(row: RecordRow, number: object) -> None:
    texts = [getattr(row, name) for name in _HEADER if name != "version"]
    good = (
        row.record_id
        and row.record_class
        and row.path
        and row.version >= 0
        and _SHA512.fullmatch(row.sha512)
        and _is_period(row.retain_until)
        and not any(sign in text for text in texts for sign in "\r\n\x00")
    )
    if not good:
        raise FormatError("RECORDS-ROW", row=number)


def _is_period(text: str) -> bool:
    if text in {PERMANENT, HELD}:
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
