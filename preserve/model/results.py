"""What a pupil achieved: marks, levels and decisions of one school year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from preserve.model.school import Pupil, Subject


class Level(StrEnum):
    """Level of learning or conduct (TT 22/2021/TT-BGDĐT Art. 8, 9)."""

    GOOD = "Tốt"
    FAIR = "Khá"
    PASSED = "Đạt"
    NOT_PASSED = "Chưa đạt"


class CommentLevel(StrEnum):
    """Level of a subject assessed by comments (TT 22/2021/TT-BGDĐT Art. 5)."""

    PASSED = "Đ"
    NOT_PASSED = "CĐ"


@dataclass(frozen=True, slots=True)
class SemesterResult:
    """One pupil, one subject, one semester, as the school reported it.

    A missing value is ``None``; a mark of 0 is ``Decimal("0")``: the two are different data.
    """

    regular: tuple[Decimal, ...] = ()
    """ĐĐGtx in the order of the columns; an empty column between two marks is left out."""
    midterm: Decimal | None = None
    """ĐĐGgk."""
    final: Decimal | None = None
    """ĐĐGck."""
    average: Decimal | None = None
    """ĐTBmhk as reported, one decimal; never recomputed here."""
    level: CommentLevel | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """One pupil, one subject, one school year."""

    subject: Subject
    semester_1: SemesterResult
    semester_2: SemesterResult
    year_average: Decimal | None = None
    """ĐTBmcn as reported."""
    year_level: CommentLevel | None = None
    reassessed_average: Decimal | None = None
    reassessed_level: CommentLevel | None = None
    teachers: tuple[str, ...] = ()
    """Names of the teachers of this subject in this class."""


@dataclass(frozen=True, slots=True)
class Absences:
    """Half-days (buổi) of absence."""

    excused: int | None = None
    unexcused: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class PeriodSummary:
    """Learning, conduct and absences of a semester or of the year."""

    learning: Level | None = None
    conduct: Level | None = None
    absences: Absences = Absences()
    homeroom_comment: str = ""


@dataclass(frozen=True, slots=True)
class GradeAmendment:
    """A corrected mark with its dossier (sửa điểm); the exports already hold the new value."""

    number: str
    subject: str
    semester: int
    column: str
    """``ĐĐGtx1``, ``ĐĐGgk``, ``ĐĐGck`` or ``Đánh giá``."""
    old_value: str
    new_value: str
    reason: str
    request_number: str
    decision_number: str
    decision_date: date | None
    minutes_number: str
    requested_by: str
    """Staff code."""
    approved_by: str
    entered_on: date | None


@dataclass(frozen=True, slots=True)
class Movement:
    """A pupil who came from or left for another school during the year."""

    direction: str
    """``in`` or ``out``."""
    on: date
    other_school: str
    other_place: str
    document_number: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class YearResult:
    """One pupil, one school year: the content of the year pages of the transcript."""

    school_year: str
    class_name: str
    grade: int
    number: int
    """Place in the class list (STT)."""
    regulation: str
    school_name: str
    school_place: str
    subjects: tuple[SubjectResult, ...]
    semester_1: PeriodSummary
    semester_2: PeriodSummary
    year: PeriodSummary
    learning_after: Level | None = None
    """Learning level after re-assessment (Art. 14), where there was one."""
    conduct_after: Level | None = None
    """Conduct level after summer training (Art. 13), where there was one."""
    outcome: str = ""
    """The school's decision as written, for example ``Được lên lớp``; empty without one."""
    promoted: bool | None = None
    title: str = ""
    """Title (danh hiệu), empty for none."""
    status: str = ""
    """State in the roster, for example ``Đang học``."""
    homeroom_teacher: str = ""
    principal: str = ""
    amendments: tuple[GradeAmendment, ...] = ()
    movements: tuple[Movement, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PupilYear:
    """A pupil together with the results of one school year."""

    pupil: Pupil
    result: YearResult
