"""Writes spreadsheets: equal rows give the equal bytes of an .xlsx file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell = str | int | Decimal | None

_NARROWEST, _WIDEST = 8, 40
_NAME_WIDTH = 26
_STAMP = b"1980-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines above the table, its header, its rows."""

    name: str
    titles: tuple[tuple[Cell, ...], ...]
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def write_workbook(sheets: Iterable[Sheet]) -> bytes:
    """Return an .xlsx file; the pane is frozen below each header."""
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        _add_sheet(workbook, sheet)
    written = io.BytesIO()
    workbook.save(written)
    return _without_clock(written.getvalue())


def write_number(mark: Decimal | None) -> int | Decimal | None:
    """Return a mark as a spreadsheet holds it: whole marks as whole numbers."""
    if mark is None:
        return None
    return int(mark) if mark == mark.to_integral_value() else mark


def _add_sheet(workbook: Workbook, sheet: Sheet) -> None:
    worksheet = workbook.create_sheet(sheet.name)
    worksheet.freeze_panes = f"A{len(sheet.titles) + 2}"
    for column, title in enumerate(sheet.header, start=1):
        worksheet.column_dimensions[get_column_letter(column)].width = _width(title)
    for row in sheet.titles:
        worksheet.append(row)
    worksheet.append(_header_cells(worksheet, sheet.header))
    for row in sheet.rows:
        worksheet.append(row)


def _width(title: str) -> int:
    if "ận xét" in title:
        return _WIDEST
    least = _NAME_WIDTH if title.startswith("Họ ") else _NARROWEST
    return max(least, min(_WIDEST, len(title) + 2))


def _header_cells(worksheet: WriteOnlyWorksheet, header: Sequence[str]) -> list[OpenpyxlCell]:
    cells = []
    for title in header:
        cell = WriteOnlyCell(worksheet, value=title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="center", wrap_text=True)
        cells.append(cell)
    return cells


def _without_clock(content: bytes) -> bytes:
    """Replace the times that the library writes, so that equal schools give equal files."""
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(settled, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name)  # Its time is the first one that a zip file can hold.
            member.compress_type = zipfile.ZIP_DEFLATED
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(?<=W3CDTF\">)[^<]+", _STAMP, part)
            new.writestr(member, part)
    return settled.getvalue()
