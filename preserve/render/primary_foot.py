"""Foot of the documents of primary school: day, homeroom teacher right, principal and seal left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import School
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.signatures import LARGE, FieldContext, place_signatures
from preserve.render.text import Align, Style, italic
from preserve.render.wording import long_day


@dataclass(frozen=True, slots=True)
class FootFacts:
    """Where and when a document is signed, and which class and year the fields name."""

    school: School
    day: date
    class_name: str
    school_year: str


def place_foot(flow: Flow, facts: FootFacts, signatories: Sequence[Signatory], form: Form) -> None:
    """Place the day and the fields; the form has the homeroom teacher right of the principal.

    Source: TT 27/2020/TT-BGDĐT, foot of the transcript's form.
    """
    school = facts.school
    place = school.commune or school.district or school.province
    day = long_day(form, place, facts.day)
    place_text(flow, "P", (italic(day),), Style(12, 16, Align.RIGHT, before=8, after=4))
    ordered = sorted(signatories, key=lambda s: s.role is SignerRole.HOMEROOM_TEACHER)
    context = FieldContext(facts.class_name, facts.school_year)
    place_signatures(flow, form, ordered, LARGE, context)
