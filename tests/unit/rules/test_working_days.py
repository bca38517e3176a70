"""Working days are Monday to Friday without public holidays; deadlines fall on named days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.policy.calendar import Holidays, MonthDay, load_deadlines, load_holidays
from preserve.policy.files import policy_folders
from preserve.rules.deadlines import year_due
from preserve.rules.working_days import is_working_day, working_day_after

NONE = Holidays(frozenset(), frozenset())
HOLIDAYS = load_holidays(policy_folders())
DEADLINE = load_deadlines(policy_folders()).transcripts


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 16)),  # a Monday: two whole weeks
        (date(2026, 11, 6), date(2026, 11, 20)),  # a Friday
        (date(2026, 11, 7), date(2026, 11, 20)),  # a Saturday counts from the Monday after
        (date(2025, 4, 25), date(2025, 5, 13)),  # 30 April and 1 May are holidays
        (date(2026, 2, 13), date(2026, 3, 6)),  # the week of Tết
    ],
)
def test_ten_working_days_after_receipt(received: date, due: date) -> None:
    """The day of receipt is not counted, weekends and holidays are none."""
    assert working_day_after(received, 10, HOLIDAYS) == due


def test_fixed_holiday_comes_every_year() -> None:
    """2 September is a holiday in a year that nobody wrote down."""
    assert not is_working_day(date(2031, 9, 2), HOLIDAYS)
    assert is_working_day(date(2031, 9, 3), HOLIDAYS)


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(1, 40),
    st.frozensets(st.dates(date(2020, 1, 1), date(2041, 1, 1)), max_size=20),
)
def test_exactly_so_many_working_days_lie_in_the_term(
    start: date, count: int, days: frozenset[date]
) -> None:
    """Counting the working days after the start, up to and with the end, gives the term."""
    holidays = Holidays(frozenset({MonthDay(1, 1)}), days)
    end = working_day_after(start, count, holidays)
    between = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(is_working_day(day, holidays) for day in between) == count
    assert is_working_day(end, holidays)


def test_missing_holiday_only_makes_the_term_shorter() -> None:
    """What the calendar does not know warns too soon, never too late."""
    day = date(2026, 2, 13)
    assert working_day_after(day, 10, NONE) < working_day_after(day, 10, HOLIDAYS)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2025, 6, 30), None),
        (date(2025, 7, 1), (date(2025, 6, 30), False)),
        (date(2025, 8, 31), (date(2025, 6, 30), False)),
        (date(2025, 9, 1), (date(2025, 8, 30), True)),
        (date(2027, 1, 1), (date(2025, 8, 30), True)),
    ],
)
def test_year_is_late_from_july_and_again_from_september(
    today: date, due: tuple[date, bool] | None
) -> None:
    """30 June and exceptionally 30 August are the last days (TT 70/2026 Art. 7(4), 9(4))."""
    found = year_due("2024-2025", today, DEADLINE)
    assert (found and (found.due, found.exceptional)) == due
