"""Year page A of a transcript: the subjects, their teachers, and the corrections."""

from __future__ import annotations

from dataclasses import replace

from preserve.model.results import SubjectResult, YearResult
from preserve.policy.forms import Form, Layout
from preserve.render.flow import Flow
from preserve.render.flow import place_text as place
from preserve.render.table import Cell, Row, Table, place_table, row_heights
from preserve.render.text import Align, Run, Style, bold, italic
from preserve.render.transcript_changes import (
    MEAN,
    YEAR,
    Changes,
    changed_results,
    value_cell,
)
from preserve.render.transcript_foot import place_subject_corrections, subject_foot_height
from preserve.render.wording import joined, mark_text, result_text

_TITLE = Style(13, 18, Align.CENTRE, after=4)
_LABEL = "transcript.subjects."
_WIDTHS = (98.0, 38.0, 38.0, 38.0, 52.0)
"""Points of every column but the last one."""
_SIZES = ((9.5, 2.0), (9.0, 1.5), (8.5, 1.0))
"""Font sizes and paddings of the table in points, the best first."""


def place_subjects(flow: Flow, name: str, year: YearResult, form: Form, *, signed: bool) -> None:
    """Place the head, the table of subjects and its foot.

    Args:
        flow: where it goes.
        name: name of the pupil.
        year: the year's results.
        form: wording and layout, those of the year.
        signed: whether this is the year that the document is signed for.
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
    changes = changed_results(year)
    foot = subject_foot_height(flow, year, signed=signed)
    place_table(flow, _table(flow, year, form, foot))
    place_subject_corrections(flow, year, changes, form, signed=signed)


def in_form_order(
    results: tuple[SubjectResult, ...], order: tuple[str, ...]
) -> tuple[SubjectResult, ...]:
    """Sort results by the form's rows; a subject that the form does not know comes last."""
    rank = {name: index for index, name in enumerate(order)}
    return tuple(sorted(results, key=lambda result: rank.get(result.subject.name, len(rank))))


def _table(flow: Flow, year: YearResult, form: Form, foot: float) -> Table:
    """Return the table in the largest size that leaves room for ``foot`` points on this page."""
    rest = flow.frame.measure - sum(_WIDTHS)
    changes = changed_results(year)
    results = in_form_order(year.subjects, form.subjects)
    rows = [_row(form, result, changes) for result in results]
    if form.layout is Layout.OLD_SECONDARY:
        rows.append(_means(form, year, changes))
    largest = Table((*_WIDTHS, rest), _head(form), tuple(rows))
    for size, padding in _SIZES:
        table = replace(largest, size=size, padding=padding)
        head, body = row_heights(table)
        if head + sum(body) + foot <= flow.room:
            return table
    # What takes several pages anyway is easier to read in the ordinary size.
    size, padding = _SIZES[-1 if head + sum(body) <= flow.room else 0]
    return replace(largest, size=size, padding=padding)


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


def _row(form: Form, result: SubjectResult, changes: Changes) -> Row:
    one, two = result.semester_1, result.semester_2
    name = result.subject.name
    again = result_text(form, result.reassessed_average, result.reassessed_level)
    values = (
        ("semester_1", result_text(form, one.average, one.level)),
        ("semester_2", result_text(form, two.average, two.level)),
        (YEAR, result_text(form, result.year_average, result.year_level)),
    )
    return (
        Cell((Run(name),), Align.LEFT, scope="Row"),
        *(value_cell(form, text, changes, (name, key)) for key, text in values),
        Cell((Run(again),) if again else ()),
        Cell(_comment(form, result), Align.LEFT),
    )


def _means(form: Form, year: YearResult, changes: Changes) -> Row:
    """Return the row of the means over all subjects (ĐTB các môn), which only old forms have."""
    teacher = year.homeroom_teacher
    named = form.label(f"{_LABEL}mean_teacher", name=teacher) if teacher else ""
    return (
        Cell((bold(form.label(f"{_LABEL}mean")),), Align.LEFT, scope="Row"),
        *(
            Cell((Run(text),) if text else ())
            for text in map(mark_text, (year.semester_1.mean, year.semester_2.mean))
        ),
        value_cell(form, mark_text(year.year.mean), changes, ("", MEAN)),
        Cell((Run(mark_text(year.mean_after)),) if year.mean_after is not None else ()),
        Cell((italic(named),) if named else (), Align.LEFT),
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
