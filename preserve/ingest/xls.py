"""Reads a BIFF workbook (.xls)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd

from preserve.errors import FormatError
from preserve.ingest.tables import MAX_ROWS, CellFault, CellValue, Row, Table, text_cell


def read_xls(content: bytes) -> Iterator[Table]:
    """Yield the sheets of a workbook.

    Raises:
        FormatError: the workbook is damaged or encrypted.
    """
    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), on_demand=True)
        for name in book.sheet_names():
            yield Table(name, _rows(book, book.sheet_by_name(name)))
            book.unload_sheet(name)
    except FormatError:
        raise
    # xlrd lets struct.error, IndexError, AssertionError and more out on damaged files.
    except Exception as error:
        raise FormatError("IMP-FILE-BROKEN", problem="BIFF") from error


def _rows(book: Any, sheet: Any) -> list[Row]:
    if sheet.nrows > MAX_ROWS:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_ROWS)
    return [
        tuple(
            _value(kind, value, book.datemode)
            for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True)
        )
        for number in range(sheet.nrows)
    ]


def _value(kind: int, value: Any, datemode: int) -> CellValue:
    match kind:
        case xlrd.XL_CELL_TEXT:
            return text_cell(value)
        case xlrd.XL_CELL_NUMBER:
            return int(value) if value.is_integer() else float(value)
        case xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(value, datemode)  # type: ignore[no-any-return]  # untyped library
        case xlrd.XL_CELL_BOOLEAN:
            return CellFault.BOOLEAN
        case xlrd.XL_CELL_ERROR:
            return CellFault.ERROR
        case _:
            return None
