"""Tables of the summary of a primary class: as many beside each other as the columns need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from preserve.model.results import PupilYear
from preserve.policy.forms import Form
from preserve.render.flow import Flow
from preserve.render.grade_book_cells import codes, text_cell
from preserve.render.primary_columns import Column
from preserve.render.primary_layout import SUMMARY
from preserve.render.table import Cell, Row, Table
from preserve.render.text import Align, Run, bold

Block = Sequence[Sequence[Column]]
"""Columns of one kind; the inner ones, such as a subject's level and test, stay together."""
NUMBER_WIDTH = 22.0
NAME_WIDTH = 100.0
_SIZE = 8.0
"""Font size in points at which the least widths hold."""
_LARGEST = 8.5


def tables(
    flow: Flow, members: Sequence[PupilYear], blocks: Sequence[Block], form: Form
) -> tuple[Table, ...]:
    """Return the tables, each with every pupil's number and name first."""
    room = flow.frame.measure - NUMBER_WIDTH - NAME_WIDTH
    return tuple(_table(columns, members, room, form) for columns in portions(blocks, room))


def portions(blocks: Sequence[Block], room: float) -> list[list[Column]]:
    """Divide columns into tables: a block is split only where it is wider than a table alone.

    Args:
        blocks: columns by kind.
        room: points that a table has for them.
    """
    found: list[list[Column]] = []
    for block in blocks:
        whole = [column for unit in block for column in unit]
        if found and _width([*found[-1], *whole]) <= room:
            found[-1].extend(whole)
        else:
            found.extend(_split(block, room))
    return found


def _split(block: Block, room: float) -> Iterator[list[Column]]:
    part: list[Column] = []
    for unit in block:
        if part and _width([*part, *unit]) > room:
            yield part
            part = []
        part.extend(unit)
    if part:
        yield part


def _width(columns: Sequence[Column]) -> float:
    return sum(column.width for column in columns)


def _table(
    columns: Sequence[Column], members: Sequence[PupilYear], room: float, form: Form
) -> Table:
    size = min(_LARGEST, _SIZE * room / _width(columns))
    widths = (NUMBER_WIDTH, NAME_WIDTH, *_widths(columns, room, size / _SIZE))
    rows = tuple(_row(columns, member) for member in members)
    return Table(widths, _head(columns, form), rows, size, 1.4, codes(members))


def _widths(columns: Sequence[Column], room: float, growth: float) -> Iterator[float]:
    """Yield the width of each column: narrow ones grow with the letters, others take the rest."""
    wide = [column for column in columns if not column.narrow]
    narrow = [column for column in columns if column.narrow]
    rest = (room - _width(narrow) * growth) / _width(wide) if wide else growth
    for column in columns:
        yield column.width * (growth if column.narrow else rest)


def _row(columns: Sequence[Column], member: PupilYear) -> Row:
    number = text_cell(str(member.result.number))
    name = Cell((Run(member.pupil.name),), Align.LEFT, scope="Row")
    return (number, name, *(text_cell(column.text(member), column.align) for column in columns))


def _head(columns: Sequence[Column], form: Form) -> tuple[Row, ...]:
    """Return as many rows as the deepest column has heads; a last head reaches to the bottom."""
    depth = max(len(column.heads) for column in columns)
    first = tuple(_cell(form.label(SUMMARY + n), 1, depth) for n in ("number", "name"))
    rows = [tuple(_heads(columns, level, depth)) for level in range(depth)]
    return ((*first, *rows[0]), *rows[1:])


def _heads(columns: Sequence[Column], level: int, depth: int) -> Iterator[Cell]:
    for heads, group in groupby(columns, key=lambda column: column.heads[: level + 1]):
        if len(heads) > level:
            members = list(group)
            deepest = max(len(column.heads) for column in members)
            yield _cell(heads[-1], len(members), depth - level if deepest == level + 1 else 1)


def _cell(text: str, columns: int, rows: int) -> Cell:
    return Cell((bold(text),), scope="Column", columns=columns, rows=rows)
