"""Bytes become tables; damaged, disguised and oversized files are refused."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlrd
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import MAC_EPOCH

from preserve.errors import FormatError
from preserve.ingest.tables import (
    CellFault,
    FileType,
    Table,
    column_letters,
    is_blank,
    sniff,
)
from preserve.ingest.workbooks import read_tables
from tests.unit.ingest.conftest import SAMPLE
from tests.unit.ingest.workbook_bytes import SHEET, refusal, with_cells, xlsx


def only_row(content: bytes) -> tuple[object, ...]:
    """Return the first row of the first sheet."""
    return next(read_tables(content, sniff(content))).rows[0]


def test_every_cell_of_the_sample_is_read_as_another_library_reads_it() -> None:
    """Own reading of .xlsx and openpyxl's agree on every sheet and cell."""
    cells = 0
    for path in sorted(SAMPLE.rglob("*.xlsx")):
        content = path.read_bytes()
        book = openpyxl.load_workbook(path)
        tables = list(read_tables(content, sniff(content)))
        assert [table.name for table in tables] == book.sheetnames
        for table, sheet in zip(tables, book.worksheets, strict=True):
            width = sheet.max_column
            rows = [row + (None,) * (width - len(row)) for row in table.rows]
            assert rows == list(sheet.iter_rows(values_only=True))
            cells += sum(map(len, rows))
    assert cells > 20_000


def test_types_are_told_by_bytes() -> None:
    """Neither the name nor the extension of a file is looked at."""
    xls = (SAMPLE / "2024-2025/hk1/so_diem_tong_ket_khoi_khoi_6.xls").read_bytes()
    assert sniff(xls) is FileType.XLS
    assert sniff(xlsx(lambda _: None)) is FileType.XLSX
    assert sniff("\ufeffSTT,Họ".encode()) is FileType.CSV
    assert sniff(b"  <html><table>") is FileType.HTML
    assert sniff(b'{"code": 1}') is FileType.JSON
    assert sniff(b"") is sniff(b"   ") is FileType.OTHER
    assert sniff(b"a\x00b") is FileType.OTHER


def test_formula_without_a_value_is_a_fault() -> None:
    """A formula that was never calculated is not an empty cell; a calculated one has its value."""
    row = only_row(
        with_cells(
            '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v></v></c>'
            '<c r="C1"><f>1+1</f><v>2</v></c><c r="D1" t="str"><f>""</f><v></v></c>'
            '<c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="F1" t="b"><v>1</v></c>'
            '<c r="G1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>'
        )
    )
    empty = CellFault.EMPTY_FORMULA
    assert row == (empty, empty, 2, None, CellFault.ERROR, CellFault.BOOLEAN, "ab")


def test_numbers_keep_their_digits() -> None:
    """A number is what was written, whole numbers are whole."""
    cells = "".join(
        f'<c r="{letter}1"><v>{text}</v></c>'
        for letter, text in zip("ABC", ("8.3", "8.0", "8.30000000000001"), strict=True)
    )
    row = only_row(with_cells(f'<row r="1">{cells}</row>'))
    assert [repr(value) for value in row] == ["8.3", "8", "8.30000000000001"]


def test_dates_of_both_calendars_are_dates() -> None:
    """Date cells are dates, also in workbooks that count from 1904."""
    day = datetime(2012, 9, 5)  # noqa: DTZ001  (a cell knows no zone)

    def fill(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["A1"] = day

    def fill_1904(book: openpyxl.Workbook) -> None:
        book.epoch = MAC_EPOCH
        fill(book)

    assert only_row(xlsx(fill)) == only_row(xlsx(fill_1904)) == (day,)


def test_gaps_keep_addresses() -> None:
    """Missing rows and cells do not move the others."""
    content = with_cells('<row r="3"><c r="C3"><v>5</v></c></row>')
    assert next(read_tables(content, FileType.XLSX)).rows == [(), (), (None, None, 5)]


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="1A"/></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1" t="x"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>eight</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        '<row r="1">',
    ],
)
def test_damaged_sheets_are_refused(xml: str) -> None:
    """Rows or cells out of order, bad references and bad numbers refuse the file."""
    assert refusal(with_cells(xml)) == "IMP-FILE-BROKEN"


def test_sheets_without_end_are_refused() -> None:
    """A row number far away does not make the reader fill memory."""
    assert refusal(with_cells('<row r="1048576"/>')) == "IMP-SHEET-TOO-LARGE"


def test_packed_bombs_are_refused() -> None:
    """A file that grows beyond the limit when unpacked is not unpacked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(b" " * 1024 * 1024)
    assert refusal(target.getvalue()) == "IMP-FILE-TOO-LARGE"


def test_document_type_declarations_are_refused() -> None:
    """A workbook with a DTD is not parsed."""
    source = zipfile.ZipFile(io.BytesIO(xlsx(lambda _: None)))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            head = b'<!DOCTYPE x [<!ENTITY a "b">]>' if name == SHEET else b""
            archive.writestr(name, head + source.read(name))
    assert refusal(target.getvalue()) == "IMP-FILE-BROKEN"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    "name", ["danh_sach_hoc_sinh_6A.xlsx", "hk1/so_diem_tong_ket_khoi_khoi_6.xls"]
)
def test_cut_files_are_refused(name: str, share: float) -> None:
    """A file of which a part is missing is never read as far as it goes."""
    content = (SAMPLE / "2024-2025" / name).read_bytes()
    cut = content[: int(len(content) * share)]
    assert refusal(cut) in {"IMP-FILE-BROKEN", "IMP-FILE-TYPE"}


@given(st.integers(min_value=0, max_value=10**9), st.binary(min_size=1, max_size=8))
def test_damaged_bytes_never_leak_a_foreign_error(position: int, junk: bytes) -> None:
    """Whatever bytes are hit, the result is tables or our own error."""
    for name in ("danh_sach_hoc_sinh_6A.xlsx", "hk1/so_diem_tong_ket_khoi_khoi_6.xls"):
        content = bytearray((SAMPLE / "2024-2025" / name).read_bytes())
        start = position % len(content)
        content[start : start + len(junk)] = junk
        try:
            tables = list(read_tables(bytes(content), sniff(bytes(content))))
        except FormatError as problem:
            told = problem.code
        else:
            told = "IMP-" if all(isinstance(table, Table) for table in tables) else ""
        assert told.startswith("IMP-")


def test_old_workbooks_keep_types() -> None:
    """Text, numbers, dates, truth values and errors of BIFF files are told apart."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("6a")
    day = datetime(2012, 9, 5)  # noqa: DTZ001  (a cell knows no zone)
    sheet.write(0, 0, "8,5")
    sheet.write(0, 1, 8.5)
    sheet.write(0, 2, 8)
    sheet.write(0, 3, day, xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    sheet.write(0, 4, True)  # noqa: FBT003  (the library's way to write a truth value)
    sheet.row(0).set_cell_error(5, "#NUM!")
    target = io.BytesIO()
    book.save(target)
    fault, error = CellFault.BOOLEAN, CellFault.ERROR
    assert only_row(target.getvalue()) == ("8,5", 8.5, 8, day, fault, error)
    assert xlrd.open_workbook(file_contents=target.getvalue()).nsheets == 1


def test_csv_is_strict() -> None:
    """Quotes, commas and line ends inside fields are kept; broken quotes are refused."""
    content = '\ufeffa,"b, ""c""\nd"\r\n1,\r\n'.encode()
    assert next(read_tables(content, FileType.CSV)).rows == [("a", 'b, "c"\nd'), ("1", None)]
    assert refusal(b'a,"b" c\n') == "IMP-FILE-BROKEN"
    assert refusal(b'a,"b\n') == "IMP-FILE-BROKEN"
    assert refusal(b"h\xff,\xfe") == "IMP-ENCODING-UNKNOWN"


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_their_letters(index: int, letters: str) -> None:
    """Columns are named as spreadsheets name them."""
    assert column_letters(index) == letters
    assert get_column_letter(index + 1) == letters


def test_blank_rows_hold_nothing() -> None:
    """Blanks and empty texts are nothing; zero and a fault are something."""
    assert is_blank((None, "", "  ", "\u00a0"))
    assert not is_blank((None, 0))
    assert not is_blank((CellFault.ERROR,))
