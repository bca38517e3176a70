"""Values as the forms of primary school print them: levels in words, whole numbers, decisions."""

from __future__ import annotations

from decimal import Decimal

from preserve.model.results import PrimaryOutcome, SubjectLevel, TraitLevel, YearResult
from preserve.policy.forms import Form

PrimaryLevel = SubjectLevel | TraitLevel | PrimaryOutcome
"""A level on one of the three scales of TT 27/2020/TT-BGDĐT Art. 6 and 9."""


def scale_text(form: Form, level: PrimaryLevel | None) -> str:
    """Return a level in the form's words, with the letter of its own scale where the form has it.

    Raises:
        PolicyError: ``FORM-LABEL``, the form lacks the level.
    """
    match level:
        case None:
            return ""
        case SubjectLevel():
            scale = "subject"
        case TraitLevel():
            scale = "trait"
        case PrimaryOutcome():
            scale = "outcome"
    return form.label(f"level.{scale}.{level.name.lower()}")


def number_text(number: Decimal | None) -> str:
    """Return a test mark, height or weight with a comma; ``9.0`` is printed as ``9``."""
    if number is None:
        return ""
    if number == number.to_integral_value():
        return format(number.to_integral_value(), "f")
    return format(number, "f").replace(".", ",")


def count_text(count: int | None) -> str:
    """Return a count; a count of none is 0, an unknown one is nothing."""
    return "" if count is None else str(count)


def decision_text(form: Form, year: YearResult) -> str:
    """Return the school's decision as it wrote it or, without words, as it ticked it.

    The level reached decides nothing here: a pupil who did not complete a grade may still be
    promoted by the principal (TT 27/2020/TT-BGDĐT Art. 11).

    Raises:
        PolicyError: ``FORM-LABEL``, the form lacks the wording.
    """
    if year.outcome or year.promoted is None:
        return year.outcome
    name = "promoted" if year.promoted else "not_promoted"
    last = "_final" if year.grade == form.final_grade else ""
    return form.label(f"transcript.primary_year.{name}{last}")
