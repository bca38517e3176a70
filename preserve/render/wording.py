"""Values as a form prints them: marks with a comma, days, levels."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from preserve.model.results import CommentLevel, Level
from preserve.policy.forms import Form

_PADDED_MONTHS = {1, 2}
_LEVELS = {
    Level.GOOD: "level.good",
    Level.FAIR: "level.fair",
    Level.PASSED: "level.passed",
    Level.NOT_PASSED: "level.not_passed",
    Level.EXCELLENT: "level.excellent",
    Level.AVERAGE: "level.average",
    Level.WEAK: "level.weak",
    Level.POOR: "level.poor",
}
_COMMENT_LEVELS = {
    CommentLevel.PASSED: "level.comment_passed",
    CommentLevel.NOT_PASSED: "level.comment_not_passed",
}


def mark_text(mark: Decimal | None) -> str:
    """Return a mark with a comma and at least one decimal, never rounded; nothing for none."""
    if mark is None:
        return ""
    text = format(mark, "f")
    return (text if "." in text else f"{text}.0").replace(".", ",")


def amended_text(value: str) -> str:
    """Return a value of an amendment as the tables print it: ``7.5`` and ``7`` are marks."""
    try:
        number = Decimal(value.replace(",", "."))
    except ArithmeticError:
        return value
    return mark_text(number) if number.is_finite() else value


def level_text(form: Form, level: Level | None) -> str:
    """Return a level of learning or conduct in the form's wording."""
    return form.label(_LEVELS[level]) if level is not None else ""


def result_text(form: Form, mark: Decimal | None, level: CommentLevel | None) -> str:
    """Return the result of a subject: its average or, for a comment subject, its level."""
    if mark is not None:
        return mark_text(mark)
    return form.label(_COMMENT_LEVELS[level]) if level is not None else ""


def day_text(day: date | None) -> str:
    """Return a day as ``dd/mm/yyyy``."""
    return f"{day:%d/%m/%Y}" if day is not None else ""


def long_day(form: Form, place: str, day: date) -> str:
    """Return place and day as official documents end (NĐ 30/2020/NĐ-CP, Appendix I)."""
    name = "common.place_and_date" if place else "common.date"
    return form.label(name, place=place, **day_parts(day))


def day_parts(day: date) -> dict[str, str]:
    """Return day, month and year; days under 10 and months 1 and 2 take a leading zero."""
    month = f"{day.month:02d}" if day.month in _PADDED_MONTHS else str(day.month)
    return {"day": f"{day.day:02d}", "month": month, "year": str(day.year)}


def joined(*parts: str, separator: str = ", ") -> str:
    """Join what is not empty."""
    return separator.join(part for part in parts if part)
