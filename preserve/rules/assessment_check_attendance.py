"""Checks of attendance: totals and their parts, months and the year."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.checks import RuleFinding
from preserve.model.results import Absences, MonthAttendance
from preserve.policy.assessment import Source
from preserve.rules.assessment_case import Case, total_absences, warning


def check_attendance(case: Case, source: Source) -> Iterator[RuleFinding]:
    """Compare totals with their parts; the limit for promotion hangs on the year's total.

    1. With and without leave add up to the total of each period.
    2. Both semesters add up to the year.
    3. The half-days of a month add up to its totals.
    4. The months add up to the year.
    """
    result = case.result
    periods = (("hk1", result.semester_1), ("hk2", result.semester_2), ("year", result.year))
    totals = {name: total_absences(period.absences) for name, period in periods}
    for name, period in periods:  # 1
        parts = total_absences(Absences(period.absences.excused, period.absences.unexcused))
        yield from _compare(f"{name}.absences", totals[name], parts, source)
    both = _sum((totals["hk1"], totals["hk2"]))
    yield from _compare("year.absences", totals["year"], both, source)  # 2
    for month in result.attendance:  # 3
        yield from _check_month(month, source)
    if not case.arrived:
        yield from _check_months(case, source)  # 4


def _check_month(month: MonthAttendance, source: Source) -> Iterator[RuleFinding]:
    """Compare a month's totals with its half-days, where these were reported."""
    if not month.sessions:
        return
    for field, reported, excused in (
        ("excused", month.excused, True),
        ("unexcused", month.unexcused, False),
    ):
        counted = sum(session.excused is excused for session in month.sessions)
        yield from _compare(f"{month.month}.{field}", reported, counted, source)


def _check_months(case: Case, source: Source) -> Iterator[RuleFinding]:
    months, year = case.result.attendance, case.result.year.absences
    if not months:
        return
    excused = _sum(tuple(month.excused for month in months))
    unexcused = _sum(tuple(month.unexcused for month in months))
    yield from _compare("months.excused", year.excused, excused, source)
    yield from _compare("months.unexcused", year.unexcused, unexcused, source)
    if year.excused is None or year.unexcused is None:
        total = total_absences(year)
        if total is None:
            semesters = (case.result.semester_1, case.result.semester_2)
            total = _sum(tuple(total_absences(semester.absences) for semester in semesters))
        yield from _compare("months.absences", total, _sum((excused, unexcused)), source)


def _sum(parts: tuple[int | None, ...]) -> int | None:
    """Add numbers up; ``None`` while one is unknown."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _compare(
    field: str, reported: int | None, computed: int | None, source: Source
) -> Iterator[RuleFinding]:
    if reported is not None and computed is not None and reported != computed:
        yield warning("CHK-ABSENCES", "", field, (str(reported), (str(computed),)), source)
