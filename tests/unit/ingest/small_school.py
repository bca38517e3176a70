"""A made-up school of one class, whose files a test writes row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from preserve.ingest.assemble import assemble_class
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.imports import Submission
from preserve.model.results import PupilYear
from preserve.policy.files import policy_folders

YEAR = "2024-2025"
PUPILS = (
    ("9910000901", "Lê Thị Bịa", "01/02/2013"),
    ("9910000902", "Phạm Văn Đặt", "03/04/2013"),
    ("9910000903", "Y Đĕm Ayŭn", "05/06/2013"),
)
TITLES: tuple[tuple[Any, ...], ...] = (
    ("Trường Thử Nghiệm Bịa Đặt",),
    (f"Năm học {YEAR} - Học kì: I",),
    ("Lớp: 3A",),
)
Rows = Sequence[Sequence[Any]]


def make_profile(level: str = "TH", **changes: Any) -> SchoolProfile:
    """Return a school with class 3A and three subjects, two of them assessed by marks."""
    subjects = ["Toán", "Tiếng Việt", "Đạo đức"]
    table = {
        "code": "00000077",
        "name": "Trường Thử Nghiệm Bịa Đặt",
        "level": level,
        "subjects": [
            {
                "name": name,
                "assessment": "comments only" if name == "Đạo đức" else "marks and comments",
            }
            for name in subjects
        ],
        "school_years": {
            YEAR: {
                "first_day": "2024-09-05",
                "semester_2_from": "2025-01-20",
                "last_day": "2025-05-31",
                "classes": [
                    {"name": "3A", "grade": 3, "regulation": "TT27-2020", "subjects": subjects}
                ],
            }
        },
        **changes,
    }
    return parse_school_profile(json.dumps(table).encode())


def write_book(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    del book[book.sheetnames[0]]
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def write_roster(folder: Path, *, numbers: bool = True) -> Path:
    """Write the class list of 3A."""
    header = ["STT", "Họ tên", "Ngày sinh", "Giới tính", "Dân tộc"]
    header += ["Mã định danh Bộ GD&ĐT", "Trạng thái HS", "Mã lớp"]
    rows = [
        (str(n) if numbers else None, name, born, "Nam", "Kinh", code, "Đang học", "3A")
        for n, (code, name, born) in enumerate(PUPILS, start=1)
    ]
    return write_book(folder / YEAR / "danh_sach.xlsx", {"CSDL": [header, *rows]})


def persons(*values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return a row per pupil: number, code, name, birth date, and the given values."""
    return [
        (str(number), *pupil, *row)
        for number, (pupil, row) in enumerate(zip(PUPILS, values, strict=True), start=1)
    ]


def read(folder: Path, profile: SchoolProfile, *held: Submission) -> Submission:
    """Read and cross-check a folder."""
    return cross_check(read_submission([folder], profile, policy_folders()), held, profile)


def said(submission: Submission) -> list[tuple[str, str]]:
    """Return code and cell of everything said about an import."""
    return [(f.code, f.cell) for file in submission.files for f in file.findings]


def pupils(submission: Submission, profile: SchoolProfile) -> tuple[PupilYear, ...]:
    """Return the pupils of 3A."""
    return assemble_class(profile, [submission], YEAR, "3A").pupils
