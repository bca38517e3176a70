"""A school's files in odd formats: read to the same facts with a word about it, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from preserve.model.imports import ImportOutcome, SourceFile, Submission
from tests.unit.ingest.conftest import import_all
from tests.unit.ingest.workbook_bytes import (
    Rows,
    csv_text,
    html_of,
    spell_tones,
    with_parts,
    xls_of,
)

GRADEBOOK = "2024-2025/hk1/bang_diem_6A.xlsx"
ROSTER = "2024-2025/danh_sach_hoc_sinh_6A.xlsx"


def file_of(submission: Submission, name: str) -> SourceFile:
    """Return the file of that name."""
    (found,) = (file for file in submission.files if file.original_name == name)
    return found


def roster(folder: Path) -> Rows:
    """Return the cells of a class list, all of which are text but the number."""
    sheet = openpyxl.load_workbook(folder / ROSTER)["CSDL"]
    return [[None if cell is None else str(cell) for cell in row] for row in sheet.values]


def edit_book(path: Path, change: Callable[[Any], None]) -> None:
    """Change a workbook in place."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


WRITERS: dict[str, tuple[str, Callable[[Rows], bytes], set[str]]] = {
    "HTML named .xls": (".xls", html_of, {"IMP-FILE-OTHER-TYPE"}),
    "HTML": (".html", html_of, set()),
    "BIFF": (".xls", xls_of, set()),
    "BIFF named .xlsx": (".xlsx", xls_of, {"IMP-FILE-OTHER-TYPE"}),
    "semicolons": (".csv", lambda rows: csv_text(rows, ";").encode("utf-8-sig"), set()),
    "tabs in UTF-16": (
        ".csv",
        lambda rows: csv_text(rows, "\t").encode("utf-16"),
        {"IMP-FILE-ENCODING"},
    ),
    "Windows-1258": (
        ".csv",
        lambda rows: spell_tones(csv_text(rows)).encode("cp1258"),
        {"IMP-FILE-ENCODING"},
    ),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_class_list_says_the_same_in_every_format(
    copy: Path, submission: Submission, name: str
) -> None:
    """Each pupil is read to the very same facts, and only the odd format is said."""
    suffix, write, said = WRITERS[name]
    content = write(roster(copy))
    (copy / ROSTER).unlink()
    path = (copy / ROSTER).with_suffix(suffix)
    path.write_bytes(content)
    found = file_of(import_all(copy), str(path.relative_to(copy)))
    assert {finding.code for finding in found.findings} == said
    original = file_of(submission, ROSTER).sheets[0]
    assert [sheet.rows for sheet in found.sheets] == [original.rows]


def test_hidden_pupils_and_macros_are_accepted_with_warnings(copy: Path) -> None:
    """A filtered row, a hidden column and a macro project are said, with their places."""

    def hide(book: Any) -> None:
        book["Toán"].row_dimensions[8].hidden = True
        book["Toán"].column_dimensions["C"].hidden = True
        book["GDTC"].sheet_state = "hidden"

    edit_book(copy / GRADEBOOK, hide)
    content = (copy / GRADEBOOK).read_bytes()
    (copy / GRADEBOOK).write_bytes(with_parts(content, {"xl/vbaProject.bin": b"x"}))
    submission = import_all(copy)
    assert submission.outcome is ImportOutcome.ACCEPTED_WITH_WARNINGS
    told = {(f.code, f.sheet) for f in file_of(submission, GRADEBOOK).findings}
    assert told == {
        ("IMP-FILE-MACROS", ""),
        ("IMP-ROWS-HIDDEN", "Toán"),
        ("IMP-COLUMNS-HIDDEN", "Toán"),
        ("IMP-SHEET-HIDDEN", "GDTC"),
    }


BAD_CELLS = {
    # Below the rows that show the encoding of a whole sheet.
    "D30": ("NguyÔn V¨n Thö", "IMP-TEXT-TCVN3"),
    "D31": ("Nguyeãn Vaên Thöû", "IMP-TEXT-VNI"),
    "D8": ("Th\u200bử", "IMP-TEXT-CHARACTER"),
    "D9": ("\u202eThử", "IMP-TEXT-CHARACTER"),
    "D10": ("\u00d0inh Thử", "IMP-TEXT-LOOKALIKE"),
    "F8": ("8\u200b,5", "IMP-TEXT-CHARACTER"),
    "C11": ("9910000006.0", "IMP-IDENTIFIER-DECIMALS"),
    "C12": (9.910000006e9, "IMP-IDENTIFIER-NUMBER"),
    "E13": ("01/09/12", "IMP-DATE-YEAR"),
    "E14": (41157, "IMP-DATE-NUMBER"),
    "E15": ("09/13/2012", "IMP-DATE-FORM"),
    "F16": ("8,55", "IMP-MARK-DECIMALS"),
    "F17": (85, "IMP-MARK-RANGE"),
}


def test_cells_that_cannot_be_read_are_refused_together(copy: Path) -> None:
    """Every bad cell of a file is told at its place, and no sentence repeats anyone's name."""

    def change(book: Any) -> None:
        for address, (value, _) in BAD_CELLS.items():
            book["KHTN"][address] = value

    edit_book(copy / GRADEBOOK, change)
    findings = file_of(import_all(copy), GRADEBOOK).findings
    assert {f.cell: (f.sheet, f.code) for f in findings} == {
        cell: ("KHTN", code) for cell, (_, code) in BAD_CELLS.items()
    }
    assert len(findings) == len(BAD_CELLS)
    told = " ".join(text for finding in findings for _, text in finding.parameters)
    assert not any(word in told for word in ("NguyÔn", "Nguyeãn", "Thử", "inh"))


def test_merged_marks_are_refused(copy: Path) -> None:
    """One mark over two pupils belongs to nobody for certain."""

    def merge(book: Any) -> None:
        book["Toán"].merge_cells("F8:F9")

    edit_book(copy / GRADEBOOK, merge)
    found = file_of(import_all(copy), GRADEBOOK)
    assert ("IMP-CELLS-MERGED", "Toán", "F8") in {(f.code, f.sheet, f.cell) for f in found.findings}


def test_marks_with_zeros_behind_are_the_same_marks(copy: Path, submission: Submission) -> None:
    """7,50 and 7,5 are one mark; nothing is rounded to get there."""
    sheet = openpyxl.load_workbook(copy / GRADEBOOK)["Toán"]
    mark = sheet["F8"].value

    def change(book: Any) -> None:
        book["Toán"]["F8"] = f"{mark:.2f}".replace(".", ",")

    edit_book(copy / GRADEBOOK, change)
    changed = import_all(copy)
    assert changed.outcome is ImportOutcome.ACCEPTED
    assert file_of(changed, GRADEBOOK).sheets == file_of(submission, GRADEBOOK).sheets
