"""Export files of a made-up centre of continuing education under TT 43/2021/TT-BGDĐT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.exports_files import (
    Place,
    Rows,
    Taught,
    children,
    comma,
    write_book,
    write_place,
)
from tests.e2e.exports_secondary import (
    SHEET,
    TARGETS,
    Verdicts,
    comment_sheet,
    semester_marks,
    sheet_titles,
    summary_sheets,
    write_gradebook,
)

YEAR = "2024-2025"
COMMENTS = ("Hoạt động trải nghiệm, hướng nghiệp", "Nội dung giáo dục của địa phương")
SUBJECTS = ("Ngữ văn", "Toán", "Lịch sử", "Địa lí", "Vật lí", "Hóa học", "Tin học", *COMMENTS)
_LEARNING = ("Tốt", "Tốt", "Khá", "Đạt", "Đạt")
_CONDUCT = ("Tốt", "Tốt", "Tốt", "Khá", "Đạt")
_TITLES = ("Học viên Xuất sắc", "Học viên Giỏi", None, None, None)
CLASSES = (
    Taught(
        YEAR,
        "10GDTX1",
        10,
        "TT43-2021",
        SUBJECTS,
        children(9950000001, 2005, "Hồ"),
        ("GV04", "Thầy Mười Một"),
    ),
    Taught(
        YEAR,
        "12GDTX",
        12,
        "TT43-2021",
        SUBJECTS,
        children(9950000101, 2002, "Tạ"),
        ("GV05", "Cô Mười Hai"),
    ),
)
PLACE = Place(
    name="Trung tâm GDNN-GDTX Bịa Đặt",
    level="THPT",
    head="Giám đốc",
    comments=frozenset(COMMENTS),
    classes=CLASSES,
    regular=2,
    kind="centre",
)
VERDICTS = {
    10: Verdicts(_LEARNING, _CONDUCT, ("Được lên lớp",) * 5, _TITLES),
    12: Verdicts(_LEARNING, _CONDUCT, ("Hoàn thành chương trình THPT",) * 5, _TITLES),
}


def write_centre(folder: Path) -> None:
    """Write every file of the centre."""
    write_place(PLACE, folder)
    for taught in CLASSES:
        for semester in (1, 2):
            path = folder / YEAR / f"hk{semester}" / f"bang_diem_{taught.name}.xlsx"
            write_gradebook(path, _sheets(taught, semester))
        summary = summary_sheets(PLACE, taught, VERDICTS[taught.grade])
        write_book(folder / YEAR / f"tong_hop_{taught.name}.xlsx", summary)


def write_planted(folder: Path) -> None:
    """Write a later summary of 10GDTX1: a wrong average, a wrong level, a wrong promotion."""
    wrong = Verdicts(
        ("Tốt", "Tốt", "Tốt", "Đạt", "Đạt"),
        _CONDUCT,
        (*VERDICTS[10].outcome[:4], "Không được lên lớp"),
        _TITLES,
    )
    rows = summary_sheets(PLACE, CLASSES[0], wrong)["Cả năm"]
    at = next(n for n, row in enumerate(rows) if row[0] == 1)
    changed = list(rows[at])
    changed[len(SHEET)] = "9,8"
    sheets = {"Cả năm": [*rows[:at], changed, *rows[at + 1 :]]}
    write_book(folder / YEAR / "tong_hop_10GDTX1_lai.xlsx", sheets)


def _sheets(taught: Taught, semester: int) -> dict[str, Rows]:
    return {
        subject: comment_sheet(PLACE, taught, semester, subject)
        if subject in COMMENTS
        else _marks(taught, semester, subject)
        for subject in taught.subjects
    }


def _marks(taught: Taught, semester: int, subject: str) -> Rows:
    """Return a sheet of Mẫu 1: every mark in a column of its own."""
    header = (*SHEET, *(f"ĐĐGtx{n}" for n in range(1, 6)), "ĐĐGgk", "ĐĐGck", "Nhận xét")
    rows: list[tuple[Any, ...]] = []
    for n, child in enumerate(taught.children):
        regular, middle, final, _ = semester_marks(PLACE, subject, TARGETS[n], semester)
        cells = [*map(comma, regular), *[None] * (5 - len(regular)), comma(middle), comma(final)]
        rows.append((n + 1, taught.name, *child.person, *cells, "Có cố gắng."))
    return [*sheet_titles(PLACE, taught, semester, subject), header, *rows]
