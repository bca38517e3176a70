"""Which template a file follows is judged by all its sheets and headers, not by the first match."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from preserve.ingest.elsewhere import earlier_elsewhere
from preserve.ingest.names import known_names
from tests.unit.ingest.small_school import (
    PUPILS,
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

OLDER = make_profile("THCS")
PERSON = ("STT", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh")
LONG = "Hoạt động trải nghiệm, hướng nghiệp"


def test_earlier_years_with_all_their_columns_are_no_class_summary(tmp_path: Path) -> None:
    """The list of earlier years has every column that a summary is known by, and more."""
    header = (
        *(*PERSON, "Năm học", "Kì", "Lớp", "Khối", "Tên trường", "Địa chỉ trường", "Toán"),
        *("KQ học tập", "KQ rèn luyện", "Lên lớp", "Danh hiệu"),
    )
    about = ("2023-2024", "Cả năm", "2B", 2, "Trường Nơi Khác", "Tỉnh Khác", "7,5")
    row = (1, *PUPILS[0], *about, "Khá", "Tốt", "Được lên lớp", None)
    write_roster(tmp_path)
    write_book(tmp_path / "nam_truoc.xlsx", {"Năm trước": [header, row]})
    submission = read(tmp_path, OLDER)
    assert said(submission) == []
    (year,) = earlier_elsewhere(OLDER, [submission], PUPILS[0][0])
    assert (year.school_year, year.school_name) == ("2023-2024", "Trường Nơi Khác")


def test_workbook_may_begin_with_a_subject_of_comments(tmp_path: Path) -> None:
    """Its first sheet looks alike in two templates; the sheets of marks decide."""
    marked = (*PERSON, "ĐĐGtx", "ĐĐGgk", "ĐĐGck", "ĐTBmhk", "Nội dung nhận xét")
    commented = (*PERSON, "Đánh giá", "Nội dung nhận xét")
    comments = persons(("Đ", "Tốt"), ("Đ", None), ("Đ", None))
    marks = persons(("8 7", 8, 8, 8, None), (None,) * 5, (None,) * 5)
    write_roster(tmp_path)
    sheets = {"Đạo đức": [*TITLES, commented, *comments], "Toán": [*TITLES, marked, *marks]}
    write_book(tmp_path / YEAR / "bang.xlsx", sheets)
    submission = read(tmp_path, OLDER)
    assert said(submission) == []
    assert len(pupils(submission, OLDER)[0].result.subjects[0].semester_1.regular) == 2


def test_marks_and_comments_share_a_workbook_with_two_header_rows(tmp_path: Path) -> None:
    """A class has both kinds of subjects, whichever template its system writes."""
    upper = ("STT", "Tên lớp", "Mã định danh", *PERSON[2:], "ĐĐGtx", None, "ĐĐGgk", "ĐĐGck")
    rows = [(row[0], "3A", *row[1:]) for row in persons((8, 7, 8, 8), (None,) * 4, (None,) * 4)]
    comments = persons(("Đ", "Tốt"), ("CĐ", None), ("Đ", None))
    commented = (*PERSON, "Đánh giá", "Nội dung nhận xét")
    write_roster(tmp_path)
    sheets = {
        "Toán": [*TITLES, ("Môn học: Toán",), upper, (*[None] * 5, 1, 2), *rows],
        "Đạo đức": [*TITLES, ("Môn học: Đạo đức",), commented, *comments],
    }
    write_book(tmp_path / YEAR / "bang.xlsx", sheets)
    assert said(read(tmp_path, OLDER)) == []


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (LONG[:31], True),
        (LONG[:30].strip(), True),
        (LONG[:20], False),
        (LONG[:30] + "x", False),
    ],
)
def test_name_that_a_spreadsheet_cut_off_means_its_subject(name: str, known: bool) -> None:  # noqa: FBT001  (a column of the table)
    """A sheet's name has 31 letters at most; a shorter or another beginning means nothing."""
    profile = make_profile(
        subjects=[
            {"name": subject, "assessment": "comments only"}
            for subject in ("Toán", "Tiếng Việt", "Đạo đức", LONG)
        ]
    )
    assert (known_names(profile).subject_of_sheet(name) is not None) is known


def test_two_subjects_that_begin_alike_are_not_guessed() -> None:
    """Where a cut name could be either subject, it is neither."""
    names = known_names(OLDER)
    subject = names.subjects["toán"]
    one, other = (f"Hoạt động giáo dục thể chất nâng cao {n}" for n in (1, 2))
    both = {word.casefold(): replace(subject, name=word) for word in (one, other)}
    assert replace(names, subjects=both).subject_of_sheet(one[:31]) is None


def test_centre_is_named_in_the_titles_and_led_by_a_director(tmp_path: Path) -> None:
    """«Trung tâm …» above a table is the school's name, and its head is «Giám đốc»."""
    name = "Trung tâm GDTX Bịa Đặt"
    head = {"teacher_code": "GV01", "name": "Lê Thị Giám"}
    profile = make_profile("THCS", name=name, kind="centre", principal=head, clerk=head)
    commented = (*PERSON, "Đánh giá", "Nội dung nhận xét")
    rows = persons(("Đ", None), ("Đ", None), ("Đ", None))
    write_roster(tmp_path)
    sheets = {"Đạo đức": [(name,), *TITLES[1:], commented, *rows]}
    write_book(tmp_path / YEAR / "bang.xlsx", sheets)
    (tmp_path / "teachers.csv").write_text(
        "teacher_code,full_name,position,school_year,subject,part,classes,homeroom_class\n"
        f"GV09,Lê Văn Xưa,Giám đốc,{YEAR},,,,\n",
        encoding="utf-8",
    )
    submission = read(tmp_path, profile)
    assert said(submission) == []
    assert profile.principal is not None
    assert profile.principal.position == "Giám đốc"
    assert pupils(submission, profile)[0].result.principal == "Lê Văn Xưa"
