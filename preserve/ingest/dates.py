"""Reads a day as Vietnamese exports write it; the order of day and month is never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum

from preserve.ingest.tables import CellValue

_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
"""ISO 8601, which puts the year first so that nothing is left to guess."""
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}")
_PART = re.compile(r"[0-9]{4}|[0-9]{1,2}[/.-][0-9]{4}")
_FIRST_YEAR = 1900
_LAST_YEAR = 2200
"""A later year is a slip of the key, or a number that was never a date; ours."""


class DateFault(StrEnum):
    """Why a cell states no day; the value is the code of the finding."""

    FORM = "IMP-DATE-FORM"
    NUMBER = "IMP-DATE-NUMBER"
    """A number without a date's format: whether it counts from 1900 or 1904, or is 4/04/22 with
    its signs left out, nobody can tell."""
    YEAR = "IMP-DATE-YEAR"
    """Two digits of a year, or a year without its day."""


def read_day(value: CellValue) -> date | DateFault:
    """Return the day that a cell states, or why it states none."""
    match value:
        case datetime() if value != datetime(value.year, value.month, value.day):  # noqa: DTZ001  (a cell knows no zone)
            return DateFault.FORM
        case date():
            return _in_range(date(value.year, value.month, value.day))
        case str():
            return _day_of_text(value)
        case int() | float():
            return DateFault.NUMBER
        case _:
            return DateFault.FORM


def _in_range(day: date) -> date | DateFault:
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else DateFault.FORM


def _day_of_text(text: str) -> date | DateFault:
    if _SHORT_YEAR.fullmatch(text) or _PART.fullmatch(text):
        return DateFault.YEAR
    if found := _DAY_FIRST.fullmatch(text):
        day, _, month, year = found.groups()
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    else:
        return DateFault.FORM
    try:
        return _in_range(date(int(year), int(month), int(day)))
    except ValueError:
        return DateFault.FORM
