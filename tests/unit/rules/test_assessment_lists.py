"""The lists of a class: everybody stands on one of four, and the others follow from the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from preserve.model.checks import ClassLists, ListedPupil
from preserve.model.results import (
    Absences,
    CommentLevel,
    Level,
    PeriodSummary,
    PrimaryAssessment,
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    PupilYear,
    SemesterResult,
    SubjectLevel,
    SubjectResult,
    TraitGroup,
    TraitLevel,
    TraitResult,
    YearResult,
)
from preserve.model.school import AssessmentKind, Pupil, Subject
from preserve.policy.assessment import load_regulation_policy
from preserve.policy.files import policy_folders
from preserve.rules.assessment import class_lists

D = Decimal


def subject(name: str, average: str) -> SubjectResult:
    """Return a marked subject with the average of the year only."""
    kind = AssessmentKind.MARKS
    return SubjectResult(
        Subject(name, "mon", kind), SemesterResult(), SemesterResult(), year_average=D(average)
    )


def year(number: int, learning: Level, conduct: Level, absences: int = 0) -> YearResult:
    """Return a year in which Toán and Thể dục are weak, and nothing has been decided."""
    sport = Subject("Thể dục", "the-duc", AssessmentKind.COMMENTS)
    return YearResult(
        school_year="2024-2025",
        class_name="6A",
        grade=6,
        number=number,
        regulation="TT22-2021",
        school_name="Trường THCS Ví Dụ",
        school_place="tỉnh Minh Họa",
        subjects=(
            subject("Toán", "4.9"),
            subject("Ngữ văn", "5.0"),
            SubjectResult(
                sport,
                SemesterResult(),
                SemesterResult(),
                year_level=CommentLevel.NOT_PASSED,
            ),
        ),
        semester_1=PeriodSummary(),
        semester_2=PeriodSummary(),
        year=PeriodSummary(learning, conduct, Absences(total=absences)),
        status="Đang học",
    )


def lists(results: Sequence[YearResult], regulation: str = "TT22-2021") -> ClassLists:
    """Draw up the lists of made-up pupils whose codes end with their numbers."""
    pupils = [
        PupilYear(
            Pupil(f"99{result.number}", f"Học Sinh Mẫu {result.number}", date(2012, 1, 1), "Nữ"),
            result,
        )
        for result in results
    ]
    policy = load_regulation_policy(regulation, policy_folders())
    return class_lists(pupils, policy, school_year="2024-2025", class_name="6A")


def numbers(listed: Sequence[ListedPupil]) -> list[int]:
    """Return who is on a list."""
    return [one.number for one in listed]


GOOD, PASSED, FAILED = Level.GOOD, Level.PASSED, Level.NOT_PASSED
DONE = SubjectLevel.COMPLETED


def test_the_schools_decision_counts_before_the_rule() -> None:
    """A decision that differs from the rule is kept; check_year_result is what reports it."""
    made = lists(
        [
            replace(year(1, GOOD, GOOD), promoted=False),
            replace(year(2, FAILED, FAILED), promoted=True),
            year(3, PASSED, PASSED),
            year(4, PASSED, PASSED, 46),
        ]
    )
    assert numbers(made.promoted) == [2, 3]
    assert numbers(made.not_promoted) == [1, 4]


def test_whoever_has_a_second_chance_is_undecided_until_it_is_used() -> None:
    """Before re-assessment and summer training nobody is refused; afterwards the rule decides."""
    waiting = [year(1, FAILED, PASSED), year(2, PASSED, FAILED), year(3, FAILED, FAILED)]
    made = lists(waiting)
    assert numbers(made.undecided) == [1, 2, 3]
    assert made.reassessed == (ListedPupil(1, "991", ("Toán", "Thể dục")),)
    assert numbers(made.summer) == [2, 3]
    over = lists(
        [
            replace(waiting[0], learning_after=FAILED),
            replace(waiting[1], conduct_after=PASSED),
            replace(waiting[2], conduct_after=PASSED),
        ]
    )
    assert numbers(over.not_promoted) == [1]
    assert numbers(over.promoted) == [2]
    assert numbers(over.undecided) == [3], "after summer training the new assessment is open"
    assert numbers(over.reassessed) == [1, 3]


def test_too_many_absences_leave_no_second_chance() -> None:
    """With 46 absences neither a new assessment nor summer training leads to promotion."""
    made = lists([year(1, FAILED, PASSED, 46), year(2, PASSED, FAILED, 46)])
    assert numbers(made.not_promoted) == [1, 2]
    assert made.reassessed == made.summer == ()


def test_titles_and_departures_have_their_lists() -> None:
    """Whoever has a title is commended with it; whoever left stands on no other list."""
    made = lists(
        [
            replace(year(1, GOOD, GOOD), title="Học sinh Giỏi"),
            replace(year(2, GOOD, GOOD), title="Học sinh Giỏi", status="Chuyển đi"),
        ]
    )
    assert made.commended == (ListedPupil(1, "991", ("Học sinh Giỏi",)),)
    assert numbers(made.left) == [2]
    assert numbers(made.promoted) == [1]


def test_everybody_stands_on_exactly_one_of_four_lists() -> None:
    """Nobody of the class is lost and nobody is promoted and refused at once."""
    levels = [Level.GOOD, Level.FAIR, PASSED, FAILED, None]
    results = [
        replace(year(0, GOOD, GOOD), year=PeriodSummary(learning, conduct), status=status)
        for learning in levels
        for conduct in levels
        for status in ("Đang học", "Chuyển đi")
    ]
    results = [replace(result, number=number) for number, result in enumerate(results)]
    made = lists(results)
    found = made.promoted + made.not_promoted + made.undecided + made.left
    assert sorted(numbers(found)) == list(range(50))


def test_the_old_regulation_has_its_own_second_chances() -> None:
    """Kém, and Yếu in both, stay down; Yếu in one can be made good."""
    made = lists(
        [
            year(1, Level.POOR, GOOD),
            year(2, Level.WEAK, Level.WEAK),
            year(3, Level.WEAK, Level.AVERAGE),
            year(4, Level.AVERAGE, Level.WEAK),
            year(5, Level.AVERAGE, Level.AVERAGE),
        ],
        "TT58-2011+TT26-2020",
    )
    assert numbers(made.not_promoted) == [1, 2]
    assert numbers(made.undecided) == [3, 4]
    assert numbers(made.reassessed) == [3]
    assert numbers(made.summer) == [4]
    assert numbers(made.promoted) == [5]


def primary_year(
    number: int, outcome: PrimaryOutcome, level: SubjectLevel, test: str
) -> YearResult:
    """Return a year of primary school."""
    maths = Subject("Toán", "toan", AssessmentKind.MARKS)
    trait = TraitLevel.NEEDS_EFFORT if level is SubjectLevel.NOT_COMPLETED else TraitLevel.PASSED
    return replace(
        year(number, GOOD, GOOD),
        subjects=(),
        year=PeriodSummary(),
        primary=PrimaryYear(
            subjects=(PrimarySubjectResult(maths, end_2=PrimaryAssessment(level, D(test))),),
            traits=(TraitResult(TraitGroup.QUALITY, "Chăm chỉ", end_2=trait),),
            outcome=outcome,
        ),
    )


def test_primary_school_assesses_subjects_and_qualities_again() -> None:
    """Whoever did not complete the class is named with everything that stands in the way."""
    made = lists(
        [
            primary_year(1, PrimaryOutcome.COMPLETED, DONE, "5"),
            primary_year(2, PrimaryOutcome.NOT_COMPLETED, SubjectLevel.NOT_COMPLETED, "4"),
            primary_year(3, PrimaryOutcome.NOT_COMPLETED, DONE, "4"),
            replace(year(4, GOOD, GOOD), subjects=()),
        ],
        "TT27-2020",
    )
    assert numbers(made.promoted) == [1]
    assert made.reassessed == (
        ListedPupil(2, "992", ("Toán", "Chăm chỉ")),
        ListedPupil(3, "993", ("Toán",)),
    )
    assert numbers(made.undecided) == [2, 3, 4]
    assert made.summer == ()
