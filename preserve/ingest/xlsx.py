"""Reads an Office Open XML workbook (.xlsx, .xlsm; ECMA-376 Part 1, SpreadsheetML).

The cells are read from the XML itself: a formula without a stored value must not look like an
empty cell, and a number must keep the digits that were written. Both namespaces of the standard,
transitional and strict, are read; the names of elements tell them apart from nothing else.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from preserve.errors import FormatError
from preserve.ingest.hidden import hidden_findings
from preserve.ingest.limits import MAX_COLUMNS, MAX_SHEETS
from preserve.ingest.tables import Area, Table, text_cell
from preserve.ingest.xlsx_cells import TRUE, SharedParts, SheetRows, read_rows, rich_text
from preserve.ingest.xlsx_package import (
    open_package,
    package_findings,
    parse_part,
    read_part,
    sheet_targets,
)
from preserve.model.imports import ImportFinding

_WORKBOOK = "xl/workbook.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def open_xlsx(content: bytes) -> tuple[Iterator[Table], tuple[ImportFinding, ...]]:
    """Return the worksheets of a workbook in the order of their tabs, and what is odd about it.

    Hidden sheets are read like the others.

    Raises:
        FormatError: the workbook is damaged, encrypted, too large or holds a DTD; also while the
            sheets are asked for.
    """
    archive = open_package(content)
    return _guarded(archive), tuple(package_findings(archive))


def _guarded(archive: zipfile.ZipFile) -> Iterator[Table]:
    try:
        with archive:
            yield from _sheets(archive)
    except FormatError:
        raise
    # zipfile, expat and the conversions above raise many kinds of errors on damaged files.
    except Exception as error:
        raise FormatError("IMP-FILE-BROKEN", problem="XLSX") from error


def _sheets(archive: zipfile.ZipFile) -> Iterator[Table]:
    workbook = parse_part(archive, _WORKBOOK)
    targets = sheet_targets(archive)
    shared = _shared(archive, workbook)
    sheets = _children(workbook, "sheets")
    if len(sheets) > MAX_SHEETS:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_SHEETS)
    for sheet in sheets:
        path = targets[sheet.get(_RELATION) or sheet.attrib[_STRICT_RELATION]]
        # A chart sheet has no cells, hence nothing that could be lost.
        if "/chartsheets/" not in path:
            yield _table(sheet, read_part(archive, path), shared)


def _table(sheet: ET.Element, content: bytes, shared: SharedParts) -> Table:
    name = sheet.attrib["name"]
    read, frame = _named(name, content, shared)
    is_hidden = sheet.get("state", "visible") != "visible"
    table = Table(name, read.rows, merged=tuple(_merged_areas(frame)))
    hidden = hidden_findings(table, read.hidden, _hidden_columns(frame), is_hidden=is_hidden)
    return replace(table, findings=tuple(hidden))


def _named(name: str, content: bytes, shared: SharedParts) -> tuple[SheetRows, ET.Element]:
    """Read the rows of a sheet, so that whatever is wrong with them names the sheet."""
    try:
        return read_rows(name, content, shared)
    except FormatError as error:
        raise FormatError(error.code, **{"sheet": name, **error.parameters}) from error
    except (ET.ParseError, ValueError, KeyError, OverflowError) as error:
        raise FormatError("IMP-FILE-BROKEN", problem="XLSX", sheet=name) from error


def _hidden_columns(worksheet: ET.Element) -> frozenset[int]:
    return frozenset(
        index
        for element in _children(worksheet, "cols")
        if element.get("hidden") in TRUE
        for index in range(
            int(element.attrib["min"]) - 1, min(int(element.attrib["max"]), MAX_COLUMNS)
        )
    )


def _merged_areas(worksheet: ET.Element) -> Iterator[Area]:
    for element in _children(worksheet, "mergeCells"):
        left, top, right, bottom = range_boundaries(element.attrib["ref"])
        if not (left and top and right and bottom):
            raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
        yield Area(top - 1, left - 1, bottom - 1, right - 1)


def _shared(archive: zipfile.ZipFile, workbook: ET.Element) -> SharedParts:
    names = set(archive.namelist())
    strings: ET.Element | tuple[()] = ()
    if "xl/sharedStrings.xml" in names:
        strings = parse_part(archive, "xl/sharedStrings.xml")
    dates: frozenset[str] = frozenset()
    if "xl/styles.xml" in names:
        dates = _date_styles(parse_part(archive, "xl/styles.xml"))
    return SharedParts(
        strings={str(n): text_cell(rich_text(item)) for n, item in enumerate(strings)},
        date_styles=dates,
        epoch=MAC_EPOCH if _says(workbook, "workbookPr", "date1904") else WINDOWS_EPOCH,
        calculated=not _says(workbook, "calcPr", "fullCalcOnLoad"),
    )


def _says(workbook: ET.Element, name: str, attribute: str) -> bool:
    element = _child(workbook, name)
    return element is not None and element.get(attribute) in TRUE


def _date_styles(styles: ET.Element) -> frozenset[str]:
    formats = dict(BUILTIN_FORMATS)
    for element in _children(styles, "numFmts"):
        formats[int(element.attrib["numFmtId"])] = element.attrib["formatCode"]
    return frozenset(
        str(index)
        for index, style in enumerate(_children(styles, "cellXfs"))
        if is_date_format(formats.get(int(style.get("numFmtId", "0")), "General"))
    )


def _child(parent: ET.Element, name: str) -> ET.Element | None:
    return next((child for child in parent if child.tag.rpartition("}")[2] == name), None)


def _children(parent: ET.Element, name: str) -> ET.Element | tuple[()]:
    found = _child(parent, name)
    return () if found is None else found
