"""Columns that end the summary of a primary class: outcome, commendation, decision, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from preserve.errors import PolicyError
from preserve.model.records import AssessmentSummary
from preserve.model.results import PupilYear
from preserve.policy.forms import Form
from preserve.render.primary_columns import Column
from preserve.render.primary_layout import SUMMARY, SummaryLayout
from preserve.render.primary_results import primary_of
from preserve.render.primary_wording import scale_text
from preserve.render.text import Align
from preserve.render.wording import day_text, joined

_Text = Callable[[AssessmentSummary, PupilYear, Form], str]


def closing_columns(
    summary: AssessmentSummary, layout: SummaryLayout, form: Form
) -> tuple[tuple[Column, ...], ...]:
    """Return the columns that the layout ends with.

    Raises:
        PolicyError: ``FORM-LABEL``, the form names a column that there is not.
    """
    return tuple((_column(summary, name, form),) for name in layout.closing)


def _column(summary: AssessmentSummary, name: str, form: Form) -> Column:
    if name not in _COLUMNS:
        raise PolicyError("FORM-LABEL", form=form.form_id, label=SUMMARY + name)
    width, align, text = _COLUMNS[name]
    return Column(
        (form.label(SUMMARY + name),), width, lambda member: text(summary, member, form), align
    )


def _outcome(_: AssessmentSummary, member: PupilYear, form: Form) -> str:
    return scale_text(form, primary_of(member.result).outcome)


def _title(_: AssessmentSummary, member: PupilYear, __: Form) -> str:
    return member.result.title


def _commendations(_: AssessmentSummary, member: PupilYear, __: Form) -> str:
    return "; ".join(member.result.commendations)


def _decision(_: AssessmentSummary, member: PupilYear, __: Form) -> str:
    return member.result.outcome


def _promoted(_: AssessmentSummary, member: PupilYear, form: Form) -> str:
    if member.result.promoted is None:
        return ""
    return form.label(f"{SUMMARY}promoted_{'yes' if member.result.promoted else 'no'}")


def _note(summary: AssessmentSummary, member: PupilYear, form: Form) -> str:
    """Return the school's note, and who came or left up to the day of the summary."""
    moves = [
        form.label(
            f"{SUMMARY}{'came' if move.direction == 'in' else 'left'}", day=day_text(move.on)
        )
        for move in member.result.movements
        if move.on <= summary.document_date
    ]
    return joined(member.result.note, *moves, separator="; ")


_COLUMNS: Mapping[str, tuple[float, Align, _Text]] = {
    "outcome": (80.0, Align.CENTRE, _outcome),
    "title_column": (110.0, Align.CENTRE, _title),
    "commendations": (120.0, Align.LEFT, _commendations),
    "decision": (110.0, Align.CENTRE, _decision),
    "promoted": (76.0, Align.CENTRE, _promoted),
    "note": (60.0, Align.LEFT, _note),
}
"""Name in the form's layout to least width in points, alignment and content."""
