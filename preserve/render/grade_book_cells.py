"""Cells that every table of the class grade book has: numbers, names, heads, and who had left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from preserve.model.records import GradeBook
from preserve.model.results import Movement, PupilYear
from preserve.policy.forms import Form
from preserve.render.table import Cell, Row
from preserve.render.text import Align, Run, Style, bold
from preserve.render.wording import day_text, joined

LABEL = "grade_book."
TITLE = Style(13, 18, Align.CENTRE, after=5)
NUMBER_WIDTH = 24.0
"""Width of the column of the pupils' numbers, in points."""


def words(form: Form, part: str) -> Callable[[str], str]:
    """Return the wording of one part of the book by its last name."""
    return lambda name: form.label(f"{LABEL}{part}.{name}")


@lru_cache(maxsize=4096)
def text_cell(text: str, align: Align = Align.CENTRE) -> Cell:
    """Return a data cell; an empty text has no content at all.

    Marks and letters repeat by the thousand, so the same cell serves wherever they do.
    """
    return Cell((Run(text),) if text else (), align)


def head_cell(text: str, columns: int = 1, rows: int = 1) -> Cell:
    """Return a column header; an empty text gives a header without content."""
    return Cell((bold(text),) if text else (), scope="Column", columns=columns, rows=rows)


def head_row(texts: Sequence[str]) -> Row:
    """Return a row of column headers."""
    return tuple(head_cell(text) for text in texts)


def member_cells(book: GradeBook, member: PupilYear, form: Form, day: date) -> tuple[Cell, Cell]:
    """Return number and name, which every table begins with.

    The name of a pupil who had left by ``day`` is struck through in red, as the paper book asks
    (forms-and-rules: a leaver is struck in red); the line is the only part that is red.
    """
    run = Run(member.pupil.name, struck=has_left(member, form, min(day, book.year.last_day)))
    return text_cell(str(member.result.number)), Cell((run,), Align.LEFT, scope="Row")


def codes(members: Sequence[PupilYear]) -> tuple[str, ...]:
    """Return the pupils' codes, row by row."""
    return tuple(member.pupil.code for member in members)


def has_left(member: PupilYear, form: Form, day: date) -> bool:
    """Tell whether a pupil no longer belonged to the class on ``day``.

    The last movement up to that day decides. A state of the roster has no date: where no movement
    dates it, the pupil counts as gone on every day.
    """
    movements = member.result.movements
    if any(movement.direction == "out" for movement in movements):
        past = [movement for movement in movements if movement.on <= day]
        return bool(past) and max(past, key=lambda movement: movement.on).direction == "out"
    states = form.label(f"{LABEL}member.left_states").split("; ")
    return member.result.status in states


def has_come(member: PupilYear, day: date) -> bool:
    """Tell whether a pupil already belonged to the class on ``day``."""
    first = min(member.result.movements, key=lambda movement: movement.on, default=None)
    return first is None or first.direction == "out" or first.on <= day


def movement_remark(member: PupilYear, form: Form, day: date) -> str:
    """Return in a few words who came late or left up to ``day``, for the column of remarks."""
    texts = [_remark(movement, form) for movement in member.result.movements if movement.on <= day]
    if not texts and has_left(member, form, day):
        texts = [member.result.status]
    return joined(*texts, separator="; ")


def _remark(movement: Movement, form: Form) -> str:
    came = movement.direction == "in"
    text = form.label(f"{LABEL}member.{'came' if came else 'left'}", day=day_text(movement.on))
    return joined(text, movement.reason, separator=": ")
