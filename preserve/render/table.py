"""Tagged tables: cells wrap, rows stay whole, heads repeat as artifacts, one element over pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from preserve.errors import InputError
from preserve.render.flow import Flow, show_lines, show_spans
from preserve.render.surface import Surface
from preserve.render.tagging import Node
from preserve.render.text import RISE, Align, Line, Run, Style, wrap

LEADING = 1.18
"""Leading of a cell as a share of its font size."""
_SIDE = 2.5
"""Points left and right of the text of a cell."""
_KEPT = 3
"""Rows that share the page of what follows the table, where anything must."""
_ROUNDING = 0.01
"""Sums of heights may differ by this much."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``scope`` makes it a header cell."""

    runs: tuple[Run, ...]
    align: Align = Align.CENTRE
    scope: str = ""
    """``Column`` or ``Row`` for a header cell (PDF/UA-1 clause 7.5)."""
    columns: int = 1
    rows: int = 1
    corrected: bool = False
    """True for a value with its struck predecessors: see ``corrections.corrected_cell``."""

    @property
    def leading(self) -> float:
        """Leading as a share of the font size; a correction stands above its line."""
        return LEADING + RISE if self.corrected else LEADING


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
    pupils: tuple[str, ...] = ()
    """Pupil's code of each body row, for a refusal; empty when the document has one pupil."""
    least: tuple[float, ...] = ()
    """Least height of each body row, so that tables on facing pages keep step."""
    closed: Callable[[Sequence[int]], None] | None = None
    """Called after each page's rows with their indices, to place what belongs under them."""
    tail: float = 0
    """Points that what follows takes; a few rows share its page, so that it never stands alone."""


class _Placed(NamedTuple):
    """A cell with its place in the grid and its lines; a class book has tens of thousands."""

    cell: Cell
    x: float
    width: float
    lines: tuple[Line, ...]


_Grid = tuple[tuple[_Placed, ...], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows with their heights in points."""

    rows: _Grid
    heights: tuple[float, ...]

    @property
    def height(self) -> float:
        return sum(self.heights)

    def height_of(self, rows: Sequence[int]) -> float:
        return sum(self.heights[row] for row in rows)

    def take(self, rows: Sequence[int]) -> _Part:
        return _Part(tuple(self.rows[r] for r in rows), tuple(self.heights[r] for r in rows))


def place_table(flow: Flow, table: Table) -> None:
    """Place a table, its head again on every page that it reaches.

    Raises:
        InputError: ``RENDER-TOO-LONG``, a row would not fit on a page of its own.
    """
    head = _part(table, table.head)
    body = _body(table)
    groups = list(_groups(body.rows))
    whole_page = flow.frame.start - flow.frame.bottom - head.height + _ROUNDING
    _refuse_too_long(flow, table, body, groups, whole_page)
    groups, tail = _with_tail(table, body, groups, whole_page)
    node = flow.root.add("Table")
    flow.need(head.height + (body.height_of(groups[0]) if groups else 0))
    _place_part(flow, table, node, head)
    while groups:
        rows: list[int] = []
        room = flow.room + _ROUNDING
        while groups and body.height_of(groups[0]) + (0 if groups[1:] else tail) <= room:
            room -= body.height_of(groups[0])
            rows.extend(groups.pop(0))
        _place_part(flow, table, node, body.take(rows))
        if table.closed is not None:
            table.closed(rows)
        if groups:
            flow.new_page()
            _place_part(flow, table, None, head)


def row_heights(table: Table) -> tuple[float, tuple[float, ...]]:
    """Return the height of the head and of each row of the body, in points."""
    return _part(table, table.head).height, _body(table).heights


def _body(table: Table) -> _Part:
    part = _part(table, table.body)
    if not table.least:
        return part
    return _Part(part.rows, tuple(map(max, part.heights, table.least)))


def _with_tail(
    table: Table, body: _Part, groups: list[list[int]], whole_page: float
) -> tuple[list[list[int]], float]:
    """Join the last groups into one that shares a page with the tail, if one page can hold them.

    Returns:
        The groups, and the points that the last of them must leave free.
    """
    for count in range(min(_KEPT, len(groups)) if table.tail else 0, 0, -1):
        last = [row for group in groups[-count:] for row in group]
        if body.height_of(last) + table.tail <= whole_page:
            return [*groups[:-count], last], table.tail
    return groups, 0


def _refuse_too_long(
    flow: Flow,
    table: Table,
    body: _Part,
    groups: Sequence[Sequence[int]],
    whole_page: float,
) -> None:
    """Refuse rather than draw below the margin; rows are never split."""
    for group in groups:
        if body.height_of(group) > whole_page:
            pupil = table.pupils[group[0]] if table.pupils else flow.pupil
            raise InputError("RENDER-TOO-LONG", pupil=pupil)


def _place_part(flow: Flow, table: Table, node: Node | None, part: _Part) -> None:
    flow.draw(partial(_draw_part, table, node, part, (flow.frame.left, flow.y)))
    flow.skip(part.height)


def _part(table: Table, rows: Sequence[Row]) -> _Part:
    grid = _grid(table, rows)
    return _Part(grid, tuple(_heights(table, grid)))


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
            while covered and (index, column) in covered:
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


def _heights(table: Table, grid: _Grid) -> list[float]:
    leading = table.size * LEADING
    heights = [leading + 2 * table.padding] * len(grid)
    spanning = []
    for index, row in enumerate(grid):
        for placed in row:
            if not placed.lines:
                continue
            need = len(placed.lines) * table.size * placed.cell.leading + 2 * table.padding
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


def _draw_part(
    table: Table, node: Node | None, part: _Part, place: tuple[float, float], surface: Surface
) -> None:
    """Draw rows; without a node they are the repeated head, an artifact."""
    left, y = place
    _draw_rules(table, part, place, surface)
    styles = {align: Style(table.size, table.size * LEADING, align) for align in Align}
    for index, row in enumerate(part.rows):
        parent = node.add("TR") if node is not None else None
        for placed in row:
            cell = _open_cell(surface, parent, placed)
            if not placed.lines:
                continue
            height = sum(part.heights[index : index + placed.cell.rows])
            used = len(placed.lines) * table.size * placed.cell.leading
            top = y - (height - used) / 2
            inner = (left + placed.x + _SIDE, top, placed.width - 2 * _SIDE)
            if placed.cell.corrected and cell is not None:
                leading = table.size * placed.cell.leading
                style = Style(table.size, leading, placed.cell.align)
                show_spans(surface, cell, placed.lines, style, inner)
            else:
                show_lines(surface, placed.lines, styles[placed.cell.align], inner)
                surface.end()
        y -= part.heights[index]


def _draw_rules(table: Table, part: _Part, place: tuple[float, float], surface: Surface) -> None:
    """Draw the lines of a grid whole; where cells span others, a box round each cell."""
    left, top = place
    edges = [top - height for height in accumulate(part.heights, initial=0)]
    if all(len(row) == len(table.widths) for row in part.rows):
        surface.grid([left + x for x in accumulate(table.widths, initial=0)], edges)
        return
    boxes = []
    for index, row in enumerate(part.rows):
        for cell in row:
            bottom = edges[index + cell.cell.rows]
            boxes.append((left + cell.x, bottom, cell.width, edges[index] - bottom))
    surface.rectangles(boxes)


def _open_cell(surface: Surface, parent: Node | None, placed: _Placed) -> Node | None:
    """Open the content of a cell; an empty cell is an element without content.

    A corrected cell stays closed: its old and its new value are elements of their own.
    """
    if parent is None:
        if placed.lines:
            surface.begin_artifact()
        return None
    cell = parent.add("TH" if placed.cell.scope else "TD", _attributes(placed.cell))
    if placed.lines and not placed.cell.corrected:
        surface.begin(cell)
    return cell


def _attributes(cell: Cell) -> str:
    if not cell.scope and cell.columns == cell.rows == 1:
        return ""
    parts = [f"/Scope /{cell.scope}"] if cell.scope else []
    if cell.columns > 1:
        parts.append(f"/ColSpan {cell.columns}")
    if cell.rows > 1:
        parts.append(f"/RowSpan {cell.rows}")
    return f"/O /Table {' '.join(parts)}" if parts else ""
