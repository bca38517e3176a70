"""The calendar: public holidays, and the days by which something should be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.retention import SourceStatus
from preserve.policy.files import read_policy

_KIND = "calendar"
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day that comes every year."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return the day in one year."""
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days on which offices do not work, besides Saturdays and Sundays."""

    every_year: frozenset[MonthDay]
    days: frozenset[date]
    """Days that move from year to year."""

    def __contains__(self, day: date) -> bool:
        return MonthDay(day.month, day.day) in self.every_year or day in self.days


@dataclass(frozen=True, slots=True)
class YearDeadline:
    """By when the transcripts of a school year that ended should be signed and sealed."""

    due: MonthDay
    warn_from: MonthDay
    exceptional_due: MonthDay
    warn_again_from: MonthDay
    citation: str
    status: SourceStatus


@dataclass(frozen=True, slots=True)
class CorrectionTerm:
    """How long a request for correction may take."""

    working_days: int
    citation: str
    status: SourceStatus


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Every deadline that the program warns of."""

    transcripts: YearDeadline
    corrections: CorrectionTerm


def load_holidays(folders: Sequence[Path]) -> Holidays:
    """Read ``calendar/holidays.toml``.

    Raises:
        PolicyError: it is missing or holds something that is no day.
    """
    file = read_policy(_KIND, "holidays", folders)
    try:
        return Holidays(
            every_year=frozenset(map(_month_day, file.table["every_year"])),
            days=frozenset(
                date.fromisoformat(day) for row in file.table["years"] for day in row["days"]
            ),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def load_deadlines(folders: Sequence[Path]) -> Deadlines:
    """Read ``calendar/deadlines.toml``.

    Raises:
        PolicyError: it is missing or contradicts itself.
    """
    file = read_policy(_KIND, "deadlines", folders)
    try:
        corrections = file.table["corrections"]
        return Deadlines(
            transcripts=_year_deadline(file.table["transcripts"]),
            corrections=CorrectionTerm(
                working_days=int(corrections["working_days"]),
                citation=corrections["citation"],
                status=SourceStatus(corrections["status"]),
            ),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def _year_deadline(table: dict[str, Any]) -> YearDeadline:
    return YearDeadline(
        due=_month_day(table["due"]),
        warn_from=_month_day(table["warn_from"]),
        exceptional_due=_month_day(table["exceptional_due"]),
        warn_again_from=_month_day(table["warn_again_from"]),
        citation=table["citation"],
        status=SourceStatus(table["status"]),
    )


def _month_day(text: str) -> MonthDay:
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    date(_LEAP_YEAR, int(found[1]), int(found[2]))
    return MonthDay(int(found[1]), int(found[2]))
