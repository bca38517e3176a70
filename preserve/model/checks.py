"""What the rules have to say about a school's own results."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.imports import Severity


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A reported value that a rule does not lead to; the reported value stays as it is."""

    severity: Severity
    code: str
    """Stable id from ``preserve/report/texts/check.toml``, for example ``CHK-YEAR-AVERAGE``."""
    subject: str
    """``Subject.name``, empty when no single subject is meant."""
    field: str
    """For example ``hk1.average``, ``year.learning``, ``promotion``."""
    reported: str
    """What the school wrote, empty for nothing."""
    computed: str
    """What follows from the rule; several right answers are separated by `` / ``."""
    requirement: str
    """Article of the regulation."""
