"""What the export files of secondary schools and centres share: marks, averages, summaries.

The averages are worked out here anew, so that the program's own arithmetic judges nothing of its
own making.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.e2e.exports_files import (
    ABSENCES,
    PERSON,
    Place,
    Rows,
    Taught,
    comma,
    rounded,
    titles,
    write_book,
)

TARGETS = tuple(map(Decimal, ("9.5", "8.5", "7.0", "5.5", "5.5")))
"""Average of every subject, by place in the class."""
SHEET = (*("STT", "Lớp"), *PERSON[1:])
SemesterMarks = tuple[tuple[Decimal, ...], Decimal, Decimal, Decimal]
"""Regular marks, mid-term mark, final mark, average."""
Takes = Callable[[Taught, str, int], bool]
"""Tells whether the child at a place of the class takes a subject."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the school decided on each child of a class, by place."""

    learning: Sequence[str]
    conduct: Sequence[str]
    outcome: Sequence[str]
    title: Sequence[str | None]


def takes_all(_: Taught, __: str, ___: int) -> bool:
    """Every child takes every subject."""
    return True


def semester_marks(place: Place, subject: str, target: Decimal, semester: int) -> SemesterMarks:
    """Return marks around a target; the final of mathematics in semester 2 is half a mark up."""
    half = Decimal("0.5")
    spread = [half if n % 2 else -half for n in range(place.regular // 2 * 2)]
    spread += [Decimal(0)] * (place.regular % 2)
    regular = tuple(target + step for step in spread)
    final = target + half if subject == "Toán" and semester == 2 else target
    average = rounded((sum(regular) + 2 * target + 3 * final) / (len(regular) + 5))
    return regular, target, final, average


def year_average(place: Place, subject: str, target: Decimal) -> Decimal:
    """Return the average of the year."""
    first, second = (semester_marks(place, subject, target, n)[3] for n in (1, 2))
    return rounded((first + 2 * second) / 3)


def averages(place: Place, subject: str, target: Decimal, period: int | None) -> Decimal:
    """Return the average of a semester, or of the year for ``None``."""
    if period is None:
        return year_average(place, subject, target)
    return semester_marks(place, subject, target, period)[3]


def write_gradebook(path: Path, sheets: dict[str, Rows]) -> None:
    """Write a workbook of one sheet a subject; a sheet's name has 31 letters at most."""
    write_book(path, {name[:31].rstrip(" ,"): rows for name, rows in sheets.items()})


def sheet_titles(place: Place, taught: Taught, semester: int, subject: str) -> list[tuple[str]]:
    """Return the lines above the marks of a subject."""
    roman = "I" * semester
    about = (f"Năm học {taught.year} - Học kì: {roman}", f"Môn học: {subject}")
    return titles(place, taught, "BẢNG ĐIỂM HỌC KÌ", *about)


def comment_sheet(place: Place, taught: Taught, semester: int, subject: str) -> Rows:
    """Return the sheet of a subject assessed by comments."""
    header = (*SHEET[:1], *SHEET[2:], "Đánh giá", "Nội dung nhận xét")
    rows = [
        (n, *child.person, "Đ", "Tham gia đầy đủ.")
        for n, child in enumerate(taught.children, start=1)
    ]
    return [*sheet_titles(place, taught, semester, subject), header, *rows]


def summary_sheets(
    place: Place, taught: Taught, verdicts: Verdicts, takes: Takes = takes_all
) -> dict[str, Rows]:
    """Return the three sheets of a class summary in the manner of Mẫu 3."""
    names = {1: "Học kì I", 2: "Học kì II", None: "Cả năm"}
    return {
        name: _summary(place, taught, verdicts, (period, takes)) for period, name in names.items()
    }


def _summary(
    place: Place, taught: Taught, verdicts: Verdicts, about: tuple[int | None, Takes]
) -> Rows:
    period, takes = about
    said = "Cả năm" if period is None else f"Học kì: {'I' * period}"
    above = titles(
        place, taught, "BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ HỌC SINH", f"Năm học {taught.year} - {said}"
    )
    header = (*SHEET, *taught.subjects, "KQ học tập", "KQ rèn luyện", *ABSENCES)
    if period is None:
        header += ("Đánh giá lại", "KQ học tập sau đánh giá lại", "KQ rèn luyện sau rèn luyện hè")
        header += ("Lên lớp", "Danh hiệu")
    header += ("Nhận xét GVCN", "Ghi chú")
    rows: list[tuple[Any, ...]] = []
    for n, child in enumerate(taught.children):
        results = subject_results(place, taught, n, (period, takes))
        missed = (2, 1, 3) if period is None else (1, period - 1, period)
        closing = (
            (None, None, None, verdicts.outcome[n], verdicts.title[n]) if period is None else ()
        )
        levels = (verdicts.learning[n], verdicts.conduct[n])
        remark = ("Chăm ngoan, tiến bộ.", None)
        rows.append(
            (n + 1, taught.name, *child.person, *results, *levels, *missed, *closing, *remark)
        )
    return [*above, header, *rows]


def subject_results(
    place: Place, taught: Taught, child: int, about: tuple[int | None, Takes]
) -> list[str | None]:
    """Return the cells of a child's subjects in a summary."""
    period, takes = about
    return [
        None
        if not takes(taught, subject, child)
        else "Đ"
        if subject in place.comments
        else comma(averages(place, subject, TARGETS[child], period))
        for subject in taught.subjects
    ]
