"""Damaged exports are refused, and every fault is told with its sheet and cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from preserve.model.imports import ImportOutcome, SourceFile, Submission
from tests.unit.ingest.conftest import import_all

Cells = dict[tuple[str, str], Any]
Edit = Callable[[str, Cells], Path]
EditXls = Callable[[str, dict[tuple[str, int, int], Any]], Path]

GRADEBOOK = "2024-2025/hk1/bang_diem_6A.xlsx"
ROSTER = "2024-2025/danh_sach_hoc_sinh_6A.xlsx"
PARTICULARS = "2024-2025/so_yeu_li_lich_6A.xlsx"
SUMMARY = "2024-2025/tong_hop_6A.xlsx"
VNEDU = "2024-2025/hk1/so_diem_tong_ket_khoi_khoi_6.xls"


def file_of(submission: Submission, name: str) -> SourceFile:
    """Return the file of that name."""
    (found,) = (file for file in submission.files if file.original_name == name)
    return found


def faults(submission: Submission, name: str) -> set[tuple[str, str, str]]:
    """Return (code, sheet, cell) of everything said about a file."""
    return {(f.code, f.sheet, f.cell) for f in file_of(submission, name).findings}


def refused(folder: Path, name: str) -> set[tuple[str, str, str]]:
    """Import a folder, expect a refusal because of that file alone, return what is said."""
    submission = import_all(folder)
    assert submission.outcome is ImportOutcome.REFUSED
    bad = {f.original_name for f in submission.files if f.outcome is ImportOutcome.REFUSED}
    assert bad == {name}
    return faults(submission, name)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (11, "IMP-MARK-RANGE"),
        (10.5, "IMP-MARK-RANGE"),
        (85, "IMP-MARK-RANGE"),
        ("8,55", "IMP-MARK-DECIMALS"),
        (8.25, "IMP-MARK-DECIMALS"),
        ("7,505", "IMP-MARK-DECIMALS"),
        ("tám", "IMP-MARK-FORM"),
        (-1, "IMP-MARK-FORM"),
        ("8 5", "IMP-MARK-FORM"),
        ("#REF!", "IMP-CELL-ERROR"),
        (True, "IMP-CELL-BOOLEAN"),
        ("=6+2", "IMP-CELL-FORMULA-EMPTY"),
    ],
)
def test_mark_that_is_none_is_refused(copy: Path, edit: Edit, value: Any, code: str) -> None:
    """A mark out of 0 to 10, with two decimals, or that is no number at all refuses the file."""
    edit(GRADEBOOK, {("Toán", "F6"): value})
    assert refused(copy, GRADEBOOK) == {(code, "Toán", "F6")}


def test_all_faults_of_a_file_are_told_together(copy: Path, edit: Edit) -> None:
    """A clerk mends a file once: faults of several sheets and kinds stand in one report."""
    edit(
        GRADEBOOK,
        {
            ("Toán", "F6"): 11,
            ("Toán", "K9"): "8,55",
            ("GDTC", "E7"): "Giỏi",
            ("Ngữ văn", "E8"): "31/02/2013",
            ("Tin học", "C10"): 9910000081,
            ("KHTN", "C6"): "../9910",
        },
    )
    assert refused(copy, GRADEBOOK) == {
        ("IMP-MARK-RANGE", "Toán", "F6"),
        ("IMP-MARK-DECIMALS", "Toán", "K9"),
        ("IMP-LEVEL-UNKNOWN", "GDTC", "E7"),
        ("IMP-DATE-FORM", "Ngữ văn", "E8"),
        ("IMP-IDENTIFIER-NUMBER", "Tin học", "C10"),
        ("IMP-IDENTIFIER-FORM", "KHTN", "C6"),
    }


def test_exchanged_headers_are_refused(copy: Path, edit: Edit) -> None:
    """Mid-term and final headers exchanged by hand do not exchange the marks."""
    edit(GRADEBOOK, {("Toán", "K5"): "ĐĐGck", ("Toán", "L5"): "ĐĐGgk"})
    assert refused(copy, GRADEBOOK) == {("IMP-HEADER-ORDER", "Toán", "L5")}


def test_exchanged_subjects_of_a_summary_are_refused(copy: Path, edit: Edit) -> None:
    """Two subjects' headers exchanged in the class summary disagree with VnEdu's file."""
    edit(SUMMARY, {("Học kỳ I", "F5"): "Toán", ("Học kỳ I", "G5"): "Ngữ văn"})
    told = refused(copy, SUMMARY)
    assert {(code, sheet) for code, sheet, _ in told} == {("IMP-FACTS-DISAGREE", "Học kỳ I")}
    assert {cell[0] for _, _, cell in told} == {"F", "G"}


def test_headers_nobody_knows_are_refused(copy: Path, edit: Edit) -> None:
    """An unknown header and the column that is missing in its place are both told."""
    edit(GRADEBOOK, {("Toán", "K5"): "Giữa kì", ("Toán", "N5"): "Ghi thêm"})
    assert refused(copy, GRADEBOOK) == {
        ("IMP-HEADER-UNKNOWN", "Toán", "K5"),
        ("IMP-HEADER-UNKNOWN", "Toán", "N5"),
        ("IMP-HEADER-MISSING", "Toán", ""),
    }


def test_header_that_stands_twice_is_refused(copy: Path, edit: Edit) -> None:
    """Of two columns for one thing none is chosen."""
    edit(GRADEBOOK, {("Toán", "N5"): "ĐĐGck"})
    assert refused(copy, GRADEBOOK) == {("IMP-HEADER-TWICE", "Toán", "N5")}


def test_value_beside_the_table_is_refused(copy: Path, edit: Edit) -> None:
    """A value under no header is not left behind silently."""
    edit(GRADEBOOK, {("Toán", "P8"): "xem lại"})
    assert refused(copy, GRADEBOOK) == {("IMP-CELL-WITHOUT-HEADER", "Toán", "P8")}


def test_other_spellings_of_a_header_are_the_same_header(copy: Path, edit: Edit) -> None:
    """Case, blanks, decomposed letters and kì/kỳ make no difference."""
    decomposed = "Ho\u0323 va\u0300 te\u0302n"
    edit(
        GRADEBOOK,
        {
            ("Toán", "D5"): f" {decomposed}  ",
            ("Toán", "K5"): "đđggk",
            ("Toán", "D2"): "Năm học 2024 - 2025 - học kì: I",
        },
    )
    assert import_all(copy).outcome is ImportOutcome.ACCEPTED


def test_sheet_of_an_unknown_subject_is_refused(copy: Path) -> None:
    """A sheet named after no subject of the school is refused at its title too."""
    path = copy / GRADEBOOK
    book = openpyxl.load_workbook(path)
    sheet = book["Tin học"]
    sheet.title = "Thiên văn"
    sheet["D3"] = "Môn học: Thiên văn"
    book.save(path)
    assert refused(copy, GRADEBOOK) == {
        ("IMP-SUBJECT-UNKNOWN", "Thiên văn", "D3"),
        ("IMP-SUBJECT-UNKNOWN", "Thiên văn", ""),
    }


def test_subject_of_title_and_sheet_name_must_agree(copy: Path, edit: Edit) -> None:
    """A sheet cannot be named Toán and titled Ngữ văn."""
    edit(GRADEBOOK, {("Toán", "D3"): "Môn học: Ngữ văn"})
    assert ("IMP-SUBJECT-CONTRADICTION", "Toán", "") in refused(copy, GRADEBOOK)


def test_comment_subject_with_marks_is_refused(copy: Path) -> None:
    """A sheet of marks under the name of a subject assessed by comments is refused."""
    path = copy / GRADEBOOK
    book = openpyxl.load_workbook(path)
    book["GDTC"].title = "old"
    del book["old"]
    book["Toán"].title = "GDTC"
    book["GDTC"]["D3"] = "Môn học: Giáo dục thể chất"
    book.save(path)
    assert refused(copy, GRADEBOOK) == {("IMP-SUBJECT-BY-COMMENTS", "GDTC", "D3")}


def test_class_of_one_title_against_the_other_sheets_is_refused(copy: Path, edit: Edit) -> None:
    """One sheet of another class among twelve is the one that is wrong."""
    edit(GRADEBOOK, {("GDTC", "A3"): "Lớp: 6B"})
    assert ("IMP-CLASS-CONTRADICTION", "GDTC", "A3") in refused(copy, GRADEBOOK)


def test_class_of_a_row_against_the_title_is_refused(copy: Path, edit: Edit) -> None:
    """A row of another class is told by its cell."""
    edit(GRADEBOOK, {("Toán", "B9"): "6B"})
    assert refused(copy, GRADEBOOK) == {("IMP-CLASS-CONTRADICTION", "Toán", "B9")}


def test_semester_and_year_against_the_folder_are_refused(copy: Path) -> None:
    """A gradebook of semester 2 put into the folder of semester 1 is told on every sheet."""
    path = copy / "2024-2025/hk2/bang_diem_6A.xlsx"
    path.replace(copy / GRADEBOOK)
    told = faults(import_all(copy), GRADEBOOK)
    assert {code for code, _, _ in told} == {"IMP-SEMESTER-CONTRADICTION"}
    assert len(told) == 12


def test_title_of_an_unknown_year_or_school_is_refused(copy: Path, edit: Edit) -> None:
    """A year or school that is not the profile's is told at its cell."""
    edit(
        SUMMARY,
        {
            ("Cả năm", "D2"): "Năm học 2030-2031 - Cả năm",
            ("Cả năm", "A2"): "Trường THCS Khác",
        },
    )
    told = refused(copy, SUMMARY)
    assert ("IMP-YEAR-UNKNOWN", "Cả năm", "D2") in told
    assert ("IMP-SCHOOL-OTHER", "Cả năm", "A2") in told


def test_title_that_says_something_new_is_a_warning(copy: Path, edit: Edit) -> None:
    """A remark above the header is not read, and that is said."""
    edit(GRADEBOOK, {("Toán", "F2"): "Điểm chưa chốt"})
    submission = import_all(copy)
    assert submission.outcome is ImportOutcome.ACCEPTED_WITH_WARNINGS
    assert faults(submission, GRADEBOOK) == {("IMP-TITLE-UNREAD", "Toán", "F2")}


def test_pupil_listed_twice_is_refused(copy: Path, edit: Edit) -> None:
    """The second row of a code is told, with the cell of the first."""
    path = copy / ROSTER
    first = openpyxl.load_workbook(path)["CSDL"]["L5"].value
    edit(ROSTER, {("CSDL", "L9"): first})
    told = faults(import_all(copy), ROSTER)
    assert ("IMP-ROW-TWICE", "CSDL", "L9") in told


def test_pupil_of_two_classes_is_refused(copy: Path) -> None:
    """A pupil on the lists of 6A and 6B is told at the later one."""
    name = "2024-2025/danh_sach_hoc_sinh_6B.xlsx"
    source = openpyxl.load_workbook(copy / ROSTER)["CSDL"]
    book = openpyxl.load_workbook(copy / name)
    rows = [cell.value for cell in source[2]]
    book["CSDL"].append([41, *rows[1:13], "6B"])
    book.save(copy / name)
    told = faults(import_all(copy), name)
    assert ("IMP-PUPIL-TWO-CLASSES", "CSDL", "L42") in told


def test_changed_average_of_vnedu_is_refused(copy: Path, edit_xls: EditXls) -> None:
    """VnEdu and the class summary must state the same average; both cells are told."""
    edit_xls(VNEDU, {("6a", 9, 5): "1,1"})
    submission = import_all(copy)
    assert submission.outcome is ImportOutcome.REFUSED
    (finding,) = file_of(submission, SUMMARY).findings
    assert (finding.code, finding.sheet, finding.cell) == ("IMP-FACTS-DISAGREE", "Học kỳ I", "G8")
    assert dict(finding.parameters) == {
        "other_file": VNEDU,
        "other_sheet": "6a",
        "other_cell": "F10",
    }


def test_vnedu_class_of_title_and_sheet_must_agree(copy: Path, edit_xls: EditXls) -> None:
    """The class stands in the title and in the name of the sheet."""
    edit_xls(VNEDU, {("6a", 1, 7): "Khối 6 - Lớp 6B - (Học kỳ 1)"})
    assert ("IMP-CLASS-CONTRADICTION", "6a", "") in faults(import_all(copy), VNEDU)


def test_vnedu_second_header_row_is_compared_with_the_title(copy: Path, edit_xls: EditXls) -> None:
    """A second header row that names another semester is a contradiction."""
    edit_xls(VNEDU, {("6a", 6, 17): "(Học kỳ 2)"})
    assert ("IMP-SEMESTER-CONTRADICTION", "6a", "") in faults(import_all(copy), VNEDU)


def test_vnedu_without_a_second_header_row_loses_nobody(copy: Path, edit_xls: EditXls) -> None:
    """The first pupil is not taken for a header row."""
    blank = {("6a", 6, column): "" for column in range(23)}
    edit_xls(VNEDU, blank)
    submission = import_all(copy)
    (sheet,) = (s for s in file_of(submission, VNEDU).sheets if s.sheet == "6a")
    assert sheet.rows[0].row == 8
    assert ("IMP-HEADER-UNKNOWN", "6a", "T6") in faults(submission, VNEDU)


@pytest.mark.parametrize(
    ("name", "place", "value", "code"),
    [
        (PARTICULARS, ("Sơ yếu lí lịch", "E6"), "02/02/2002", "IMP-BIRTH-DATE-DISAGREES"),
        (PARTICULARS, ("Sơ yếu lí lịch", "D6"), "Người Khác Hẳn", "IMP-NAME-DISAGREES"),
        (PARTICULARS, ("Sơ yếu lí lịch", "C6"), "999000000000", "IMP-PERSON-DISAGREES"),
        (ROSTER, ("CSDL", "C2"), "02/02/2002", "IMP-BIRTH-DATE-DISAGREES"),
        (ROSTER, ("CSDL", "B2"), "Người Khác Hẳn", "IMP-NAME-DISAGREES"),
    ],
)
def test_another_person_under_the_same_code_is_refused(
    copy: Path, edit: Edit, name: str, place: tuple[str, str], value: str, code: str
) -> None:
    """The one file that differs from the others is told, and no finding repeats who it is."""
    sheet = openpyxl.load_workbook(copy / PARTICULARS).worksheets[0]
    columns = [sheet[letter] for letter in ("D", "E", "H")]
    known = {str(cell.value) for column in columns for cell in column[5:]}
    edit(name, {place: value})
    submission = import_all(copy)
    if code == "IMP-PERSON-DISAGREES":
        # VnEdu's two files outvote the particulars.
        assert (code, *place) in faults(submission, name)
    else:
        assert refused(copy, name) == {(code, *place)}
    for file in submission.files:
        for finding in file.findings:
            assert not {text for _, text in finding.parameters} & (known | {value})


def test_results_of_a_pupil_not_on_the_list_are_refused(copy: Path, edit: Edit) -> None:
    """Marks of a code that is on no list of the class are told."""
    edit(GRADEBOOK, {("Toán", "C6"): "9910009999"})
    assert ("IMP-PUPIL-NOT-IN-CLASS", "Toán", "C6") in refused(copy, GRADEBOOK)


def test_results_without_a_class_list_are_refused(copy: Path) -> None:
    """Without the list of 6A, each sheet about 6A says what is missing."""
    (copy / ROSTER).unlink()
    submission = import_all(copy)
    assert ("IMP-ROSTER-MISSING", "Toán", "") in faults(submission, GRADEBOOK)
    assert ("IMP-ROSTER-MISSING", "6a", "") in faults(submission, VNEDU)


def test_numeric_codes_in_a_list_are_refused(copy: Path, edit: Edit) -> None:
    """A code stored as a number is never turned back into text."""
    edit(ROSTER, {("CSDL", "L2"): 9910000081, ("CSDL", "F3"): 36})
    assert refused(copy, ROSTER) == {
        ("IMP-IDENTIFIER-NUMBER", "CSDL", "L2"),
        ("IMP-CELL-NOT-TEXT", "CSDL", "F3"),
    }


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("Toán 5,5", "IMP-REASSESSMENT-FORM"),
        ("Thiên văn: 5,5", "IMP-REASSESSMENT-FORM"),
        ("Toán: 5,55", "IMP-REASSESSMENT-FORM"),
    ],
)
def test_reassessment_that_cannot_be_read_is_refused(
    copy: Path, edit: Edit, value: str, code: str
) -> None:
    """A re-assessment names a subject and a mark, or it is a fault."""
    edit(SUMMARY, {("Cả năm", "W6"): value})
    assert refused(copy, SUMMARY) == {(code, "Cả năm", "W6")}


def test_outcome_in_other_words_is_refused(copy: Path, edit: Edit) -> None:
    """Promotion is one of the known sentences; anything else is not interpreted."""
    edit(SUMMARY, {("Cả năm", "Z6"): "Lên lớp", ("Cả năm", "R7"): "Giỏi"})
    assert refused(copy, SUMMARY) == {
        ("IMP-CHOICE-UNKNOWN", "Cả năm", "Z6"),
        ("IMP-CHOICE-UNKNOWN", "Cả năm", "R7"),
    }


def change_csv(path: Path, row: int, column: str, value: str) -> None:
    """Write one field of a CSV file."""
    records = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    records[row][records[0].index(column)] = value
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(records)
    path.write_text(text.getvalue(), encoding="utf-8")


def test_amendment_that_the_gradebook_does_not_show_is_refused(copy: Path) -> None:
    """The exports must hold the new value of a corrected mark."""
    change_csv(copy / "amendments.csv", 1, "new_value", "9,5")
    submission = import_all(copy)
    (finding,) = file_of(submission, "amendments.csv").findings
    assert finding.code == "IMP-AMENDMENT-NOT-APPLIED"
    assert dict(finding.parameters)["other_file"] == GRADEBOOK
    assert dict(finding.parameters)["other_sheet"] == "Toán"


def test_homeroom_teacher_against_the_profile_is_refused(copy: Path) -> None:
    """The list of teachers and school.json must name the same homeroom teacher."""
    records = (copy / "teachers.csv").read_text(encoding="utf-8").splitlines()
    row = next(n for n, line in enumerate(records) if line.endswith("6A;9A,6A"))
    change_csv(copy / "teachers.csv", row, "homeroom_class", "6B")
    told = refused(copy, "teachers.csv")
    assert told == {("IMP-HOMEROOM-DISAGREES", "", f"A{row + 1}")}


def test_teacher_of_two_names_is_refused(copy: Path) -> None:
    """A staff code stands for one person."""
    change_csv(copy / "teachers.csv", 2, "full_name", "Người Khác Hẳn")
    assert refused(copy, "teachers.csv") == {("IMP-STAFF-NAME", "", "A3")}


def test_sheet_that_is_no_table_is_refused_unless_empty(copy: Path) -> None:
    """An added sheet with content cannot be passed over; an empty one can."""
    path = copy / GRADEBOOK
    book = openpyxl.load_workbook(path)
    book.create_sheet("Trống")
    book.save(path)
    assert import_all(copy).outcome is ImportOutcome.ACCEPTED
    book.create_sheet("Nháp")["B2"] = "điểm tạm"
    book.save(path)
    assert refused(copy, GRADEBOOK) == {("IMP-SHEET-UNKNOWN", "Nháp", "")}


def test_shifted_row_does_not_leak_who_it_is(copy: Path) -> None:
    """A row pushed one column to the right is refused without repeating any personal value."""
    path = copy / GRADEBOOK
    book = openpyxl.load_workbook(path)
    sheet = book["Toán"]
    values = [cell.value for cell in sheet[6]]
    for column, value in enumerate(values, start=2):
        sheet.cell(6, column, value)
    book.save(path)
    findings = file_of(import_all(copy), GRADEBOOK).findings
    assert {f.cell for f in findings} >= {"B6", "C6", "E6", "F6", "N6"}
    told = {text for f in findings for _, text in f.parameters}
    assert not told & {str(value) for value in values[2:5]}


def test_findings_of_a_file_name_no_cell_twice(copy: Path, edit: Edit) -> None:
    """One fault is told once."""
    edit(GRADEBOOK, {("Toán", "F6"): 11, ("KHTN", "E7"): "hôm qua"})
    cells = [(f.sheet, f.cell) for f in file_of(import_all(copy), GRADEBOOK).findings]
    assert len(cells) == len(set(cells)) == 2
