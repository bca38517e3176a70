"""Export files of a made-up lower secondary school that passes from TT 58/2011 to TT 22/2021.

In 2022-2023 classes 8B and 9A are assessed under the old circular. The year after, four pupils of
8B are in 9B, still under the old one; the fifth repeats grade 8 in 8A, under the new one.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import xlwt

from tests.e2e.exports_files import (
    Child,
    Place,
    Rows,
    Taught,
    children,
    comma,
    rounded,
    titles,
    write_book,
    write_place,
)
from tests.e2e.exports_secondary import (
    SHEET,
    TARGETS,
    Verdicts,
    averages,
    comment_sheet,
    semester_marks,
    sheet_titles,
    summary_sheets,
    write_gradebook,
)

FIRST, SECOND = "2022-2023", "2023-2024"
OLD_COMMENTS = ("Thể dục", "Âm nhạc", "Mĩ thuật")
OLD_MARKS = (
    *("Toán", "Vật lí", "Hóa học", "Sinh học", "Ngữ văn", "Lịch sử", "Địa lí"),
    *("Ngoại ngữ 1", "Giáo dục công dân", "Công nghệ", "Tin học"),
)
OLD = (*OLD_MARKS, *OLD_COMMENTS)
NEW_COMMENTS = (
    *("Giáo dục thể chất", "Nghệ thuật", "Hoạt động trải nghiệm, hướng nghiệp"),
    "Nội dung giáo dục của địa phương",
)
NEW = (
    *("Ngữ văn", "Toán", "Ngoại ngữ 1", "Giáo dục công dân", "Lịch sử và Địa lí"),
    *("Khoa học tự nhiên", "Công nghệ", "Tin học", *NEW_COMMENTS),
)
TT58 = "TT58-2011+TT26-2020"
_YOUNGER = children(9960000101, 2009, "Cao")
REPEATER = _YOUNGER[4]
_TEACHERS = (("GV04", "Cô Chín A"), ("GV05", "Thầy Tám B"), ("GV06", "Cô Tám A"))


def _taught(year: str, name: str, rule: str, who: tuple[Child, ...], teacher: int) -> Taught:
    subjects = OLD if rule == TT58 else NEW
    return Taught(year, name, int(name[0]), rule, subjects, who, _TEACHERS[teacher])


NINE_A = _taught(FIRST, "9A", TT58, children(9960000001, 2008, "Bùi"), 0)
EIGHT_B = _taught(FIRST, "8B", TT58, _YOUNGER, 1)
NINE_B = _taught(SECOND, "9B", TT58, _YOUNGER[:4], 1)
EIGHT_A = _taught(SECOND, "8A", "TT22-2021", (*children(9960000201, 2010, "Tô", 4), REPEATER), 2)
PLACE = Place(
    name="Trường THCS Bịa Đặt",
    level="THCS",
    head="Hiệu trưởng",
    comments=frozenset((*OLD_COMMENTS, *NEW_COMMENTS)),
    classes=(NINE_A, EIGHT_B, NINE_B, EIGHT_A),
    regular=3,
)
_PERIODS = {"Học kì I": 1, "Học kì II": 2, "Cả năm": None}
_STEPS = (
    ("G", "T", "HSG"),
    ("G", "T", "HSG"),
    ("K", "T", "HSTT"),
    ("TB", "K", None),
    ("Y", "K", None),
)
"""Học lực, hạnh kiểm and danh hiệu, by place in the class."""


def write_old(folder: Path) -> None:
    """Write every file of the school."""
    write_place(PLACE, folder)
    for taught in (NINE_A, EIGHT_B, NINE_B):
        base = folder / taught.year
        for semester in (1, 2):
            _write_xls(base / f"hk{semester}" / f"so_diem_{taught.name}.xls", taught, semester)
            sheets = {s: comment_sheet(PLACE, taught, semester, s) for s in OLD_COMMENTS}
            write_gradebook(base / f"hk{semester}" / f"nhan_xet_{taught.name}.xlsx", sheets)
        summary = {name: _summary(taught, name) for name in _PERIODS}
        write_book(base / f"tong_ket_{taught.name}.xlsx", summary)
    _write_new(folder)


def write_planted(folder: Path) -> None:
    """Write a later summary of 9A: a wrong mean, a wrong level, a wrong promotion."""
    rows = [list(row) for row in _summary(NINE_A, "Cả năm")]
    first = next(n for n, row in enumerate(rows) if row[0] == 1)
    mean = len(SHEET) + len(OLD)
    rows[first][mean] = "9,9"
    rows[first + 2][mean + 1] = "G"
    rows[first + 3][mean + 9] = "Chưa hoàn thành chương trình THCS"
    write_book(folder / FIRST / "tong_ket_9A_lai.xlsx", {"Cả năm": rows})


def _write_new(folder: Path) -> None:
    base = folder / SECOND
    for semester in (1, 2):
        sheets = {
            s: comment_sheet(PLACE, EIGHT_A, semester, s)
            if s in NEW_COMMENTS
            else _new_marks(semester, s)
            for s in NEW
        }
        write_gradebook(base / f"hk{semester}" / "bang_diem_8A.xlsx", sheets)
    verdicts = Verdicts(
        ("Tốt", "Tốt", "Khá", "Đạt", "Đạt"),
        ("Tốt", "Tốt", "Tốt", "Khá", "Khá"),
        ("Được lên lớp",) * 5,
        ("Học sinh Xuất sắc", "Học sinh Giỏi", None, None, None),
    )
    write_book(base / "tong_hop_8A.xlsx", summary_sheets(PLACE, EIGHT_A, verdicts))


def _new_marks(semester: int, subject: str) -> Rows:
    """Return a sheet with a header of two rows and a row that numbers the columns."""
    upper = ("STT", "Tên lớp", "Mã định danh", *SHEET[3:], "ĐĐGtx", None, None, "ĐĐGgk", "ĐĐGck")
    lower = (*[None] * 5, 1, 2, 3)
    rows: list[tuple[Any, ...]] = [upper, lower, tuple(range(1, len(upper) + 1))]
    for n, child in enumerate(EIGHT_A.children):
        regular, middle, final, _ = semester_marks(PLACE, subject, TARGETS[n], semester)
        marks = map(comma, (*regular, middle, final))
        rows.append((n + 1, EIGHT_A.name, *child.person, *marks))
    return [*sheet_titles(PLACE, EIGHT_A, semester, subject), *rows]


def _target(taught: Taught, place: int) -> Decimal:
    return Decimal("4.0") if taught is EIGHT_B and place == 4 else TARGETS[place]


def _step(taught: Taught, place: int) -> tuple[str, str, str | None]:
    return _STEPS[3] if taught is NINE_A and place == 4 else _STEPS[place]


def _mean(taught: Taught, place: int, period: int | None) -> Decimal:
    target = _target(taught, place)
    found = [averages(PLACE, subject, target, period) for subject in OLD_MARKS]
    return rounded(sum(found, Decimal(0)) / len(found))


def _summary(taught: Taught, name: str) -> Rows:
    period = _PERIODS[name]
    said = name if period is None else f"Học kì: {'I' * period}"
    above = titles(PLACE, taught, "BẢNG TỔNG KẾT LỚP", f"Năm học {taught.year} - {said}")
    upper = [*SHEET, *OLD, "ĐTB các môn", "HL", "HK", "Buổi nghỉ", None, None]
    lower = [*[None] * (len(upper) - 3), "P", "K", "Tổng"]
    if period is None:
        upper += ["Thi lại", "ĐTB các môn sau kiểm tra lại", "Học lực sau kiểm tra lại"]
        upper += ["Lên lớp"]
    upper += ["Danh hiệu", "Nhận xét GVCN"]
    rows = [_row(taught, n, period) for n in range(len(taught.children))]
    return [*above, upper, lower, *rows]


def _row(taught: Taught, place: int, period: int | None) -> tuple[Any, ...]:
    child, target = taught.children[place], _target(taught, place)
    results = ["Đ" if s in OLD_COMMENTS else comma(averages(PLACE, s, target, period)) for s in OLD]
    learning, conduct, title = _step(taught, place)
    missed = (2, 0, 2) if period is None else (1, 0, 1)
    cells = (comma(_mean(taught, place, period)), learning, conduct, *missed)
    closing = _closing(taught, place) if period is None else ()
    return (
        *(place + 1, taught.name, *child.person, *results, *cells, *closing),
        *(title, "Có nhiều cố gắng."),
    )


def _closing(taught: Taught, place: int) -> tuple[Any, ...]:
    """Return re-assessment and decision; the repeater failed the second time too."""
    if taught.children[place] is REPEATER:
        return ("Toán: 4,5", "4,0", "Yếu", "Không được lên lớp")
    passed = "Hoàn thành chương trình THCS" if taught.grade == 9 else "Được lên lớp"
    return (None, None, None, passed)


def _write_xls(path: Path, taught: Taught, semester: int) -> None:
    """Write the marks as VnEdu does: an old workbook, regular marks below a merged header."""
    book = xlwt.Workbook(encoding="utf-8")
    for subject in OLD_MARKS:
        sheet = book.add_sheet(subject)
        above = sheet_titles(PLACE, taught, semester, subject)
        for number, row in enumerate([*above, *_vnedu_rows(taught, semester, subject)]):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))


def _vnedu_rows(taught: Taught, semester: int, subject: str) -> Rows:
    upper: tuple[str | None, ...] = ("STT", "Mã học sinh", *SHEET[3:], "Thường xuyên", None, None)
    upper += ("Giữa kỳ", "Cuối kỳ", "Điểm số", "Nhận xét")
    lower = (*[None] * 4, "Lần 1", "Lần 2", "Lần 3")
    rows: list[tuple[Any, ...]] = [upper, lower]
    for n, child in enumerate(taught.children):
        marks = semester_marks(PLACE, subject, _target(taught, n), semester)
        cells = map(float, (*marks[0], *marks[1:]))
        rows.append((n + 1, *child.person, *cells, "Hiểu bài."))
    return rows
