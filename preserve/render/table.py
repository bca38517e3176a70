"""Tagged tables: cells wrap, rows stay whole, heads repeat as artifacts, one element over pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from preserve.render.flow import Flow, show_lines
from preserve.render.surface import Surface
from preserve.render.tagging import Node
from preserve.render.text import Align, Line, Run, Style, wrap

LEADING = 1.18
"""Leading of a cell as a share of its font size."""
_SIDE = 2.5
"""Points left and right of the text of a cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``scope`` makes it a header cell."""

    runs: tuple[Run, ...]
    align: Align = Align.CENTRE
    scope: str = ""
    """``Column`` or ``Row`` for a header cell (PDF/UA-1 clause 7.5)."""
    columns: int = 1
    rows: int = 1


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; widths in points, one per column."""

    widths: tuple[float, ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    size: float = 10
    padding: float = 2.5
    """Points above and below the text of a cell."""
    row_height: float = 0
    """Least height of a body row in points."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell with its place in the grid and its lines."""

    cell: Cell
    x: float
    width: float
    lines: tuple[Line, ...]


_Grid = tuple[tuple[_Placed, ...], ...]


def place_table(flow: Flow, table: Table, left: float = 0) -> None:
    """Place a table, its head again on every page that it reaches."""
    head, body = _grid(table, table.head), _grid(table, table.body)
    head_heights = _heights(table, head, 0)
    heights = _heights(table, body, table.row_height)
    node = flow.root.add("Table")
    rest = list(_groups(body))
    flow.need(sum(head_heights) + (sum(heights[r] for r in rest[0]) if rest else 0))
    repeated = False
    while True:
        _place_rows(flow, table, None if repeated else node, head, head_heights, left)
        rows: list[int] = []
        room = flow.room
        while rest and (not rows or sum(heights[r] for r in rest[0]) <= room):
            room -= sum(heights[r] for r in rest[0])
            rows.extend(rest.pop(0))
        part = tuple(body[r] for r in rows)
        _place_rows(flow, table, node, part, [heights[r] for r in rows], left)
        if not rest:
            return
        flow.new_page()
        repeated = True


def _place_rows(
    flow: Flow,
    table: Table,
    node: Node | None,
    rows: _Grid,
    heights: Sequence[float],
    left: float,
) -> None:
    if rows:
        place = (flow.frame.left + left, flow.y)
        flow.draw(partial(_draw_rows, table, node, rows, tuple(heights), place))
        flow.skip(sum(heights))


def _grid(table: Table, rows: Sequence[Row]) -> _Grid:
    """Give every cell its column and wrap its text."""
    offsets = [0.0]
    for width in table.widths:
        offsets.append(offsets[-1] + width)
    covered: set[tuple[int, int]] = set()
    grid = []
    for index, row in enumerate(rows):
        placed, column = [], 0
        for cell in row:
            while (index, column) in covered:
                column += 1
            x, end = offsets[column], offsets[column + cell.columns]
            lines = wrap(cell.runs, table.size, end - x - 2 * _SIDE) if cell.runs else ()
            placed.append(_Placed(cell, x, end - x, lines))
            if cell.rows > 1:
                covered.update(_covers(index, column, cell))
            column += cell.columns
        grid.append(tuple(placed))
    return tuple(grid)


def _covers(row: int, column: int, cell: Cell) -> Iterator[tuple[int, int]]:
    for down in range(1, cell.rows):
        for right in range(cell.columns):
            yield row + down, column + right


def _heights(table: Table, grid: _Grid, least: float) -> list[float]:
    leading = table.size * LEADING
    empty = leading + 2 * table.padding
    heights = [max(least, empty)] * len(grid)
    spanning = []
    for index, row in enumerate(grid):
        for placed in row:
            need = len(placed.lines) * leading + 2 * table.padding
            if placed.cell.rows > 1:
                spanning.append((index, placed.cell.rows, need))
            elif need > heights[index]:
                heights[index] = need
    for index, count, need in spanning:
        missing = need - sum(heights[index : index + count])
        if missing > 0:
            heights[index + count - 1] += missing
    return heights


def _groups(grid: _Grid) -> Iterator[list[int]]:
    """Yield the rows that must stay together because a cell spans them."""
    group: list[int] = []
    end = 0
    for index, row in enumerate(grid):
        group.append(index)
        end = max([end, *(index + placed.cell.rows for placed in row)])
        if index + 1 >= end:
            yield group
            group = []


def _draw_rows(
    table: Table,
    node: Node | None,
    rows: _Grid,
    heights: tuple[float, ...],
    place: tuple[float, float],
    surface: Surface,
) -> None:
    """Draw rows; without a node they are the repeated head, an artifact."""
    left, y = place
    boxes = []
    style = {align: Style(table.size, table.size * LEADING, align) for align in Align}
    for index, row in enumerate(rows):
        parent = node.add("TR") if node is not None else None
        for placed in row:
            height = sum(heights[index : index + placed.cell.rows])
            boxes.append((left + placed.x, y - height, placed.width, height))
            _open_cell(surface, parent, placed)
            if placed.lines:
                used = len(placed.lines) * table.size * LEADING
                top = y - (height - used) / 2
                inner = (left + placed.x + _SIDE, top, placed.width - 2 * _SIDE)
                show_lines(surface, placed.lines, style[placed.cell.align], inner)
                surface.end()
        y -= heights[index]
    surface.rectangles(boxes)


def _open_cell(surface: Surface, parent: Node | None, placed: _Placed) -> None:
    """Open the content of a cell; an empty cell is an element without content."""
    if parent is None:
        if placed.lines:
            surface.begin_artifact()
        return
    cell = parent.add("TH" if placed.cell.scope else "TD", _attributes(placed.cell))
    if placed.lines:
        surface.begin(cell)


def _attributes(cell: Cell) -> str:
    parts = [f"/Scope /{cell.scope}"] if cell.scope else []
    if cell.columns > 1:
        parts.append(f"/ColSpan {cell.columns}")
    if cell.rows > 1:
        parts.append(f"/RowSpan {cell.rows}")
    return f"/O /Table {' '.join(parts)}" if parts else ""
