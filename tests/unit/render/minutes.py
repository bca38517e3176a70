"""Made-up minutes and summaries for the tests of this folder and of the record XML."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

from preserve.model.records import (
    AmendmentMinutes,
    CoveringNote,
    EnclosedFile,
    SealedMedium,
    SealingMinutes,
    TransferSummary,
)
from preserve.model.results import (
    Absences,
    AbsentSession,
    Consequence,
    MonthAttendance,
    PeriodSummary,
    PrimaryAssessment,
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    SemesterResult,
    SubjectLevel,
    SubjectResult,
    TraitGroup,
    TraitLevel,
    TraitResult,
    YearResult,
)
from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import AssessmentKind, SchoolLevel, StaffMember, Subject
from tests.unit.render.people import (
    NAMES,
    SCHOOL,
    amendment,
    pupil,
    transcript_signatories,
    year_result,
)

REQUESTER = StaffMember("GV05", "Giáo Viên Đề Nghị", "Giáo viên Toán")
PRINCIPAL = StaffMember("GV01", "Hiệu Trưởng Ví Dụ", "Hiệu trưởng")
CLERK = StaffMember("VT01", "Văn Thư Ví Dụ", "Văn thư")
WITNESSES = (
    StaffMember("GV02", "Chứng Kiến Một", "Phó Hiệu trưởng"),
    StaffMember("GV16", "Chứng Kiến Hai", "Trưởng ban công nghệ"),
)
_TITLES = {
    SignerRole.REQUESTER: "Người đề nghị",
    SignerRole.WITNESS: "Người chứng kiến",
    SignerRole.CLERK: "Văn thư",
    SignerRole.PRINCIPAL: "Hiệu trưởng",
    SignerRole.SCHOOL_SEAL: "Con dấu của nhà trường",
}
_PREFIXES = {
    SignerRole.REQUESTER: "REQUESTER",
    SignerRole.WITNESS: "WITNESS",
    SignerRole.CLERK: "CLERK",
    SignerRole.PRINCIPAL: "PRINCIPAL",
    SignerRole.SCHOOL_SEAL: "SEAL",
}


def signatory(role: SignerRole, person: StaffMember, number: int = 1) -> Signatory:
    """Return who signs under minutes of the year 2024-2025."""
    name = f"{_PREFIXES[role]}_{number}_2024-2025"
    return Signatory(name, role, person.code, person.name, _TITLES[role])


SEAL = signatory(SignerRole.SCHOOL_SEAL, StaffMember("", SCHOOL.name))


def amendment_minutes(witnesses: int = 2) -> AmendmentMinutes:
    """Return the minutes of a corrected mark, with everything that a dossier can say."""
    chosen = tuple(WITNESSES[index % 2] for index in range(witnesses))
    signing = (signatory(SignerRole.WITNESS, w, n) for n, w in enumerate(chosen, start=1))
    return AmendmentMinutes(
        record_id="sua-diem.6A.SD01",
        version=1,
        form="bien-ban-sua-diem",
        document_number="03/BB-VD",
        document_date=date(2025, 1, 11),
        school=SCHOOL,
        school_year="2024-2025",
        class_name="6A",
        pupil_code="9910000001",
        pupil_name=NAMES[2],
        amendment=replace(
            amendment(),
            request_date=date(2025, 1, 8),
            evidence="Bài kiểm tra thường xuyên có chữ kí của người chấm",
            witnesses=tuple(witness.code for witness in chosen),
            initials="GVĐN",
            consequences=(
                Consequence("ĐTBmhk", "7.1", "7.4"),
                Consequence("Kết quả học tập", "Đạt", "Khá"),
            ),
        ),
        requester=REQUESTER,
        approver=PRINCIPAL,
        witnesses=chosen,
        signatories=(
            signatory(SignerRole.REQUESTER, REQUESTER),
            *signing,
            signatory(SignerRole.PRINCIPAL, PRINCIPAL),
            SEAL,
        ),
    )


def sealing_minutes(media: int = 2) -> SealingMinutes:
    """Return the minutes of sealing the carriers of a year."""
    return SealingMinutes(
        record_id="bien-ban-niem-phong.toan-truong.goi-0001",
        version=1,
        form="bien-ban-niem-phong",
        document_number="BBNP-01/2024-2025",
        document_date=date(2025, 6, 30),
        school=SCHOOL,
        school_year="2024-2025",
        package_id="00000001-2024-2025",
        package_version=1,
        manifest_sha512=hashlib.sha512(b"tagmanifest").hexdigest(),
        journal_head=f"1204:{hashlib.sha256(b'journal').hexdigest()}",
        file_count=1312,
        byte_count=487_213_555,
        class_names=("6A", "6B", "7A", "7B", "8A", "9A"),
        media=tuple(
            SealedMedium(
                f"VD-2024-2025-{number:02d}",
                f"NP-{number:06d}" if number % 2 else "",
                "Đĩa BD-R, tủ hồ sơ phòng văn thư",
            )
            for number in range(1, media + 1)
        ),
        members=(PRINCIPAL, CLERK, *WITNESSES),
        signatories=(
            signatory(SignerRole.CLERK, CLERK),
            *(signatory(SignerRole.WITNESS, w, n) for n, w in enumerate(WITNESSES, start=1)),
            signatory(SignerRole.PRINCIPAL, PRINCIPAL),
            SEAL,
        ),
    )


def running_year(seed: int = 3) -> YearResult:
    """Return a year in the middle of its second semester."""
    generator = random.Random(seed)  # noqa: S311  (made-up marks are no secrets)
    year = year_result(generator, 2024, 8, amendments=[amendment()])
    return replace(
        year,
        subjects=tuple(map(_without_end, year.subjects)),
        semester_2=PeriodSummary(absences=Absences(1, 0, 1)),
        year=PeriodSummary(),
        outcome="",
        promoted=None,
        title="",
        attendance=(
            MonthAttendance("2024-09", 1, 0, (AbsentSession(date(2024, 9, 12), excused=True),)),
            MonthAttendance("2024-10", 0, 1, (AbsentSession(date(2024, 10, 3), excused=False),)),
            MonthAttendance("2024-11"),
        ),
    )


def _without_end(result: SubjectResult) -> SubjectResult:
    second = SemesterResult()
    if result.subject.kind is AssessmentKind.MARKS:
        second = SemesterResult(regular=(Decimal("7.5"), Decimal(0)), midterm=Decimal("6.25"))
    return replace(
        result, semester_2=second, year_average=None, year_level=None, reassessed_average=None
    )


def transfer_summary(earlier: int = 2) -> TransferSummary:
    """Return the summary of a pupil of grade 8 who leaves in the spring."""
    generator = random.Random(4)  # noqa: S311  (made-up marks are no secrets)
    finished = (year_result(generator, 2024 - n, 8 - n) for n in range(earlier, 0, -1))
    return _transfer((*finished, running_year()))


def primary_transfer_summary() -> TransferSummary:
    """Return the summary of a pupil of primary school who leaves after the first semester."""
    summary = _transfer((_primary_year(2023, complete=True), _primary_year(2024, complete=False)))
    return replace(summary, school=replace(SCHOOL, level=SchoolLevel.PRIMARY))


def _transfer(years: tuple[YearResult, ...]) -> TransferSummary:
    return TransferSummary(
        record_id="chuyen-truong.8A.9910000001",
        version=1,
        form="bang-tong-hop-chuyen-truong",
        document_number="07/BTH-VD",
        document_date=date(2025, 3, 14),
        school=SCHOOL,
        pupil=pupil(NAMES[1]),
        years=years,
        receiving_school="Trường THCS Nơi Đến",
        receiving_place="Xã Mẫu, Tỉnh Khác",
        reason="Theo gia đình chuyển chỗ ở",
        signatories=transcript_signatories("2024-2025"),
    )


def _primary_year(first_year: int, *, complete: bool) -> YearResult:
    """Return a year of primary school, complete or as far as the end of its first semester."""
    generator = random.Random(first_year)  # noqa: S311  (made-up marks are no secrets)
    year = year_result(generator, first_year, first_year - 2020)
    level = PrimaryAssessment(SubjectLevel.COMPLETED, comment="Đọc rõ, viết đúng.")
    tested = PrimaryAssessment(SubjectLevel.WELL_COMPLETED, Decimal(9))
    later = (level, tested) if complete else (PrimaryAssessment(), PrimaryAssessment())
    trait = TraitLevel.PASSED if complete else None
    subjects = (("Tiếng Việt", "tieng-viet"), ("Toán", "toan"), ("Đạo đức", "dao-duc"))
    primary = PrimaryYear(
        subjects=tuple(
            PrimarySubjectResult(Subject(name, code, AssessmentKind.MARKS), level, tested, *later)
            for name, code in subjects
        ),
        traits=tuple(
            TraitResult(group, name, TraitLevel.PASSED, TraitLevel.GOOD, trait, trait)
            for group, name in (
                (TraitGroup.QUALITY, "Yêu nước"),
                (TraitGroup.QUALITY, "Nhân ái"),
                (TraitGroup.GENERAL_COMPETENCE, "Tự chủ và tự học"),
                (TraitGroup.SPECIFIC_COMPETENCE, "Ngôn ngữ"),
            )
        ),
        outcome=PrimaryOutcome.GOOD if complete else None,
    )
    return replace(
        year,
        regulation="TT27-2020",
        subjects=(),
        primary=primary,
        semester_1=PeriodSummary(absences=Absences(1, 0, 1)),
        semester_2=PeriodSummary(),
        year=PeriodSummary(),
        outcome="Được lên lớp" if complete else "",
        title="Học sinh tiêu biểu" if complete else "",
    )


def covering_note(files: int = 2) -> CoveringNote:
    """Return the note of a pupil who takes the signed transcripts along."""
    enclosed = tuple(
        EnclosedFile(
            f"documents/hocba-8A-9910000001_{year}-{year + 1}.pdf",
            hashlib.sha256(str(year).encode()).hexdigest(),
            f"Học bạ năm học {year}-{year + 1}",
        )
        for year in range(2023, 2023 + files)
    )
    return CoveringNote(
        record_id="thu-gui-kem.9910000001",
        version=1,
        form="thu-gui-kem",
        document_number="",
        school=SCHOOL,
        pupil=pupil(NAMES[2]),
        class_name="8A",
        school_years=("2023-2024", "2024-2025"),
        document_date=date(2025, 2, 3),
        enclosed=enclosed,
        signer_name="Hiệu Trưởng Ví Dụ",
    )
