"""Lays the cells of a table of a web page out in rows and columns (HTML Standard 4.9.12)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from preserve.ingest.dates import read_day
from preserve.ingest.html_parser import PageCell, PageTable
from preserve.ingest.tables import (
    Area,
    CellFault,
    CellValue,
    Row,
    check_extent,
    is_blank,
    text_cell,
)

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,20})?")

_CALENDARS = (date(1899, 12, 30), date(1904, 1, 1))
"""Days from which spreadsheet programs count."""


@dataclass(slots=True)
class Grid:
    """Rows of equal meaning with those of a spreadsheet; indices count from 0."""

    rows: list[Row] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)


def build_grid(table: PageTable) -> Grid:
    """Place each cell; one that spans others stands in its first place and leaves the rest empty.

    Raises:
        FormatError: the table is too large.
    """
    grid = Grid(hidden_columns=set(table.hidden_columns))
    # How many more rows each column is taken by a cell from above.
    taken: dict[int, int] = {}
    for number, row in enumerate(table.rows):
        cells: dict[int, CellValue] = {}
        column = 0
        blocked = {index for index, left in taken.items() if left > 0}
        taken = {index: left - 1 for index, left in taken.items() if left > 1}
        for cell in row.cells:
            while column in blocked:
                column += 1
            height = min(cell.height or len(table.rows), len(table.rows) - number)
            check_extent("", len(table.rows), column + cell.width)
            cells[column] = _value(cell)
            _note_span(grid, taken, (number, column), (height, cell.width))
            if cell.is_hidden:
                grid.hidden_columns.add(column)
            column += cell.width
        if row.is_hidden:
            grid.hidden_rows.add(number)
        width = max((n for n, value in cells.items() if value is not None), default=-1) + 1
        grid.rows.append(tuple(cells.get(index) for index in range(width)))
    return grid


def _note_span(
    grid: Grid, taken: dict[int, int], place: tuple[int, int], size: tuple[int, int]
) -> None:
    (row, column), (height, width) = place, size
    if height > 1:
        for index in range(column, column + width):
            taken[index] = max(taken.get(index, 0), height - 1)
    if height > 1 or width > 1:
        grid.merged.append(Area(row, column, row + height - 1, column + width - 1))


def _value(cell: PageCell) -> CellValue:
    """Return the text of a cell, unless a number behind it says something else.

    Spreadsheet programs write the number of a cell beside the text that they show (``x:num``,
    ``sdval``); shown as 8,3 it may be 8.25.
    """
    value = text_cell(cell.text)
    if is_blank((value,)):
        return None
    stated = cell.number
    if stated is None or not _NUMBER.fullmatch(stated):
        return value
    return value if _means(cell.text.strip(), Decimal(stated)) else CellFault.TWO_VALUES


def _means(shown: str, stated: Decimal) -> bool:
    """Tell whether a text shows a number exactly, or the day that it counts to."""
    number = shown.replace(",", ".")
    if _NUMBER.fullmatch(number):
        return Decimal(number) == stated
    match read_day(shown):
        case date() as day:
            return any((day - start).days == stated for start in _CALENDARS)
        case _:
            return False
