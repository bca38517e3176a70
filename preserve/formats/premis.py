"""``metadata/premis.xml``: objects, events and agents of a bundle in PREMIS 3.0.

Deterministic: the same objects, events and agents give the same bytes. File names, pupil codes
and staff stand in it; pupils' names never do, because the journal and the paths hold none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from xml.etree import ElementTree as ET

from preserve.errors import FormatError
from preserve.model.packages import JournalEvent, ManifestEntry

NAMESPACE = "http://www.loc.gov/premis/v3"
_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ALGORITHMS = {"sha512": "SHA-512", "sha256": "SHA-256"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry (production 2)."""


@dataclass(frozen=True, slots=True)
class PremisFormat:
    """A file format as PREMIS names it."""

    name: str
    pronom: str = ""
    """Key in the PRONOM registry, empty where the file was not identified for certain."""
    note: str = ""


PDF_A_3A = PremisFormat("PDF/A-3a", "fmt/479", "Made by this program and checked when made")
"""The signed documents (ISO 19005-3, level A)."""
UNIDENTIFIED = PremisFormat("application/octet-stream", note="Named by its suffix only")
_SUFFIXES = {
    "xlsx": "Office Open XML Workbook",
    "xls": "Microsoft Excel Binary Workbook",
    "csv": "Comma Separated Values",
    "json": "JSON Data Interchange Format",
}


@dataclass(frozen=True, slots=True)
class PremisObject:
    """One payload file."""

    entry: ManifestEntry
    format: PremisFormat


@dataclass(frozen=True, slots=True)
class PremisAgent:
    """Who or what acted."""

    identifier: str
    """The text that stands in ``JournalEvent.agent``."""
    kind: str
    """``person``, ``organization``, ``software`` or ``hardware``."""
    version: str = ""


def source_format(path: str) -> PremisFormat:
    """Return the format that the suffix of an original export file claims."""
    name = _SUFFIXES.get(path.rpartition(".")[2].lower())
    return PremisFormat(name, note=UNIDENTIFIED.note) if name else UNIDENTIFIED


def encode_premis(
    objects: Iterable[PremisObject],
    events: Iterable[JournalEvent],
    agents: Iterable[PremisAgent],
) -> bytes:
    """Write a PREMIS 3.0 document: UTF-8, one element a line, LF line ends.

    Raises:
        FormatError: a text holds a character that XML cannot carry.
    """
    # ElementTree's own name spaces would rewrite prefixes globally; literal prefixes do not.
    root = ET.Element(
        "premis",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": _SCHEMA_INSTANCE,
            "version": "3.0",
        },
    )
    for item in objects:
        _add_object(root, item)
    for event in events:
        _add_event(root, event)
    for agent in agents:
        _add_agent(root, agent)
    ET.indent(root, space=" ")
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _add_object(root: ET.Element, item: PremisObject) -> None:
    element = ET.SubElement(root, "object", {"xsi:type": "file"})
    _add_identifier(element, "objectIdentifier", "bundle path", item.entry.path)
    characteristics = ET.SubElement(element, "objectCharacteristics")
    for algorithm, digest in item.entry.digests:
        fixity = ET.SubElement(characteristics, "fixity")
        _add(fixity, "messageDigestAlgorithm", _ALGORITHMS.get(algorithm, algorithm))
        _add(fixity, "messageDigest", digest)
    _add(characteristics, "size", str(item.entry.size))
    _add_format(ET.SubElement(characteristics, "format"), item.format)


def _add_format(element: ET.Element, file_format: PremisFormat) -> None:
    _add(ET.SubElement(element, "formatDesignation"), "formatName", file_format.name)
    if file_format.pronom:
        registry = ET.SubElement(element, "formatRegistry")
        _add(registry, "formatRegistryName", "PRONOM")
        _add(registry, "formatRegistryKey", file_format.pronom)
    if file_format.note:
        _add(element, "formatNote", file_format.note)


def _add_event(root: ET.Element, event: JournalEvent) -> None:
    element = ET.SubElement(root, "event")
    _add_identifier(element, "eventIdentifier", "journal number", str(event.number))
    _add(element, "eventType", event.event_type)
    moment = event.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    _add(element, "eventDateTime", moment)
    for key, value in event.details:
        _add(ET.SubElement(element, "eventDetailInformation"), "eventDetail", f"{key}: {value}")
    _add(ET.SubElement(element, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    if event.agent:
        _add_identifier(element, "linkingAgentIdentifier", "journal agent", event.agent)
    for name in event.objects:
        _add_identifier(element, "linkingObjectIdentifier", "journal object", name)


def _add_agent(root: ET.Element, agent: PremisAgent) -> None:
    element = ET.SubElement(root, "agent")
    _add_identifier(element, "agentIdentifier", "journal agent", agent.identifier)
    _add(element, "agentName", agent.identifier)
    _add(element, "agentType", agent.kind)
    if agent.version:
        _add(element, "agentVersion", agent.version)


def _add_identifier(parent: ET.Element, name: str, kind: str, value: str) -> None:
    element = ET.SubElement(parent, name)
    _add(element, f"{name}Type", kind)
    _add(element, f"{name}Value", value)


def _add(parent: ET.Element, name: str, text: str) -> None:
    if _NOT_XML.search(text):
        raise FormatError("PREMIS-TEXT", element=name)
    ET.SubElement(parent, name).text = text
