"""Records with every field filled, each value met nowhere else: what a page loses shows up."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Any, Union, get_args, get_origin, get_type_hints

_FIRST_DAY = date(2001, 1, 1)
_LEAST = 5000
"""Counts begin here, so that none of them is a number that a form prints anyway."""


@dataclass
class Filler:
    """Makes records field by field; ``fixed`` holds the values that a rule of the model decides."""

    fixed: Mapping[str, Any]
    """``Class.field`` to value; a list gives one record per item."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def fill(self, kind: Any) -> Any:
        """Return an instance of a dataclass with every field filled."""
        hints = get_type_hints(kind)
        return kind(**{f.name: self._value(kind, f.name, hints[f.name]) for f in fields(kind)})

    def _value(self, owner: Any, name: str, hint: Any) -> Any:
        key = f"{owner.__name__}.{name}"
        if key in self.fixed:
            value = self.fixed[key]
            return value(self) if callable(value) else value
        if get_origin(hint) in {Union, types.UnionType}:
            (hint,) = (part for part in get_args(hint) if part is not type(None))
        if get_origin(hint) is tuple:
            return tuple(self._single(part) for part in get_args(hint) if part is not Ellipsis)
        return self._single(hint)

    def _single(self, hint: Any) -> Any:
        if is_dataclass(hint):
            return self.fill(hint)
        if get_origin(hint) is tuple:
            return tuple(self._single(part) for part in get_args(hint))
        number = next(self.numbers)
        makers: Mapping[Any, Callable[[], Any]] = {
            str: lambda: f"Mẫu {number:04d}",
            int: lambda: _LEAST + number,
            bool: lambda: True,
            date: lambda: _FIRST_DAY + timedelta(days=7 * number),
            Decimal: lambda: Decimal(f"7.{number:03d}") + Decimal(number % 2),
        }
        return makers[hint]() if hint in makers else next(iter(hint))


@dataclass(frozen=True)
class Leaf:
    """One single value of a record."""

    path: str
    """Names of the fields from the record down, such as ``years.subjects.comment``.

    In a list of several, all but the last item have their place: ``years@1.outcome``.
    """
    value: Any


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Yield every single value that a record holds; what is absent or empty is none."""
    if is_dataclass(value):
        for part in fields(value):
            inner = f"{path}.{part.name}" if path else part.name
            yield from leaves(getattr(value, part.name), inner)
    elif isinstance(value, tuple):
        for index, item in enumerate(value, start=1):
            yield from leaves(item, path if index == len(value) else f"{path}@{index}")
    elif value is not None and value != "":
        yield Leaf(path, value)


def spellings(value: Any) -> tuple[str, ...]:
    """Return the ways in which a form may print a value, without white space."""
    match value:
        case Enum():
            return ("".join(str(value.value).split()),)
        case bool():
            return ()
        case int():
            return str(value), f"{value:,}".replace(",", ".")
        case Decimal():
            return (format(value, "f").replace(".", ","),)
        case date():
            long = f"ngày{value.day:02d}tháng{value.month}năm{value.year}"
            padded = f"ngày{value.day:02d}tháng{value.month:02d}năm{value.year}"
            return f"{value:%d/%m/%Y}", long, padded
        case _:
            text = "".join(str(value).split())
            return text, text.upper()
