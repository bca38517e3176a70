"""Every fault of a BIFF workbook is read exactly, accepted with a warning, or refused."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.errors import FormatError
from preserve.ingest.biff import scan_sheets
from preserve.ingest.tables import Area, CellFault, FileType
from preserve.ingest.workbooks import read_tables
from tests.unit.ingest.workbook_bytes import (
    TABLE,
    biff5,
    codes,
    compound,
    grid,
    opened,
    record,
    refusal,
    tables,
    xls,
    xls_of,
)

DAY = datetime(2012, 9, 5)  # noqa: DTZ001  (a cell knows no zone)


def stream_of(content_rows: Any = TABLE) -> bytes:
    """Return the bare BIFF stream of a workbook."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("6a")
    for number, row in enumerate(content_rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    stream = book.get_biff_data()
    assert isinstance(stream, bytes)
    return stream


def test_hidden_rows_columns_and_sheets_are_read_and_said() -> None:
    """What is hidden is read like the rest, and each kind is named."""

    def fill(sheet: Any) -> None:
        for number, row in enumerate(TABLE):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
        sheet.row(2).hidden = True
        sheet.row(7).hidden = True
        sheet.col(1).hidden = True
        sheet.visibility = 1

    (table,) = tables(xls(fill))
    assert [list(row) for row in table.rows[:3]] == [list(row) for row in TABLE]
    assert {(f.code, f.parameters) for f in table.findings} == {
        ("IMP-SHEET-HIDDEN", ()),
        ("IMP-ROWS-HIDDEN", (("rows", "3"),)),
        ("IMP-COLUMNS-HIDDEN", (("columns", "B"),)),
    }


def test_merged_cells_are_known() -> None:
    """A merged area has its value in its first cell and its bounds beside the rows."""

    def fill(sheet: Any) -> None:
        sheet.write_merge(1, 2, 3, 4, "8,5")
        sheet.write(0, 0, "x")

    (table,) = tables(xls(fill))
    assert table.merged == (Area(1, 3, 2, 4),)
    assert grid(xls(fill)) == [["x"], [None, None, None, "8,5"]]


def test_formulas_without_a_result_are_faults_and_zeros_are_said() -> None:
    """A formula never calculated is no empty cell, and a stored 0 is looked at by a person."""

    def fill(sheet: Any) -> None:
        sheet.write(0, 0, "x")
        sheet.write(1, 2, xlwt.Formula("1+1"))

    content = xls(fill)
    assert grid(content) == [["x"], [None, None, CellFault.EMPTY_FORMULA]]
    empty = b"\x03\x00\x00\x00\x00\x00\xff\xff"
    assert content.count(empty) == 1
    zero = content.replace(empty, bytes(8))
    assert grid(zero) == [["x"], [None, None, 0]]
    (table,) = tables(zero)
    assert [(f.code, f.parameters) for f in table.findings] == [
        ("IMP-FORMULAS-ZERO", (("cells", "C2"),))
    ]
    two = content.replace(empty, b"\x00\x00\x00\x00\x00\x00\x00\x40")
    assert grid(two) == [["x"], [None, None, 2]]
    assert codes(two) == set()


def test_dates_of_both_calendars_are_dates() -> None:
    """A workbook that counts from 1904 states the same day."""
    for from_1904 in (False, True):
        book = xlwt.Workbook()
        book.dates_1904 = from_1904
        day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
        book.add_sheet("6a").write(0, 0, 41157 - 1462 * from_1904, day)
        target = io.BytesIO()
        book.save(target)
        assert grid(target.getvalue()) == [[DAY]], from_1904


def test_dates_beyond_all_calendars_are_faults() -> None:
    """A serial that no calendar reaches is a fault of its cell, not of the file."""

    def fill(sheet: Any) -> None:
        sheet.write(0, 0, 1e9, xlwt.easyxf(num_format_str="DD/MM/YYYY"))
        sheet.write(0, 1, "x")

    assert grid(xls(fill)) == [[CellFault.ERROR, "x"]]


def test_windows_1258_of_old_workbooks_is_read() -> None:
    """Texts of Excel 5.0 are read by the code page that the file states."""
    assert grid(biff5([["Nguyê\u0303n Văn", "Đạt"[:1]]], 1258, "cp1258")) == [
        ["Nguyê\u0303n Văn", "Đ"]
    ]


def test_passwords_are_told() -> None:
    """A workbook under a password says so and not that it is damaged."""
    stream = stream_of()
    size = 4 + int.from_bytes(stream[2:4], "little")
    locked = stream[:size] + record(0x2F, bytes(54)) + stream[size:]
    assert refusal(compound(locked)) == "IMP-FILE-PASSWORD"


def test_macros_are_said_and_never_run() -> None:
    """A storage with Visual Basic beside the workbook is a warning."""
    content = compound(stream_of(), storage="_VBA_PROJECT_CUR")
    assert codes(content, "a.xls") == {"IMP-FILE-MACROS"}
    assert grid(content) == grid(xls_of(TABLE))


def test_other_compound_files_are_no_workbooks() -> None:
    """A Word document of the same container is told by its type."""
    error = refusal(compound(b"x" * 5000, "WordDocument"))
    assert error == "IMP-FILE-TYPE"


def test_too_many_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook has a bounded number of sheets."""
    monkeypatch.setattr("preserve.ingest.xls.MAX_SHEETS", 0)
    assert refusal(xls_of(TABLE)) == "IMP-FILE-TOO-LARGE"


def test_a_plain_workbook_has_nothing_said() -> None:
    """No finding comes from a workbook with nothing odd."""
    assert codes(xls_of(TABLE), "a.xls") == set()
    assert opened(xls_of(TABLE)).written == ()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=6))
def test_damaged_records_never_leak_a_foreign_error(position: int, junk: bytes) -> None:
    """Whatever bytes of the stream are hit, the result is tables or our own error."""
    stream = bytearray(stream_of())
    start = position % len(stream)
    stream[start : start + len(junk)] = junk
    try:
        told = str(list(read_tables(compound(bytes(stream)), FileType.XLS)))
    except FormatError as problem:
        told = problem.code
    assert told.startswith(("[", "IMP-"))


def test_scanning_stops_with_the_sheet() -> None:
    """Records behind the end of a sheet belong to the next one."""
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    book.add_sheet("b").row(3).hidden = True
    found = scan_sheets(book.get_biff_data())
    assert (found[0].hidden_rows, found[1].hidden_rows) == (set(), {3})
