"""Tells what a file is by its first bytes, never by its name."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath

from preserve.errors import FormatError
from preserve.ingest.encodings import decode_text


class FileType(StrEnum):
    """What the first bytes of a file say; the value is the true extension."""

    XLSX = ".xlsx"
    XLS = ".xls"
    CSV = ".csv"
    JSON = ".json"
    HTML = ".html"
    XML = ".xml"
    XLSB = ".xlsb"
    ODS = ".ods"
    PDF = ".pdf"
    ZIP = ".zip"
    OTHER = ".bin"


_SUFFIXES = {
    FileType.XLSX: {".xlsx", ".xlsm"},
    FileType.XLS: {".xls"},
    FileType.CSV: {".csv", ".tsv", ".txt"},
    FileType.HTML: {".html", ".htm"},
}
"""Extensions that tell the truth about a table."""

_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*>", re.IGNORECASE | re.DOTALL)
"""What may stand before the first element of a page."""
_FIRST_ELEMENT = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?=[\s>/])")
_OF_PAGES = frozenset(
    {"html", "head", "meta", "title", "style", "body", "table", "div", "center", "p", "font"}
    | {"span", "b", "br", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_HEAD = 4_096
"""Bytes in which a page shows that it is one; ours."""


def sniff(content: bytes) -> FileType:
    """Tell the type of a file by its first bytes."""
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return FileType.XLS
    if content.startswith(b"%PDF-"):
        return FileType.PDF
    return _text(content)


def names_truly(name: str, file_type: FileType) -> bool:
    """Tell whether a name's extension is one of the type; no extension tells nothing."""
    suffix = PurePosixPath(name).suffix.lower()
    return not suffix or suffix in _SUFFIXES.get(file_type, {file_type.value})


def _packed(content: bytes) -> FileType:
    if b"xl/workbook.xml" in content:
        return FileType.XLSX
    if b"xl/workbook.bin" in content:
        return FileType.XLSB
    if b"application/vnd.oasis.opendocument.spreadsheet" in content[:256]:
        return FileType.ODS
    return FileType.ZIP


def _text(content: bytes) -> FileType:
    try:
        text = decode_text(content).text.lstrip()
    except FormatError:
        return _markup(content) or (FileType.CSV if _is_text(content) else FileType.OTHER)
    if not text:
        return FileType.OTHER
    found = {"{": FileType.JSON, "[": FileType.JSON}.get(text[:1], FileType.CSV)
    return _markup(text.encode("utf-8", "replace")) or found


def _markup(content: bytes) -> FileType | None:
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").decode("latin-1")
    if not head.startswith("<"):
        return None
    position = 0
    while found := _PROLOG.match(head, position):
        position = found.end()
    element = _FIRST_ELEMENT.match(head, position)
    is_page = element is not None and element[1].lower() in _OF_PAGES
    return FileType.HTML if is_page or "<!doctype html" in head.lower() else FileType.XML


def _is_text(content: bytes) -> bool:
    """Tell whether bytes of an unknown encoding are lines of text, so that reading can say why."""
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", content)
