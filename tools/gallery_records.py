"""Made-up records for the gallery: marks that a teacher could have given, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from random import Random

from preserve.demo.names import EDE_NAME
from preserve.demo.school import MadeUpSchool, make_school
from preserve.demo.school_remarks import remark_homeroom, remark_subject
from preserve.demo.school_results import conclude
from preserve.model.records import GradeBook, Transcript
from preserve.model.results import (
    Absences,
    CommentLevel,
    Completion,
    Level,
    MonthAttendance,
    Movement,
    PeriodSummary,
    PrimaryAssessment,
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    PupilYear,
    SemesterResult,
    SubjectLevel,
    SubjectResult,
    TraitLevel,
    TraitResult,
    YearResult,
)
from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import AssessmentKind, ClassGroup, Pupil, Subject
from preserve.policy.assessment import load_assessment_policy
from preserve.policy.files import policy_folders
from tests.unit.render import grade_books, minutes, people, primary_people

YEARS = ("2021-2022", "2022-2023", "2023-2024", "2024-2025")
DAY = date(2025, 5, 31)
"""Day of every document of the year's end."""
CAME = Movement("in", date(2024, 1, 8), "Trường THCS Nơi Đi", "Tỉnh Mẫu", "12/GGT-VD")
_PUPILS = 43
_COMMENTED = {
    "Giáo dục thể chất",
    "Thể dục",
    "Nghệ thuật",
    "Âm nhạc",
    "Mĩ thuật",
    "Hoạt động trải nghiệm, hướng nghiệp",
    "Nội dung giáo dục của địa phương",
}
_PRIMARY_COMMENTS = {
    SubjectLevel.WELL_COMPLETED: "Nắm vững kiến thức, vận dụng tốt vào bài tập.",
    SubjectLevel.COMPLETED: "Hoàn thành các yêu cầu; cần luyện tập thêm ở nhà.",
}


@cache
def school() -> MadeUpSchool:
    """Return a lower secondary school of one class over four years."""
    return make_school(classes=1, pupils=_PUPILS, seed=14, years=YEARS)


def lower_secondary_years() -> tuple[Pupil, tuple[YearResult, ...]]:
    """Return the pupil with a corrected mark and all four years, the last one completed."""
    made = school()
    code = made.amendments[0].pupil_code
    found = [m for group in made.classes for m in group.pupils if m.pupil.code == code]
    *earlier, last = (member.result for member in found)
    pupil = replace(found[-1].pupil, name=EDE_NAME, gender="Nam", ethnic_group="Ê-đê")
    return pupil, (*earlier, final_year(last))


def final_year(year: YearResult) -> YearResult:
    """Return a year of the final grade that needed no re-assessment."""
    return replace(
        people.final_year(year),
        learning_after=None,
        conduct_after=None,
        summer_comment="",
        title=year.title,
        completion=Completion("128/QĐ-PGDVD", _day_before(year), "0457"),
    )


def running_year(names: Sequence[str], first_year: int, grade: int, seed: int) -> YearResult:
    """Return a year in the middle of its second semester."""
    year = year_of(names, first_year, grade, seed)
    return replace(
        minutes.running_year(),
        class_name=year.class_name,
        subjects=tuple(map(_half, year.subjects)),
        semester_1=year.semester_1,
    )


def _half(result: SubjectResult) -> SubjectResult:
    """Return a subject without the end of its second semester."""
    second = result.semester_2
    begun = SemesterResult(regular=second.regular[:2], midterm=second.midterm)
    return replace(result, semester_2=begun, year_average=None, year_level=None)


def _day_before(year: YearResult) -> date:
    """Return the day of the decision, three days before the documents of the year's end."""
    return date(int(year.school_year[-4:]), DAY.month, DAY.day - 3)


def year_of(names: Sequence[str], first_year: int, grade: int, seed: int) -> YearResult:
    """Return a year with results in these subjects, all of it following from its marks."""
    random = Random(seed)  # noqa: S311  (made-up marks are no secrets)
    base = people.year_result(random, first_year, grade)
    period = PeriodSummary(conduct=Level.GOOD, absences=Absences(2, 0, 2))
    draft = replace(
        base,
        subjects=tuple(_subject_result(random, n, name) for n, name in enumerate(names, 1)),
        semester_1=period,
        semester_2=replace(period, absences=Absences(1, 1, 2)),
    )
    settled = conclude(draft, load_assessment_policy("TT22-2021", policy_folders()))
    outcome = base.outcome if settled.promoted else "Không được lên lớp"
    return _with_remarks(random, replace(settled, outcome=outcome))


def old_year_of(names: Sequence[str], first_year: int, grade: int, seed: int) -> YearResult:
    """Return a year in the words of the rules before TT 22/2021/TT-BGDĐT."""
    year = year_of(names, first_year, grade, seed)
    learned = [s for s in year.subjects if s.year_average is not None]

    def period(summary: PeriodSummary, averages: Sequence[Decimal | None]) -> PeriodSummary:
        marks = [mark for mark in averages if mark is not None]
        mean = (sum(marks, Decimal(0)) / len(marks)).quantize(Decimal("0.1"))
        return replace(
            summary,
            learning=Level.FAIR,
            homeroom_comment="Ngoan, có ý thức học tập tốt.",
            mean=mean,
            title="Học sinh tiên tiến",
        )

    return replace(
        year,
        regulation="TT58-2011+TT26-2020",
        semester_1=period(year.semester_1, [s.semester_1.average for s in learned]),
        semester_2=period(year.semester_2, [s.semester_2.average for s in learned]),
        year=period(year.year, [s.year_average for s in learned]),
        learning_after=None,
        title="Học sinh tiên tiến",
    )


def grade_book(form: str = "TT22-2021-THCS") -> GradeBook:
    """Return the class of the last year with its attendance, a leaver and corrections."""
    made = school()
    group, members = made.classes[-1].group, made.classes[-1].pupils
    random = Random(5)  # noqa: S311  (made-up absences are no secrets)
    pupils = [_attending(m, random) for m in members]
    pupils[0] = grade_books.with_honours(pupils[0])
    return replace(
        people.grade_book(1),
        form=form,
        document_number="9A/STD-THCSVD",
        document_date=DAY,
        school=made.school,
        year=made.years[-1],
        class_group=group,
        pupils=tuple(pupils),
        signatories=(*people.subject_signatories(group), *closing_signatories(made, group)),
    )


def closing_signatories(made: MadeUpSchool, group: ClassGroup) -> tuple[Signatory, ...]:
    """Return homeroom teacher, principal and seal of the made-up school."""
    homeroom = group.homeroom_teacher
    names = {
        SignerRole.HOMEROOM_TEACHER: homeroom.name if homeroom else "",
        SignerRole.PRINCIPAL: made.staff.principal.name,
        SignerRole.SCHOOL_SEAL: made.school.name,
    }
    signing = people.transcript_signatories(group.school_year)
    return tuple(replace(one, person_name=names[one.role]) for one in signing)


def primary_year(year: YearResult, seed: int) -> YearResult:
    """Return a year of primary school whose levels, tests and outcome agree."""
    random = Random(seed)  # noqa: S311  (made-up marks are no secrets)
    primary = year.primary or PrimaryYear(())
    good = random.choice((True, True, False))
    settled = replace(
        primary,
        subjects=tuple(
            _primary_subject(random, subject, good=good) for subject in primary.subjects
        ),
        traits=tuple(_trait(random, trait, good=good) for trait in primary.traits),
        outcome=PrimaryOutcome.EXCELLENT if good else PrimaryOutcome.COMPLETED,
    )
    title = "Học sinh Xuất sắc" if good else ""
    return replace(year, primary=settled, title=title, commendations=(), contests=())


def primary_transcript(years: int) -> Transcript:
    """Return the transcript of a pupil of primary school."""
    record = primary_people.transcript(years, name=people.NAMES[2])
    settled = tuple(primary_year(year, seed) for seed, year in enumerate(record.years))
    last = replace(settled[-1], contests=("Giải Ba hội thi Kể chuyện cấp huyện",))
    return replace(record, years=(*settled[:-1], last))


def _attending(member: PupilYear, random: Random) -> PupilYear:
    """Return the pupil with absences of every month; a leaver has none after the last day."""
    attending = grade_books.with_attendance(member, random)
    gone = [m.on for m in member.result.movements if m.direction == "out"]
    if not gone:
        return attending
    months = tuple(m for m in attending.result.attendance if _begins(m) < gone[0].replace(day=1))
    return replace(attending, result=replace(attending.result, attendance=months))


def _begins(month: MonthAttendance) -> date:
    return date.fromisoformat(f"{month.month}-01")


def _subject_result(random: Random, number: int, name: str) -> SubjectResult:
    kind = AssessmentKind.COMMENTS if name in _COMMENTED else AssessmentKind.MARKS
    subject = Subject(name, f"mon-{number}", kind)
    if kind is AssessmentKind.COMMENTS:
        passed = SemesterResult(level=CommentLevel.PASSED)
        return SubjectResult(subject, passed, passed, teachers=("Giáo Viên Minh Họa",))
    usual = random.randint(66, 88)
    first, second = (_semester(random, usual) for _ in range(2))
    return SubjectResult(subject, first, second, teachers=("Giáo Viên Minh Họa",))


def _semester(random: Random, usual: int) -> SemesterResult:
    *regular, midterm, final = (Decimal(usual + random.randint(-9, 9)).scaleb(-1) for _ in range(6))
    return SemesterResult(tuple(regular), midterm, final)


def _with_remarks(random: Random, year: YearResult) -> YearResult:
    """Add the teachers' remarks, once the results are known."""
    subjects = tuple(
        replace(
            s,
            semester_1=_remarked(random, s.semester_1),
            semester_2=_remarked(random, s.semester_2),
        )
        for s in year.subjects
    )

    def period(summary: PeriodSummary) -> PeriodSummary:
        return replace(summary, homeroom_comment=remark_homeroom(random, summary.learning))

    return replace(
        year,
        subjects=subjects,
        semester_1=period(year.semester_1),
        semester_2=period(year.semester_2),
        year=period(year.year),
    )


def _remarked(random: Random, semester: SemesterResult) -> SemesterResult:
    return replace(semester, comment=remark_subject(random, semester.average, semester.level))


def _primary_subject(
    random: Random, result: PrimarySubjectResult, *, good: bool
) -> PrimarySubjectResult:
    def settled(assessment: PrimaryAssessment) -> PrimaryAssessment:
        well = good or random.choice((True, False))
        level = SubjectLevel.WELL_COMPLETED if well else SubjectLevel.COMPLETED
        mark = Decimal(random.randint(9, 10) if well else random.randint(6, 8))
        return PrimaryAssessment(
            level, None if assessment.test_mark is None else mark, _PRIMARY_COMMENTS[level]
        )

    return replace(
        result,
        mid_1=settled(result.mid_1),
        end_1=settled(result.end_1),
        mid_2=settled(result.mid_2),
        end_2=settled(result.end_2),
    )


def _trait(random: Random, trait: TraitResult, *, good: bool) -> TraitResult:
    def level() -> TraitLevel:
        return TraitLevel.GOOD if good or random.choice((True, False)) else TraitLevel.PASSED

    return replace(trait, mid_1=level(), end_1=level(), mid_2=level(), end_2=level())
