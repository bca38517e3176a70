"""Other shapes in which schools hand in what the made-up school's own exports hold."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl

from preserve.policy.files import policy_folders
from tests.conformance.grids import read_grid, write_html

_MAP = """base = "csdl-bang-diem"
[headers]
"Mã HS" = "Mã định danh Bộ GD&ĐT"
"Họ tên" = "Họ và tên"
"TX 1" = "ĐĐGtx1"
"TX 2" = "ĐĐGtx2"
"GK" = "ĐĐGgk"
"CK" = "ĐĐGck"
[states]
school_year = "2024-2025"
class = "6A"
semester = "1"
subject = "Tin học"
"""
_YEAR = "2024-2025"
_TITLES = 5
"""Rows above the first pupil in a gradebook."""


def add_exports(folder: Path, policies: Path) -> tuple[Path, ...]:
    """Add files to the exports of a small school and return the policy folders to read with.

    A summary becomes a web page with the ending ``.xls``; marks are told again in a table of the
    clerk's own and in cells with several marks; a month of attendance is new.
    """
    summary = folder / _YEAR / "hk1" / "so_diem_tong_ket_khoi_khoi_6.xls"
    summary.write_bytes(write_html(read_grid(summary.name, summary.read_bytes())))
    _write_own_table(folder)
    _write_joined_marks(folder)
    _write_attendance(folder)
    path = policies / "import" / "rieng.toml"
    path.parent.mkdir(parents=True)
    path.write_text(_MAP, encoding="utf-8")
    return (policies, *policy_folders())


def _pupils(folder: Path, semester: int, subject: str) -> list[list[Any]]:
    book = folder / _YEAR / f"hk{semester}" / "bang_diem_6A.xlsx"
    rows = read_grid(book.name, book.read_bytes())[subject]
    return rows[_TITLES:]


def _write_own_table(folder: Path) -> None:
    rows = [
        [row[2], row[3], *("" if v is None else v for v in (row[5], row[6], row[10], row[11]))]
        for row in _pupils(folder, 1, "Tin học")
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["Mã HS", "Họ tên", "TX 1", "TX 2", "GK", "CK"], *rows])
    (folder / "diem_tin_hoc_rieng.csv").write_bytes(text.getvalue().encode())


def _write_joined_marks(folder: Path) -> None:
    rows = [
        [
            *row[:5],
            " ".join(str(v) for v in row[5:10] if v is not None) or None,
            *(row[10], row[11], None, None, row[12]),
        ]
        for row in _pupils(folder, 2, "Toán")
    ]
    titles: list[list[Any]] = [
        ["Phòng GD&ĐT huyện Minh Họa", None, None, "BẢNG ĐIỂM HỌC KỲ"],
        ["Trường THCS Ví Dụ", None, None, "Năm học 2024-2025 - Học kỳ: 2"],
        ["Lớp: 6A", None, None, "Môn học: Toán"],
        [
            *("STT", "Lớp", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh"),
            *("ĐĐGtx", "ĐĐGgk", "ĐĐGck", "ĐTBmhk", "Mã nhận xét", "Nội dung nhận xét"),
        ],
    ]
    _write_book(folder / _YEAR / "hk2" / "mau_2_6A.xlsx", "Toán", [*titles, *rows])


def _write_attendance(folder: Path) -> None:
    days = {0: {5: "P", 9: "PK"}, 2: {12: "K"}, 3: {5: "K", 30: "P"}}
    about = ["STT", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh"]
    rows: list[list[Any]] = [
        ["Trường THCS Ví Dụ"],
        ["Năm học 2024-2025"],
        ["Lớp: 6A"],
        ["Tháng 9 năm 2024"],
        [*about, "Ngày trong tháng"],
        [*[None] * 4, *range(1, 31)],
    ]
    for n, row in enumerate(_pupils(folder, 1, "Toán")):
        missed = days.get(n, {})
        rows.append([row[0], *row[2:5], *(missed.get(day) for day in range(1, 31))])
    _write_book(folder / _YEAR / "diem_danh_6A.xlsx", "Tháng 9", rows)


def _write_book(path: Path, sheet: str, rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    target = book.worksheets[0]
    target.title = sheet
    for row in rows:
        target.append(row)
    book.save(path)
