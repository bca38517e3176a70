"""What the makers of export files share: a made-up school's own description, lists and workbooks.

The layouts are those of ``policies/import``; every person is made up.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl

Rows = Sequence[Sequence[Any]]
ROSTER = (
    "STT",
    "Họ tên",
    "Ngày sinh",
    "Giới tính",
    "Dân tộc",
    "Mã định danh Bộ GD&ĐT",
    "Trạng thái HS",
    "Mã lớp",
)
TEACHERS = (
    "teacher_code",
    "full_name",
    "position",
    "school_year",
    "subject",
    "part",
    "classes",
    "homeroom_class",
)
PERSON = ("STT", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh")
ABSENCES = ("Buổi nghỉ có phép", "Buổi nghỉ không phép", "Tổng số buổi nghỉ")
HONOURS = (
    *PERSON[:3],
    "Năm học",
    "Loại",
    "Nội dung",
    "Số quyết định",
    "Ngày quyết định",
    "Số vào sổ",
)
AUTHORITY = "Sở GD&ĐT tỉnh Ví Dụ"
GENDERS = ("Nam", "Nữ")
_FIRST_NAMES = ("Bịa", "Đặt", "Mẫu", "Thử", "Ví Dụ")


@dataclass(frozen=True, slots=True)
class Child:
    """A made-up pupil."""

    code: str
    name: str
    born: str
    """``dd/mm/yyyy``, as the exports write it."""
    gender: str

    @property
    def person(self) -> tuple[str, str, str]:
        """Code, name and birth date, the cells with which most rows begin."""
        return self.code, self.name, self.born


@dataclass(frozen=True, slots=True)
class Taught:
    """A class of one school year and who is in it."""

    year: str
    name: str
    grade: int
    regulation: str
    subjects: tuple[str, ...]
    children: tuple[Child, ...]
    teacher: tuple[str, str]
    """Code and name of the homeroom teacher, who teaches every subject."""


@dataclass(frozen=True, slots=True)
class Place:
    """A made-up school and how it is run."""

    name: str
    level: str
    head: str
    """Position of its head, for example ``Hiệu trưởng``."""
    comments: frozenset[str]
    """Subjects that are assessed by comments; the others have marks."""
    classes: tuple[Taught, ...]
    regular: int = 0
    """Regular marks of every subject in a semester; 0 where the level has none."""
    kind: str = "school"

    @property
    def years(self) -> tuple[str, ...]:
        """The school years, oldest first."""
        return tuple(sorted({taught.year for taught in self.classes}))


def children(first_code: int, born: int, family: str, count: int = 5) -> tuple[Child, ...]:
    """Make a class of pupils whose names say that nobody bears them."""
    return tuple(
        Child(
            str(first_code + n),
            f"{family} {'Thị' if n % 2 else 'Văn'} {_FIRST_NAMES[n % len(_FIRST_NAMES)]}",
            f"{n + 1:02d}/0{n + 2}/{born}",
            GENDERS[n % 2],
        )
        for n in range(count)
    )


def rounded(value: Decimal) -> Decimal:
    """Round to one decimal as schools do: five is rounded up."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def comma(mark: Decimal | None) -> str | None:
    """Write a mark as a clerk does."""
    return None if mark is None else str(mark).replace(".", ",")


def write_book(path: Path, sheets: Mapping[str, Rows]) -> None:
    """Write a workbook."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def write_place(place: Place, folder: Path) -> None:
    """Write the school's description, its staff, and every class list."""
    folder.mkdir(parents=True)
    text = json.dumps(_description(place), ensure_ascii=False, indent=1)
    (folder / "school.json").write_text(text, encoding="utf-8")
    with (folder / "teachers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([TEACHERS, *_staff(place)])
    for taught in place.classes:
        write_book(folder / taught.year / f"danh_sach_{taught.name}.xlsx", {"CSDL": _list(taught)})


def write_honours(folder: Path, year: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write prizes, certificates and decisions; a row begins with the pupil."""
    body = [
        (n, child.code, child.name, year, *rest) for n, (child, *rest) in enumerate(rows, start=1)
    ]
    write_book(folder / year / "khen_thuong.xlsx", {"Danh sách": [HONOURS, *body]})


def titles(place: Place, taught: Taught, *more: str) -> list[tuple[str]]:
    """Return the lines above a table: authority, school, title, and what the sheet is about."""
    return [(AUTHORITY,), (place.name,), *((line,) for line in more), (f"Lớp: {taught.name}",)]


def _list(taught: Taught) -> Rows:
    rows = [
        (n, c.name, c.born, c.gender, "Kinh", c.code, "Đang học", taught.name)
        for n, c in enumerate(taught.children, start=1)
    ]
    return [ROSTER, *rows]


def _staff(place: Place) -> Iterable[Sequence[str]]:
    for year in place.years:
        yield "GV01", "Nguyễn Thị Đứng Đầu", place.head, year, "", "", "", ""
        yield "GV02", "Trần Văn Thư", "Văn thư", year, "", "", "", ""
    for taught in place.classes:
        who = (*taught.teacher, "Giáo viên", taught.year)
        for subject in taught.subjects:
            homeroom = taught.name if subject == taught.subjects[0] else ""
            yield *who, subject, "", taught.name, homeroom


def _description(place: Place) -> dict[str, Any]:
    subjects = dict.fromkeys(name for taught in place.classes for name in taught.subjects)
    return {
        "fictitious": True,
        "code": "00000099",
        "name": place.name,
        "level": place.level,
        "kind": place.kind,
        "authority": AUTHORITY,
        "commune": "Xã Bịa Đặt",
        "province": "Tỉnh Ví Dụ",
        "tax_code": "0000000099",
        "principal": {"teacher_code": "GV01", "name": "Nguyễn Thị Đứng Đầu"},
        "clerk": {"teacher_code": "GV02", "name": "Trần Văn Thư"},
        "school_years": {year: _year(place, year) for year in place.years},
        "subjects": [_subject(place, name) for name in subjects],
    }


def _year(place: Place, year: str) -> dict[str, Any]:
    first, last = year.split("-")
    return {
        "first_day": f"{first}-09-05",
        "semester_2_from": f"{last}-01-15",
        "last_day": f"{last}-05-31",
        "classes": [
            {
                "name": taught.name,
                "grade": taught.grade,
                "regulation": taught.regulation,
                "homeroom_teacher": taught.teacher[0],
                "subjects": list(taught.subjects),
            }
            for taught in place.classes
            if taught.year == year
        ],
    }


def _subject(place: Place, name: str) -> dict[str, Any]:
    if name in place.comments:
        return {"name": name, "assessment": "comments only"}
    grades = sorted({taught.grade for taught in place.classes})
    due = {str(grade): place.regular for grade in grades} if place.regular else {}
    return {
        "name": name,
        "assessment": "marks and comments",
        "regular_marks_per_semester": due,
    }
