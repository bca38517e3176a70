"""Scans the records of a BIFF5 or BIFF8 stream for what the library that reads cells leaves out.

Records and their fields: [MS-XLS] 2.4 (ROW, COLINFO, MERGEDCELLS, FORMULA, BOUNDSHEET, FILEPASS).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from struct import Struct, unpack_from

from preserve.ingest.limits import MAX_COLUMNS
from preserve.ingest.tables import Area, address

_HEAD = Struct("<HH")
"""A record begins with its kind and the size of what follows."""
_FORMULA = 0x0006
_END = 0x000A
_FILE_PASSWORD = 0x002F
_COLUMN = 0x007D
_BOUND_SHEET = 0x0085
_MERGED = 0x00E5
_ROW = 0x0208
_BEGINNINGS = frozenset({0x0809, 0x0409, 0x0209, 0x0009})

_ROW_HIDDEN = 0x20
_COLUMN_HIDDEN = 0x1
_SHEET_HIDDEN = 0x3
_EMPTY_RESULT = b"\x03\x00\x00\x00\x00\x00\xff\xff"
"""Result of a formula that is an empty text, or was never calculated ([MS-XLS] 2.5.133)."""
_ZERO_RESULT = bytes(8)


@dataclass(slots=True)
class SheetRecords:
    """What the records of one sheet say besides the values of its cells; indices count from 0."""

    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    empty_formulas: list[tuple[int, int]] = field(default_factory=list)
    zero_formulas: list[str] = field(default_factory=list)
    """Addresses of formulas whose stored result is the number 0."""


def is_encrypted(stream: bytes) -> bool:
    """Tell whether a workbook is under a password.

    Raises:
        struct.error: the stream is damaged.
    """
    return any(_records(stream, 0, {_FILE_PASSWORD}))


def scan_sheets(stream: bytes) -> dict[int, SheetRecords]:
    """Return what the records of each sheet say, by the sheet's position in the workbook.

    Raises:
        struct.error: the stream is damaged.
    """
    found: dict[int, SheetRecords] = {}
    sheets = [body for _, body in _records(stream, 0, {_BOUND_SHEET})]
    for index, body in enumerate(sheets):
        position, visibility = unpack_from("<LB", body)
        sheet = found[index] = SheetRecords(is_hidden=bool(visibility & _SHEET_HIDDEN))
        for kind, record in _records(stream, position, _TAKERS.keys()):
            _TAKERS[kind](record, sheet)
    return found


def _records(stream: bytes, position: int, wanted: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """Yield records of one substream: from its beginning to its end, without charts inside."""
    depth = 0
    last = len(stream) - _HEAD.size
    while position <= last:
        kind, size = _HEAD.unpack_from(stream, position)
        position += _HEAD.size
        if kind in _BEGINNINGS:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif kind in wanted and depth == 1:
            yield kind, stream[position : position + size]
        position += size


def _take_row(record: bytes, sheet: SheetRecords) -> None:
    row, *_, options = unpack_from("<6HH", record)
    if options & _ROW_HIDDEN:
        sheet.hidden_rows.add(row)


def _take_columns(record: bytes, sheet: SheetRecords) -> None:
    first, last, _, _, options = unpack_from("<5H", record)
    if options & _COLUMN_HIDDEN:
        sheet.hidden_columns.update(range(first, min(last + 1, MAX_COLUMNS)))


def _take_merged(record: bytes, sheet: SheetRecords) -> None:
    (count,) = unpack_from("<H", record)
    for index in range(count):
        top, bottom, left, right = unpack_from("<4H", record, 2 + 8 * index)
        sheet.merged.append(Area(top, left, bottom, right))


def _take_formula(record: bytes, sheet: SheetRecords) -> None:
    row, column = unpack_from("<2H", record)
    result = record[6:14]
    if result == _ZERO_RESULT:
        sheet.zero_formulas.append(address(row, column))
    elif result[6:] == b"\xff\xff" and result[0] == _EMPTY_RESULT[0]:
        sheet.empty_formulas.append((row, column))


_TAKERS: dict[int, Callable[[bytes, SheetRecords], None]] = {
    _FORMULA: _take_formula,
    _COLUMN: _take_columns,
    _MERGED: _take_merged,
    _ROW: _take_row,
}
