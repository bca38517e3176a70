"""Made-up people and records for the tests of this folder."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from preserve.model.records import GradeBook, Predecessor, Transcript
from preserve.model.results import (
    Absences,
    CommentLevel,
    Completion,
    Consequence,
    GradeAmendment,
    Level,
    Movement,
    PeriodSummary,
    PupilYear,
    SemesterResult,
    SubjectResult,
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
    TeachingAssignment,
)

SCHOOL = School(
    code="00000001",
    name="Trường THCS Ví Dụ",
    level=SchoolLevel.LOWER_SECONDARY,
    authority="Phòng GD&ĐT huyện Mẫu",
    commune="Xã Minh Họa",
    district="Huyện Mẫu",
    province="Tỉnh Ví Dụ",
)
MARKED = (
    ("Ngữ văn", "ngu-van"),
    ("Toán", "toan"),
    ("Ngoại ngữ 1", "ngoai-ngu-1"),
    ("Giáo dục công dân", "gdcd"),
    ("Lịch sử và Địa lí", "lich-su-dia-li"),
    ("Khoa học tự nhiên", "khtn"),
    ("Công nghệ", "cong-nghe"),
    ("Tin học", "tin-hoc"),
)
COMMENTED = (
    ("Giáo dục thể chất", "gdtc"),
    ("Nghệ thuật", "nghe-thuat"),
    ("Hoạt động trải nghiệm, hướng nghiệp", "hdtn"),
    ("Nội dung giáo dục của địa phương", "gddp"),
)
SUBJECTS = (
    *(Subject(n, c, AssessmentKind.MARKS, ("Bí danh",), ((6, 4), (7, 4))) for n, c in MARKED),
    *(Subject(n, c, AssessmentKind.COMMENTS) for n, c in COMMENTED),
)
COMMENTS = (
    "Chăm chỉ, tích cực phát biểu; cần rèn thêm kĩ năng trình bày bài viết.",
    "Nắm vững kiến thức, vận dụng tốt vào giải quyết tình huống thực tế.",
    "",
    "Có tiến bộ rõ rệt so với học kì I, cần cố gắng hơn ở phần thực hành.",
)
NAMES = ("Nguyễn Văn Ví Dụ", "Y Ƀhŭn Niê Kđăm", "H'Bĕñ Kŏ Êñuôl", "Trần Thị Minh Họa", "Lê Ý")


def mark(generator: random.Random) -> Decimal:
    """Return a mark between 0 and 10 with at most one decimal."""
    return Decimal(generator.randrange(0, 101)) / 10


def semester(generator: random.Random, kind: AssessmentKind) -> SemesterResult:
    """Return a made-up semester of one subject."""
    comment = generator.choice(COMMENTS)
    if kind is AssessmentKind.COMMENTS:
        return SemesterResult(level=generator.choice(list(CommentLevel)), comment=comment)
    return SemesterResult(
        regular=tuple(mark(generator) for _ in range(generator.randrange(2, 5))),
        midterm=mark(generator),
        final=mark(generator),
        average=mark(generator),
        comment=comment,
    )


def subject_result(generator: random.Random, subject: Subject) -> SubjectResult:
    """Return a made-up year of one subject."""
    marked = subject.kind is AssessmentKind.MARKS
    return SubjectResult(
        subject=subject,
        semester_1=semester(generator, subject.kind),
        semester_2=semester(generator, subject.kind),
        year_average=mark(generator) if marked else None,
        year_level=None if marked else CommentLevel.PASSED,
        reassessed_average=mark(generator) if marked and generator.random() < 0.1 else None,
        teachers=("Giáo Viên Minh Họa",),
    )


def amendment(subject: str = "Toán") -> GradeAmendment:
    """Return a corrected mark."""
    return GradeAmendment(
        number="SĐ-01",
        subject=subject,
        semester=1,
        column="ĐĐGtx1",
        old_value="6.5",
        new_value="8.5",
        reason="Nhập nhầm điểm của bài kiểm tra",
        request_number="01/ĐN-VD",
        decision_number="12/QĐ-VD",
        decision_date=date(2025, 1, 10),
        minutes_number="03/BB-VD",
        requested_by="GV05",
        approved_by="GV01",
        entered_on=date(2025, 1, 11),
    )


def year_result(
    generator: random.Random,
    first_year: int,
    grade: int,
    *,
    number: int = 1,
    amendments: Sequence[GradeAmendment] = (),
) -> YearResult:
    """Return a made-up school year."""
    level = generator.choice([Level.GOOD, Level.FAIR, Level.PASSED, Level.NOT_PASSED])
    summary = PeriodSummary(level, Level.GOOD, Absences(2, 1, 3), "Ngoan, lễ phép, đoàn kết.")
    return YearResult(
        school_year=f"{first_year}-{first_year + 1}",
        class_name=f"{grade}A",
        grade=grade,
        number=number,
        regulation="TT22-2021",
        school_name=SCHOOL.name,
        school_place=SCHOOL.place,
        subjects=tuple(subject_result(generator, subject) for subject in SUBJECTS),
        semester_1=summary,
        semester_2=summary,
        year=summary,
        outcome="Được lên lớp",
        promoted=True,
        title="Học sinh Giỏi",
        status="Đang học",
        homeroom_teacher="Chủ Nhiệm Ví Dụ",
        principal="Hiệu Trưởng Ví Dụ",
        amendments=tuple(amendments),
    )


def pupil(name: str = NAMES[0], code: str = "9910000001") -> Pupil:
    """Return a made-up pupil."""
    return Pupil(
        code=code,
        name=name,
        birth_date=date(2012, 2, 29),
        gender="Nam",
        personal_id="999212000001",
        ethnic_group="Ê Đê",
        nationality="Việt Nam",
        birth_place="Xã Minh Họa, Huyện Mẫu, Tỉnh Ví Dụ",
        address="Thôn 1, xã Minh Họa, huyện Mẫu, tỉnh Ví Dụ",
        father=Relative("Phụ Huynh Ví Dụ", "Nông dân"),
        mother=Relative("Phụ Huynh Minh Họa", "Giáo viên"),
        register_number="0123",
    )


def transcript_signatories(school_year: str) -> tuple[Signatory, ...]:
    """Return homeroom teacher, principal and seal."""
    roles = (
        ("HOMEROOM", SignerRole.HOMEROOM_TEACHER, "GV04", "Chủ Nhiệm Ví Dụ", "Giáo viên chủ nhiệm"),
        ("PRINCIPAL", SignerRole.PRINCIPAL, "GV01", "Hiệu Trưởng Ví Dụ", "Hiệu trưởng"),
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
    amendments: Sequence[GradeAmendment] = (),
    predecessor: Predecessor | None = None,
) -> Transcript:
    """Return a made-up transcript that ends with grade 5 + ``years``."""
    generator = random.Random(seed)  # noqa: S311  (made-up marks are no secrets)
    results = tuple(
        year_result(generator, 2023 + index, 6 + index, amendments=amendments)
        for index in range(years)
    )
    last = results[-1].school_year
    return Transcript(
        record_id=f"hocba-{results[-1].class_name}-9910000001",
        version=1,
        form="TT22-2021-THCS",
        document_number="015/HB-THCSVD",
        document_date=date(2025, 5, 31),
        school=SCHOOL,
        pupil=pupil(name),
        years=results,
        signatories=transcript_signatories(last),
        predecessor=predecessor,
    )


def grade_book(pupils: int = 45, seed: int = 1) -> GradeBook:
    """Return a made-up class book with one correction and one pupil who came late."""
    generator = random.Random(seed)  # noqa: S311  (made-up marks are no secrets)
    year = SchoolYear("2024-2025", date(2024, 9, 5), date(2025, 1, 20), date(2025, 5, 31))
    teachers = tuple(
        StaffMember(f"GV{10 + i}", f"Giáo Viên Số {i + 1}") for i in range(len(SUBJECTS))
    )
    assignments = (
        *(TeachingAssignment(t, s.name) for t, s in zip(teachers, SUBJECTS, strict=True)),
        TeachingAssignment(teachers[0], SUBJECTS[4].name, "Lịch sử"),
    )
    class_group = ClassGroup(
        year.name,
        "6A",
        6,
        "TT22-2021",
        SUBJECTS,
        StaffMember("GV04", "Chủ Nhiệm Ví Dụ"),
        assignments,
    )
    members = tuple(
        PupilYear(
            pupil(f"{NAMES[i % len(NAMES)]} {i + 1}", f"99100000{i + 1:02d}"),
            year_result(
                generator, 2024, 6, number=i + 1, amendments=(amendment(),) if i == 2 else ()
            ),
        )
        for i in range(pupils)
    )
    return GradeBook(
        record_id="so-theo-doi-6A",
        version=1,
        form="TT22-2021-THCS",
        document_number="06A/STD-THCSVD",
        document_date=date(2025, 5, 31),
        school=SCHOOL,
        year=year,
        class_group=class_group,
        pupils=members,
        signatories=(*subject_signatories(class_group), *transcript_signatories(year.name)),
    )


def subject_signatories(class_group: ClassGroup) -> tuple[Signatory, ...]:
    """Return a signatory per teacher of each subject."""
    result = []
    for subject in class_group.subjects:
        found = [a for a in class_group.assignments if a.subject == subject.name]
        for index, assignment in enumerate(found, start=1):
            result.append(
                Signatory(
                    f"SUBJECT_{subject.code}_{index}_{class_group.school_year}",
                    SignerRole.SUBJECT_TEACHER,
                    assignment.teacher.code,
                    assignment.teacher.name,
                    "Giáo viên môn học",
                    subject=subject.name,
                    part=assignment.part,
                )
            )
    return tuple(result)


MOVEMENT = Movement("in", date(2025, 1, 20), "Trường THCS Khác", "Tỉnh Mẫu", "05/GT")


def corrected(year: YearResult) -> YearResult:
    """Return a year with corrections that changed averages, a level, the result and the title."""
    initials = "G.V.M"
    mark_ = replace(
        amendment("Toán"),
        initials=initials,
        consequences=(
            Consequence("ĐTBmhk", "6.9", "7.4"),
            Consequence("ĐTBmcn", "7.0", "7.2"),
            Consequence("learning", "Đạt", "Khá"),
            Consequence("title", "", "Học sinh Giỏi"),
        ),
    )
    level = replace(
        amendment("Nghệ thuật"),
        column="Đánh giá",
        old_value="Chưa đạt",
        new_value="Đạt",
        initials="N.T.Đ",
    )
    return replace(year, amendments=(mark_, level))


def final_year(year: YearResult) -> YearResult:
    """Return a year of the final grade with every line of page B filled."""
    return replace(
        year,
        outcome="Hoàn thành chương trình THCS",
        learning_after=Level.PASSED,
        conduct_after=Level.FAIR,
        completion=Completion("128/QĐ-PGDVD", date(2025, 6, 12), "0457/2025"),
        certificates=("Nghề Tin học văn phòng, loại Giỏi", "Tiếng Anh bậc 2 (A2)"),
        contests=("Giải Ba môn Toán cấp huyện",),
        commendations=("Giấy khen của Hiệu trưởng về phong trào Đội",),
        summer_comment="Đã hoàn thành việc rèn luyện trong kì nghỉ hè.",
        note="Được miễn học phần thực hành môn Giáo dục thể chất",
    )


def old_year(first_year: int, grade: int, seed: int = 1) -> YearResult:
    """Return a made-up year under the rules before TT 22/2021/TT-BGDĐT."""
    names = ("Toán", "Vật lí", "Ngữ văn", "Ngoại ngữ", "Âm nhạc", "Thể dục")
    generator = random.Random(seed)  # noqa: S311  (made-up marks are no secrets)
    marked, commented = AssessmentKind.MARKS, AssessmentKind.COMMENTS
    subjects = tuple(
        Subject(name, f"mon-{place}", marked if place < 4 else commented)
        for place, name in enumerate(names)
    )
    year = year_result(generator, first_year, grade)
    summary = PeriodSummary(
        Level.AVERAGE,
        Level.FAIR,
        Absences(4, None, 4),
        "Có cố gắng.",
        Decimal("6.4"),
        "Học sinh tiên tiến",
    )
    return replace(
        year,
        regulation="TT58-2011+TT26-2020",
        subjects=tuple(subject_result(generator, subject) for subject in subjects),
        semester_1=summary,
        semester_2=replace(summary, learning=Level.EXCELLENT, mean=Decimal("8.1")),
        year=replace(summary, learning=Level.WEAK, mean=Decimal("4.9"), title=""),
        learning_after=Level.AVERAGE,
        mean_after=Decimal("5.2"),
        title="",
    )
