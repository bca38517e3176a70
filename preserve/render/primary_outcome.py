"""End of a year of a primary school transcript: outcome, commendation, completion, names."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.results import GradeAmendment, YearResult
from preserve.policy.forms import Form
from preserve.render.filled import Blank, place_blank, place_pair
from preserve.render.flow import Flow, place_text
from preserve.render.primary_results import LABEL, primary_of
from preserve.render.primary_wording import decision_text, scale_text
from preserve.render.text import Run, Style, bold
from preserve.render.wording import amended_text, day_text, joined


def place_outcome(flow: Flow, year: YearResult, form: Form) -> None:
    """Place parts 4 to 6, what the school adds to them, the corrections and the names."""
    flow.skip(6)
    _place_parts(flow, year, form)
    for name, value in (*_completion(year, form), *_additions(year)):
        if value:
            place_blank(flow, Blank(form.label(LABEL + name), value))
    _place_corrections(flow, year.amendments, form)
    homeroom = Blank(form.label(f"{LABEL}homeroom_name"), year.homeroom_teacher)
    principal = Blank(form.label(f"{LABEL}principal_name"), year.principal)
    place_pair(flow, principal, homeroom)


def _place_parts(flow: Flow, year: YearResult, form: Form) -> None:
    none = form.label(f"{LABEL}no_commendation")
    commendations = joined(year.title, *year.commendations, separator="; ")
    for name, value in (
        ("outcome", scale_text(form, primary_of(year).outcome)),
        ("commendation", commendations or none),
        ("completion", decision_text(form, year)),
    ):
        place_blank(flow, Blank(form.label(LABEL + name), value))


def _completion(year: YearResult, form: Form) -> tuple[tuple[str, str], ...]:
    """Return the decision that recognises the completion of primary school, where there is one."""
    found = year.completion
    if found is None:
        return ()
    name = "value" if found.decision_date else "undated"
    day = day_text(found.decision_date)
    text = form.label(f"{LABEL}completion_decision_{name}", number=found.decision_number, day=day)
    return ("completion_decision", text), ("completion_register", found.register_number)


def _additions(year: YearResult) -> tuple[tuple[str, str], ...]:
    comments = (year.semester_1, year.semester_2, year.year)
    return (
        ("contests", "; ".join(year.contests)),
        ("certificates", "; ".join(year.certificates)),
        ("homeroom_comment", joined(*(c.homeroom_comment for c in comments), separator=" ")),
        ("summer_comment", year.summer_comment),
        ("status", year.status),
        ("note", year.note),
    )


def _place_corrections(flow: Flow, amendments: Sequence[GradeAmendment], form: Form) -> None:
    if not amendments:
        return
    title = form.label(f"{LABEL}corrections_title", count=f"{len(amendments):02d}")
    place_text(flow, "P", (bold(title),), Style(12, 16, before=2))
    for number, amendment in enumerate(amendments, start=1):
        text = form.label(
            f"{LABEL}correction",
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
        place_text(flow, "P", (Run(text),), Style(9.5, 12.5, before=1))
