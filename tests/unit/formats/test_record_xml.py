"""Records as XML: exact, deterministic, and deaf to hostile input."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.errors import FormatError
from preserve.formats import record_xml_tree
from preserve.formats.record_xml import (
    NAMESPACE,
    ROOTS,
    decode_header,
    decode_record,
    encode_record,
)
from preserve.model.records import Record, SealingMinutes, Transcript
from preserve.model.school import SchoolKind
from tests.unit.formats.records import DOCUMENTS, SAMPLES, names, values
from tests.unit.render.people import transcript


@pytest.mark.parametrize("kind", ROOTS.values(), ids=ROOTS)
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_record_comes_back_exactly(kind: type[Record], data: st.DataObject) -> None:
    """Every field of the model survives, whatever it holds."""
    record = data.draw(values(kind))
    assert decode_record(encode_record(record)) == record


@pytest.mark.parametrize("record", SAMPLES, ids=lambda record: record.record_id)
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
    page = (DOCUMENTS / "record-xml.md").read_text("utf-8")
    wanted = set(ROOTS).union(*(names(kind) for kind in ROOTS.values()))
    assert {name for name in wanted if f"`{name}`" not in page} == set()


def test_documents_list_no_dead_name() -> None:
    """Whatever docs/record-xml.md explains as a name of its own is in the schema."""
    page = (DOCUMENTS / "record-xml.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z][a-z0-9]*(?:-[a-z0-9]+)+)`", page))
    declared = set(re.findall(r'"([^"]+)"', (DOCUMENTS / "record.xsd").read_text("utf-8")))
    assert named - declared == set()


ROOT = f'<transcript xmlns="{NAMESPACE}"'
GOOD = encode_record(transcript()).decode("utf-8")


def in_another_order(text: str) -> str:
    """Exchange the school and the pupil of a transcript."""
    found = re.search(r"( <school [^>]*/>\n)( <pupil .*?</pupil>\n)", text, re.DOTALL)
    assert found is not None
    return text.replace(found[0], found[2] + found[1])


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
        (in_another_order(GOOD), "RECORD-XML"),
        (GOOD.replace("<absences ", "<absences>\n</absences><absences ", 1), "RECORD-XML"),
        (re.sub(r"<absences ([^/]*)/>", r"<absences \1> </absences>", GOOD, count=1),
         "RECORD-XML"),
        (re.sub(r"<signatories>.*</signatories>", "<signatories/>", GOOD, flags=re.DOTALL),
         "RECORD-XML"),
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


@pytest.mark.parametrize("record", SAMPLES, ids=lambda record: record.record_id)
def test_header_is_that_of_the_record(record: Record) -> None:
    """A signer reads the same id, form, school and signatories, whatever the kind of record."""
    header = decode_header(encode_record(record))
    assert (header.kind, header.record_id, header.form) == (
        type(record),
        record.record_id,
        record.form,
    )
    assert (header.school, header.signatories) == (record.school, record.signatories)


def test_first_files_are_still_read() -> None:
    """A file from before centres of continuing education says that it is a school's."""
    old = GOOD.replace(' kind="school"', "")
    assert old != GOOD
    decoded = decode_record(old.encode("utf-8"))
    assert decoded.school.kind is SchoolKind.SCHOOL
    assert decoded == transcript()


def test_bundle_of_many_gigabytes_is_written() -> None:
    """Minutes of sealing hold the size of any bundle."""
    (minutes,) = (record for record in SAMPLES if isinstance(record, SealingMinutes))
    large = replace(minutes, byte_count=25 * 10**12)
    assert decode_record(encode_record(large)) == large


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
