"""Export files of a made-up upper secondary school under TT 22/2021/TT-BGDĐT, with electives.

Class 12A completes the level. One of its pupils came from another school with two earlier years.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.e2e.exports_files import (
    ABSENCES,
    PERSON,
    Place,
    Rows,
    Taught,
    children,
    comma,
    write_book,
    write_honours,
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

YEAR = "2024-2025"
COMMENTS = (
    "Giáo dục thể chất",
    "Hoạt động trải nghiệm, hướng nghiệp",
    "Nội dung giáo dục của địa phương",
)
COMMON = (
    "Ngữ văn",
    "Toán",
    "Ngoại ngữ 1",
    "Lịch sử",
    "Giáo dục quốc phòng và an ninh",
    "Vật lí",
    "Hóa học",
    "Tin học",
)
ELECTIVES = ("Sinh học", "Giáo dục kinh tế và pháp luật")
"""The first three children take the one, the last two the other."""
SUBJECTS = (*COMMON, *ELECTIVES, *COMMENTS)
CLASSES = (
    Taught(
        YEAR,
        "10A1",
        10,
        "TT22-2021",
        SUBJECTS,
        children(9940000001, 2009, "Đinh"),
        ("GV04", "Thầy Mười A"),
    ),
    Taught(
        YEAR,
        "12A",
        12,
        "TT22-2021",
        SUBJECTS,
        children(9940000101, 2007, "Mai"),
        ("GV05", "Cô Mười Hai A"),
    ),
)
PLACE = Place(
    name="Trường THPT Bịa Đặt",
    level="THPT",
    head="Hiệu trưởng",
    comments=frozenset(COMMENTS),
    classes=CLASSES,
    regular=3,
)
NEWCOMER = CLASSES[1].children[3]
OTHER_SCHOOL = "Trường THPT Nơi Khác"
_LEARNING = ("Tốt", "Tốt", "Khá", "Đạt", "Đạt")
_CONDUCT = ("Tốt", "Tốt", "Tốt", "Khá", "Đạt")
_TITLES = ("Học sinh Xuất sắc", "Học sinh Giỏi", None, None, None)
VERDICTS = {
    10: Verdicts(_LEARNING, _CONDUCT, ("Được lên lớp",) * 5, _TITLES),
    12: Verdicts(_LEARNING, _CONDUCT, ("Hoàn thành chương trình THPT",) * 5, _TITLES),
}
_SHEETS = {"Giáo dục quốc phòng và an ninh": "GDQP&AN", "Giáo dục kinh tế và pháp luật": "GDKT&PL"}


def write_upper(folder: Path) -> None:
    """Write every file of the school."""
    write_place(PLACE, folder)
    for taught in CLASSES:
        for semester in (1, 2):
            path = folder / YEAR / f"hk{semester}" / f"bang_diem_{taught.name}.xlsx"
            write_gradebook(path, _sheets(taught, semester))
        summary = summary_sheets(PLACE, taught, VERDICTS[taught.grade], _takes)
        write_book(folder / YEAR / f"tong_hop_{taught.name}.xlsx", summary)
    write_honours(folder, YEAR, _honours())
    write_book(folder / "ket_qua_nam_truoc.xlsx", {"Năm trước": _earlier()})
    _write_movement(folder)


def write_planted(folder: Path) -> None:
    """Write a later summary of 12A: a wrong average, a wrong level, a wrong promotion."""
    wrong = Verdicts(
        ("Tốt", "Tốt", "Tốt", "Đạt", "Đạt"),
        _CONDUCT,
        (*VERDICTS[12].outcome[:4], "Chưa hoàn thành chương trình THPT"),
        _TITLES,
    )
    rows = summary_sheets(PLACE, CLASSES[1], wrong, _takes)["Cả năm"]
    changed = list(rows[6])
    changed[len(SHEET)] = "9,8"
    write_book(folder / YEAR / "tong_hop_12A_lai.xlsx", {"Cả năm": [*rows[:6], changed, *rows[7:]]})


def _takes(_: Taught, subject: str, place: int) -> bool:
    return subject not in ELECTIVES or subject == ELECTIVES[place > 2]


def _sheets(taught: Taught, semester: int) -> dict[str, Rows]:
    return {
        _SHEETS.get(subject, subject): comment_sheet(PLACE, taught, semester, subject)
        if subject in COMMENTS
        else _marks(taught, semester, subject)
        for subject in taught.subjects
    }


def _marks(taught: Taught, semester: int, subject: str) -> Rows:
    """Return a sheet of Mẫu 2: the regular marks stand in one cell."""
    header = (*SHEET, "ĐĐGtx", "ĐĐGgk", "ĐĐGck", "ĐTBmhk", "Nội dung nhận xét")
    rows: list[tuple[Any, ...]] = []
    for n, child in enumerate(taught.children):
        if not _takes(taught, subject, n):
            continue
        regular, middle, final, average = semester_marks(PLACE, subject, TARGETS[n], semester)
        joined = " ".join(str(comma(mark)) for mark in regular)
        marks = (joined, comma(middle), comma(final), comma(average), "Nắm vững bài.")
        rows.append((n + 1, taught.name, *child.person, *marks))
    return [*sheet_titles(PLACE, taught, semester, subject), header, *rows]


def _honours() -> Iterator[tuple[Any, ...]]:
    for n, child in enumerate(CLASSES[1].children, start=1):
        decision = ("120/QĐ-THPTBĐ", "30/05/2025", f"{n:02d}/2025")
        yield child, "Hoàn thành chương trình", None, *decision
    first, second, *_ = CLASSES[1].children
    yield first, "Chứng chỉ", "Chứng chỉ nghề Đặt Tên, loại Giỏi", None, None, None
    yield second, "Giải thưởng", "Giải Ba cấp tỉnh môn Bịa", None, None, None


def _earlier() -> Rows:
    """Return the newcomer's grades 10 and 11, a row for each semester and for the year."""
    subjects = [s for s in SUBJECTS if _takes(CLASSES[1], s, 3)]
    header = (
        *PERSON,
        *("Năm học", "Kì", "Lớp", "Khối", "Tên trường", "Địa chỉ trường", "Thông tư đánh giá"),
        *subjects,
        *("KQ học tập", "KQ rèn luyện", *ABSENCES, "Lên lớp", "Danh hiệu"),
        *("Giáo viên chủ nhiệm", "Hiệu trưởng"),
    )
    rows = []
    for year, grade in (("2022-2023", 10), ("2023-2024", 11)):
        for number, period in enumerate((1, 2, None), start=1):
            cells = [
                "Đ" if s in COMMENTS else comma(averages(PLACE, s, TARGETS[3], period))
                for s in subjects
            ]
            place = (f"{grade}B", grade, OTHER_SCHOOL, "Tỉnh Khác", "22/2021")
            decided = ("Được lên lớp", None) if period is None else (None, None)
            missed = (2, 0, 2) if period is None else (1, 0, 1)
            people = ("Cô Ở Xa", "Thầy Ở Xa")
            about = (number, *NEWCOMER.person, year, period or "Cả năm", *place)
            rows.append((*about, *cells, "Đạt", "Khá", *missed, *decided, *people))
    return [header, *rows]


def _write_movement(folder: Path) -> None:
    header = (
        *("direction", "moet_code", "full_name", "birth_date", "school_year", "class", "date"),
        *("other_school", "other_school_place", "document_no", "reason"),
    )
    row = (
        *("in", *NEWCOMER.person, YEAR, "12A", "20/08/2024"),
        *(OTHER_SCHOOL, "Tỉnh Khác", "17/GT-CT", "Theo gia đình"),
    )
    with (folder / "transfers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, row])
