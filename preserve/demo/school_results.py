"""Made-up results: marks are drawn at random, everything else follows from them by the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from preserve.demo.school_pupils import Case, Enrolled
from preserve.demo.school_remarks import remark_homeroom, remark_subject
from preserve.model.results import (
    Absences,
    CommentLevel,
    Level,
    Movement,
    PeriodSummary,
    PupilYear,
    SemesterResult,
    SubjectResult,
    YearResult,
)
from preserve.model.school import AssessmentKind, ClassGroup, School, SchoolYear, Subject
from preserve.policy.assessment import AssessmentPolicy
from preserve.rules.assessment import (
    comment_year_level,
    learning_readings,
    needs_reassessment,
    promotion,
    semester_average,
    title,
    year_average,
    year_conduct,
)

# Usual marks, in tenths, of the pupil who is assessed again in the summer.
_WEAK: Mapping[str, int] = {"Toán": 30, "Khoa học tự nhiên": 42}
_REST_OF_WEAK = 60
_ABLE = 78
_FEW_MARKS = 2
_CONDUCT = {Level.GOOD: 70, Level.FAIR: 20, Level.PASSED: 7, Level.NOT_PASSED: 3}
_LAST_GRADE = 9
_COMPLETED = {
    True: "Hoàn thành chương trình THCS",
    False: "Chưa hoàn thành chương trình THCS",
}


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """What the results of one class in one year are made from."""

    school: School
    year: SchoolYear
    group: ClassGroup
    principal: str
    first: bool
    """First year of the school: its special pupil is assessed again."""
    last: bool
    """Last year: nobody has to move up, and the special pupils leave or have a mark corrected."""
    policy: AssessmentPolicy


def make_pupil_year(random: Random, plan: ClassPlan, enrolled: Enrolled, number: int) -> PupilYear:
    """Make a year's results of one pupil.

    Args:
        random: the school's generator.
        plan: school, year and class.
        enrolled: the pupil.
        number: place in the class list.
    """
    draft = _draft(random, plan, enrolled, number)
    if plan.last and enrolled.case is Case.DEPARTED:
        result = conclude(_depart(draft, plan), plan.policy)
        return PupilYear(enrolled.pupil, _remark_departure(random, result))
    result = _settle_summer(random, conclude(draft, plan.policy), plan, enrolled.case)
    return PupilYear(enrolled.pupil, _remark(random, result))


def conclude(draft: YearResult, policy: AssessmentPolicy) -> YearResult:
    """Compute everything that follows from marks, semester conduct, absences and re-assessment.

    Where the regulation can be read to give several learning levels, the best one is taken.
    """
    subjects = tuple(_conclude_subject(subject, policy) for subject in draft.subjects)
    firsts = [_value(s.semester_1.average, s.semester_1.level) for s in subjects]
    seconds = [_value(s.semester_2.average, s.semester_2.level) for s in subjects]
    years = [_value(s.year_average, s.year_level) for s in subjects]
    first = replace(draft.semester_1, learning=_learning(firsts, policy))
    second = replace(draft.semester_2, learning=_learning(seconds, policy))
    year = PeriodSummary(
        learning=_learning(years, policy),
        conduct=year_conduct(first.conduct, second.conduct, policy),
        absences=_sum_absences(first.absences, second.absences),
        homeroom_comment=draft.year.homeroom_comment,
    )
    news = [
        old if s.reassessed_average is None else s.reassessed_average
        for s, old in zip(subjects, years, strict=True)
    ]
    after = _learning(news, policy) if news != years else None
    promoted = promotion(
        after or year.learning, draft.conduct_after or year.conduct, year.absences.total, policy
    )
    averages = [s.year_average for s in subjects if s.year_average is not None]
    return replace(
        draft,
        subjects=subjects,
        semester_1=first,
        semester_2=second,
        year=year,
        learning_after=after,
        promoted=promoted,
        outcome=_outcome(promoted, draft.grade, policy),
        title=title(year.learning, year.conduct, averages, policy),
    )


def _conclude_subject(subject: SubjectResult, policy: AssessmentPolicy) -> SubjectResult:
    first, second = subject.semester_1, subject.semester_2
    if subject.subject.kind is AssessmentKind.COMMENTS:
        return replace(subject, year_level=comment_year_level(first.level, second.level, policy))
    first, second = (
        replace(s, average=semester_average(s.regular, s.midterm, s.final, policy))
        for s in (first, second)
    )
    average = year_average(first.average, second.average, policy)
    return replace(subject, semester_1=first, semester_2=second, year_average=average)


def _value(average: Decimal | None, level: CommentLevel | None) -> Decimal | CommentLevel | None:
    return level if average is None else average


def _learning(
    values: Sequence[Decimal | CommentLevel | None], policy: AssessmentPolicy
) -> Level | None:
    marks: list[Decimal] = []
    comments: list[CommentLevel] = []
    for value in values:
        match value:
            case None:
                return None
            case CommentLevel():
                comments.append(value)
            case Decimal():
                marks.append(value)
    return min(learning_readings(marks, comments, policy), key=policy.rank)


def _sum_absences(first: Absences, second: Absences) -> Absences:
    parts = (first.excused, first.unexcused, second.excused, second.unexcused)
    if any(part is None for part in parts):
        return Absences()
    known = [part or 0 for part in parts]
    excused, unexcused = known[0] + known[2], known[1] + known[3]
    return Absences(excused, unexcused, excused + unexcused)


def _outcome(promoted: bool | None, grade: int, policy: AssessmentPolicy) -> str:  # noqa: FBT001  (an answer, not a switch)
    if promoted is None:
        return ""
    if grade == _LAST_GRADE:
        return _COMPLETED[promoted]
    return policy.promotion.granted if promoted else policy.promotion.refused


def _draft(random: Random, plan: ClassPlan, enrolled: Enrolled, number: int) -> YearResult:
    """Draw marks, conduct and absences."""
    homeroom = plan.group.homeroom_teacher
    return YearResult(
        school_year=plan.year.name,
        class_name=plan.group.name,
        grade=plan.group.grade,
        number=number,
        regulation=plan.group.regulation,
        school_name=plan.school.name,
        school_place=plan.school.place,
        subjects=tuple(
            _draw_subject(random, plan, enrolled, subject) for subject in plan.group.subjects
        ),
        semester_1=PeriodSummary(conduct=_draw_conduct(random), absences=_draw_absences(random)),
        semester_2=PeriodSummary(conduct=_draw_conduct(random), absences=_draw_absences(random)),
        year=PeriodSummary(),
        status="Đang học",
        homeroom_teacher=homeroom.name if homeroom else "",
        principal=plan.principal,
    )


def _draw_subject(
    random: Random, plan: ClassPlan, enrolled: Enrolled, subject: Subject
) -> SubjectResult:
    teachers = tuple(a.teacher.name for a in plan.group.assignments if a.subject == subject.name)
    if subject.kind is AssessmentKind.COMMENTS:
        level = CommentLevel.NOT_PASSED if random.randrange(100) == 0 else CommentLevel.PASSED
        return SubjectResult(
            subject,
            SemesterResult(level=level),
            SemesterResult(level=CommentLevel.PASSED),
            teachers=teachers,
        )
    due = dict(subject.regular_marks)[plan.group.grade]
    usual, width = _usual_mark(random, plan, enrolled, subject)
    first, second = (_draw_marks(random, due, usual, width) for _ in range(2))
    return SubjectResult(subject, first, second, teachers=teachers)


def _usual_mark(
    random: Random, plan: ClassPlan, enrolled: Enrolled, subject: Subject
) -> tuple[int, int]:
    """Return the mark around which a pupil's marks lie in a subject, and how widely, in tenths."""
    match enrolled.case:
        case Case.REASSESSED if plan.first:
            return _WEAK.get(subject.name, _REST_OF_WEAK), 3
        case Case.AMENDED | Case.DEPARTED:
            return _ABLE + _bell(random, 6), 10
        case _:
            return enrolled.ability + _bell(random, 8), 10


def _draw_marks(random: Random, due: int, level: int, width: int) -> SemesterResult:
    """Draw whole and half marks during the semester, tenths in its tests."""
    regular = tuple(_tenths(round((level + _bell(random, width)) / 5) * 5) for _ in range(due))
    midterm, final = (_tenths(level + _bell(random, width)) for _ in range(2))
    return SemesterResult(regular, midterm, final)


def _tenths(value: int) -> Decimal:
    return Decimal(max(0, min(100, value))).scaleb(-1)


def _bell(random: Random, width: int) -> int:
    """Draw a number between ``-width`` and ``width``, more often near 0."""
    return sum(random.randint(-width, width) for _ in range(3)) // 3


def _draw_conduct(random: Random) -> Level:
    """Draw a level: of a hundred pupils about three fail."""
    return random.choices(tuple(_CONDUCT), tuple(_CONDUCT.values()))[0]


def _draw_absences(random: Random) -> Absences:
    excused, unexcused = random.choice((0, 0, 1, 2, 3, 5)), random.choice((0, 0, 0, 1, 2))
    return Absences(excused, unexcused, excused + unexcused)


def _settle_summer(random: Random, result: YearResult, plan: ClassPlan, case: Case) -> YearResult:
    """Let weak pupils be assessed again, and give failed conduct a summer's training.

    Nobody fails both; and as the classes move up together, only in the last year may somebody
    fail again.
    """
    policy = plan.policy
    weak = result.year.learning is policy.levels[-1]
    fails = plan.last and case is not Case.REASSESSED and random.randrange(4) == 0
    if result.year.conduct is policy.levels[-1]:
        if not weak:
            after = policy.levels[-1] if fails else Level.PASSED
            return conclude(replace(result, conduct_after=after), policy)
        better = replace(result.semester_2, conduct=Level.PASSED)
        result = conclude(replace(result, semester_2=better), policy)
    if not weak:
        return result
    subjects = tuple(
        replace(s, reassessed_average=_reassess(random, s.year_average, fails=fails))
        if s.year_average is not None and needs_reassessment(s.year_average, None, policy)
        else s
        for s in result.subjects
    )
    return conclude(replace(result, subjects=subjects), policy)


def _reassess(random: Random, average: Decimal, *, fails: bool) -> Decimal:
    return average + Decimal("0.1") if fails else _tenths(random.randint(50, 65))


def _depart(draft: YearResult, plan: ClassPlan) -> YearResult:
    """Let a pupil leave in semester 2, with a first regular mark in some subjects."""
    day = departure_day(plan.year)
    note = f"Chuyển đi ngày {day:%d/%m/%Y}"
    return replace(
        draft,
        subjects=tuple(
            replace(subject, semester_2=SemesterResult(subject.semester_2.regular[:1]))
            if len(subject.semester_2.regular) > _FEW_MARKS
            else replace(subject, semester_2=SemesterResult())
            for subject in draft.subjects
        ),
        semester_2=PeriodSummary(),
        status="Chuyển đi",
        note=note,
        movements=(
            Movement(
                direction="out",
                on=day,
                other_school="Trường THCS Minh Họa",
                other_place="tỉnh Giả Định",
                document_number="03/GGT",
                reason="Theo cha mẹ chuyển nơi công tác",
            ),
        ),
    )


def departure_day(year: SchoolYear) -> date:
    """Return the day on which the special pupil leaves: four weeks into semester 2."""
    return year.semester_2_from + timedelta(weeks=4)


def _remark(random: Random, result: YearResult) -> YearResult:
    """Add the remarks of the teachers, once the results are known."""
    subjects = tuple(
        replace(
            subject,
            semester_1=_remark_semester(random, subject.semester_1),
            semester_2=_remark_semester(random, subject.semester_2),
        )
        for subject in result.subjects
    )
    first, second, year = (
        replace(period, homeroom_comment=remark_homeroom(random, period.learning))
        for period in (result.semester_1, result.semester_2, result.year)
    )
    return replace(result, subjects=subjects, semester_1=first, semester_2=second, year=year)


def _remark_departure(random: Random, result: YearResult) -> YearResult:
    result = _remark(random, result)
    day = result.movements[0].on
    comment = f"Chuyển trường từ ngày {day:%d/%m/%Y}."
    return replace(result, year=replace(result.year, homeroom_comment=comment))


def _remark_semester(random: Random, semester: SemesterResult) -> SemesterResult:
    return replace(semester, comment=remark_subject(random, semester.average, semester.level))
