"""What a pupil achieved: marks, levels and decisions of one school year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from preserve.model.school import Pupil, Subject


class Level(StrEnum):
    """Level of learning or conduct; which of them exist, and their order, is the regulation's.

    TT 22/2021/TT-BGDĐT Art. 8, 9 knows the first four for both. TT 58/2011/TT-BGDĐT Art. 3, 5 has
    Tốt, Khá, Trung bình, Yếu for conduct (hạnh kiểm) and Giỏi, Khá, Trung bình, Yếu, Kém for
    learning (học lực).
    """

    GOOD = "Tốt"
    FAIR = "Khá"
    PASSED = "Đạt"
    NOT_PASSED = "Chưa đạt"
    EXCELLENT = "Giỏi"
    AVERAGE = "Trung bình"
    WEAK = "Yếu"
    POOR = "Kém"


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


class SubjectLevel(StrEnum):
    """Level of a subject or activity in primary school (TT 27/2020/TT-BGDĐT Art. 6).

    The words stand here and never the letters T, H, C: the same letters mean other things on the
    scale of qualities and competences.
    """

    WELL_COMPLETED = "Hoàn thành tốt"
    COMPLETED = "Hoàn thành"
    NOT_COMPLETED = "Chưa hoàn thành"


class TraitLevel(StrEnum):
    """Level of a quality or competence in primary school (TT 27/2020/TT-BGDĐT Art. 6)."""

    GOOD = "Tốt"
    PASSED = "Đạt"
    NEEDS_EFFORT = "Cần cố gắng"


class TraitGroup(StrEnum):
    """Which table of the primary form a trait stands in."""

    QUALITY = "quality"
    """Phẩm chất chủ yếu."""
    GENERAL_COMPETENCE = "general-competence"
    """Năng lực chung."""
    SPECIFIC_COMPETENCE = "specific-competence"
    """Năng lực đặc thù."""


class PrimaryOutcome(StrEnum):
    """Result of a year in primary school (TT 27/2020/TT-BGDĐT Art. 9)."""

    EXCELLENT = "Hoàn thành xuất sắc"
    GOOD = "Hoàn thành tốt"
    COMPLETED = "Hoàn thành"
    NOT_COMPLETED = "Chưa hoàn thành"


@dataclass(frozen=True, slots=True)
class PrimaryAssessment:
    """One pupil, one subject, one of the four times of the year."""

    level: SubjectLevel | None = None
    test_mark: Decimal | None = None
    """Periodic test (điểm kiểm tra định kì), a whole number from 0 to 10."""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PrimarySubjectResult:
    """One pupil, one subject, one school year of primary school; the year's result is ``end_2``."""

    subject: Subject
    mid_1: PrimaryAssessment = PrimaryAssessment()
    end_1: PrimaryAssessment = PrimaryAssessment()
    mid_2: PrimaryAssessment = PrimaryAssessment()
    end_2: PrimaryAssessment = PrimaryAssessment()
    teachers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TraitResult:
    """One pupil, one quality or competence, one school year; the year's result is ``end_2``."""

    group: TraitGroup
    name: str
    """Name as the form prints it, for example ``Yêu nước``."""
    mid_1: TraitLevel | None = None
    end_1: TraitLevel | None = None
    mid_2: TraitLevel | None = None
    end_2: TraitLevel | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PrimaryYear:
    """What a year of primary school has and one of secondary school has not."""

    subjects: tuple[PrimarySubjectResult, ...]
    traits: tuple[TraitResult, ...] = ()
    outcome: PrimaryOutcome | None = None
    """Đánh giá kết quả giáo dục."""
    height: Decimal | None = None
    """Centimetres."""
    weight: Decimal | None = None
    """Kilograms."""


@dataclass(frozen=True, slots=True)
class AbsentSession:
    """One half-day (buổi) on which a pupil was not there."""

    on: date
    excused: bool


@dataclass(frozen=True, slots=True)
class MonthAttendance:
    """Attendance of one month (điểm danh): totals as the school reported them."""

    month: str
    """``YYYY-MM``."""
    excused: int | None = None
    unexcused: int | None = None
    sessions: tuple[AbsentSession, ...] = ()
    """Empty where the school reported totals only."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Recognition that a level was completed (công nhận hoàn thành chương trình)."""

    decision_number: str
    decision_date: date | None = None
    register_number: str = ""
    """Number in the register of those who completed (số vào sổ)."""


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
    mean: Decimal | None = None
    """ĐTB các môn as reported; only TT 58/2011/TT-BGDĐT has it."""
    title: str = ""
    """Title (danh hiệu) of a semester; only TT 58/2011/TT-BGDĐT has it."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A result that an amendment changed, for example ``ĐTBmhk``, as text before and after."""

    field: str
    before: str
    after: str


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
    request_date: date | None = None
    evidence: str = ""
    """What proves the new value, for example the test paper."""
    witnesses: tuple[str, ...] = ()
    """Staff codes."""
    initials: str = ""
    """Letters of the person who corrected, printed beside the new value."""
    consequences: tuple[Consequence, ...] = ()


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
    mean_after: Decimal | None = None
    """ĐTB các môn after re-assessment; only TT 58/2011/TT-BGDĐT has it."""
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
    primary: PrimaryYear | None = None
    """Results of a year of primary school; ``subjects`` is empty then."""
    attendance: tuple[MonthAttendance, ...] = ()
    """In the order of the months; empty where the school reported totals of the semesters only."""
    completion: Completion | None = None
    certificates: tuple[str, ...] = ()
    """Vocational and other certificates with their grades, as written."""
    contests: tuple[str, ...] = ()
    """Prizes in contests from district level up, as written."""
    commendations: tuple[str, ...] = ()
    """Commendations and disciplinary measures other than the title, as written."""
    summer_comment: str = ""
    """Comment on the training of the summer (rèn luyện trong kì nghỉ hè)."""


@dataclass(frozen=True, slots=True)
class PupilYear:
    """A pupil together with the results of one school year."""

    pupil: Pupil
    result: YearResult
