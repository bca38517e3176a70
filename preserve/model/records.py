"""The records themselves: transcript and class grade book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from preserve.model.results import GradeAmendment, PupilYear, YearResult
from preserve.model.roles import Signatory
from preserve.model.school import ClassGroup, Pupil, School, SchoolYear, StaffMember


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
    COVERING_NOTE = "thu-gui-kem"


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


class SummaryPeriod(StrEnum):
    """The times of the year that a class of primary school is summed up for."""

    MID_1 = "mid-1"
    END_1 = "end-1"
    MID_2 = "mid-2"
    END_2 = "end-2"
    """End of the second semester and of the year."""


@dataclass(frozen=True, slots=True)
class AssessmentSummary:
    """Bảng tổng hợp kết quả đánh giá giáo dục: one class of primary school, one period."""

    record_id: str
    version: int
    form: str
    document_number: str
    document_date: date
    school: School
    year: SchoolYear
    class_group: ClassGroup
    period: SummaryPeriod
    pupils: tuple[PupilYear, ...]
    """In the order of the class list."""
    signatories: tuple[Signatory, ...]

    @property
    def school_year(self) -> str:
        """The year that this table belongs to."""
        return self.year.name


@dataclass(frozen=True, slots=True)
class TransferSummary:
    """Bảng tổng hợp kết quả đánh giá rèn luyện và học tập of a pupil who changes school.

    TT 15/2026/TT-BGDĐT asks for it in the dossier of a transfer, at any time of the year.
    """

    record_id: str
    version: int
    form: str
    document_number: str
    document_date: date
    school: School
    pupil: Pupil
    years: tuple[YearResult, ...]
    """Oldest first; the last one is the current year, as far as it has come."""
    receiving_school: str
    receiving_place: str
    reason: str
    signatories: tuple[Signatory, ...]

    @property
    def school_year(self) -> str:
        """The year in which the pupil leaves."""
        return self.years[-1].school_year


@dataclass(frozen=True, slots=True)
class AmendmentMinutes:
    """Biên bản sửa điểm: one corrected mark, who asked, who witnessed, who approved."""

    record_id: str
    version: int
    form: str
    document_number: str
    document_date: date
    school: School
    school_year: str
    class_name: str
    pupil_code: str
    pupil_name: str
    amendment: GradeAmendment
    requester: StaffMember
    approver: StaffMember
    witnesses: tuple[StaffMember, ...]
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True)
class SealedMedium:
    """One carrier that sealing minutes name."""

    label: str
    tamper_tag: str
    """Number of the strip over disc or box (số niêm phong)."""
    description: str
    """Kind and place of keeping, for example ``Đĩa BD-R, tủ hồ sơ phòng văn thư``."""


@dataclass(frozen=True, slots=True)
class SealingMinutes:
    """Biên bản niêm phong: the bundle of a year, its digests and the carriers that hold it."""

    record_id: str
    version: int
    form: str
    document_number: str
    document_date: date
    school: School
    school_year: str
    package_id: str
    package_version: int
    manifest_sha512: str
    """Digest of the bundle's tag manifest."""
    journal_head: str
    file_count: int
    byte_count: int
    class_names: tuple[str, ...]
    media: tuple[SealedMedium, ...]
    members: tuple[StaffMember, ...]
    """Who was present, with their positions."""
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """One file that a covering note lists."""

    name: str
    sha256: str
    """Lower-case hex."""
    title: str = ""
    """What it is, in Vietnamese, for example ``Học bạ năm học 2024-2025``."""


@dataclass(frozen=True, slots=True)
class CoveringNote:
    """Phiếu gửi hồ sơ: what one pupil takes along, and how it is checked; signed on paper.

    It holds data of one pupil only (TT 15/2026/TT-BGDĐT Art. 22).
    """

    record_id: str
    version: int
    form: str
    document_number: str
    """Number in the school's register of outgoing documents; empty leaves room for it."""
    document_date: date
    school: School
    pupil: Pupil
    class_name: str
    school_years: tuple[str, ...]
    """Years that the enclosed transcript covers, oldest first."""
    enclosed: tuple[EnclosedFile, ...]
    recipient: str = ""
    """The receiving school; empty leaves a dotted line."""
    signer_title: str = "Hiệu trưởng"
    signer_name: str = ""
    signatories: tuple[Signatory, ...] = ()


Record = (
    Transcript
    | GradeBook
    | AssessmentSummary
    | TransferSummary
    | AmendmentMinutes
    | SealingMinutes
    | CoveringNote
)
