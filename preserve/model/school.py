"""Who: a school, its years, its classes, its staff and its pupils."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SchoolLevel(StrEnum):
    """A level of general education (cấp học)."""

    PRIMARY = "TH"
    LOWER_SECONDARY = "THCS"
    UPPER_SECONDARY = "THPT"


class SchoolKind(StrEnum):
    """Which words the forms use for the school, its head and its learners."""

    SCHOOL = "school"
    """Trường, hiệu trưởng, học sinh."""
    CENTRE = "centre"
    """Trung tâm giáo dục thường xuyên, giám đốc, học viên (TT 43/2021/TT-BGDĐT)."""

    @property
    def head_title(self) -> str:
        """Position of the person who leads the school or the centre."""
        return "Giám đốc" if self is SchoolKind.CENTRE else "Hiệu trưởng"


class AssessmentKind(StrEnum):
    """How a subject is assessed (TT 22/2021/TT-BGDĐT Art. 5).

    In primary school a subject of marks has periodic tests beside the teacher's assessment
    (TT 27/2020/TT-BGDĐT Art. 7), one of comments has none.
    """

    MARKS = "marks"
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject or educational activity (môn học, hoạt động giáo dục)."""

    name: str
    """Name as the form prints it, NFC, for example ``Ngữ văn``."""
    code: str
    """ASCII code for paths and field names, for example ``ngu-van``."""
    kind: AssessmentKind
    aliases: tuple[str, ...] = ()
    """Other names met in export files: sheet names, VnEdu columns."""
    regular_marks: tuple[tuple[int, int], ...] = ()
    """Pairs (grade, regular marks due per semester); empty for comment subjects."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A teacher, principal or clerk."""

    code: str
    name: str
    position: str = ""
    """Position as the school writes it, for example ``Hiệu trưởng``."""


@dataclass(frozen=True, slots=True)
class TeachingAssignment:
    """One teacher teaches one subject, or a part of it, in one class."""

    teacher: StaffMember
    subject: str
    """``Subject.name``."""
    part: str | None = None
    """Part of a subject shared by two teachers, for example ``Lịch sử``."""


@dataclass(frozen=True, slots=True)
class School:
    """A school (trường)."""

    code: str
    name: str
    level: SchoolLevel
    authority: str = ""
    """Superior education authority, for example ``Phòng GD&ĐT huyện Mẫu``."""
    commune: str = ""
    district: str = ""
    province: str = ""
    address: str = ""
    tax_code: str = ""
    abbreviation: str = ""
    people_committee: str = ""
    kind: SchoolKind = SchoolKind.SCHOOL

    @property
    def place(self) -> str:
        """District and province as the forms print them; empty parts are left out."""
        return ", ".join(part for part in (self.commune, self.district, self.province) if part)


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """A school year (năm học)."""

    name: str
    """``YYYY-YYYY``, for example ``2024-2025``."""
    first_day: date
    semester_2_from: date
    last_day: date


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """A class in one school year (lớp)."""

    school_year: str
    name: str
    grade: int
    regulation: str
    """Assessment rule version, for example ``TT22-2021``."""
    subjects: tuple[Subject, ...]
    homeroom_teacher: StaffMember | None = None
    assignments: tuple[TeachingAssignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Relative:
    """Father, mother or guardian."""

    name: str
    occupation: str = ""


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil (học sinh). Name, birth date and ethnic group never enter paths or logs."""

    code: str
    """Identifier of the ministry's database (Mã định danh Bộ GD&ĐT), a string of digits."""
    name: str
    birth_date: date
    gender: str
    """``Nam`` or ``Nữ``."""
    personal_id: str = ""
    ethnic_group: str = ""
    nationality: str = ""
    birth_place: str = ""
    priority_group: str = ""
    address: str = ""
    father: Relative | None = None
    mother: Relative | None = None
    guardian: Relative | None = None
    register_number: str = ""
    """Number in the school's pupil register (số sổ đăng bộ)."""
    home_town: str = ""
    """Quê quán; only the forms of primary school ask for it."""
