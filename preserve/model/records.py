"""The records themselves: transcript and class grade book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from preserve.model.results import PupilYear, YearResult
from preserve.model.roles import Signatory
from preserve.model.school import ClassGroup, Pupil, School, SchoolYear


class RecordClass(StrEnum):
    """Kind of record; the values are the record types of ``policies/retention``."""

    TRANSCRIPT = "hoc-ba"
    GRADE_BOOK = "so-theo-doi"
    ASSESSMENT_SUMMARY = "bang-tong-hop"
    TRANSFER_SUMMARY = "chuyen-truong"
    AMENDMENT_DOSSIER = "sua-diem"
    SEALING_MINUTES = "bien-ban-niem-phong"
    SOURCE_EXPORT = "nguon"
    AUDIT_LOG = "nhat-ky"


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The signed file of the year before, which a transcript embeds unchanged."""

    record_id: str
    school_year: str
    sha512: str
    """Lower-case hex digest of the whole signed file."""
    file_name: str
    """Name of the attachment, for example ``hocba-8A-9910000001_2023-2024.pdf``."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """Học bạ: one pupil, every year so far, signed for the newest year."""

    record_id: str
    version: int
    form: str
    """Form version, for example ``TT22-2021-THCS``."""
    document_number: str
    document_date: date
    school: School
    pupil: Pupil
    years: tuple[YearResult, ...]
    """Oldest first; the last one is the year that is signed."""
    signatories: tuple[Signatory, ...]
    predecessor: Predecessor | None = None

    @property
    def school_year(self) -> str:
        """The year that this file is signed for."""
        return self.years[-1].school_year


@dataclass(frozen=True, slots=True)
class GradeBook:
    """Sổ theo dõi và đánh giá học sinh (theo lớp học): one class, one school year."""

    record_id: str
    version: int
    form: str
    document_number: str
    document_date: date
    school: School
    year: SchoolYear
    class_group: ClassGroup
    pupils: tuple[PupilYear, ...]
    """In the order of the class list."""
    signatories: tuple[Signatory, ...]

    @property
    def school_year(self) -> str:
        """The year that this book belongs to."""
        return self.year.name


Record = Transcript | GradeBook
