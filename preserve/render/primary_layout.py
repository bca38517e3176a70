"""Which subjects, tests, traits and closing columns the summary of a class has: the form's data."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.records import SummaryPeriod
from preserve.model.results import TraitGroup
from preserve.policy.forms import Form

SUMMARY = "assessment_summary."
"""Where the form keeps the wording and the layouts of the summary."""


@dataclass(frozen=True, slots=True)
class SummaryLayout:
    """One of the layouts of the summary; names in the order of the columns."""

    subjects: tuple[str, ...]
    tests: tuple[str, ...]
    """Subjects with a periodic test in this grade and period (TT 27/2020/TT-BGDĐT Art. 7)."""
    traits: tuple[tuple[TraitGroup, str], ...]
    closing: tuple[str, ...]
    """Names of the columns after the traits, such as ``outcome``."""


def layout_of(form: Form, grade: int, period: SummaryPeriod) -> SummaryLayout:
    """Return the layout that the form has for a grade and a period.

    Raises:
        PolicyError: ``FORM-LABEL``, the form has none for them.
    """
    band = form.label(f"{SUMMARY}band.{grade}")
    kind = form.label(f"{SUMMARY}kind.{period.value}")
    of_band = f"{SUMMARY}layout.{band}."
    return SummaryLayout(
        subjects=_lines(form, f"{of_band}subjects"),
        tests=_lines(form, f"{of_band}{kind}.tests"),
        traits=tuple(
            (group, name) for group in TraitGroup for name in _lines(form, of_band + group.value)
        ),
        closing=_lines(form, f"{of_band}{kind}.closing"),
    )


def _lines(form: Form, label: str) -> tuple[str, ...]:
    return tuple(line for line in form.label(label).splitlines() if line)
