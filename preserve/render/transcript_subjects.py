"""Year page A of a transcript: the subjects, their teachers, and the corrections."""

from __future__ import annotations

from preserve.model.results import GradeAmendment, SubjectResult, YearResult
from preserve.policy.forms import Form
from preserve.render.flow import Flow
from preserve.render.flow import place_text as place
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.wording import amended_text, day_text, joined, result_text

_TITLE = Style(13, 18, Align.CENTRE, after=4)
_LABEL = "transcript.subjects."


def place_subjects(flow: Flow, name: str, year: YearResult, form: Form) -> None:
    """Place the head, the table of subjects and its foot.

    Args:
        flow: where it goes.
        name: name of the pupil.
        year: the year's results.
        form: the wording.
    """
    title = form.label(f"{_LABEL}title", school_year=year.school_year)
    place(flow, "H2", (bold(title),), _TITLE)
    head = form.label(
        f"{_LABEL}head", name=name, class_name=year.class_name, school_year=year.school_year
    )
    place(flow, "P", (Run(head),), Style(11, 15, Align.CENTRE))
    school = joined(year.school_name, year.school_place)
    school_line = form.label(f"{_LABEL}school", school=school)
    place(flow, "P", (Run(school_line),), Style(11, 15, Align.CENTRE, after=5))
    place_table(flow, _table(flow, year, form))
    _place_corrections(flow, year.amendments, form)


def in_form_order(
    results: tuple[SubjectResult, ...], order: tuple[str, ...]
) -> tuple[SubjectResult, ...]:
    """Sort results by the form's rows; a subject that the form does not know comes last."""
    rank = {name: index for index, name in enumerate(order)}
    return tuple(sorted(results, key=lambda result: rank.get(result.subject.name, len(rank))))


def _table(flow: Flow, year: YearResult, form: Form) -> Table:
    widths = (112.0, 42.0, 44.0, 42.0, 52.0)
    rest = flow.frame.measure - sum(widths)
    rows = (_row(form, result) for result in in_form_order(year.subjects, form.subjects))
    return Table((*widths, rest), _head(form), tuple(rows), size=9.5, padding=2)


def _head(form: Form) -> tuple[Row, Row]:
    def cell(name: str, columns: int = 1, rows: int = 1) -> Cell:
        runs = (bold(form.label(_LABEL + name)),)
        return Cell(runs, scope="Column", columns=columns, rows=rows)

    first = (
        cell("subject", rows=2),
        cell("average", columns=3),
        cell("reassessed", rows=2),
        cell("comment", rows=2),
    )
    return first, (cell("semester_1"), cell("semester_2"), cell("whole_year"))


def _row(form: Form, result: SubjectResult) -> Row:
    one, two = result.semester_1, result.semester_2
    values = (
        result_text(form, one.average, one.level),
        result_text(form, two.average, two.level),
        result_text(form, result.year_average, result.year_level),
        result_text(form, result.reassessed_average, result.reassessed_level),
    )
    return (
        Cell((Run(result.subject.name),), Align.LEFT, scope="Row"),
        *(Cell((Run(value),) if value else ()) for value in values),
        Cell(_comment(form, result), Align.LEFT),
    )


def _comment(form: Form, result: SubjectResult) -> tuple[Run, ...]:
    """Return the comments of both semesters, each once, and the teachers."""
    lines = []
    texts = (result.semester_1.comment, result.semester_2.comment)
    if texts[0] == texts[1]:
        lines.append(texts[0])
    else:
        for number, text in enumerate(texts, start=1):
            lines.append(form.label(f"{_LABEL}comment_{number}", comment=text) if text else "")
    runs = [Run(joined(*lines, separator="\n"))]
    if result.teachers:
        break_ = "\n" if runs[0].text else ""
        teachers = form.label(f"{_LABEL}teachers", teachers=", ".join(result.teachers))
        runs.append(italic(break_ + teachers))
    return tuple(run for run in runs if run.text)


def _place_corrections(flow: Flow, amendments: tuple[GradeAmendment, ...], form: Form) -> None:
    style = Style(11, 14.5, before=6)
    if not amendments:
        place(flow, "P", (Run(form.label(f"{_LABEL}corrections_none")),), style)
        return
    subjects = ", ".join(dict.fromkeys(amendment.subject for amendment in amendments))
    count = f"{len(amendments):02d}"
    text = form.label(f"{_LABEL}corrections", count=count, subjects=subjects)
    place(flow, "P", (bold(text),), style)
    for number, amendment in enumerate(amendments, start=1):
        place(flow, "P", (Run(_correction(form, number, amendment)),), Style(9.5, 12.5, before=1))


def _correction(form: Form, number: int, amendment: GradeAmendment) -> str:
    return form.label(
        f"{_LABEL}correction",
        number=number,
        subject=amendment.subject,
        semester=form.label(f"common.semester_{amendment.semester}"),
        column=amendment.column,
        old_value=amended_text(amendment.old_value),
        new_value=amended_text(amendment.new_value),
        request=amendment.request_number,
        decision=amendment.decision_number,
        day=day_text(amendment.decision_date),
        minutes=amendment.minutes_number,
    )
