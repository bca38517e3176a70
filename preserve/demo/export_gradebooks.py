"""The mark sheets of a semester: one sheet per subject, in the ministry's layout (Mẫu 1)."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.demo.export_events import write_day
from preserve.demo.export_sheets import Cell, Sheet, write_number
from preserve.demo.school import MadeUpClass, MadeUpSchool
from preserve.model.results import CommentLevel, PupilYear, SemesterResult
from preserve.model.school import AssessmentKind, Subject

_REGULAR_COLUMNS = 5
_MARKS_HEADER = (
    "STT",
    "Lớp",
    "Mã định danh Bộ GD&ĐT",
    "Họ và tên",
    "Ngày sinh",
    *(f"ĐĐGtx{number}" for number in range(1, _REGULAR_COLUMNS + 1)),
    "ĐĐGgk",
    "ĐĐGck",
    "Nhận xét",
)
_COMMENTS_HEADER = (
    "STT",
    "Mã định danh Bộ GD&ĐT",
    "Họ và tên",
    "Ngày sinh",
    "Đánh giá",
    "Nội dung nhận xét",
)
_LEVELS = {CommentLevel.PASSED: "Đạt", CommentLevel.NOT_PASSED: "Chưa đạt", None: None}


def gradebook_sheets(
    made_up: MadeUpSchool, made_up_class: MadeUpClass, semester: int
) -> Iterator[Sheet]:
    """Yield the sheet of every subject of a class in a semester."""
    group = made_up_class.group
    for place, subject in enumerate(group.subjects):
        marked = subject.kind is AssessmentKind.MARKS
        yield Sheet(
            name=subject.aliases[0],
            titles=(
                (made_up.school.authority, None, None, "BẢNG ĐIỂM HỌC KỲ"),
                (
                    made_up.school.name,
                    None,
                    None,
                    f"Năm học {group.school_year} - Học kỳ: {semester}",
                ),
                (f"Lớp: {group.name}", None, None, f"Môn học: {subject.name}"),
                (),
            ),
            header=_MARKS_HEADER if marked else _COMMENTS_HEADER,
            rows=tuple(
                _row(pupil_year, subject, _semester(pupil_year, place, semester))
                for pupil_year in made_up_class.pupils
            ),
        )


def _semester(pupil_year: PupilYear, place: int, semester: int) -> SemesterResult:
    subject = pupil_year.result.subjects[place]
    return subject.semester_1 if semester == 1 else subject.semester_2


def _row(pupil_year: PupilYear, subject: Subject, semester: SemesterResult) -> tuple[Cell, ...]:
    pupil, result = pupil_year.pupil, pupil_year.result
    born, remark = write_day(pupil.birth_date), semester.comment or None
    if subject.kind is AssessmentKind.COMMENTS:
        return (result.number, pupil.code, pupil.name, born, _LEVELS[semester.level], remark)
    empty = _REGULAR_COLUMNS - len(semester.regular)
    return (
        result.number,
        result.class_name,
        pupil.code,
        pupil.name,
        born,
        *(write_number(mark) for mark in semester.regular),
        *(None,) * empty,
        write_number(semester.midterm),
        write_number(semester.final),
        remark,
    )
