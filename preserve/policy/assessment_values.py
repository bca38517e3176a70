"""Reads the single values of assessment policies: marks, counts, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from preserve.model.retention import SourceStatus

_RELIABLE = {SourceStatus.SEEN, SourceStatus.CONFIRMED_BY_OFFICER}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written, and how well that is known."""

    citation: str
    status: SourceStatus

    @property
    def reliable(self) -> bool:
        """Whether the rule is known well enough to call a differing value wrong."""
        return self.status in _RELIABLE


def read_source(table: Mapping[str, Any]) -> Source:
    """Return the source of a table.

    Raises:
        KeyError: it has none.
        ValueError: its status is unknown.
    """
    return Source(table["citation"], SourceStatus(table["status"]))


def read_mark(value: object) -> Decimal:
    """Return a mark, which is written as a string.

    Raises:
        TypeError: it is no string.
        ValueError: it is not finite.
        ArithmeticError: it is no number.
    """
    if not isinstance(value, str):
        message = f"a mark is written as a string: {value!r}"
        raise TypeError(message)
    mark = Decimal(value)
    if not mark.is_finite():
        message = f"not a mark: {value!r}"
        raise ValueError(message)
    return mark


def read_count(value: object) -> int:
    """Return a whole number from 0.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        message = f"not a count: {value!r}"
        raise TypeError(message)
    return value


def read_names(values: object) -> tuple[str, ...]:
    """Return a list of names, none of them empty.

    Raises:
        TypeError: it is no such list.
    """
    if not isinstance(values, Sequence) or isinstance(values, str):
        message = f"not a list: {values!r}"
        raise TypeError(message)
    if not all(isinstance(value, str) and value for value in values):
        message = f"not a list of names: {values!r}"
        raise TypeError(message)
    return tuple(values)
