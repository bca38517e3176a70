"""Reads an Office Open XML workbook (.xlsx; ECMA-376 Part 1, SpreadsheetML).

The cells are read from the XML itself: a formula without a stored value must not look like an
empty cell, and a number must keep the digits that were written.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from xml.etree import ElementTree as ET

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from preserve.errors import FormatError
from preserve.ingest.tables import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED,
    CellFault,
    CellValue,
    Row,
    Table,
    text_cell,
)

_WORKBOOK = "xl/workbook.xml"
_LETTERS = re.compile(r"[A-Z]{1,3}")
_DIGITS = "0123456789"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_DOCTYPE = re.compile(rb"<!\s*DOCTYPE", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What every sheet of a workbook refers to."""

    strings: tuple[str, ...]
    date_styles: frozenset[int]
    epoch: datetime


def read_xlsx(content: bytes) -> Iterator[Table]:
    """Yield the worksheets of a workbook in the order of their tabs, hidden ones included.

    Raises:
        FormatError: the workbook is damaged, encrypted, too large or holds a DTD.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive)
            yield from _sheets(archive)
    except FormatError:
        raise
    # zipfile, expat and the conversions above raise many kinds of errors on damaged files.
    except Exception as error:
        raise FormatError("IMP-FILE-BROKEN", problem="XLSX") from error


def _check_size(archive: zipfile.ZipFile) -> None:
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_UNPACKED)


def _sheets(archive: zipfile.ZipFile) -> Iterator[Table]:
    workbook = _parse(archive, _WORKBOOK)
    targets = {
        element.attrib["Id"]: _target(element.attrib["Target"])
        for element in _parse(archive, "xl/_rels/workbook.xml.rels")
    }
    shared = _shared(archive, workbook)
    for sheet in _children(workbook, "sheets"):
        path = targets[sheet.get(_RELATION) or sheet.attrib[_STRICT_RELATION]]
        # A chart sheet has no cells, hence nothing that could be lost.
        if "/chartsheets/" not in path:
            yield Table(sheet.attrib["name"], _rows(_parse(archive, path), shared))


def _shared(archive: zipfile.ZipFile, workbook: ET.Element) -> _Shared:
    names = set(archive.namelist())
    strings: tuple[str, ...] = ()
    if "xl/sharedStrings.xml" in names:
        strings = tuple(_text(item) for item in _parse(archive, "xl/sharedStrings.xml"))
    dates: frozenset[int] = frozenset()
    if "xl/styles.xml" in names:
        dates = _date_styles(_parse(archive, "xl/styles.xml"))
    properties = _child(workbook, "workbookPr")
    from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    return _Shared(strings, dates, MAC_EPOCH if from_1904 else WINDOWS_EPOCH)


def _date_styles(styles: ET.Element) -> frozenset[int]:
    formats = dict(BUILTIN_FORMATS)
    for element in _children(styles, "numFmts"):
        formats[int(element.attrib["numFmtId"])] = element.attrib["formatCode"]
    return frozenset(
        index
        for index, style in enumerate(_children(styles, "cellXfs"))
        if is_date_format(formats.get(int(style.get("numFmtId", "0")), "General"))
    )


def _rows(worksheet: ET.Element, shared: _Shared) -> list[Row]:
    read = _cell_reader(worksheet, shared)
    rows: list[Row] = []
    for element in _children(worksheet, "sheetData"):
        number = int(element.get("r", len(rows) + 1))
        if number > MAX_ROWS:
            raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_ROWS)
        if number <= len(rows):
            raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
        rows.extend(() for _ in range(number - len(rows) - 1))
        rows.append(_row(element, read))
    return rows


def _row(element: ET.Element, read: Callable[[ET.Element], CellValue]) -> Row:
    cells: list[CellValue] = []
    for cell in element:
        reference = cell.get("r")
        index = len(cells) if reference is None else _column_index(reference.rstrip(_DIGITS))
        if index != len(cells):
            if index < len(cells) or index >= MAX_COLUMNS:
                raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
            cells.extend([None] * (index - len(cells)))
        cells.append(read(cell))
    return tuple(cells)


def _cell_reader(worksheet: ET.Element, shared: _Shared) -> Callable[[ET.Element], CellValue]:
    namespace = worksheet.tag.rpartition("}")[0]
    namespace += "}" if namespace else ""
    value_tag, formula_tag, inline_tag = (namespace + name for name in ("v", "f", "is"))
    strings = shared.strings

    def read(cell: ET.Element) -> CellValue:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(inline_tag)
            return None if inline is None else text_cell(_text(inline))
        text = cell.findtext(value_tag)
        if not text:
            # A formula whose result is the empty string says so by its type.
            is_formula = kind != "str" and cell.find(formula_tag) is not None
            return CellFault.EMPTY_FORMULA if is_formula else None
        if kind == "s":
            return text_cell(strings[int(text)])
        return _value(kind, text, int(cell.get("s", "0")), shared)

    return read


def _value(kind: str, text: str, style: int, shared: _Shared) -> CellValue:
    match kind:
        case "n":
            return _number(text, shared.epoch if style in shared.date_styles else None)
        case "str":
            return text_cell(text)
        case "d":
            return datetime.fromisoformat(text)
        case "b":
            return CellFault.BOOLEAN
        case "e":
            return CellFault.ERROR
        case _:
            raise FormatError("IMP-FILE-BROKEN", problem="XLSX")


@lru_cache(maxsize=4096)
def _number(text: str, epoch: datetime | None) -> CellValue:
    number = float(text)
    if epoch is None:
        return int(number) if number.is_integer() else number
    moment = from_excel(number, epoch)
    # A time of day without a date comes back as another type: no date can be read from it.
    return moment if isinstance(moment, date) else CellFault.ERROR


@lru_cache(maxsize=MAX_COLUMNS)
def _column_index(letters: str) -> int:
    if not _LETTERS.fullmatch(letters):
        raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _parse(archive: zipfile.ZipFile, path: str) -> ET.Element:
    content = archive.read(path)
    # No writer of workbooks declares a DTD, and expat bounds what entities could do besides.
    if _DOCTYPE.search(content):
        raise FormatError("IMP-FILE-BROKEN", problem="DTD")
    return ET.fromstring(content)  # noqa: S314  (DTDs are refused above, sizes are bounded)


def _target(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _child(parent: ET.Element, name: str) -> ET.Element | None:
    return next((child for child in parent if child.tag.rpartition("}")[2] == name), None)


def _children(parent: ET.Element, name: str) -> ET.Element | tuple[()]:
    found = _child(parent, name)
    return () if found is None else found


def _text(item: ET.Element) -> str:
    """Join the runs of a string; phonetic readings (``rPh``) are no part of it."""
    parts: list[str] = []
    for child in item:
        if child.tag.endswith("}t"):
            parts.append(child.text or "")
        elif child.tag.endswith("}r"):
            parts.extend(run.text or "" for run in child if run.tag.endswith("}t"))
    return "".join(parts)
