"""Conduct, learning and absences of the running year in a transfer summary."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.results import (
    AbsentSession,
    Level,
    MonthAttendance,
    YearResult,
)
from preserve.render.filled import Blank, place_blank
from preserve.render.flow import place_text
from preserve.render.letter import Letter, place_list, place_sentences, text_cell
from preserve.render.text import Style, bold
from preserve.render.wording import mark_text

_LABEL = "transfer.periods."
_PART = Style(11.5, 15, before=8, after=3)
_ROOM_FOR_PART = 90
"""Points that a heading, the head of a table and its first row take."""
_SIZE = 10
_WIDTHS = (
    ("period", 0),
    ("conduct", 90.0),
    ("learning", 90.0),
    ("mean", 56.0),
    ("excused", 58.0),
    ("unexcused", 64.0),
    ("total", 58.0),
)
"""Columns and their widths in points, as ``place_list`` takes them."""


def place_periods(letter: Letter, year: YearResult) -> None:
    """Place what is known of each semester and of the year; what is not known is left out."""
    secondary = year.primary is None
    place_subtitle(letter, f"{_LABEL}title" if secondary else f"{_LABEL}absences_title")
    rows = [row for row in _rows(letter, year) if any(row[1:])]
    if rows:
        _place_rows(letter, rows)
    else:
        place_sentences(letter, f"{_LABEL}none")
    if year.outcome:
        letter.flow.skip(4)
        place_blank(letter.flow, Blank(letter.say(f"{_LABEL}outcome"), year.outcome))
    if year.attendance:
        _place_months(letter, year.attendance)


def place_subtitle(letter: Letter, name: str) -> None:
    """Place the heading of a part of a part; it stays with what follows."""
    letter.flow.need(_ROOM_FOR_PART)
    place_text(letter.flow, "H3", (bold(letter.say(name)),), _PART)


def changed_text(letter: Letter, before: str, after: str) -> str:
    """Return a result, with the one after re-assessment or summer training where there is one."""
    if not after:
        return before
    return letter.say("transfer.after", before=before or "–", after=after)


def level_word(level: Level | None) -> str:
    """Return the word of a level, which is its value."""
    return level.value if level is not None else ""


def _rows(letter: Letter, year: YearResult) -> tuple[tuple[str, ...], ...]:
    """Return a row per period: its name, then the columns in the order of ``_WIDTHS``."""
    after = (level_word(year.conduct_after), level_word(year.learning_after))
    periods = (
        ("semester_1", year.semester_1, ("", "", "")),
        ("semester_2", year.semester_2, ("", "", "")),
        ("whole_year", year.year, (*after, mark_text(year.mean_after))),
    )
    return tuple(
        (
            letter.say(f"common.{name}"),
            changed_text(letter, level_word(period.conduct), conduct),
            changed_text(letter, level_word(period.learning), learning),
            changed_text(letter, mark_text(period.mean), mean),
            _count(period.absences.excused),
            _count(period.absences.unexcused),
            _count(period.absences.total),
        )
        for name, period, (conduct, learning, mean) in periods
    )


def _place_rows(letter: Letter, rows: Sequence[Sequence[str]]) -> None:
    """Place the columns in which any period has something: primary school has no conduct."""
    used = [index for index in range(len(_WIDTHS)) if any(row[index] for row in rows)]
    names, widths = zip(*(_WIDTHS[index] for index in used), strict=True)
    cells = [[text_cell(row[index]) for index in used] for row in rows]
    place_list(
        letter,
        [_LABEL + name for name in names],
        cells,
        widths,
        _SIZE,
        centred=range(1, len(names)),
    )


def _place_months(letter: Letter, months: tuple[MonthAttendance, ...]) -> None:
    place_subtitle(letter, "transfer.attendance.title")
    rows = [
        (
            text_cell(_month(letter, month.month)),
            text_cell(_count(month.excused)),
            text_cell(_count(month.unexcused)),
            text_cell(", ".join(_session(letter, session) for session in month.sessions)),
        )
        for month in months
    ]
    names = [f"transfer.attendance.{name}" for name in ("month", "excused", "unexcused", "days")]
    place_list(letter, names, rows, (64.0, 56.0, 70.0, 0), _SIZE, centred=(1, 2))


def _month(letter: Letter, month: str) -> str:
    year, _, number = month.partition("-")
    return letter.say("transfer.attendance.month_value", month=number, year=year)


def _session(letter: Letter, session: AbsentSession) -> str:
    name = "with_leave" if session.excused else "without_leave"
    return letter.say(f"transfer.attendance.{name}", day=f"{session.on:%d/%m}")


def _count(number: int | None) -> str:
    return "" if number is None else str(number)
