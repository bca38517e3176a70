"""Builds the attendance of a year, month by month (điểm danh)."""

from __future__ import annotations

from datetime import date

from preserve.ingest.facts import FactKey
from preserve.ingest.values import Values, count
from preserve.model.results import AbsentSession, MonthAttendance

DAY, EXCUSED, UNEXCUSED = "absent", "month_excused", "month_unexcused"
_WITH_LEAVE = "P"


def months_of(values: Values) -> tuple[MonthAttendance, ...]:
    """Return the months that any file speaks of, in their order.

    A month's totals are the school's; where it kept days only, its own entries are counted.
    """
    days: dict[str, list[AbsentSession]] = {}
    for key, value in values.items():
        if key.field == DAY:
            sessions = days.setdefault(key.subject[:7], [])
            on = None if value is None else date.fromisoformat(key.subject)
            if on is not None:
                sessions.extend(AbsentSession(on, c == _WITH_LEAVE) for c in value or "")
    stated = {k.subject for k in values if k.field in {EXCUSED, UNEXCUSED}}
    stated = {
        m
        for m in stated
        if _total(values, m, EXCUSED, None) is not None
        or _total(values, m, UNEXCUSED, None) is not None
    }
    return tuple(_month(month, days.get(month), values) for month in sorted(stated | days.keys()))


def _month(month: str, kept: list[AbsentSession] | None, values: Values) -> MonthAttendance:
    sessions = tuple(sorted(kept or (), key=lambda session: (session.on, not session.excused)))
    with_leave = sum(session.excused for session in sessions)
    return MonthAttendance(
        month=month,
        excused=_total(values, month, EXCUSED, None if kept is None else with_leave),
        unexcused=_total(
            values, month, UNEXCUSED, None if kept is None else len(sessions) - with_leave
        ),
        sessions=sessions,
    )


def _total(values: Values, month: str, field: str, counted: int | None) -> int | None:
    stated = count(values.get(FactKey(None, month, field)))
    return counted if stated is None else stated
