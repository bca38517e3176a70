"""Made-up pupils of primary school for the tests of this folder."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from preserve.model.records import AssessmentSummary, Predecessor, SummaryPeriod, Transcript
from preserve.model.results import (
    Absences,
    Completion,
    GradeAmendment,
    Movement,
    PeriodSummary,
    PrimaryAssessment,
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    PupilYear,
    SubjectLevel,
    TraitGroup,
    TraitLevel,
    TraitResult,
    YearResult,
)
from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import (
    AssessmentKind,
    ClassGroup,
    Pupil,
    Relative,
    School,
    SchoolLevel,
    SchoolYear,
    StaffMember,
    Subject,
)

FORM = "TT27-2020-TH"
SCHOOL = School(
    code="00000002",
    name="Trường Tiểu học Ví Dụ",
    level=SchoolLevel.PRIMARY,
    authority="Phòng GD&ĐT huyện Mẫu",
    commune="Xã Minh Họa",
    district="Huyện Mẫu",
    province="Tỉnh Ví Dụ",
)
_ALL = range(1, 6)
_SUBJECTS = (
    ("Tiếng Việt", "tieng-viet", AssessmentKind.MARKS, _ALL),
    ("Toán", "toan", AssessmentKind.MARKS, _ALL),
    ("Ngoại ngữ", "ngoai-ngu", AssessmentKind.MARKS, range(3, 6)),
    ("Lịch sử và Địa lí", "lich-su-dia-li", AssessmentKind.MARKS, range(4, 6)),
    ("Khoa học", "khoa-hoc", AssessmentKind.MARKS, range(4, 6)),
    ("Tin học và Công nghệ (Tin học)", "tin-hoc", AssessmentKind.MARKS, range(3, 6)),
    ("Tin học và Công nghệ (Công nghệ)", "cong-nghe", AssessmentKind.MARKS, range(3, 6)),
    ("Đạo đức", "dao-duc", AssessmentKind.COMMENTS, _ALL),
    ("Tự nhiên và Xã hội", "tnxh", AssessmentKind.COMMENTS, range(1, 4)),
    ("Giáo dục thể chất", "gdtc", AssessmentKind.COMMENTS, _ALL),
    ("Nghệ thuật (Âm nhạc)", "am-nhac", AssessmentKind.COMMENTS, _ALL),
    ("Nghệ thuật (Mĩ thuật)", "mi-thuat", AssessmentKind.COMMENTS, _ALL),
    ("Hoạt động trải nghiệm", "hdtn", AssessmentKind.COMMENTS, _ALL),
)
QUALITIES = ("Yêu nước", "Nhân ái", "Chăm chỉ", "Trung thực", "Trách nhiệm")
GENERAL = ("Tự chủ và tự học", "Giao tiếp và hợp tác", "Giải quyết vấn đề và sáng tạo")
SPECIFIC = ("Ngôn ngữ", "Tính toán", "Khoa học", "Thẩm mĩ", "Thể chất")
LATER_SPECIFIC = ("Công nghệ", "Tin học")
COMMENTS = (
    "Đọc to, rõ ràng; viết đúng chính tả, cần viết đều nét hơn.",
    "Thực hiện thành thạo các phép tính, vận dụng được vào bài toán có lời văn.",
    "",
    "Tích cực tham gia các hoạt động của lớp, biết chia sẻ với bạn.",
)
NAMES = ("Nguyễn Văn Ví Dụ", "Y Ƀhŭn Niê Kđăm", "H'Bĕñ Kŏ Êñuôl", "Trần Thị Minh Họa", "Lê Ý")


def subjects_of(grade: int) -> tuple[Subject, ...]:
    """Return the subjects of a grade."""
    return tuple(Subject(n, code, kind) for n, code, kind, grades in _SUBJECTS if grade in grades)


def assessment(generator: random.Random, subject: Subject) -> PrimaryAssessment:
    """Return one made-up assessment; only a subject of marks has a test."""
    marked = subject.kind is AssessmentKind.MARKS
    return PrimaryAssessment(
        level=generator.choice(list(SubjectLevel)),
        test_mark=Decimal(generator.randrange(0, 11)) if marked else None,
        comment=generator.choice(COMMENTS),
    )


def subject_result(generator: random.Random, subject: Subject) -> PrimarySubjectResult:
    """Return a made-up year of one subject."""
    mid_1, end_1, mid_2, end_2 = (assessment(generator, subject) for _ in range(4))
    teachers = ("Giáo Viên Minh Họa",)
    return PrimarySubjectResult(subject, mid_1, end_1, mid_2, end_2, teachers)


def traits_of(generator: random.Random, grade: int) -> tuple[TraitResult, ...]:
    """Return made-up qualities and competences; the qualities share one comment."""
    specific = (*SPECIFIC, *LATER_SPECIFIC) if grade >= 3 else SPECIFIC
    groups = (
        (TraitGroup.QUALITY, QUALITIES),
        (TraitGroup.GENERAL_COMPETENCE, GENERAL),
        (TraitGroup.SPECIFIC_COMPETENCE, specific),
    )
    return tuple(
        trait(generator, group, name, COMMENTS[index % len(COMMENTS)])
        for group, names in groups
        for index, name in enumerate(names)
    )


def trait(generator: random.Random, group: TraitGroup, name: str, comment: str) -> TraitResult:
    """Return one made-up quality or competence."""
    mid_1, end_1, mid_2, end_2 = (generator.choice(list(TraitLevel)) for _ in range(4))
    shared = group is TraitGroup.QUALITY
    text = "Ngoan, biết giúp đỡ bạn." if shared else comment
    return TraitResult(group, name, mid_1, end_1, mid_2, end_2, text)


def primary_year(generator: random.Random, grade: int) -> PrimaryYear:
    """Return made-up results of a year."""
    return PrimaryYear(
        subjects=tuple(subject_result(generator, subject) for subject in subjects_of(grade)),
        traits=traits_of(generator, grade),
        outcome=generator.choice(list(PrimaryOutcome)),
        height=Decimal(110 + 5 * grade) + Decimal("0.5"),
        weight=Decimal(18 + 2 * grade),
    )


def year_result(
    generator: random.Random,
    first_year: int,
    grade: int,
    *,
    number: int = 1,
    amendments: tuple[GradeAmendment, ...] = (),
) -> YearResult:
    """Return a made-up school year."""
    last = grade == 5
    return YearResult(
        school_year=f"{first_year}-{first_year + 1}",
        class_name=f"{grade}A",
        grade=grade,
        number=number,
        regulation="TT27-2020",
        school_name=SCHOOL.name,
        school_place=SCHOOL.place,
        subjects=(),
        semester_1=PeriodSummary(),
        semester_2=PeriodSummary(),
        year=PeriodSummary(absences=Absences(2, 0, 2)),
        outcome="Hoàn thành chương trình tiểu học" if last else f"Được lên lớp {grade + 1}",
        promoted=True,
        title="Học sinh Xuất sắc",
        status="Đang học",
        homeroom_teacher="Chủ Nhiệm Ví Dụ",
        principal="Hiệu Trưởng Ví Dụ",
        amendments=amendments,
        primary=primary_year(generator, grade),
        completion=Completion("07/QĐ-VD", date(2025, 5, 29), "TH-0042") if last else None,
        contests=("Giải Ba hội thi Kể chuyện cấp huyện",) if number % 2 else (),
        commendations=("Thư khen của hiệu trưởng về thành tích giúp bạn",) if number % 3 else (),
    )


def pupil(name: str = NAMES[0], code: str = "9920000001") -> Pupil:
    """Return a made-up pupil."""
    return Pupil(
        code=code,
        name=name,
        birth_date=date(2016, 2, 29),
        gender="Nữ",
        personal_id="999216000001",
        ethnic_group="Ê Đê",
        nationality="Việt Nam",
        birth_place="Xã Minh Họa, Huyện Mẫu, Tỉnh Ví Dụ",
        priority_group="Hộ cận nghèo",
        address="Thôn 1, xã Minh Họa, huyện Mẫu, tỉnh Ví Dụ",
        father=Relative("Phụ Huynh Ví Dụ", "Nông dân"),
        mother=Relative("Phụ Huynh Minh Họa", "Giáo viên"),
        guardian=Relative("Giám Hộ Ví Dụ", "Thợ mộc"),
        register_number="0123",
        home_town="Xã Quê Mẫu, Tỉnh Ví Dụ",
    )


def signatories(school_year: str) -> tuple[Signatory, ...]:
    """Return homeroom teacher, principal and seal in the order in which they sign."""
    roles = (
        ("HOMEROOM", SignerRole.HOMEROOM_TEACHER, "GV14", "Chủ Nhiệm Ví Dụ", "Giáo viên chủ nhiệm"),
        ("PRINCIPAL", SignerRole.PRINCIPAL, "GV11", "Hiệu Trưởng Ví Dụ", "Hiệu trưởng"),
        ("SEAL", SignerRole.SCHOOL_SEAL, "", SCHOOL.name, "Con dấu của nhà trường"),
    )
    return tuple(
        Signatory(f"{prefix}_{school_year}", role, code, name, title)
        for prefix, role, code, name, title in roles
    )


def transcript(
    years: int = 1,
    seed: int = 1,
    *,
    name: str = NAMES[0],
    amendments: tuple[GradeAmendment, ...] = (),
    predecessor: Predecessor | None = None,
) -> Transcript:
    """Return a made-up transcript that ends with grade ``years`` in 2024-2025."""
    generator = random.Random(seed)  # noqa: S311  (made-up marks are no secrets)
    results = tuple(
        year_result(generator, 2025 - years + index, 1 + index, amendments=amendments)
        for index in range(years)
    )
    return Transcript(
        record_id=f"hocba-{years}A-9920000001",
        version=1,
        form=FORM,
        document_number="015/HB-THVD",
        document_date=date(2025, 5, 31),
        school=SCHOOL,
        pupil=pupil(name),
        years=results,
        signatories=signatories("2024-2025"),
        predecessor=predecessor,
    )


def assessment_summary(
    period: SummaryPeriod = SummaryPeriod.END_2, grade: int = 4, pupils: int = 45, seed: int = 1
) -> AssessmentSummary:
    """Return a made-up class in one period of 2024-2025."""
    generator = random.Random(seed)  # noqa: S311  (made-up marks are no secrets)
    year = SchoolYear("2024-2025", date(2024, 9, 5), date(2025, 1, 20), date(2025, 5, 31))
    homeroom = StaffMember("GV14", "Chủ Nhiệm Ví Dụ")
    members = tuple(
        PupilYear(
            pupil(f"{NAMES[i % len(NAMES)]} {i + 1}", f"99200000{i + 1:02d}"),
            year_result(generator, 2024, grade, number=i + 1),
        )
        for i in range(pupils)
    )
    return AssessmentSummary(
        record_id=f"bang-tong-hop-{grade}A-{period.value}",
        version=1,
        form=FORM,
        document_number="04A/BTH-THVD",
        document_date=date(2025, 5, 31),
        school=SCHOOL,
        year=year,
        class_group=ClassGroup(
            year.name, f"{grade}A", grade, "TT27-2020", subjects_of(grade), homeroom
        ),
        period=period,
        pupils=members,
        signatories=signatories(year.name),
    )


CAME = Movement("in", date(2025, 1, 20), "Trường Tiểu học Khác", "Tỉnh Mẫu", "05/GT")
LEFT = Movement("out", date(2025, 2, 20), "Trường Tiểu học Nơi Đến", "Tỉnh Mẫu", "06/GT")
