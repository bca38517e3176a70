"""Tables as they stand in a file: cells without interpretation, and what was odd about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from preserve.errors import FormatError
from preserve.ingest.file_types import FileType, sniff
from preserve.ingest.findings import error
from preserve.ingest.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from preserve.model.imports import ImportFinding

__all__ = [
    "Area",
    "CellFault",
    "CellValue",
    "FileType",
    "Row",
    "Table",
    "address",
    "check_extent",
    "column_letters",
    "covered_cells",
    "is_blank",
    "sniff",
    "text_cell",
]


class CellFault(StrEnum):
    """A cell that holds no usable value; the value is the code of the finding."""

    ERROR = "IMP-CELL-ERROR"
    EMPTY_FORMULA = "IMP-CELL-FORMULA-EMPTY"
    BOOLEAN = "IMP-CELL-BOOLEAN"
    TWO_VALUES = "IMP-CELL-TWO-VALUES"


CellValue = str | int | float | date | CellFault | None
Row = tuple[CellValue, ...]

_SPREADSHEET_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"}
)


@dataclass(frozen=True, slots=True)
class Area:
    """A merged area of a sheet; all four bounds are counted from 0 and belong to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet; row ``n`` of the spreadsheet is ``rows[n - 1]``, and rows may differ in length.

    A merged area has its value in its first cell; the cells that it covers are empty.
    """

    name: str
    rows: list[Row]
    findings: tuple[ImportFinding, ...] = ()
    """What is odd about the sheet itself, such as hidden rows."""
    merged: tuple[Area, ...] = ()


def covered_cells(table: Table, rows: Collection[int]) -> tuple[ImportFinding, ...]:
    """Return a fault for each merged area that reaches into the rows of pupils.

    The value of the area stands in its first cell only: another pupil, or another column, would
    be read as having none.

    Args:
        table: the sheet.
        rows: indices in ``table.rows`` of the rows that state facts.
    """
    found = []
    for area in table.merged:
        inside = [row for row in rows if area.first_row <= row <= area.last_row]
        if inside and _is_filled(table, area):
            place = address(min(inside), area.first_column)
            last = address(area.last_row, area.last_column)
            found.append(error("IMP-CELLS-MERGED", table.name, place, last=last))
    return tuple(found)


def is_blank(row: Row) -> bool:
    """Tell whether a row holds nothing but empty cells."""
    for cell in row:
        if cell is not None and (cell.__class__ is not str or str(cell).strip()):
            return False
    return True


def text_cell(text: str) -> CellValue:
    """Return the value of a text cell: ``None`` for no text; spreadsheet errors are faults."""
    if text in _SPREADSHEET_ERRORS:
        return CellFault.ERROR
    return text or None


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0, for example ``AA`` for 26."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Return the spreadsheet's name of a cell, such as ``F12``, from indices counted from 0."""
    return f"{column_letters(column)}{row + 1}"


def check_extent(sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet that is too large.

    Raises:
        FormatError: too many rows, columns or cells.
    """
    for size, limit in ((rows, MAX_ROWS), (columns, MAX_COLUMNS), (rows * columns, MAX_CELLS)):
        if size > limit:
            raise FormatError("IMP-SHEET-TOO-LARGE", sheet=sheet, limit=limit)


def _is_filled(table: Table, area: Area) -> bool:
    if area.first_row >= len(table.rows):
        return False
    row = table.rows[area.first_row]
    return area.first_column < len(row) and not is_blank((row[area.first_column],))
