"""The VnEdu summary of a grade and semester: a real BIFF workbook, one sheet per class."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlwt

from preserve.demo.export_events import write_day
from preserve.demo.school import MadeUpClass, MadeUpSchool
from preserve.demo.school_amendments import write_mark
from preserve.model.results import PupilYear, SemesterResult, SubjectResult
from preserve.model.school import AssessmentKind, Subject

_PUPIL_COLUMNS = ("STT", "Mã học sinh", "Số định danh cá nhân", "Họ và tên", "Ngày sinh")
_ORDER = (
    "Toán",
    "LS&ĐL",
    "KHTN",
    "Tin",
    "Văn",
    "Ng.ngữ",
    "GDCD",
    "C.Nghệ",
    "GDTC",
    "Nghệ thuật",
    "NDGDCĐP",
    "HĐTN&HN",
)
_TITLE_COLUMN = 7
_HEADER_ROW = 5
_NOTHING = "-"
_SUB_HEADERS = {AssessmentKind.MARKS: "(HS 1)", AssessmentKind.COMMENTS: "(N.xét)"}

_Value = str | int


def write_term_summary(
    made_up: MadeUpSchool, classes: Sequence[MadeUpClass], semester: int
) -> bytes:
    """Return the .xls file of the classes of one grade."""
    workbook = xlwt.Workbook(encoding="utf-8")
    for made_up_class in classes:
        sheet = workbook.add_sheet(made_up_class.group.name.lower())
        _write_titles(sheet, made_up, made_up_class, semester)
        subjects = _in_order(made_up_class.group.subjects)
        _write_headers(sheet, subjects, semester)
        for row, pupil_year in enumerate(made_up_class.pupils, start=_HEADER_ROW + 2):
            for column, value in enumerate(_row(pupil_year, subjects, semester)):
                if value != "":
                    sheet.write(row, column, value)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _in_order(subjects: Sequence[Subject]) -> list[Subject]:
    return sorted(subjects, key=lambda subject: _ORDER.index(subject.aliases[-1]))


def _write_titles(
    sheet: xlwt.Worksheet, made_up: MadeUpSchool, made_up_class: MadeUpClass, semester: int
) -> None:
    group = made_up_class.group
    year = group.school_year.replace("-", " - ")
    sheet.write(0, 0, made_up.school.authority)
    sheet.write(1, 0, made_up.school.name)
    title = f"BẢNG TỔNG HỢP KẾT QUẢ GIÁO DỤC HỌC KỲ {semester}, NĂM HỌC {year}"
    sheet.write(0, _TITLE_COLUMN, title)
    sheet.write(1, _TITLE_COLUMN, f"Khối {group.grade} - Lớp {group.name} - (Học kỳ {semester})")


def _write_headers(sheet: xlwt.Worksheet, subjects: Sequence[Subject], semester: int) -> None:
    header = [*_PUPIL_COLUMNS, *(subject.aliases[-1] for subject in subjects)]
    header += ["Kết quả học tập", "Kết quả rèn luyện"]
    absences = len(header)
    for column, name in enumerate(header):
        sheet.write(_HEADER_ROW, column, name)
    sheet.write_merge(_HEADER_ROW, _HEADER_ROW, absences, absences + 2, "Buổi nghỉ")
    sheet.write(_HEADER_ROW, absences + 3, "Ghi chú")
    below = [_SUB_HEADERS[subject.kind] for subject in subjects]
    below += [f"(Học kỳ {semester})"] * 2 + ["P", "K", "Tổng"]
    for column, name in enumerate(below, start=len(_PUPIL_COLUMNS)):
        sheet.write(_HEADER_ROW + 1, column, name)


def _row(pupil_year: PupilYear, subjects: Sequence[Subject], semester: int) -> list[_Value]:
    pupil, result = pupil_year.pupil, pupil_year.result
    period = result.semester_1 if semester == 1 else result.semester_2
    results = {found.subject.name: found for found in result.subjects}
    absences = period.absences
    return [
        result.number,
        pupil.code,
        pupil.personal_id,
        pupil.name,
        write_day(pupil.birth_date),
        *(_value(_semester(results[subject.name], semester)) for subject in subjects),
        period.learning or _NOTHING,
        period.conduct or _NOTHING,
        *(
            _NOTHING if count is None else count
            for count in (absences.excused, absences.unexcused, absences.total)
        ),
        result.note,
    ]


def _semester(subject: SubjectResult, semester: int) -> SemesterResult:
    return subject.semester_1 if semester == 1 else subject.semester_2


def _value(semester: SemesterResult) -> str:
    return write_mark(semester.average) or semester.level or _NOTHING
