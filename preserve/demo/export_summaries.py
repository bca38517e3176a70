"""The summary of a class (in the manner of Mẫu 3): both semesters and the year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from preserve.demo.export_events import write_day
from preserve.demo.export_sheets import Cell, Sheet, write_number
from preserve.demo.school import MadeUpClass, MadeUpSchool
from preserve.demo.school_amendments import write_mark
from preserve.model.results import CommentLevel, PeriodSummary, PupilYear, SubjectResult, YearResult

_PUPIL_COLUMNS = ("STT", "Lớp", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh")
_RESULT_COLUMNS = (
    "KQ học tập",
    "KQ rèn luyện",
    "Buổi nghỉ có phép",
    "Buổi nghỉ không phép",
    "Tổng số buổi nghỉ",
)
_YEAR_COLUMNS = (
    "Đánh giá lại",
    "KQ học tập sau đánh giá lại",
    "KQ rèn luyện sau rèn luyện hè",
    "Lên lớp",
    "Danh hiệu",
)
_REMARK_COLUMNS = ("Nhận xét GVCN", "Ghi chú")


def summary_sheets(made_up: MadeUpSchool, made_up_class: MadeUpClass) -> Iterator[Sheet]:
    """Yield the sheets of semester 1, semester 2 and the year."""
    periods = (("Học kỳ I", "Học kỳ: 1", 1), ("Học kỳ II", "Học kỳ: 2", 2), ("Cả năm", "Cả năm", 0))
    group = made_up_class.group
    for name, words, semester in periods:
        yield Sheet(
            name=name,
            titles=(
                (made_up.school.authority, None, None, "BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ HỌC SINH"),
                (made_up.school.name, None, None, f"Năm học {group.school_year} - {words}"),
                (f"Lớp: {group.name}",),
                (),
            ),
            header=(
                *_PUPIL_COLUMNS,
                *(subject.name for subject in group.subjects),
                *_RESULT_COLUMNS,
                *(() if semester else _YEAR_COLUMNS),
                *_REMARK_COLUMNS,
            ),
            rows=tuple(_row(pupil_year, semester) for pupil_year in made_up_class.pupils),
        )


def _row(pupil_year: PupilYear, semester: int) -> tuple[Cell, ...]:
    pupil, result = pupil_year.pupil, pupil_year.result
    period = _period(result, semester)
    absences = period.absences
    return (
        result.number,
        result.class_name,
        pupil.code,
        pupil.name,
        write_day(pupil.birth_date),
        *(_result_cell(subject, semester) for subject in result.subjects),
        period.learning,
        period.conduct,
        absences.excused,
        absences.unexcused,
        absences.total,
        *(() if semester else _year_cells(result)),
        period.homeroom_comment or None,
        result.note or None,
    )


def _period(result: YearResult, semester: int) -> PeriodSummary:
    return (result.year, result.semester_1, result.semester_2)[semester]


def _result_cell(subject: SubjectResult, semester: int) -> Cell:
    found: tuple[tuple[Decimal | None, CommentLevel | None], ...] = (
        (subject.year_average, subject.year_level),
        (subject.semester_1.average, subject.semester_1.level),
        (subject.semester_2.average, subject.semester_2.level),
    )
    average, level = found[semester]
    return level if average is None else write_number(average)


def _year_cells(result: YearResult) -> tuple[Cell, ...]:
    reassessed = "; ".join(
        f"{subject.subject.name}: {write_mark(subject.reassessed_average)}"
        for subject in result.subjects
        if subject.reassessed_average is not None
    )
    return (
        reassessed or None,
        result.learning_after,
        result.conduct_after,
        result.outcome or None,
        result.title or None,
    )
