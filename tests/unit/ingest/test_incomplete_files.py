"""Files that are cut off or lack columns are refused with all that was seen, and never a crash."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from preserve.ingest.facts import named_rows
from preserve.model.imports import (
    FactRow,
    ImportOutcome,
    Severity,
    SheetFacts,
    SheetKind,
    SourceFile,
    Submission,
)
from tests.unit.ingest.conftest import Cells, import_all
from tests.unit.ingest.small_school import (
    TITLES,
    make_profile,
    persons,
    read,
    said,
    write_book,
    write_roster,
)
from tests.unit.ingest.workbook_bytes import with_parts

GRADEBOOK = "2024-2025/hk1/bang_diem_6A.xlsx"
LISTS = ("teachers.csv", "amendments.csv", "transfers.csv")


@pytest.mark.parametrize("name", LISTS)
def test_lists_that_lack_a_column_are_refused(copy: Path, name: str) -> None:
    """Whichever column of a list has lost its label, the import says so and does not break."""
    path = copy / name
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    for column, label in enumerate(rows[0]):
        damaged = [["" if n == column else cell for n, cell in enumerate(row)] for row in rows[:1]]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([*damaged, *rows[1:]])
        submission = import_all(copy)
        assert submission.outcome is ImportOutcome.REFUSED, label


def test_a_field_without_a_column_is_empty() -> None:
    """A row of a list gives nothing for a field that its sheet lacks."""
    sheet = SheetFacts(SheetKind.TEACHERS, "", ("staff",), ("A",), (FactRow(2, ("GV01",)),))
    file = SourceFile("a.csv", "0001.csv", 1, "0" * 128, "giao-vien/1", (sheet,), ())
    ((_, row),) = named_rows(Submission((file,)), SheetKind.TEACHERS)
    assert (row["staff"], row["name"]) == ("GV01", None)


def test_a_broken_sheet_keeps_the_findings_of_earlier_ones(
    edit: Callable[[str, Cells], Path], copy: Path
) -> None:
    """The wrong mark of the first sheet is told together with the second sheet's damage."""
    path = edit(GRADEBOOK, {("Ngữ văn", "K7"): 11})
    second = openpyxl.load_workbook(path).sheetnames[1]
    path.write_bytes(with_parts(path.read_bytes(), {"xl/worksheets/sheet2.xml": b"<worksheet"}))
    submission = import_all(copy)
    (file,) = (file for file in submission.files if file.original_name == GRADEBOOK)
    told = [(f.code, f.sheet) for f in file.findings if f.severity is Severity.ERROR]
    assert told == [("IMP-MARK-RANGE", "Ngữ văn"), ("IMP-FILE-BROKEN", second)]


def test_a_name_of_36_is_kept_with_a_warning(
    edit: Callable[[str, Cells], Path], copy: Path
) -> None:
    """A comment of exactly 36 may be meant; it is stored and the clerk is told."""
    book = openpyxl.load_workbook(copy / GRADEBOOK)
    label = [cell.value for cell in book["Ngữ văn"][5]].index("Nhận xét") + 1
    cell = book["Ngữ văn"].cell(7, label).coordinate
    edit(GRADEBOOK, {("Ngữ văn", cell): "36"})
    submission = import_all(copy)
    (file,) = (file for file in submission.files if file.original_name == GRADEBOOK)
    told = [(f.severity, f.code, f.cell) for f in file.findings]
    assert told == [(Severity.WARNING, "IMP-CELL-PLACEHOLDER", cell)]
    (row,) = (row for row in file.sheets[0].rows if row.row == 7)
    assert row.values[file.sheets[0].fields.index("comment")] == "36"


@pytest.mark.parametrize("number", ["99921300011", "9992130001190", "99921300011A"])
def test_personal_numbers_have_twelve_digits(
    edit: Callable[[str, Cells], Path], copy: Path, number: str
) -> None:
    """A number with a digit too few, too many, or a letter is refused at its cell."""
    name, sheet = "2024-2025/so_yeu_li_lich_6A.xlsx", "Sơ yếu lí lịch"
    rows = list(openpyxl.load_workbook(copy / name)[sheet].values)
    (header,) = (n for n, row in enumerate(rows) if "Số định danh cá nhân" in row)
    cell = f"{'ABCDEFGH'[rows[header].index('Số định danh cá nhân')]}{header + 2}"
    edit(name, {(sheet, cell): number})
    told = [(f.code, f.cell) for file in import_all(copy).files for f in file.findings]
    assert told == [("IMP-IDENTIFIER-LENGTH", cell)]


def test_pages_and_csv_files_need_no_sheet_name(tmp_path: Path) -> None:
    """What a sheet's name would say may stand in the titles, where there are no names."""
    write_roster(tmp_path)
    header = ["STT", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh"]
    rows = [
        *TITLES,
        ("Môn học: Toán",),
        [*header, "Mức đạt được GK", "Mức đạt được CK"],
        *persons(("T", "T"), ("H", "H"), ("T", "H")),
    ]
    path = tmp_path / "2024-2025" / "hk1" / "danh_gia.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert said(read(tmp_path, make_profile())) == []
    path.unlink()
    write_book(path.with_suffix(".xlsx"), {"Không phải môn": rows})
    assert ("IMP-SHEET-NAME", "") not in said(read(tmp_path, make_profile()))
    assert said(read(tmp_path, make_profile())) != []
