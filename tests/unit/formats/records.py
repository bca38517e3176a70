"""Strategies and samples for the tests of the record XML: every kind of record, every field."""

from __future__ import annotations

import string
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from preserve.model.records import AssessmentSummary, Record, SummaryPeriod
from tests.unit.render.minutes import (
    amendment_minutes,
    covering_note,
    primary_transfer_summary,
    sealing_minutes,
    transfer_summary,
)
from tests.unit.render.people import amendment, grade_book, transcript

DOCUMENTS = Path(__file__).resolve().parents[3] / "docs"
TEXTS = st.text(
    st.one_of(
        st.sampled_from("aăâêđơưỄ \n\t\r&<>\"'ê\u0306" + string.digits),
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    ),
    max_size=12,
)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a type of the model, every field of it free."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        (inner,) = (part for part in arguments if part is not type(None))
        return st.none() | values(inner)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, arguments))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        build: Any = kind
        return st.builds(build, **{field.name: values(hints[field.name]) for field in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        bool: st.booleans(),
        int: st.integers(-999_999_999, 999_999_999),
        Decimal: st.decimals("-99", "99", allow_nan=False, places=2),
        date: st.dates(),
    }
    return simple[kind]


def names(kind: Any) -> set[str]:
    """Return the names of elements and attributes below a type."""
    found: set[str] = set()
    for inner in below(kind):
        if is_dataclass(inner):
            found |= {field.name.replace("_", "-") for field in fields(inner)}
    return found


def below(kind: Any, seen: frozenset[Any] = frozenset()) -> Iterator[Any]:
    """Yield a type and the types of its fields."""
    if kind in seen:
        return
    yield kind
    inner = get_type_hints(kind).values() if is_dataclass(kind) else get_args(kind)
    for part in inner:
        yield from below(part, seen | {kind})


def assessment_summary() -> AssessmentSummary:
    """Return a summary of a class; its contents are those of a class book."""
    book = grade_book(1)
    return AssessmentSummary(
        record_id="bang-tong-hop.6A.mid-1",
        version=1,
        form="TT27-2020-TH",
        document_number="BTH-6A",
        document_date=book.document_date,
        school=book.school,
        year=book.year,
        class_group=book.class_group,
        period=SummaryPeriod.MID_1,
        pupils=book.pupils,
        signatories=book.signatories,
    )


SAMPLES: tuple[Record, ...] = (
    transcript(2, amendments=[amendment()]),
    grade_book(2),
    assessment_summary(),
    transfer_summary(),
    primary_transfer_summary(),
    amendment_minutes(),
    sealing_minutes(),
    covering_note(),
)
"""At least one record of every kind, in real shapes."""
