"""Year page B of a transcript: levels, absences, decision, comments and approval."""

from __future__ import annotations

from preserve.model.results import PeriodSummary, YearResult
from preserve.policy.forms import Form
from preserve.render.filled import Blank, place_blank
from preserve.render.flow import Flow
from preserve.render.flow import place_text as place
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold
from preserve.render.wording import joined, level_text

_TITLE = Style(13, 18, Align.CENTRE, after=6)
_PART = Style(12, 16, before=10, after=3)
_BODY = Style(12, 16)
_LABEL = "transcript.summary."


def place_summary(flow: Flow, year: YearResult, form: Form) -> None:
    """Place the summary table, the decision of the year and the comments."""
    title = form.label(f"{_LABEL}title", school_year=year.school_year)
    place(flow, "H2", (bold(title),), _TITLE)
    place_table(flow, _table(flow, year, form))
    flow.skip(8)
    for name, value in (
        ("decision", year.outcome),
        ("title_label", year.title or form.label(f"{_LABEL}no_title")),
        ("status", year.status),
        ("note", year.note),
    ):
        place_blank(flow, Blank(form.label(_LABEL + name), value))
    _place_homeroom(flow, year, form)
    _place_approval(flow, year, form)


def _table(flow: Flow, year: YearResult, form: Form) -> Table:
    promotion = "completion" if year.grade == form.final_grade else "promotion"

    def cell(name: str, columns: int = 1, rows: int = 1) -> Cell:
        runs = (bold(form.label(_LABEL + name)),)
        return Cell(runs, scope="Column", columns=columns, rows=rows)

    first = (
        cell("semester", rows=2),
        cell("conduct", rows=2),
        cell("learning", rows=2),
        cell("absences", rows=2),
        cell("after", columns=2),
        cell(promotion, rows=2),
    )
    head = (first, (cell("after_conduct"), cell("after_learning")))
    widths = (62.0, 66.0, 66.0, 62.0, 66.0, 66.0)
    rest = flow.frame.measure - sum(widths)
    return Table((*widths, rest), head, _rows(year, form), size=11, padding=4)


def _rows(year: YearResult, form: Form) -> tuple[Row, ...]:
    def period(name: str, summary: PeriodSummary) -> Row:
        total = summary.absences.total
        values = (
            level_text(form, summary.conduct),
            level_text(form, summary.learning),
            "" if total is None else str(total),
        )
        return (
            Cell((Run(form.label(f"common.{name}")),), scope="Row"),
            *(Cell((Run(value),) if value else ()) for value in values),
        )

    after = (
        level_text(form, year.conduct_after),
        level_text(form, year.learning_after),
        year.outcome,
    )
    shared = tuple(Cell((bold(text),) if text else (), rows=3) for text in after)
    return (
        (*period("semester_1", year.semester_1), *shared),
        period("semester_2", year.semester_2),
        period("whole_year", year.year),
    )


def _place_homeroom(flow: Flow, year: YearResult, form: Form) -> None:
    place(flow, "H3", (bold(form.label(f"{_LABEL}homeroom_title")),), _PART)
    comments = [
        form.label(f"{_LABEL}homeroom_semester", semester=form.label(f"common.{name}"), comment=c)
        for name, c in (
            ("semester_1", year.semester_1.homeroom_comment),
            ("semester_2", year.semester_2.homeroom_comment),
            ("whole_year", year.year.homeroom_comment),
        )
        if c
    ]
    text = joined(*comments, separator="\n") or form.label(f"{_LABEL}no_comment")
    place(flow, "P", (Run(text),), _BODY)
    if year.homeroom_teacher:
        name = form.label(f"{_LABEL}homeroom_name", name=year.homeroom_teacher)
        place(flow, "P", (Run(name),), Style(12, 16, before=2))


def _place_approval(flow: Flow, year: YearResult, form: Form) -> None:
    place(flow, "H3", (bold(form.label(f"{_LABEL}principal_title")),), _PART)
    text = form.label(f"{_LABEL}approval", school_year=year.school_year)
    place(flow, "P", (Run(text),), _BODY)
    if year.principal:
        name = form.label(f"{_LABEL}principal_name", name=year.principal)
        place(flow, "P", (Run(name),), Style(12, 16, before=2))
