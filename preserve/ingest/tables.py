"""Tables as they stand in a file: which bytes they are, and cells without interpretation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FileType(StrEnum):
    """What the first bytes of a file say; the value is the true extension."""

    XLSX = ".xlsx"
    XLS = ".xls"
    CSV = ".csv"
    JSON = ".json"
    HTML = ".html"
    OTHER = ".bin"


class CellFault(StrEnum):
    """A cell that holds no usable value; the value is the code of the finding."""

    ERROR = "IMP-CELL-ERROR"
    EMPTY_FORMULA = "IMP-CELL-FORMULA-EMPTY"
    BOOLEAN = "IMP-CELL-BOOLEAN"


CellValue = str | int | float | date | CellFault | None
Row = tuple[CellValue, ...]

MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of one file after unpacking; a real export of 5,000 pupils stays under 100 MiB (ours)."""
MAX_ROWS = 100_000
"""Rows of one sheet (ours); a sheet lists the pupils of a class or at most of a school."""
MAX_COLUMNS = 1_000
"""Columns of one sheet (ours)."""

_SPREADSHEET_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"}
)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet; row ``n`` of the spreadsheet is ``rows[n - 1]``, and rows may differ in length."""

    name: str
    rows: list[Row]


def sniff(content: bytes) -> FileType:
    """Tell the type of a file by its first bytes, never by its name."""
    if content.startswith(b"PK\x03\x04"):
        return FileType.XLSX if b"xl/workbook.xml" in content else FileType.OTHER
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return FileType.XLS
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return FileType.OTHER
    start = text.lstrip()[:1]
    if "\x00" in text or not start:
        return FileType.OTHER
    return {"<": FileType.HTML, "{": FileType.JSON, "[": FileType.JSON}.get(start, FileType.CSV)


def is_blank(row: Row) -> bool:
    """Tell whether a row holds nothing but empty cells."""
    for cell in row:
        if cell is not None and (cell.__class__ is not str or str(cell).strip()):
            return False
    return True


def text_cell(text: str) -> CellValue:
    """Return the value of a text cell; the names of spreadsheet errors are faults."""
    return CellFault.ERROR if text in _SPREADSHEET_ERRORS else text


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0, for example ``AA`` for 26."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
