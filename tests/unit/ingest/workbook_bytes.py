"""Makes small files of every format that an import reads, whole or odd on purpose."""

from __future__ import annotations

import csv
import html
import io
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import openpyxl
import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from preserve.errors import FormatError
from preserve.ingest.file_types import sniff
from preserve.ingest.tables import Table
from preserve.ingest.workbooks import Workbook, open_workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Rows = Sequence[Sequence[Any]]

TONES = "\u0300\u0301\u0303\u0309\u0323"

TABLE: Rows = (
    ("STT", "Mã học sinh", "Họ và tên", "ĐĐGgk"),
    ("1", "9910000001", "Nguyễn Văn Thử", "8,5"),
    ("2", "9910000002", "Trần Thị Mẫu", "7,0"),
)
"""A class of two pupils who do not exist."""


def xlsx(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return a workbook made by another library."""
    book = openpyxl.Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xlsx_of(rows: Rows) -> bytes:
    """Return a workbook with one sheet."""

    def fill(book: openpyxl.Workbook) -> None:
        for row in rows:
            book.worksheets[0].append(list(row))

    return xlsx(fill)


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Replace parts of a workbook, or add them."""
    source = zipfile.ZipFile(io.BytesIO(content))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name not in parts:
                archive.writestr(name, source.read(name))
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


@cache
def _empty_workbook() -> bytes:
    return xlsx(lambda _: None)


def with_cells(xml: str, rest: str = "", namespace: str = MAIN) -> bytes:
    """Return a calculated workbook whose only sheet has the given rows."""
    content = _empty_workbook()
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    sheet = f'<worksheet xmlns="{namespace}">{{}}<sheetData>{xml}</sheetData>{{}}</worksheet>'
    before, after = (rest, "") if rest.startswith("<cols") else ("", rest)
    return with_parts(
        content,
        {
            SHEET: sheet.format(before, after).encode(),
            "xl/workbook.xml": book.replace(b' fullCalcOnLoad="1"', b""),
        },
    )


def xls(fill: Callable[[Any], None]) -> bytes:
    """Return a BIFF8 workbook whose first sheet is called 6a."""
    book = xlwt.Workbook()
    fill(book.add_sheet("6a"))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def xls_of(rows: Rows) -> bytes:
    """Return a BIFF8 workbook with one sheet."""

    def fill(sheet: Any) -> None:
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value)

    return xls(fill)


def compound(stream: bytes, name: str = "Workbook", storage: str = "") -> bytes:
    """Return a compound file with one stream of that name, and perhaps a storage beside it."""
    target = io.BytesIO()
    XlsDoc().save(target, stream)
    content = bytearray(target.getvalue())
    start = content.index("Workbook".encode("utf-16-le"))
    _rename(content, start, name, 2)
    if storage:
        _rename(content, start + 128, storage, 1)
    return bytes(content)


def _rename(content: bytearray, start: int, name: str, kind: int) -> None:
    text = name.encode("utf-16-le") + b"\0\0"
    content[start : start + 67] = text.ljust(64, b"\0") + struct.pack("<HB", len(text), kind)


def record(kind: int, body: bytes) -> bytes:
    """Return a BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def biff5(rows: Rows, codepage: int, codec: str) -> bytes:
    """Return a workbook of Excel 5.0 whose texts are bytes of a code page."""
    name = b"6a"
    labels = b"".join(
        record(0x0204, struct.pack("<4H", number, column, 0, len(text)) + text)
        for number, row in enumerate(rows)
        for column, text in enumerate(str(value).encode(codec) for value in row)
    )
    sheet = record(0x0809, struct.pack("<4H", 0x500, 0x10, 0, 0)) + labels + record(0x0A, b"")
    head = record(0x0809, struct.pack("<4H", 0x500, 0x5, 0, 0))
    head += record(0x42, struct.pack("<H", codepage))
    size = len(head) + 4 + 7 + len(name) + 4
    bound = record(0x85, struct.pack("<LBBB", size, 0, 0, len(name)) + name)
    return compound((head + bound + record(0x0A, b"") + sheet).ljust(5000, b"\0"), "Book")


def csv_text(rows: Rows, separator: str = ",") -> str:
    """Return CSV as a spreadsheet program writes it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([["" if value is None else value for value in row] for row in rows])
    return text.getvalue()


def page(body: str, head: str = '<meta charset="utf-8">') -> bytes:
    """Return a web page."""
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def spell_tones(text: str) -> str:
    """Write tones as marks behind their vowels, which is what Windows-1258 has letters for."""
    parts: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        vowel = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in vowel if mark in TONES)
        bare = "".join(mark for mark in vowel if mark not in TONES)
        parts.append(unicodedata.normalize("NFC", bare) + tone)
    return "".join(parts)


def html_of(rows: Rows) -> bytes:
    """Return a web page with one table."""
    cells = (
        "".join(f"<td>{html.escape('' if value is None else str(value))}</td>" for value in row)
        for row in rows
    )
    return page("<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>")


def opened(content: bytes, name: str = "") -> Workbook:
    """Open a file by what it is."""
    return open_workbook(content, sniff(content), name)


def tables(content: bytes) -> list[Table]:
    """Return the sheets of a file."""
    return list(opened(content).tables)


def grid(content: bytes) -> list[list[Any]]:
    """Return the only sheet's cells, without the empty ones behind and below."""
    (table,) = tables(content)
    rows = [list(row) for row in table.rows]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def codes(content: bytes, name: str = "") -> set[str]:
    """Return the codes of what is said about a file and its sheets."""
    found = opened(content, name)
    said = [finding for table in found.tables for finding in table.findings]
    return {finding.code for finding in (*found.findings, *said)}


def refusal(content: bytes) -> str:
    """Return the code that reading a file is refused with."""
    return refused(content).code


def refused(content: bytes) -> FormatError:
    """Return the refusal of a file."""
    with pytest.raises(FormatError) as caught:
        tables(content)
    return caught.value
