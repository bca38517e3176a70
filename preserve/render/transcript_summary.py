"""Year page B of a transcript: levels, absences, decision, comments and approval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preserve.model.results import Absences, Completion, PeriodSummary, YearResult
from preserve.policy.forms import Form, Layout
from preserve.render.filled import Blank, place_blank, place_row
from preserve.render.flow import Flow
from preserve.render.flow import place_text as place
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold
from preserve.render.transcript_changes import (
    CONDUCT,
    LEARNING,
    TITLE,
    Changes,
    changed_results,
    old_values,
    value_cell,
)
from preserve.render.transcript_foot import place_summary_corrections
from preserve.render.wording import day_text, joined, level_text

_TITLE = Style(13, 18, Align.CENTRE, after=6)
_PART = Style(12, 16, before=7, after=2)
_BODY = Style(12, 16)
_LABEL = "transcript.summary."
_ORDER = {
    Layout.SECONDARY: (CONDUCT, LEARNING),
    Layout.OLD_SECONDARY: (LEARNING, CONDUCT),
}
"""Order of the columns of levels; the old form has no column for the promotion."""


def place_summary(flow: Flow, year: YearResult, form: Form) -> None:
    """Place the summary table, the decision of the year and the homeroom teacher's comments."""
    title = form.label(f"{_LABEL}title", school_year=year.school_year)
    place(flow, "H2", (bold(title),), _TITLE)
    changes = changed_results(year)
    place_table(flow, _table(flow, year, form, changes))
    flow.skip(5)
    for blanks in _blanks(year, form, changes):
        place_row(flow, blanks)
    place_summary_corrections(flow, changes, form)
    _place_homeroom(flow, year, form)


def _table(flow: Flow, year: YearResult, form: Form, changes: Changes) -> Table:
    order = _ORDER[form.layout]
    promotion = "completion" if year.grade == form.final_grade else "promotion"

    def cell(name: str, columns: int = 1, rows: int = 1) -> Cell:
        runs = (bold(form.label(_LABEL + name)),)
        return Cell(runs, scope="Column", columns=columns, rows=rows)

    first = [
        cell("semester", rows=2),
        *(cell(name, rows=2) for name in order),
        cell("absences", rows=2),
        cell("after", columns=2),
    ]
    widths = [58.0, 62.0, 62.0, 84.0, 64.0]
    if form.layout is Layout.SECONDARY:
        first.append(cell(promotion, rows=2))
        widths.append(64.0)
    else:
        widths[-1] = (flow.frame.measure - sum(widths[:-1])) / 2
    head = (tuple(first), tuple(cell(f"after_{name}") for name in order))
    rest = flow.frame.measure - sum(widths)
    return Table((*widths, rest), head, _rows(year, form, changes), size=11, padding=3)


def _rows(year: YearResult, form: Form, changes: Changes) -> tuple[Row, ...]:
    order = _ORDER[form.layout]

    def period(name: str, summary: PeriodSummary, changes: Changes) -> Row:
        levels = {CONDUCT: summary.conduct, LEARNING: summary.learning}
        absences = absences_text(form, summary.absences)
        return (
            Cell((Run(form.label(f"common.{name}")),), scope="Row"),
            *(value_cell(form, level_text(form, levels[n]), changes, ("", n)) for n in order),
            Cell((Run(absences),) if absences else ()),
        )

    none = form.label(f"{_LABEL}no_after")
    after = {CONDUCT: year.conduct_after, LEARNING: year.learning_after}
    texts = [level_text(form, after[name]) or none for name in order]
    if form.layout is Layout.SECONDARY:
        texts.append(outcome_text(form, year))
    shared = tuple(Cell((bold(text),), rows=3) for text in texts)
    return (
        (*period("semester_1", year.semester_1, {}), *shared),
        period("semester_2", year.semester_2, {}),
        period("whole_year", year.year, changes),
    )


def absences_text(form: Form, absences: Absences) -> str:
    """Return the total and, as far as the school reported them, its two parts."""
    total = "" if absences.total is None else str(absences.total)
    if absences.excused is None and absences.unexcused is None:
        return total
    parts = (absences.excused, absences.unexcused)
    excused, unexcused = ("–" if part is None else str(part) for part in parts)
    return form.label(
        f"{_LABEL}absences_parts", total=total, excused=excused, unexcused=unexcused
    ).strip()


def outcome_text(form: Form, year: YearResult) -> str:
    """Return the school's decision as written, or what its mark of promotion means."""
    if year.outcome:
        return year.outcome
    match year.promoted:
        case True:
            return form.label(f"{_LABEL}promoted")
        case False:
            return form.label(f"{_LABEL}not_promoted")
        case None:
            return form.label(f"{_LABEL}no_decision")


def _blanks(year: YearResult, form: Form, changes: Changes) -> Iterator[Sequence[Blank]]:
    """Yield the lines under the table; what there is nothing to say about says so."""
    none = form.label("common.none")

    def blank(name: str, *texts: str) -> Blank:
        return Blank(form.label(_LABEL + name), joined(*texts, separator="; ") or none)

    yield [blank("decision", outcome_text(form, year))]
    if form.final_grade and year.grade == form.final_grade:
        yield [blank("recognised", recognition_text(form, year.completion))]
    yield [blank("certificates", *year.certificates)]
    yield [blank("contests", *year.contests)]
    semesters = (year.semester_1, year.semester_2)
    if titles := [blank(f"title_{n}", s.title) for n, s in enumerate(semesters, 1) if s.title]:
        yield titles
    old = old_values(form, changes, ("", TITLE))
    initials = changes[("", TITLE)].initials if old else ""
    yield [Blank(form.label(f"{_LABEL}title_label"), year.title or none, old, initials)]
    yield [blank("commendations", *year.commendations)]
    if year.status:
        yield [blank("status", year.status)]
    yield [blank("note", year.note)]


def recognition_text(form: Form, completion: Completion | None) -> str:
    """Return the decision that recognises the completion and the entry, or that there is none."""
    if completion is None:
        return form.label(f"{_LABEL}recognised_none")
    name = "recognised_value" if completion.decision_date else "recognised_number"
    decision = form.label(
        _LABEL + name, number=completion.decision_number, day=day_text(completion.decision_date)
    )
    number = completion.register_number
    entry = form.label(f"{_LABEL}register", number=number) if number else ""
    return joined(decision, entry, separator="; ")


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
    summer = year.summer_comment or form.label("common.none")
    place_blank(flow, Blank(form.label(f"{_LABEL}summer"), summer))
    if year.homeroom_teacher:
        name = form.label(f"{_LABEL}homeroom_name", name=year.homeroom_teacher)
        place(flow, "P", (Run(name),), Style(12, 16, before=2))


def place_approval(flow: Flow, year: YearResult, form: Form) -> None:
    """Place what the head of the school approves; it belongs above the signatures."""
    place(flow, "H3", (bold(form.label(f"{_LABEL}principal_title")),), _PART)
    text = form.label(f"{_LABEL}approval", school_year=year.school_year)
    place(flow, "P", (Run(text),), _BODY)
    if year.principal:
        name = form.label(f"{_LABEL}principal_name", name=year.principal)
        place(flow, "P", (Run(name),), Style(12, 16, before=2))
