"""Reads a BIFF workbook (.xls, Excel 5.0 to 2003) out of its compound file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.compdoc import CompDoc

from preserve.errors import FormatError
from preserve.ingest.biff import SheetRecords, is_encrypted, scan_sheets
from preserve.ingest.findings import warning
from preserve.ingest.hidden import hidden_findings
from preserve.ingest.limits import MAX_CELLS, MAX_SHEETS
from preserve.ingest.tables import CellFault, CellValue, Row, Table, text_cell
from preserve.model.imports import ImportFinding

_STREAMS = ("Workbook", "Book")
_MACROS = frozenset({"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"})
_PACKED = frozenset({"EncryptedPackage", "EncryptionInfo"})
"""Streams of an .xlsx under a password ([MS-OFFCRYPTO] 2.3)."""
_NAMED = 10
"""How many cells a sentence names; ours."""


def open_xls(content: bytes) -> tuple[Iterator[Table], tuple[ImportFinding, ...]]:
    """Return the sheets of a workbook, hidden ones included, and what is odd about it.

    Raises:
        FormatError: the workbook is damaged, too large, under a password or no workbook; also
            while the sheets are asked for.
    """
    try:
        stream, findings = _open(content)
    except FormatError:
        raise
    # The compound file's reader lets struct.error, IndexError and more out on damaged files.
    except Exception as error:
        raise FormatError("IMP-FILE-BROKEN", problem="OLE") from error
    return _guarded(stream), findings


def _open(content: bytes) -> tuple[bytes, tuple[ImportFinding, ...]]:
    compound = CompDoc(content, logfile=io.StringIO())
    names = {node.name for node in compound.dirlist if node.etype}
    if names & _PACKED:
        raise FormatError("IMP-FILE-PASSWORD")
    for name in _STREAMS:
        memory, start, size = compound.locate_named_stream(name)
        if memory:
            break
    else:
        raise FormatError("IMP-FILE-TYPE", found="OLE")
    stream = bytes(memory[start : start + size])
    if is_encrypted(stream):
        raise FormatError("IMP-FILE-PASSWORD")
    return stream, (warning("IMP-FILE-MACROS"),) if names & _MACROS else ()


def _guarded(stream: bytes) -> Iterator[Table]:
    try:
        yield from _sheets(stream)
    except FormatError:
        raise
    # xlrd lets struct.error, IndexError, AssertionError and more out on damaged files.
    except Exception as error:
        raise FormatError("IMP-FILE-BROKEN", problem="BIFF") from error


def _sheets(stream: bytes) -> Iterator[Table]:
    # Ragged rows: a stray cell far away must not fill memory with empty ones.
    book = xlrd.open_workbook(
        file_contents=stream, logfile=io.StringIO(), on_demand=True, ragged_rows=True
    )
    if book.nsheets > MAX_SHEETS:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_SHEETS)
    records = scan_sheets(stream)
    names = book.sheet_names()
    for index, name in enumerate(names):
        found = records.get(index, SheetRecords())
        rows = _rows(book, book.sheet_by_index(index), found)
        table = Table(name, rows, merged=tuple(found.merged))
        findings = (*_hidden(table, found), *_zero_formulas(name, found))
        yield Table(name, rows, findings, table.merged)
        book.unload_sheet(index)


def _hidden(table: Table, found: SheetRecords) -> Iterator[ImportFinding]:
    return hidden_findings(
        table, found.hidden_rows, found.hidden_columns, is_hidden=found.is_hidden
    )


def _zero_formulas(name: str, found: SheetRecords) -> Iterator[ImportFinding]:
    """Name formulas whose result is 0: some programs store 0 without calculating."""
    if found.zero_formulas:
        shown = ", ".join(found.zero_formulas[:_NAMED])
        more = ", …" if len(found.zero_formulas) > _NAMED else ""
        yield warning("IMP-FORMULAS-ZERO", name, cells=shown + more)


def _rows(book: Any, sheet: Any, found: SheetRecords) -> list[Row]:
    cells_together = sum(sheet.row_len(number) for number in range(sheet.nrows))
    if cells_together > MAX_CELLS:
        raise FormatError("IMP-SHEET-TOO-LARGE", sheet=sheet.name, limit=MAX_CELLS)
    rows: list[Row] = []
    texts: dict[str, CellValue] = {}
    for number in range(sheet.nrows):
        cells: list[CellValue] = []
        for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True):
            if kind == xlrd.XL_CELL_TEXT:
                cells.append(texts[value] if value in texts else _text(texts, value))
            else:
                cells.append(_value(kind, value, book.datemode))
        rows.append(tuple(cells))
    for row, column in found.empty_formulas:
        cells = list(rows[row])
        cells[column] = CellFault.EMPTY_FORMULA
        rows[row] = tuple(cells)
    return rows


def _text(texts: dict[str, CellValue], value: str) -> CellValue:
    return texts.setdefault(value, text_cell(value))


def _value(kind: int, value: Any, datemode: int) -> CellValue:
    match kind:
        case xlrd.XL_CELL_NUMBER:
            return int(value) if value.is_integer() else float(value)
        case xlrd.XL_CELL_DATE:
            return _moment(value, datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return CellFault.BOOLEAN
        case xlrd.XL_CELL_ERROR:
            return CellFault.ERROR
        case _:
            return None


def _moment(value: float, datemode: int) -> CellValue:
    try:
        return xlrd.xldate_as_datetime(value, datemode)  # type: ignore[no-any-return]  # untyped library
    except (ValueError, OverflowError):
        return CellFault.ERROR
