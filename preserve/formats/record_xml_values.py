"""Single values of a record as text and back: exact, one spelling each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from preserve.errors import FormatError

DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
INTEGER = re.compile(r"-?[0-9]{1,18}")
"""Wide enough for the bytes of any bundle, and for a signed integer of 64 bits."""
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TRUTH = {"true": True, "false": False}
"""Spellings; the schema of the record XML is made of the same ones."""


def write_value(value: object) -> str:
    """Return the one spelling of a value.

    Raises:
        FormatError: ``RECORD-VALUE``, for a number that has no plain decimal notation.
    """
    match value:
        case StrEnum():
            return value.value
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return _plain(INTEGER, str(value))
        case Decimal():
            return _plain(DECIMAL, format(value, "f"))
        case date():
            return value.isoformat()
        case _:
            raise FormatError("RECORD-VALUE", field=type(value).__name__)


def read_value(kind: type, text: str, field: str) -> Any:
    """Return the value of a given type that a text spells.

    Raises:
        FormatError: ``RECORD-VALUE``, naming the field and never its text.
    """
    try:
        return _reader(kind)(text)
    except (ValueError, KeyError) as error:
        raise FormatError("RECORD-VALUE", field=field) from error


def is_value(kind: object) -> bool:
    """Tell whether a type is written as one piece of text."""
    return isinstance(kind, type) and (
        kind in {str, bool, int, Decimal, date} or issubclass(kind, StrEnum)
    )


def _reader(kind: type) -> Callable[[str], Any]:
    readers: dict[type, Callable[[str], Any]] = {
        str: str,
        bool: TRUTH.__getitem__,
        int: lambda text: int(_matched(INTEGER, text)),
        Decimal: lambda text: Decimal(_matched(DECIMAL, text)),
        date: lambda text: date.fromisoformat(_matched(DATE, text)),
    }
    return readers.get(kind, kind)


def _matched(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError
    return text


def _plain(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise FormatError("RECORD-VALUE", field="number")
    return text
