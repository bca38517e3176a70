"""Turns the text of a fact into the value that the records hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from preserve.ingest.facts import FactKey
from preserve.model.results import CommentLevel, Level

Values = Mapping[FactKey, str | None]
"""What counts for one pupil and one school year."""
Row = Mapping[str, str | None]
"""One row of a list, by field names."""


def own(values: Values, field: str) -> str:
    """Return a fact of the person or the whole year, empty when nothing is stated."""
    return values.get(FactKey(None, "", field)) or ""


def mark(text: str | None) -> Decimal | None:
    """Return a mark."""
    return None if text is None else Decimal(text)


def level(text: str | None) -> Level | None:
    """Return a level of learning or conduct."""
    return Level(text) if text else None


def comment_level(text: str | None) -> CommentLevel | None:
    """Return the level of a subject assessed by comments."""
    return CommentLevel(text) if text else None


def count(text: str | None) -> int | None:
    """Return a count."""
    return None if text is None else int(text)


def day(text: str | None) -> date | None:
    """Return a date."""
    return None if text is None else date.fromisoformat(text)
