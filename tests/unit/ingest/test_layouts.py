"""Every layout that a school may bring is read exactly, with its traps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from preserve.model.imports import ImportOutcome, Submission
from preserve.model.results import (
    AbsentSession,
    CommentLevel,
    Completion,
    Level,
    MonthAttendance,
    PrimaryAssessment,
    PrimaryOutcome,
    SubjectLevel,
    TraitGroup,
    TraitLevel,
)
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
PRIMARY = make_profile("TH")
PERSON: tuple[Any, ...] = ("STT", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh")


def marks_of(folder: Path, sheets: dict[str, Any], profile: Any = OLDER) -> Submission:
    """Import the class list and one workbook."""
    write_roster(folder)
    write_book(folder / YEAR / "bang.xlsx", sheets)
    return read(folder, profile)


def test_regular_marks_in_one_cell_are_told_apart(tmp_path: Path) -> None:
    """Mẫu 2 joins the regular marks with spaces; they become single facts, as in Mẫu 1."""
    header = (*PERSON, "ĐĐGtx", "ĐĐGgk", "ĐĐGck", "ĐTBmhk", "Mã nhận xét", "Nội dung nhận xét")
    rows = persons(
        ("8 7,5 9,0", 8, "7,5", "7,9", "T1", "Cố gắng"),
        (6.5, 5, 5, 5.2, None, None),
        (None, "0", None, None, None, None),
    )
    submission = marks_of(tmp_path, {"Toán": [*TITLES, header, *rows]})
    assert said(submission) == []
    first, second, third = (m.result.subjects[0].semester_1 for m in pupils(submission, OLDER))
    assert first.regular == (Decimal("8.0"), Decimal("7.5"), Decimal("9.0"))
    assert (first.midterm, first.final, first.average) == (
        Decimal("8.0"),
        Decimal("7.5"),
        Decimal("7.9"),
    )
    assert first.comment == "Cố gắng"
    assert second.regular == (Decimal("6.5"),)
    assert third.regular == ()
    assert third.midterm == Decimal(0)


@pytest.mark.parametrize("cell", ["8 85", "8 x", "8;9", "1 2 3 4 5 6 7 8 9 10"])
def test_one_bad_mark_among_several_refuses_the_cell(tmp_path: Path, cell: str) -> None:
    """No mark of a cell is dropped because another one can be read."""
    header = (*PERSON, "ĐĐGtx", "ĐĐGgk", "ĐĐGck", "ĐTBmhk", "Nội dung nhận xét")
    rows = persons((cell, 8, 8, 8, None), (None,) * 5, (None,) * 5)
    submission = marks_of(tmp_path, {"Toán": [*TITLES, header, *rows]})
    assert submission.outcome is ImportOutcome.REFUSED
    assert [place for _, place in said(submission)] == ["E5"]


def test_comments_come_in_sheets_of_their_own(tmp_path: Path) -> None:
    """A comment to a subject of marks and a subject of comments have their own templates."""
    marked = (*PERSON, "ĐTBmhk", "Mã nhận xét", "Nội dung nhận xét")
    commented = (*PERSON, "Đánh giá", "Nội dung nhận xét")
    submission = marks_of(
        tmp_path,
        {
            "Toán": [*TITLES, marked, *persons(("7,9", None, "Khá"), (None,) * 3, (None,) * 3)],
            "Đạo đức": [*TITLES, commented, *persons(("Đ", "Tốt"), ("CĐ", None), ("Đạt", None))],
        },
    )
    assert said(submission) == []
    first, second, third = (m.result.subjects for m in pupils(submission, OLDER))
    assert first[0].semester_1.comment == "Khá"
    assert first[0].semester_1.average == Decimal("7.9")
    levels = [each[2].semester_1.level for each in (first, second, third)]
    assert levels == [CommentLevel.PASSED, CommentLevel.NOT_PASSED, CommentLevel.PASSED]


def test_two_header_rows_and_numbered_columns_hide_no_pupil(tmp_path: Path) -> None:
    """Below two header rows stands a row of column numbers; the first pupil follows it."""
    titles = [("Phòng GD&ĐT Bịa",), ("Trường Thử Nghiệm Bịa Đặt",), ("Lớp 3A",), ("BẢNG ĐIỂM",)]
    titles += [(f"Học kỳ 1 - Năm học {YEAR}",), ("Môn học: Toán",)]
    upper = ("STT", "Tên lớp", "Mã học sinh", "Mã định danh", "Họ và tên", "Ngày sinh", "ĐĐGtx")
    lower = (None,) * 6 + (1, 2, 3, 4)
    rows = [
        (str(n), "3A", f"HS{n}", *pupil, n, None, 7, None, 8, "9,5")
        for n, pupil in enumerate(PUPILS, start=1)
    ]
    header = [(*upper, None, None, None, "ĐĐGgk", "ĐĐGck"), lower, tuple(range(1, 13))]
    submission = marks_of(tmp_path, {"Toán": [*titles, *header, *rows]})
    assert said(submission) == []
    found = [m.result.subjects[0].semester_1 for m in pupils(submission, OLDER)]
    assert [each.regular for each in found] == [(Decimal(n), Decimal(7)) for n in (1, 2, 3)]
    assert {each.final for each in found} == {Decimal("9.5")}


def test_sheet_without_second_header_row_keeps_its_first_pupil(tmp_path: Path) -> None:
    """Nothing is skipped by counting: the row below the header is looked at."""
    header = ("STT", "Mã học sinh", "Họ và tên", "ĐĐGtx1", "ĐĐGtx2", "ĐĐGgk", "ĐĐGck", "ĐTBmhk1")
    rows = [(n, code, name, 8, 9, 7, 6, "7,1") for n, (code, name, _) in enumerate(PUPILS, 1)]
    submission = marks_of(tmp_path, {"Toán": [*TITLES, header, *rows]})
    assert said(submission) == []
    found = [m.result.subjects[0].semester_1 for m in pupils(submission, OLDER)]
    assert [len(each.regular) for each in found] == [2, 2, 2]
    assert submission.files[0].profile == "vnedu-so-diem/1"


def test_subject_sheet_of_vnedu_is_read(tmp_path: Path) -> None:
    """Regular marks stand under a header that spans them, numbered Lần 1, Lần 2."""
    upper: tuple[Any, ...] = (
        "STT",
        "Mã học sinh",
        "Họ và tên",
        "Thường xuyên",
        None,
        "Giữa kỳ",
        "Cuối kỳ",
    )
    upper += ("Cả năm", "Điểm số", "Nhận xét sự tiến bộ, ưu điểm nổi bật, hạn chế chủ yếu")
    lower = (None, None, None, "Lần 1", "Lần 2")
    rows = [(n, c, name, 8, 9, 7, 6, 7, "7,1", "Tiến bộ") for n, (c, name, _) in enumerate(PUPILS)]
    submission = marks_of(tmp_path, {"Toán": [*TITLES, upper, lower, *rows]})
    assert said(submission) == []
    subject = pupils(submission, OLDER)[2].result.subjects[0]
    assert subject.semester_1.regular == (Decimal(8), Decimal(9))
    assert subject.semester_1.average == Decimal("7.1")
    assert subject.year_average == Decimal(7)


def test_foot_of_a_table_is_told_and_not_read(tmp_path: Path) -> None:
    """Totals and signatures below the pupils are no pupils; one line says where they begin."""
    header = (*PERSON, "Đánh giá", "Nội dung nhận xét")
    foot = [("Tổng số: 3 học sinh",), (None, None, "Người lập", None, "Hiệu trưởng")]
    rows = [*TITLES, header, *persons(("Đ", None), ("Đ", None), ("Đ", None)), (), *foot]
    submission = marks_of(tmp_path, {"Đạo đức": rows})
    assert said(submission) == [("IMP-FOOT-UNREAD", "A9")]


def test_pupil_below_a_foot_is_not_lost(tmp_path: Path) -> None:
    """A row that names a pupil after what looks like a foot refuses the file."""
    header = (*PERSON, "Đánh giá", "Nội dung nhận xét")
    rows = persons(("Đ", None), ("Đ", None), ("Đ", None))
    sheet = [*TITLES, header, *rows[:2], ("Tổng số: 2",), rows[2]]
    submission = marks_of(tmp_path, {"Đạo đức": sheet})
    assert submission.outcome is ImportOutcome.REFUSED
    assert {cell for _, cell in said(submission)} >= {"B7"}


def test_primary_levels_become_words(tmp_path: Path) -> None:
    """T, H, C of a subject in primary school are stored as what they mean there."""
    header: tuple[Any, ...] = ("STT", "Lớp", *PERSON[1:], "Mức đạt được GK", "Nhận xét GK")
    header += ("Mức đạt được CK", "Điểm KTĐK", "Nhận xét CK")
    values = [
        ("T", "a", "H", 9, "b"),
        ("C", None, "C", "4", None),
        (None, None, "Hoàn thành", 0, None),
    ]
    rows = [
        (n, "3A", *pupil, *each)
        for n, (pupil, each) in enumerate(zip(PUPILS, values, strict=True), start=1)
    ]
    submission = marks_of(tmp_path, {"Toán": [*TITLES, header, *rows]}, PRIMARY)
    assert said(submission) == []
    years = [m.result.primary for m in pupils(submission, PRIMARY)]
    first, second, third = (year.subjects[0] for year in years if year is not None)
    assert first.mid_1 == PrimaryAssessment(SubjectLevel.WELL_COMPLETED, None, "a")
    assert first.end_1 == PrimaryAssessment(SubjectLevel.COMPLETED, Decimal(9), "b")
    assert second.end_1 == PrimaryAssessment(SubjectLevel.NOT_COMPLETED, Decimal(4))
    assert third.end_1 == PrimaryAssessment(SubjectLevel.COMPLETED, Decimal(0))
    assert pupils(submission, PRIMARY)[0].result.subjects == ()


def test_test_mark_with_decimals_is_refused(tmp_path: Path) -> None:
    """A periodic test of primary school has a whole mark."""
    header = (*PERSON, "Mức đạt được GK", "Mức đạt được CK", "Điểm KTĐK")
    rows = persons(("T", "T", "8,5"), (None,) * 3, (None,) * 3)
    submission = marks_of(tmp_path, {"Toán": [*TITLES, header, *rows]}, PRIMARY)
    assert said(submission) == [("IMP-TEST-MARK-WHOLE", "G5")]


SUMMARY_UPPER: tuple[Any, ...] = (
    *PERSON,
    "Chiều cao",
    "Toán",
    None,
    "Đạo đức",
    "Phẩm chất chủ yếu",
    None,
)
SUMMARY_UPPER += ("Năng lực đặc thù", "Đánh giá KQGD", "Khen thưởng", "Lên lớp")
SUMMARY_LOWER = (None,) * 5 + ("Mức đạt được", "Điểm KTĐK", None, "Yêu nước", "Nhân ái", "Khoa học")
ABOUT: tuple[tuple[Any, ...], ...] = (TITLES[0], (f"Năm học {YEAR}",), ("Lớp: 3A",))


def test_primary_summary_tells_letters_by_their_scale(tmp_path: Path) -> None:
    """C of a subject and C of a quality are different words, and so are the two T."""
    rows = persons(
        (132, "T", 9, "H", "T", "Đ", "C", "HTXS", "Học sinh Xuất sắc", "Được lên lớp"),
        ("128,5", "C", 3, "C", "C", "T", "T", "CHT", None, "Không được lên lớp"),
        (None,) * 10,
    )
    table = [*ABOUT, SUMMARY_UPPER, SUMMARY_LOWER, *rows]
    submission = marks_of(tmp_path, {"Cuối năm": table}, PRIMARY)
    assert said(submission) == []
    first, second, _ = (m.result for m in pupils(submission, PRIMARY))
    assert first.primary is not None
    assert second.primary is not None
    assert first.primary.subjects[0].end_2 == PrimaryAssessment(
        SubjectLevel.WELL_COMPLETED, Decimal(9)
    )
    assert second.primary.subjects[2].end_2.level is SubjectLevel.NOT_COMPLETED
    traits = [(t.group, t.name, t.end_2) for t in second.primary.traits]
    assert traits == [
        (TraitGroup.QUALITY, "Yêu nước", TraitLevel.NEEDS_EFFORT),
        (TraitGroup.QUALITY, "Nhân ái", TraitLevel.GOOD),
        (TraitGroup.SPECIFIC_COMPETENCE, "Khoa học", TraitLevel.GOOD),
    ]
    assert first.primary.outcome is PrimaryOutcome.EXCELLENT
    assert (first.primary.height, second.primary.height) == (Decimal(132), Decimal("128.5"))
    assert (first.title, first.promoted, second.promoted) == ("Học sinh Xuất sắc", True, False)


def test_four_times_of_the_year_do_not_mix(tmp_path: Path) -> None:
    """Middle and end of both semesters are four sheets with four results."""
    upper, lower = SUMMARY_UPPER[:11], SUMMARY_LOWER
    sheets = {
        name: [*ABOUT, upper, lower, *persons((None, letter, None, None, None, None, None), *empty)]
        for name, letter in zip(
            ("Giữa học kì I", "Cuối học kì I", "Giữa học kì II", "Cuối năm"), "CHTH", strict=True
        )
        for empty in [((None,) * 7, (None,) * 7)]
    }
    submission = marks_of(tmp_path, sheets, PRIMARY)
    assert said(submission) == []
    primary = pupils(submission, PRIMARY)[0].result.primary
    assert primary is not None
    found = primary.subjects[0]
    assert [t.level for t in (found.mid_1, found.end_1, found.mid_2, found.end_2)] == [
        SubjectLevel.NOT_COMPLETED,
        SubjectLevel.COMPLETED,
        SubjectLevel.WELL_COMPLETED,
        SubjectLevel.COMPLETED,
    ]


def attendance(*cells: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Return a sheet of September 2024 with the days 5, 6 and 31."""
    upper = (*PERSON, "Ngày trong tháng", None, None, "Tổng", None)
    lower = (None,) * 4 + (5, 6, 31, "P", "K")
    return [*ABOUT, ("Tháng 9 năm 2024",), upper, lower, *persons(*cells)]


def test_days_of_absence_are_kept(tmp_path: Path) -> None:
    """A day may have two sessions; totals that the school gave stay beside the days."""
    empty = (None, None, None, None, None)
    sheet = attendance(("P", "PK", None, 2, 1), (None, "k", None, None, None), empty)
    submission = marks_of(tmp_path, {"Tháng 9": sheet}, OLDER)
    assert said(submission) == []
    months = [m.result.attendance for m in pupils(submission, OLDER)]
    fifth, sixth = date(2024, 9, 5), date(2024, 9, 6)
    sessions = (
        AbsentSession(fifth, excused=True),
        AbsentSession(sixth, excused=True),
        AbsentSession(sixth, excused=False),
    )
    assert months == [
        (MonthAttendance("2024-09", 2, 1, sessions),),
        (MonthAttendance("2024-09", 0, 1, (AbsentSession(sixth, excused=False),)),),
        (MonthAttendance("2024-09", 0, 0),),
    ]


def test_days_that_do_not_add_up_are_told(tmp_path: Path) -> None:
    """The school's total is kept, and the difference is a warning."""
    empty = (None, None, None, None, None)
    sheet = attendance(("P", "P", None, 5, 0), empty, empty)
    submission = marks_of(tmp_path, {"Tháng 9": sheet}, OLDER)
    assert said(submission) == [("IMP-ATTENDANCE-MONTH", "")]
    assert pupils(submission, OLDER)[0].result.attendance[0].excused == 5


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ((None, None, "P", None, None), ("IMP-DAY-UNKNOWN", "G7")),
        (("X", None, None, None, None), ("IMP-ABSENCE-FORM", "E7")),
        (("PPP", None, None, None, None), ("IMP-ABSENCE-FORM", "E7")),
    ],
)
def test_impossible_absences_are_refused(
    tmp_path: Path, cells: tuple[Any, ...], wanted: tuple[str, str]
) -> None:
    """September has no 31st, and a session is P or K."""
    empty = (None, None, None, None, None)
    submission = marks_of(tmp_path, {"Tháng 9": attendance(cells, empty, empty)}, OLDER)
    assert said(submission) == [wanted]


def test_totals_of_months_are_compared_with_the_year(tmp_path: Path) -> None:
    """Months of one sheet and the year's summary must tell the same."""
    upper = (*PERSON, "Tháng 9", None, "Tháng 10", None)
    lower = (None,) * 4 + ("P", "K", "P", "K")
    rows = persons((1, 0, 2, 1), (None,) * 4, (0, 0, 0, 0))
    write_book(tmp_path / YEAR / "diem_danh.xlsx", {"Cả năm": [*ABOUT, upper, lower, *rows]})
    write_book(
        tmp_path / YEAR / "tong_ket.xlsx",
        {"Cả năm": [*old_summary("Cả năm", persons_old(("Được lên lớp", None), absent=4))]},
    )
    write_roster(tmp_path)
    submission = read(tmp_path, OLDER)
    # Four sessions with leave in the year, three in the months; without leave one and one.
    assert said(submission) == [("IMP-ATTENDANCE-YEAR", "")]
    found = pupils(submission, OLDER)[0].result.attendance
    assert [(m.month, m.excused, m.unexcused) for m in found] == [
        ("2024-09", 1, 0),
        ("2024-10", 2, 1),
    ]


def old_summary(period: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return a sheet of the summary under TT 58/2011."""
    title = "Cả năm" if period == "Cả năm" else f"Học kì: {period[-1]}"
    upper = (*PERSON, "Toán", "Đạo đức", "ĐTB các môn", "Học lực", "Hạnh kiểm", "Buổi nghỉ", None)
    upper += (None, "Lên lớp", "Danh hiệu") if period == "Cả năm" else (None, "Danh hiệu")
    lower = (None,) * 9 + ("P", "K", "Tổng")
    about: tuple[tuple[Any, ...], ...] = (TITLES[0], (f"Năm học {YEAR} - {title}",), ("Lớp: 3A",))
    return [*about, upper, lower, *rows]


def persons_old(last: tuple[Any, ...], absent: int = 2) -> list[tuple[Any, ...]]:
    """Return rows under TT 58/2011; the last cells differ by period."""
    empty = (None,) * (8 + len(last))
    one = ("8,2", "Đ", "8,1", "G", "TB", absent, 1, absent + 1, *last)
    return persons(one, empty, empty)


def test_summary_under_the_old_rules_is_read(tmp_path: Path) -> None:
    """Means, học lực, hạnh kiểm and danh hiệu stand per semester and for the year."""
    sheets = {
        "Học kì I": old_summary("Học kì I", persons_old(("HSG",))),
        "Cả năm": old_summary("Cả năm", persons_old(("Được lên lớp", "Học sinh tiên tiến"))),
    }
    submission = marks_of(tmp_path, sheets, OLDER)
    assert said(submission) == []
    result = pupils(submission, OLDER)[0].result
    assert result.semester_1.mean == result.year.mean == Decimal("8.1")
    assert result.semester_1.learning is Level.EXCELLENT
    assert result.year.conduct is Level.AVERAGE
    assert (result.semester_1.title, result.title) == ("Học sinh giỏi", "Học sinh tiên tiến")
    assert result.subjects[0].year_average == Decimal("8.2")


def test_honours_reach_the_year(tmp_path: Path) -> None:
    """Prizes, certificates, commendations, summer training and completion have their places."""
    header = (*PERSON[:3], "Năm học", "Loại", "Nội dung", "Số quyết định")
    header += ("Ngày quyết định", "Số vào sổ")
    code, name, _ = PUPILS[1]
    rows = [
        (str(n), code, name, YEAR, *row)
        for n, row in enumerate(
            [
                ("Giải thưởng", "Giải Nhì cấp huyện môn Bịa", None, None, None),
                ("Chứng chỉ", "Nghề Đặt Tên, loại Giỏi", None, None, None),
                ("Khen thưởng", "Giấy khen", "12/QĐ", "31/05/2025", None),
                ("Kỷ luật", "Nhắc nhở", None, None, None),
                ("Rèn luyện hè", "Đã tham gia đủ", None, None, None),
                ("Hoàn thành chương trình", None, "45/QĐ", "30/05/2025", "07"),
            ]
        )
    ]
    submission = marks_of(tmp_path, {"Danh sách": [header, *rows]}, OLDER)
    assert said(submission) == []
    result = pupils(submission, OLDER)[1].result
    assert result.contests == ("Giải Nhì cấp huyện môn Bịa",)
    assert result.certificates == ("Nghề Đặt Tên, loại Giỏi",)
    assert result.commendations == ("Giấy khen (số 12/QĐ, ngày 31/05/2025)", "Nhắc nhở")
    assert result.summer_comment == "Đã tham gia đủ"
    assert result.completion == Completion("45/QĐ", date(2025, 5, 30), "07")
    assert pupils(submission, OLDER)[0].result.completion is None


def test_general_words_mean_the_schools_subjects(tmp_path: Path) -> None:
    """A sheet may bear a name that the school's own profile does not list."""
    header = (*PERSON, "Đánh giá", "Nội dung nhận xét")
    rows = persons(("Đ", None), ("Đ", None), ("Đ", None))
    submission = marks_of(tmp_path, {"Đ.Đức": [*TITLES, header, *rows]})
    assert said(submission) == []


def test_result_of_a_subject_that_is_not_taught_is_refused(tmp_path: Path) -> None:
    """A mark that no record would show is never dropped silently."""
    profile = make_profile(
        "THCS",
        subjects=[
            {"name": name, "assessment": "marks and comments"}
            for name in ("Toán", "Tiếng Việt", "Đạo đức", "Tin học")
        ],
    )
    upper = (*PERSON, "Toán", "Tin học", "ĐTB các môn", "Học lực", "Hạnh kiểm", "Danh hiệu")
    rows = persons(("8,2", "9,0", None, None, None, None), (None,) * 6, (None,) * 6)
    about = (TITLES[0], TITLES[1], ("Lớp: 3A",))
    submission = marks_of(tmp_path, {"Học kì I": [*about, upper, *rows]}, profile)
    assert said(submission) == [("IMP-SUBJECT-NOT-IN-CLASS", "F5")]
