"""First half of a year of a primary school transcript: the body, absences, and the subjects."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.results import PrimarySubjectResult, PrimaryYear, YearResult
from preserve.policy.forms import Form
from preserve.render.filled import Blank, place_blank, place_pair
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_cells import head_row, text_cell
from preserve.render.primary_wording import count_text, number_text, scale_text
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import joined

LABEL = "transcript.primary_year."
"""Where the form keeps the wording of a year."""
PART = Style(12, 16, before=8, after=4)
"""Heading of a numbered part of the form."""
LEGEND = Style(9, 12, before=3)
_TITLE = Style(13, 18, Align.CENTRE, after=2)
_HEAD = Style(12, 16, Align.CENTRE)
_SCHOOL = Style(11, 15, Align.CENTRE, after=4)
_NO_YEAR = PrimaryYear(())


def primary_of(year: YearResult) -> PrimaryYear:
    """Return the primary results of a year; a pupil who left early may have none."""
    return year.primary or _NO_YEAR


def place_results(flow: Flow, name: str, year: YearResult, form: Form) -> None:
    """Place title, height, weight, absences and the table of subjects.

    Args:
        flow: where it goes.
        name: name of the pupil.
        year: the year's results.
        form: the wording.
    """
    title = form.label(f"{LABEL}title", school_year=year.school_year)
    place_text(flow, "H2", (bold(title),), _TITLE)
    head = form.label(f"{LABEL}head", name=name, class_name=year.class_name)
    place_text(flow, "P", (bold(head),), _HEAD)
    school = form.label(f"{LABEL}school", school=joined(year.school_name, year.school_place))
    place_text(flow, "P", (Run(school),), _SCHOOL)
    _place_body(flow, year, form)
    place_text(flow, "H3", (bold(form.label(f"{LABEL}subjects_title")),), PART)
    results = in_rows(primary_of(year).subjects, form.subjects)
    if results:
        place_table(flow, _table(flow, results, form))
        place_text(flow, "P", (italic(form.label(f"{LABEL}legend")),), LEGEND)
    else:
        place_text(flow, "P", (Run(form.label(f"{LABEL}no_subjects")),), Style(12, 16))


def in_rows(
    results: Sequence[PrimarySubjectResult], order: Sequence[str]
) -> tuple[PrimarySubjectResult, ...]:
    """Sort results by the form's rows; a subject that the form does not know comes last."""
    rank = {name: index for index, name in enumerate(order)}
    return tuple(sorted(results, key=lambda result: rank.get(result.subject.name, len(rank))))


def _place_body(flow: Flow, year: YearResult, form: Form) -> None:
    """Place height, weight and absences; a total only where the school has nothing finer."""
    primary, absences = primary_of(year), year.year.absences
    height, weight = number_text(primary.height), number_text(primary.weight)
    place_pair(
        flow,
        _blank(form, "height", _measured(form, "height", height)),
        _blank(form, "weight", _measured(form, "weight", weight)),
    )
    place_pair(
        flow,
        _blank(form, "excused", count_text(absences.excused)),
        _blank(form, "unexcused", count_text(absences.unexcused)),
    )
    if absences.total is not None:
        place_blank(flow, _blank(form, "absences_total", count_text(absences.total)))


def _blank(form: Form, name: str, value: str) -> Blank:
    return Blank(form.label(LABEL + name), value)


def _measured(form: Form, name: str, number: str) -> str:
    return form.label(f"{LABEL}{name}_value", number=number) if number else ""


def _table(flow: Flow, results: Sequence[PrimarySubjectResult], form: Form) -> Table:
    names = ("subject", "level", "test_mark", "comment")
    head = head_row([form.label(LABEL + name) for name in names])
    widths = (112.0, 92.0, 40.0)
    rest = flow.frame.measure - sum(widths)
    rows = tuple(_row(form, result) for result in results)
    return Table((*widths, rest), (head,), rows, size=10, padding=3)


def _row(form: Form, result: PrimarySubjectResult) -> Row:
    end = result.end_2
    runs = [Run(end.comment)] if end.comment else []
    if result.teachers:
        teachers = form.label(f"{LABEL}teachers", teachers=", ".join(result.teachers))
        runs.append(italic(f"\n{teachers}" if runs else teachers))
    return (
        Cell((Run(result.subject.name),), Align.LEFT, scope="Row"),
        text_cell(scale_text(form, end.level)),
        text_cell(number_text(end.test_mark)),
        Cell(tuple(runs), Align.LEFT),
    )
