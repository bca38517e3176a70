"""PREMIS: well-formed, deterministic, in the order of the schema."""

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from preserve.errors import FormatError
from preserve.formats.premis import (
    NAMESPACE,
    PDF_A_3A,
    PremisAgent,
    PremisObject,
    encode_premis,
    source_format,
)
from preserve.model.packages import JournalEvent, ManifestEntry

ENTRY = ManifestEntry("data/6A/x.pdf", 7, (("sha512", "ab" * 64), ("sha256", "cd" * 32)))
EVENT = JournalEvent(
    number=3,
    event_type="digital signature generation",
    at=datetime(2025, 6, 1, 7, 0, tzinfo=UTC),
    agent="GV01",
    objects=("hoc-ba.6A.9910000001",),
    outcome="success",
    details=(("reason", 'a < b & "c"'),),
    previous="0" * 64,
)
AGENT = PremisAgent("GV01", "person")
N = f"{{{NAMESPACE}}}"


def _parse(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314 (our own output, a line ago)


def _children(element: ET.Element | None) -> list[str]:
    assert element is not None
    return [child.tag.removeprefix(N) for child in element]


def test_the_parts_stand_in_the_order_of_the_schema() -> None:
    """PREMIS 3.0 fixes the order of elements; every one of ours follows it."""
    data = encode_premis([PremisObject(ENTRY, PDF_A_3A)], [EVENT], [AGENT])
    root = _parse(data)
    assert (root.tag, root.get("version")) == (f"{N}premis", "3.0")
    assert _children(root) == ["object", "event", "agent"]
    assert _children(root.find(f"{N}object")) == ["objectIdentifier", "objectCharacteristics"]
    assert _children(root.find(f".//{N}objectCharacteristics")) == [
        "fixity",
        "fixity",
        "size",
        "format",
    ]
    assert _children(root.find(f".//{N}format")) == [
        "formatDesignation",
        "formatRegistry",
        "formatNote",
    ]
    assert _children(root.find(f"{N}event")) == [
        "eventIdentifier",
        "eventType",
        "eventDateTime",
        "eventDetailInformation",
        "eventOutcomeInformation",
        "linkingAgentIdentifier",
        "linkingObjectIdentifier",
    ]
    assert _children(root.find(f"{N}agent")) == ["agentIdentifier", "agentName", "agentType"]
    kind = "{http://www.w3.org/2001/XMLSchema-instance}type"
    assert [item.get(kind) for item in root.iter(f"{N}object")] == ["file"]


def test_values_are_carried_exactly() -> None:
    """Digests, size, time and escaped texts come back."""
    root = _parse(encode_premis([PremisObject(ENTRY, PDF_A_3A)], [EVENT], [AGENT]))

    def texts(name: str) -> list[str | None]:
        return [element.text for element in root.iter(f"{N}{name}")]

    assert texts("messageDigest") == ["ab" * 64, "cd" * 32]
    assert texts("messageDigestAlgorithm") == ["SHA-512", "SHA-256"]
    assert texts("size") == ["7"]
    assert texts("formatRegistryKey") == ["fmt/479"]
    assert texts("eventDateTime") == ["2025-06-01T07:00:00Z"]
    assert texts("eventDetail") == ['reason: a < b & "c"']
    assert texts("linkingObjectIdentifierValue") == ["hoc-ba.6A.9910000001"]


def test_the_same_facts_give_the_same_bytes() -> None:
    """Nothing depends on the run."""
    one = encode_premis([PremisObject(ENTRY, PDF_A_3A)], [EVENT], [AGENT])
    assert one == encode_premis([PremisObject(ENTRY, PDF_A_3A)], [EVENT], [AGENT])
    assert one.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_a_character_that_xml_cannot_carry_is_refused(text: str) -> None:
    """It would make the whole file unreadable."""
    with pytest.raises(FormatError, match="PREMIS-TEXT"):
        encode_premis([], [replace(EVENT, agent=text)], [])


def test_a_source_is_named_by_its_suffix_and_never_identified() -> None:
    """A PRONOM key stands only where the program made the file itself."""
    assert source_format("data/sources/x/0001.XLSX").name == "Office Open XML Workbook"
    assert source_format("data/sources/x/0001.bin").name == "application/octet-stream"
    for path in ("a.xlsx", "a.xls", "a.csv", "a.json", "a", "a.pdf"):
        assert source_format(path).pronom == ""
