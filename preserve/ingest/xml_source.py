"""Takes XML files in: records of ``preserve`` become facts, everything else is kept unread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.parsers import expat

from preserve.errors import FormatError
from preserve.formats.record_xml import NAMESPACE, decode_record
from preserve.ingest.findings import warning
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.record_facts import record_sheets
from preserve.model.imports import ImportFinding, SheetFacts

RECORD = "preserve-record"
"""Profile id of a record that ``preserve`` made."""
OPAQUE = "opaque-xml"
"""Profile id of an XML file that is kept byte for byte and not read."""
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#\nSignature"
_TABLES = frozenset({"urn:schemas-microsoft-com:office:spreadsheet"})
"""Namespaces of tables; such a file holds data that must not be passed over."""
_SEPARATOR = "\n"
_MAX_DEPTH = 200
"""Depth of elements; the deepest known school record has under 20 (ours)."""


def read_xml(
    content: bytes, name: str, profile: SchoolProfile
) -> tuple[str, tuple[SheetFacts, ...], tuple[ImportFinding, ...]]:
    """Return profile id, facts and findings of an XML file.

    A signature in it is mentioned and never believed: no layout of signed school records is
    published, so nothing of such a file is read beyond the names of its elements.

    Raises:
        FormatError: it is not well-formed, declares entities, holds a table, or is a record that
            cannot be read.
    """
    seen = _look(content)
    namespace, _, root = seen.root.rpartition(_SEPARATOR)
    if namespace == NAMESPACE:
        return RECORD, *record_sheets(decode_record(content), profile)
    if namespace in _TABLES or PurePosixPath(name).suffix.lower() != ".xml":
        raise FormatError("IMP-FILE-TYPE", found=".xml")
    findings = [warning("IMP-XML-UNREAD", root=root[:60])]
    if seen.signed:
        findings.append(warning("IMP-XML-SIGNATURE-CLAIMED"))
    return OPAQUE, (), tuple(findings)


@dataclass(slots=True)
class _Seen:
    """What a look at the elements shows."""

    root: str = ""
    signed: bool = False
    depth: int = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self.root = self.root or name
        self.signed = self.signed or name == _SIGNATURE
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise FormatError("IMP-XML-DEPTH", limit=_MAX_DEPTH)

    def end(self, _name: str) -> None:
        self.depth -= 1


def _look(content: bytes) -> _Seen:
    seen = _Seen()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.StartElementHandler = seen.start
    parser.EndElementHandler = seen.end
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        parser.Parse(content, True)  # noqa: FBT003  (expat takes no keywords)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise FormatError("IMP-XML-BROKEN") from problem
    return seen


def _refuse_dtd(*_arguments: object) -> None:
    raise FormatError("IMP-XML-DTD")
