"""Counts working days: Monday to Friday without public holidays."""

from __future__ import annotations

from datetime import date, timedelta

from preserve.policy.calendar import Holidays

_SATURDAY = 5
_DAY = timedelta(days=1)


def is_working_day(day: date, holidays: Holidays) -> bool:
    """Tell whether offices work on a day."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_day_after(start: date, count: int, holidays: Holidays) -> date:
    """Return the working day that is ``count`` working days after ``start``.

    The day on which the term begins is not counted (Bộ luật Dân sự 2015, Art. 147(1)); a term of
    0 days ends on ``start`` itself.
    """
    day = start
    for _ in range(count):
        day += _DAY
        while not is_working_day(day, holidays):
            day += _DAY
    return day
