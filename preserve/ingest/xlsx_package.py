"""Opens the container of an Office Open XML workbook (ECMA-376 Part 2) and guards against bombs."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from preserve.errors import FormatError
from preserve.ingest.findings import warning
from preserve.ingest.limits import (
    MAX_EXPANSION,
    MAX_MARKUP,
    MAX_PARTS,
    MAX_UNPACKED,
    SMALL_PART,
)
from preserve.model.imports import ImportFinding

_ENCRYPTED = 0x1
"""Bit of a member's flags that says it is encrypted (APPNOTE.TXT 4.4.4)."""
_DOCTYPE = re.compile(rb"<!\s*DOCTYPE", re.IGNORECASE)
_MACROS = "xl/vbaproject.bin"
_LINKS = "xl/externallinks/"


def open_package(content: bytes) -> zipfile.ZipFile:
    """Open the container; nothing is unpacked yet.

    Raises:
        FormatError: it is damaged, holds one name twice, is encrypted, or would grow too large.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise FormatError("IMP-FILE-BROKEN", problem="ZIP") from error
    _check_members(archive.infolist())
    return archive


def package_findings(archive: zipfile.ZipFile) -> Iterator[ImportFinding]:
    """Yield what the container holds besides tables: macros, which never run, and links."""
    names = [name.lower() for name in archive.namelist()]
    if _MACROS in names:
        yield warning("IMP-FILE-MACROS")
    if any(name.startswith(_LINKS) for name in names):
        yield warning("IMP-FILE-LINKS")


def read_part(archive: zipfile.ZipFile, path: str) -> bytes:
    """Return the XML of a part.

    Raises:
        FormatError: the part has a DTD, or more tags than a sheet could need.
        KeyError, zipfile.BadZipFile, zlib.error: the container is damaged.
    """
    content = archive.read(path)
    # No writer of workbooks declares a DTD, and without one there are no entities to expand.
    if _DOCTYPE.search(content) or _is_other_unicode(content):
        raise FormatError("IMP-FILE-BROKEN", problem="DTD")
    if content.count(b"<") > MAX_MARKUP:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_MARKUP)
    return content


def parse_part(archive: zipfile.ZipFile, path: str) -> ET.Element:
    """Return the root element of a part.

    Raises:
        FormatError: see ``read_part``.
        ET.ParseError: it is not well-formed.
    """
    return ET.fromstring(read_part(archive, path))  # noqa: S314  (DTDs are refused, sizes bounded)


def sheet_targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the paths of the parts that the workbook refers to, by the id of the relation."""
    return {
        element.attrib["Id"]: _target(element.attrib["Target"])
        for element in parse_part(archive, "xl/_rels/workbook.xml.rels")
        if element.get("TargetMode") != "External"
    }


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = {member.filename.lower() for member in members}
    if len(names) != len(members):
        # Two parts of one name: programs differ in which of them they show.
        raise FormatError("IMP-FILE-BROKEN", problem="ZIP")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise FormatError("IMP-FILE-PASSWORD")
    if len(members) > MAX_PARTS:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_PARTS)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_UNPACKED)
    for member in members:
        if member.file_size > max(SMALL_PART, MAX_EXPANSION * member.compress_size):
            raise FormatError("IMP-FILE-BOMB", limit=MAX_EXPANSION)


def _is_other_unicode(content: bytes) -> bool:
    """Tell whether a part is in UTF-16, in which the search for a DTD would see nothing."""
    return content[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in content[:4]


def _target(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
