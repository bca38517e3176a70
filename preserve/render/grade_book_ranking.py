"""The results of the year: levels, after the summer, absences, promotion, titles."""

from __future__ import annotations

from preserve.model.records import GradeBook
from preserve.model.results import Completion, PupilYear
from preserve.policy.forms import Form, Layout
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_cells import (
    LABEL,
    NUMBER_WIDTH,
    TITLE,
    codes,
    head_cell,
    member_cells,
    movement_remark,
    text_cell,
    words,
)
from preserve.render.table import Row, Table, place_table
from preserve.render.text import bold
from preserve.render.wording import day_text, joined, level_text, mark_text

_NAME = 124.0
_WIDTHS = {"absences": 44.0, "promoted": 46.0, "not_promoted": 52.0, "title_column": 80.0}
_LEVEL_WIDTH = 46.0
_LEVELS = {
    Layout.SECONDARY: ("conduct", "learning"),
    Layout.OLD_SECONDARY: ("mean", "learning", "conduct"),
}
"""Columns under "the year" and again under "after the summer"."""


def place_ranking(flow: Flow, book: GradeBook, form: Form) -> None:
    """Place the table of the year's results."""
    place_text(flow, "H2", (bold(form.label(f"{LABEL}ranking.title")),), TITLE)
    levels = _LEVELS[form.layout]
    widths = (NUMBER_WIDTH, _NAME, *[_LEVEL_WIDTH] * (2 * len(levels)), *_WIDTHS.values())
    rest = flow.frame.measure - sum(widths)
    rows = tuple(_row(book, member, form) for member in book.pupils)
    table = Table(
        (*widths, rest), _head(form), rows, size=9, padding=1.4, pupils=codes(book.pupils)
    )
    place_table(flow, table)


def _head(form: Form) -> tuple[Row, Row]:
    label = words(form, "ranking")
    levels = _LEVELS[form.layout]
    first = (
        head_cell(label("number"), rows=2),
        head_cell(label("name"), rows=2),
        head_cell(label("levels"), columns=len(levels)),
        head_cell(label("after"), columns=len(levels)),
        *(head_cell(label(name), rows=2) for name in (*_WIDTHS, "outcome")),
    )
    return first, tuple(head_cell(label(name)) for name in levels * 2)


def _row(book: GradeBook, member: PupilYear, form: Form) -> Row:
    result, year = member.result, member.result.year
    before = {
        "mean": mark_text(year.mean),
        "learning": level_text(form, year.learning),
        "conduct": level_text(form, year.conduct),
    }
    after = {
        "mean": mark_text(result.mean_after),
        "learning": level_text(form, result.learning_after),
        "conduct": level_text(form, result.conduct_after),
    }
    sign = form.label(f"{LABEL}ranking.mark")
    total = year.absences.total
    texts = [values[name] for values in (before, after) for name in _LEVELS[form.layout]]
    texts += [
        "" if total is None else str(total),
        sign if result.promoted is True else "",
        sign if result.promoted is False else "",
        joined(year.title, result.title),
        _outcome(book, member, form),
    ]
    day = book.year.last_day
    return (*member_cells(book, member, form, day), *(text_cell(text) for text in texts))


def _outcome(book: GradeBook, member: PupilYear, form: Form) -> str:
    """Return the decision, the completion of the programme, and who came late or left."""
    completed = _completed(member.result.completion, form)
    moved = movement_remark(member, form, book.year.last_day)
    return joined(member.result.outcome, completed, moved, separator="; ")


def _completed(completion: Completion | None, form: Form) -> str:
    if completion is None:
        return ""

    def label(name: str, **values: str) -> str:
        return form.label(f"{LABEL}ranking.{name}", **values) if all(values.values()) else ""

    return joined(
        label("completed", number=completion.decision_number),
        label("completed_on", day=day_text(completion.decision_date)),
        label("completed_register", register=completion.register_number),
    )
