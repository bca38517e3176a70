"""Summaries of primary school: what the middle of a semester says is not its end's."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from preserve.ingest.counting import count_classes
from preserve.model.imports import Counted, Submission
from preserve.model.results import YearResult
from tests.unit.ingest.small_school import (
    TITLES,
    YEAR,
    make_profile,
    persons,
    pupils,
    read,
    said,
    write_book,
    write_roster,
)

PRIMARY = make_profile("TH")
HEADER = ("STT", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh", "Chiều cao")
UPPER = (*HEADER, "Số ngày nghỉ", None, "Toán", "Yêu nước", "Nhận xét GVCN")
LOWER = (*[None] * 5, "Có phép", "Không phép", "Mức đạt được")
ABOUT = (TITLES[0], (f"Năm học {YEAR}",), ("Lớp: 3A",))


def summary(*cells: Any, decision: str | None = None) -> list[Any]:
    """Return a sheet in which only the first pupil has anything."""
    end = [] if decision is None else ["Lên lớp"]
    values = (*cells, *([decision] if decision else []))
    empty = (None,) * len(values)
    return [*ABOUT, (*UPPER, *end), LOWER, *persons(values, empty, empty)]


def take_in(folder: Path, sheets: dict[str, Any]) -> Submission:
    """Import the class list and one workbook of summaries."""
    write_roster(folder)
    write_book(folder / YEAR / "tong_hop.xlsx", sheets)
    return read(folder, PRIMARY)


def first(submission: Submission) -> YearResult:
    """Return the first pupil's year."""
    return pupils(submission, PRIMARY)[0].result


def test_child_that_grows_contradicts_nothing(tmp_path: Path) -> None:
    """Heights, days and comments of the four times differ; those of the end count."""
    submission = take_in(
        tmp_path,
        {
            "Giữa học kì I": summary(120, 1, 0, "T", "T", "Bắt đầu tốt."),
            "Cuối học kì I": summary(121, 2, 1, "T", "T", "Khá tốt."),
            "Giữa học kì II": summary(122, 3, 1, "T", "T", "Tiến bộ."),
            "Cuối năm": summary("123,5", 4, 1, "T", "T", "Rất tốt."),
        },
    )
    assert said(submission) == []
    result = first(submission)
    assert result.primary is not None
    assert result.primary.height == Decimal("123.5")
    assert result.semester_1.absences.excused == 2
    assert (result.year.absences.excused, result.year.absences.unexcused) == (4, 1)
    assert result.semester_1.homeroom_comment == "Khá tốt."
    assert result.year.homeroom_comment == "Rất tốt."


def test_middle_speaks_until_the_end_does(tmp_path: Path) -> None:
    """In the middle of semester 2 the newest height is shown; days missed are not the year's."""
    submission = take_in(
        tmp_path,
        {
            "Cuối học kì I": summary(121, 2, 0, "T", "T", "Khá tốt."),
            "Giữa học kì II": summary(122, 3, 0, "T", "T", "Tiến bộ."),
        },
    )
    result = first(submission)
    assert result.primary is not None
    assert result.primary.height == Decimal(122)
    assert result.year.absences.excused is None
    assert result.year.homeroom_comment == "Tiến bộ."


def test_words_of_the_rule_are_taken(tmp_path: Path) -> None:
    """«Chưa được lên lớp» is what the circular calls it, and means that the pupil stays."""
    cells = (120, 0, 0, "C", "T", None)
    submission = take_in(tmp_path, {"Cuối năm": summary(*cells, decision="Chưa được lên lớp")})
    assert said(submission) == []
    assert first(submission).outcome == "Chưa được lên lớp"
    assert first(submission).promoted is False


def test_tests_of_primary_school_are_counted_as_marks(tmp_path: Path) -> None:
    """A report of no mark beside a workbook full of tests would frighten the clerk."""
    header = (*HEADER[:4], "Mức đạt được GK", "Mức đạt được CK", "Điểm KTĐK")
    rows = persons(("T", "T", 9), ("T", "T", 8), (None, None, None))
    write_roster(tmp_path)
    write_book(tmp_path / YEAR / "hk1" / "bang.xlsx", {"Toán": [*TITLES, header, *rows]})
    counts = count_classes(PRIMARY, read(tmp_path, PRIMARY), ())
    assert next(c.found for c in counts if c.counted is Counted.MARKS) == 2
