"""Which school years are late: their transcripts should be signed and sealed by now."""

from __future__ import annotations

from datetime import date

from preserve.model.overview import YearDue
from preserve.policy.calendar import YearDeadline


def year_due(school_year: str, today: date, deadline: YearDeadline) -> YearDue | None:
    """Return the deadline that a school year without its seal has missed, or ``None``.

    Args:
        school_year: ``YYYY-YYYY``; the second year is the one in which it ends.
        today: the day that is asked about.
        deadline: the rule.
    """
    year = int(school_year[-4:])
    if today >= deadline.warn_again_from.in_year(year):
        day = deadline.exceptional_due.in_year(year)
        return YearDue(school_year, day, exceptional=True, citation=deadline.citation)
    if today >= deadline.warn_from.in_year(year):
        day = deadline.due.in_year(year)
        return YearDue(school_year, day, exceptional=False, citation=deadline.citation)
    return None
