"""The schema of the record XML and the reader agree; libxml2 is the outside judge."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from preserve.errors import FormatError
from preserve.formats.record_xml import ROOTS, decode_record, encode_record
from preserve.formats.record_xml_schema import record_schema
from preserve.model.records import Record
from tests.unit.formats.records import DOCUMENTS, SAMPLES, names, values
from tests.unit.render.people import transcript
from tools.record_schema import main

SCHEMA = etree.XMLSchema(etree.fromstring(record_schema()))
XSI = "http://www.w3.org/2001/XMLSchema-instance"
GOOD = encode_record(transcript()).decode("utf-8")


def valid(data: bytes) -> bool:
    """Tell whether a document is valid against the schema."""
    return bool(SCHEMA.validate(etree.fromstring(data)))


def admitted(data: bytes) -> bool:
    """Tell whether the reader admits a document."""
    try:
        decode_record(data)
    except FormatError:
        return False
    return True


def test_committed_schema_is_the_generated_one() -> None:
    """docs/record.xsd is what ``python -m tools.record_schema`` writes."""
    assert (DOCUMENTS / "record.xsd").read_bytes() == record_schema()


def test_tool_writes_the_schema(tmp_path: Path) -> None:
    """``python -m tools.record_schema FILE`` writes it where it is told to."""
    target = tmp_path / "record.xsd"
    main([str(target)])
    assert target.read_bytes() == record_schema()


def test_schema_declares_every_name_and_root() -> None:
    """Whatever the model holds is an element or attribute of the schema, and nothing else is."""
    schema = etree.fromstring(record_schema())
    space = "{http://www.w3.org/2001/XMLSchema}"
    roots = [e.get("name") for e in schema.findall(f"{space}element")]
    assert roots == list(ROOTS)
    declared = {
        element.get("name")
        for tag in ("element", "attribute")
        for element in schema.iter(f"{space}{tag}")
    }
    types = {element.get("name") for element in schema.findall(f"{space}complexType")}
    wanted = set().union(*(names(kind) for kind in ROOTS.values()))
    assert wanted - declared == set()
    assert declared - wanted - types - set(ROOTS) == {"item"}


@pytest.mark.parametrize("record", SAMPLES, ids=lambda record: record.record_id)
def test_full_records_are_valid(record: Record) -> None:
    """Real shapes of every kind of record pass the outside validator."""
    tree = etree.fromstring(encode_record(record))
    SCHEMA.assertValid(tree)


@pytest.mark.parametrize("kind", ROOTS.values(), ids=ROOTS)
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_record_is_valid(kind: type[Record], data: st.DataObject) -> None:
    """Whatever a record holds, its XML passes the outside validator."""
    SCHEMA.assertValid(etree.fromstring(encode_record(data.draw(values(kind)))))


def rename(element: Any, _: st.DataObject) -> bool:
    """Give an element a name that the page does not know."""
    element.tag = f"{element.tag}x"
    return True


def move_away(element: Any, _: st.DataObject) -> bool:
    """Put an element into a foreign namespace."""
    element.tag = etree.QName("urn:foreign", etree.QName(element).localname)
    return True


def add_text(element: Any, _: st.DataObject) -> bool:
    """Write text where elements stand."""
    if etree.QName(element).localname == "item":
        return False
    element.text = "văn bản"
    return True


def add_attribute(element: Any, _: st.DataObject) -> bool:
    """Add an attribute that the page does not know."""
    element.set("secret", "1")
    return True


def repeat(element: Any, _: st.DataObject) -> bool:
    """Let a single element stand twice."""
    parent = element.getparent()
    if parent is None or (len(parent) > 1 and parent[0].tag == parent[1].tag):
        return False
    # An only child may be the only item of a list, of which there may be two.
    if len(parent) == 1:
        return False
    parent.insert(parent.index(element), etree.fromstring(etree.tostring(element)))
    return True


def empty_list(element: Any, _: st.DataObject) -> bool:
    """Take the items of a list away and leave its element."""
    if not len(element) or element.attrib or element.getparent() is None:
        return False
    if len({child.tag for child in element}) != 1:
        return False
    for child in list(element):
        element.remove(child)
    return True


def exchange(element: Any, data: st.DataObject) -> bool:
    """Change the order of two different child elements."""
    tags = [child.tag for child in element]
    if len(set(tags)) < 2:
        return False
    at = data.draw(st.sampled_from([i for i in range(len(tags) - 1) if tags[i] != tags[i + 1]]))
    element.insert(at, element[at + 1])
    return True


ALWAYS_WRONG = (rename, move_away, add_text, add_attribute, repeat, empty_list, exchange)


@pytest.mark.parametrize("spoil", ALWAYS_WRONG, ids=lambda spoil: spoil.__name__)
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_changed_structure_is_refused_by_both(spoil: Any, data: st.DataObject) -> None:
    """Another name, order, number or content of elements passes neither schema nor reader."""
    tree = etree.fromstring(encode_record(data.draw(st.sampled_from(SAMPLES))))
    element = data.draw(st.sampled_from(list(tree.iter())))
    assume(spoil(element, data))
    changed = etree.tostring(tree)
    assert (valid(changed), admitted(changed)) == (False, False)


VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "+1",
            "8.0",
            "8,0",
            ".5",
            "5.",
            "1e3",
            "NaN",
            "٣",
            "9" * 19,
            "true",
            "True",
            "1",
            "2024-02-29",
            "2025-02-29",
            "2025-13-01",
            "0000-01-01",
            "2024-02-29Z",
            "Tốt",
            "tốt",
            "Đ",
            "THCS",
            "marks",
            "principal",
            "6 4",
            "6  4",
            "6",
        ]
    ),
    st.text("0123456789-.", min_size=1, max_size=20),
    st.from_regex(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", fullmatch=True),
)


@given(data=st.data())
@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
def test_schema_and_reader_agree_on_every_value(data: st.DataObject) -> None:
    """A value that one of them admits, the other one admits, whatever stands in the attribute."""
    tree = etree.fromstring(encode_record(data.draw(st.sampled_from(SAMPLES))))
    element = data.draw(st.sampled_from(list(tree.iter())))
    value = data.draw(VALUES)
    if element.attrib:
        element.set(data.draw(st.sampled_from(sorted(element.attrib))), value)
    elif not len(element):
        element.text = value
    changed = etree.tostring(tree)
    assert valid(changed) is admitted(changed)


@given(data=st.data())
@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
def test_schema_and_reader_agree_on_what_may_be_missing(data: st.DataObject) -> None:
    """An attribute or element that one of them can do without is optional for the other one."""
    tree = etree.fromstring(encode_record(data.draw(st.sampled_from(SAMPLES))))
    element = data.draw(st.sampled_from(list(tree.iter())))
    missing = data.draw(st.sampled_from([*sorted(element.attrib), *range(len(element)), None]))
    assume(missing is not None)
    if isinstance(missing, int):
        element.remove(element[missing])
    else:
        del element.attrib[missing]
    changed = etree.tostring(tree)
    assert valid(changed) is admitted(changed)


@pytest.mark.parametrize(
    "changed",
    [
        GOOD.replace('version="1"', 'version=" 1 "'),
        re.sub(r'document-date="([^"]+)"', r'document-date=" \1"', GOOD, count=1),
        re.sub(r'year-average="([^"]+)"', r'year-average="\1 "', GOOD, count=1),
        GOOD.replace('promoted="true"', 'promoted=" true"'),
        GOOD.replace("<transcript ", f'<transcript xmlns:i="{XSI}" i:schemaLocation="a b" '),
        GOOD.replace("?>", "?><?tool x?>"),
        GOOD.replace("?>", "?><!DOCTYPE transcript>"),
    ],
)
def test_reader_is_stricter_where_the_page_says_so(changed: str) -> None:
    """Section 12 of docs/record-xml.md lists what a schema admits or cannot see."""
    data = changed.encode("utf-8")
    assert data != GOOD.encode("utf-8")
    assert (valid(data), admitted(data)) == (True, False)


@pytest.mark.parametrize(
    "changed",
    [
        GOOD.replace("\n", "\n\n\t  "),
        GOOD.replace("?>", "?><!-- comment -->"),
        re.sub(r"<(/?)(?=[a-z])", r"<\1r:", GOOD).replace("xmlns=", "xmlns:r="),
        GOOD.replace(' kind="school"', ""),
        GOOD.replace('gender="Nam"', 'gender="&#78;am"'),
    ],
)
def test_another_spelling_of_the_same_is_admitted_by_both(changed: str) -> None:
    """Blanks between elements, comments, prefixes and references carry no meaning."""
    data = changed.encode("utf-8")
    assert data != GOOD.encode("utf-8")
    assert (valid(data), admitted(data)) == (True, True)
