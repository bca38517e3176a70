"""Records as XML: exact, deterministic, and deaf to hostile input."""

from __future__ import annotations

import string
import types
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.errors import FormatError
from preserve.formats import record_xml_tree
from preserve.formats.record_xml import NAMESPACE, decode_record, encode_record
from preserve.model.records import GradeBook, Record, Transcript
from tests.unit.render.people import amendment, grade_book, transcript

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


@given(values(Transcript))
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_any_transcript_comes_back_exactly(record: Transcript) -> None:
    """Every field of the model survives, whatever it holds."""
    assert decode_record(encode_record(record)) == record


@given(values(GradeBook))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_any_grade_book_comes_back_exactly(record: GradeBook) -> None:
    """Every field of the model survives, whatever it holds."""
    assert decode_record(encode_record(record)) == record


@pytest.mark.parametrize(
    "record", [transcript(3, amendments=[amendment()]), grade_book(5)], ids=["hoc-ba", "so"]
)
def test_full_records_come_back_exactly(record: Record) -> None:
    """Real shapes round-trip, and the second encoding gives the same bytes."""
    data = encode_record(record)
    assert decode_record(data) == record
    assert encode_record(decode_record(data)) == data


def test_trailing_zeros_of_marks_survive() -> None:
    """8.0 and 8 are the same number and still not the same data."""
    record = transcript()
    (year,) = record.years
    result = replace(year.subjects[0], year_average=Decimal("8.00"))
    record = replace(record, years=(replace(year, subjects=(result,)),))
    decoded = decode_record(encode_record(record))
    assert isinstance(decoded, Transcript)
    assert str(decoded.years[0].subjects[0].year_average) == "8.00"


def test_no_value_and_no_text_stay_apart() -> None:
    """An optional text may be absent or empty, and the XML keeps the difference."""
    record = transcript()
    first, *rest = record.signatories
    for part in (None, "", "Lịch sử"):
        changed = replace(record, signatories=(replace(first, part=part), *rest))
        decoded = decode_record(encode_record(changed))
        assert decoded.signatories[0].part == part


def test_xml_is_readable_by_a_person() -> None:
    """Names are those of the model, and the namespace says which version it is."""
    text = encode_record(transcript()).decode("utf-8")
    assert f'<transcript xmlns="{NAMESPACE}"' in text
    assert 'document-date="2025-05-31"' in text
    assert 'name="Nguyễn Văn Ví Dụ"' in text


def test_documents_list_every_name() -> None:
    """docs/record-xml.md explains each element and attribute of the model."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "record-xml.md").read_text("utf-8")
    missing = {name for name in names(Transcript) | names(GradeBook) if f"`{name}`" not in page}
    assert missing == set()


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


ROOT = f'<transcript xmlns="{NAMESPACE}"'
GOOD = encode_record(transcript()).decode("utf-8")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "RECORD-XML"),
        ("not xml", "RECORD-XML"),
        (GOOD[:-20], "RECORD-XML"),
        (GOOD + "<more/>", "RECORD-XML"),
        (GOOD.replace(NAMESPACE, "urn:preserve:record:2"), "RECORD-XML"),
        (GOOD.replace("<transcript ", "<report ").replace("</transcript>", "</report>"),
         "RECORD-XML"),
        (GOOD.replace('version="1"', ""), "RECORD-XML"),
        (GOOD.replace('version="1"', 'version="1" secret="x"'), "RECORD-XML"),
        (GOOD.replace('version="1"', 'version="one"'), "RECORD-VALUE"),
        (GOOD.replace('version="1"', 'version="1"><pupil/><x/', 1), "RECORD-XML"),
        (GOOD.replace('"2025-05-31"', '"31/05/2025"'), "RECORD-VALUE"),
        (GOOD.replace('"2025-05-31"', '"2025-02-30"'), "RECORD-VALUE"),
        (GOOD.replace('level="THCS"', 'level="ĐH"'), "RECORD-VALUE"),
        (GOOD.replace("<years>", "<years>text"), "RECORD-XML"),
        (GOOD.replace("<years>", '<years kind="all">'), "RECORD-XML"),
        (GOOD.replace("<school ", "<school>x</school><school ", 1), "RECORD-XML"),
        (GOOD.replace("?>", "?><!DOCTYPE transcript>"), "RECORD-DTD"),
        (
            GOOD.replace("?>", '?><!DOCTYPE t [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'),
            "RECORD-DTD",
        ),
        (GOOD.replace("?>", '?><?xml-stylesheet href="x"?>'), "RECORD-XML"),
        (f"{ROOT}>" + "<x>" * 60 + "</x>" * 60 + "</transcript>", "RECORD-LIMIT"),
        (GOOD.replace("Nguyễn", "&nguyen;"), "RECORD-XML"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(data: str, code: str) -> None:
    """Foreign, broken and hostile XML is our error with a stable code."""
    assert data != GOOD
    with pytest.raises(FormatError) as caught:
        decode_record(data.encode("utf-8"))
    assert caught.value.code == code


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of elements has a limit."""
    monkeypatch.setattr(record_xml_tree, "MAX_ELEMENTS", 10)
    with pytest.raises(FormatError, match="RECORD-LIMIT"):
        decode_record(GOOD.encode("utf-8"))


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size has a limit that is checked before parsing."""
    monkeypatch.setattr(record_xml_tree, "MAX_BYTES", 100)
    with pytest.raises(FormatError, match="RECORD-LIMIT"):
        decode_record(GOOD.encode("utf-8"))


@given(st.data())
@settings(max_examples=150)
def test_damaged_xml_never_crashes(data: st.DataObject) -> None:
    """A flipped byte gives another record or our error, nothing else."""
    raw = bytearray(GOOD.encode("utf-8"))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FormatError):
        decode_record(bytes(raw))


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "\ufffe", "\x0b", "\ud800"])
def test_what_xml_cannot_hold_is_refused(text: str) -> None:
    """A control character in a name is named by its code point, not dropped."""
    record = transcript()
    with pytest.raises(FormatError) as caught:
        encode_record(replace(record, pupil=replace(record.pupil, name=text)))
    assert caught.value.code == "RECORD-CHARACTER"


@pytest.mark.parametrize("mark", [Decimal("NaN"), Decimal("Infinity"), Decimal(10) ** 40])
def test_marks_that_are_no_numbers_are_refused(mark: Decimal) -> None:
    """Only plain decimals are written."""
    record = transcript()
    (year,) = record.years
    result = replace(year.subjects[0], year_average=mark)
    with pytest.raises(FormatError, match="RECORD-VALUE"):
        encode_record(replace(record, years=(replace(year, subjects=(result,)),)))


def test_errors_hold_no_pupils_data() -> None:
    """The refusal of a damaged file does not quote it."""
    broken = GOOD.replace('birth-date="2012-02-29"', 'birth-date="Nguyễn Văn Ví Dụ"')
    with pytest.raises(FormatError) as caught:
        decode_record(broken.encode("utf-8"))
    assert "Ví Dụ" not in str(caught.value)
