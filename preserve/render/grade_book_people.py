"""Particulars of the pupils on facing pages: persons on the left one, families on the right one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from preserve.model.records import GradeBook
from preserve.model.results import PupilYear
from preserve.model.school import Relative
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_cells import (
    LABEL,
    NUMBER_WIDTH,
    TITLE,
    codes,
    head_row,
    member_cells,
    text_cell,
    words,
)
from preserve.render.table import Row, Table, place_table, row_heights
from preserve.render.text import Align, bold
from preserve.render.transcript_front import movement_text
from preserve.render.wording import day_text, joined

_NAME = 138.0


def place_particulars(flow: Flow, book: GradeBook, form: Form, head: str) -> None:
    """Place the spreads: a left page is even, so that both pages face each other when bound.

    Rows of one pupil stand at one height on both pages; ``head`` is the running head.
    """
    left, right = _persons(flow, book, form), _families(flow, book, form)
    left_head, left_rows = row_heights(left)
    right_head, right_rows = row_heights(right)
    heights = tuple(max(pair) for pair in zip(left_rows, right_rows, strict=True))
    title = TITLE.before + TITLE.leading + TITLE.after
    room = flow.frame.start - flow.frame.bottom - title - max(left_head, right_head)
    for rows in _pages(heights, room):
        flow.new_left_page(head, form.label(f"{LABEL}particulars.blank_page"))
        for name, table in (("title", left), ("family_title", right)):
            if name == "family_title":
                flow.new_page()
            place_text(flow, "H2", (bold(form.label(f"{LABEL}particulars.{name}")),), TITLE)
            place_table(
                flow,
                replace(
                    table,
                    body=table.body[rows],
                    pupils=table.pupils[rows],
                    least=heights[rows],
                ),
            )


def _pages(heights: Sequence[float], room: float) -> Iterator[slice]:
    """Yield the rows of each spread: as many as fit, one at least."""
    start = 0
    while start < len(heights):
        used = accumulate(heights[start:])
        count = max(1, sum(1 for height in used if height <= room))
        yield slice(start, start + count)
        start += count


def _persons(flow: Flow, book: GradeBook, form: Form) -> Table:
    first = ("number", "name", "code", "birth_date", "birth_place", "gender", "ethnic_group")
    names = (*first, "priority_group", "address")
    rows = tuple(_person_row(book, member, form) for member in book.pupils)
    widths = (NUMBER_WIDTH, _NAME, 62.0, 56.0, 162.0, 30.0, 44.0, 56.0)
    return _table(flow, book, form, (names, widths), rows)


def _person_row(book: GradeBook, member: PupilYear, form: Form) -> Row:
    pupil = member.pupil
    return (
        *member_cells(book, member, form, book.year.last_day),
        text_cell(pupil.code),
        text_cell(day_text(pupil.birth_date)),
        text_cell(pupil.birth_place, Align.LEFT),
        text_cell(pupil.gender),
        text_cell(pupil.ethnic_group),
        text_cell(pupil.priority_group),
        text_cell(pupil.address, Align.LEFT),
    )


def _families(flow: Flow, book: GradeBook, form: Form) -> Table:
    names = ("number", "name", "father", "mother", "changes")
    rows = tuple(_family_row(book, member, form) for member in book.pupils)
    return _table(flow, book, form, (names, (NUMBER_WIDTH, _NAME, 180.0, 170.0)), rows)


def _family_row(book: GradeBook, member: PupilYear, form: Form) -> Row:
    pupil = member.pupil
    father = [_relative(pupil.father)]
    if pupil.guardian is not None:
        name = _relative(pupil.guardian)
        father.append(form.label(f"{LABEL}particulars.guardian", name=name))
    return (
        *member_cells(book, member, form, book.year.last_day),
        text_cell(joined(*father, separator="\n"), Align.LEFT),
        text_cell(_relative(pupil.mother), Align.LEFT),
        text_cell(_changes(member, form), Align.LEFT),
    )


def _table(
    flow: Flow,
    book: GradeBook,
    form: Form,
    columns: tuple[tuple[str, ...], tuple[float, ...]],
    rows: tuple[Row, ...],
) -> Table:
    names, widths = columns
    rest = flow.frame.measure - sum(widths)
    label = words(form, "particulars")
    head = head_row([label(name) for name in names])
    return Table((*widths, rest), (head,), rows, size=8.5, padding=1.4, pupils=codes(book.pupils))


def _relative(relative: Relative | None) -> str:
    return joined(relative.name, relative.occupation) if relative is not None else ""


def _changes(member: PupilYear, form: Form) -> str:
    """Return what a clerk should know: state, movements with their reasons, note."""
    movements = (
        movement_text(form, f"{LABEL}particulars", movement) for movement in member.result.movements
    )
    return joined(member.result.status, *movements, member.result.note, separator="\n")
