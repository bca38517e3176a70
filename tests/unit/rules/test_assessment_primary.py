"""Years of primary school: outcome, completion, title, tests and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.model.checks import RuleFinding
from preserve.model.imports import Severity
from preserve.model.results import (
    Absences,
    MonthAttendance,
    PeriodSummary,
    PrimaryAssessment,
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    SubjectLevel,
    TraitGroup,
    TraitLevel,
    TraitResult,
    YearResult,
)
from preserve.model.school import AssessmentKind, Subject
from preserve.policy.assessment import PrimaryPolicy, load_regulation_policy
from preserve.policy.files import policy_folders
from preserve.rules import assessment

D = Decimal
ERROR, WARNING = Severity.ERROR, Severity.WARNING
WELL, DONE, FAILED = SubjectLevel
GOOD, PASSED, EFFORT = TraitLevel


@cache
def tt27() -> PrimaryPolicy:
    """Load the policy under test once."""
    policy = load_regulation_policy("TT27-2020", policy_folders())
    assert isinstance(policy, PrimaryPolicy)
    return policy


def with_tests(name: str, mark: str = "9", level: SubjectLevel = WELL) -> PrimarySubjectResult:
    """Return a subject with periodic tests."""
    done = PrimaryAssessment(level, D(mark))
    subject = Subject(name, "mon", AssessmentKind.MARKS)
    return PrimarySubjectResult(
        subject, PrimaryAssessment(level), done, PrimaryAssessment(level), done
    )


def untested(name: str, level: SubjectLevel = WELL) -> PrimarySubjectResult:
    """Return a subject without tests."""
    part = PrimaryAssessment(level)
    subject = Subject(name, "mon", AssessmentKind.COMMENTS)
    return PrimarySubjectResult(subject, part, part, part, part)


def trait(name: str, level: TraitLevel = GOOD) -> TraitResult:
    """Return a quality with one level all year round."""
    return TraitResult(TraitGroup.QUALITY, name, level, level, level, level)


def right_result() -> YearResult:
    """Return a right year at Hoàn thành xuất sắc."""
    return YearResult(
        school_year="2024-2025",
        class_name="2A",
        grade=2,
        number=1,
        regulation="TT27-2020",
        school_name="Trường Tiểu học Ví Dụ",
        school_place="tỉnh Minh Họa",
        subjects=(),
        semester_1=PeriodSummary(),
        semester_2=PeriodSummary(),
        year=PeriodSummary(absences=Absences(2, 1, 3)),
        outcome="Được lên lớp",
        promoted=True,
        title="Học sinh Xuất sắc",
        status="Đang học",
        primary=PrimaryYear(
            subjects=(with_tests("Tiếng Việt"), with_tests("Toán", "10"), untested("Đạo đức")),
            traits=(trait("Yêu nước"), trait("Nhân ái")),
            outcome=PrimaryOutcome.EXCELLENT,
        ),
        attendance=(MonthAttendance("2024-09", 2, 0), MonthAttendance("2024-10", 0, 1)),
    )


def primary(**changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of the primary year."""

    def change(result: YearResult) -> YearResult:
        assert result.primary is not None
        return replace(result, primary=replace(result.primary, **changes))  # type: ignore[arg-type]

    return change


def subject(index: int, **changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of one subject."""

    def change(result: YearResult) -> YearResult:
        assert result.primary is not None
        subjects = list(result.primary.subjects)
        subjects[index] = replace(subjects[index], **changes)  # type: ignore[arg-type]
        return replace(result, primary=replace(result.primary, subjects=tuple(subjects)))

    return change


def whole(**changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of the year's result."""
    return lambda result: replace(result, **changes)  # type: ignore[arg-type]


def findings(result: YearResult) -> tuple[RuleFinding, ...]:
    """Check a result under TT27."""
    return assessment.check_year_result(result, tt27())


def test_a_right_year_raises_no_finding() -> None:
    """Nothing is said about a year that follows from the rules."""
    assert findings(right_result()) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            subject(0, end_2=PrimaryAssessment(WELL, D(8))),
            (WARNING, "CHK-OUTCOME", "year.outcome", "Hoàn thành xuất sắc", "Hoàn thành tốt"),
        ),
        (
            primary(outcome=None),
            (WARNING, "CHK-OUTCOME", "year.outcome", "", "Hoàn thành xuất sắc"),
        ),
        (
            primary(traits=(trait("Yêu nước", PASSED),)),
            (WARNING, "CHK-OUTCOME", "year.outcome", "Hoàn thành xuất sắc", "Hoàn thành"),
        ),
        (
            primary(traits=(trait("Yêu nước", EFFORT),)),
            (WARNING, "CHK-OUTCOME", "year.outcome", "Hoàn thành xuất sắc", "Chưa hoàn thành"),
        ),
        (
            primary(traits=()),
            (WARNING, "CHK-UNVERIFIABLE", "year.outcome", "Hoàn thành xuất sắc", ""),
        ),
        (
            subject(0, end_1=PrimaryAssessment(WELL, D("8.5"))),
            (ERROR, "CHK-TEST-MARK", "end1.test", "8.5", "0–10"),
        ),
        (
            subject(0, end_1=PrimaryAssessment(WELL, D(11))),
            (ERROR, "CHK-TEST-MARK", "end1.test", "11", "0–10"),
        ),
        (
            subject(1, end_1=PrimaryAssessment(WELL)),
            (WARNING, "CHK-MARK-MISSING", "end1.test", "", ""),
        ),
        (
            subject(2, mid_2=PrimaryAssessment()),
            (WARNING, "CHK-LEVEL-MISSING", "mid2.level", "", ""),
        ),
        (
            primary(traits=(replace(trait("Yêu nước"), end_1=None), trait("Nhân ái"))),
            (WARNING, "CHK-LEVEL-MISSING", "end1.level", "", ""),
        ),
        (
            whole(promoted=False, outcome="Ở lại lớp"),
            (WARNING, "CHK-COMPLETION", "promotion", "Ở lại lớp", "Được lên lớp"),
        ),
        (
            whole(promoted=None, outcome=""),
            (WARNING, "CHK-COMPLETION", "promotion", "", "Được lên lớp"),
        ),
        (whole(title=""), (ERROR, "CHK-TITLE", "title", "", "Học sinh Xuất sắc")),
        (
            whole(title="Học sinh Giỏi"),
            (WARNING, "CHK-TITLE-UNKNOWN", "title", "Học sinh Giỏi", "Học sinh Xuất sắc"),
        ),
        (
            whole(attendance=(MonthAttendance("2024-09", 2, 2),)),
            (WARNING, "CHK-ABSENCES", "months.unexcused", "1", "2"),
        ),
        (whole(primary=None), (WARNING, "CHK-NO-RESULTS", "year", "", "")),
    ],
)
def test_each_difference_raises_its_finding(
    change: Callable[[YearResult], YearResult], expected: tuple[Severity, str, str, str, str]
) -> None:
    """Every kind of difference is found, with what was reported and what follows."""
    found = findings(change(right_result()))
    assert expected in [(f.severity, f.code, f.field, f.reported, f.computed) for f in found]
    assert all("27/2020" in finding.requirement for finding in found)


def test_who_did_not_complete_may_move_up_by_decision() -> None:
    """The principal can let a pupil move up: worth a look, not an error."""
    weak = subject(0, end_2=PrimaryAssessment(FAILED, D(4)))(right_result())
    weak = replace(primary(outcome=PrimaryOutcome.NOT_COMPLETED)(weak), title="")
    assert [(f.severity, f.code) for f in findings(weak)] == [(WARNING, "CHK-COMPLETION")]
    waiting = replace(weak, promoted=None, outcome="")
    assert findings(waiting) == ()


@pytest.mark.parametrize("title", ["", "Học sinh hoàn thành tốt trong học tập và rèn luyện"])
def test_the_second_title_is_the_choice_of_the_class(title: str) -> None:
    """Among those at Hoàn thành tốt the class chooses: with and without the title is right."""
    good = subject(0, end_2=PrimaryAssessment(WELL, D(7)))(right_result())
    good = replace(primary(outcome=PrimaryOutcome.GOOD)(good), title=title)
    assert findings(good) == ()
    assert [f.code for f in findings(replace(good, title="Học sinh Xuất sắc"))] == ["CHK-TITLE"]


def test_tests_in_the_middle_of_a_semester_are_due_in_the_upper_grades() -> None:
    """Tiếng Việt and Toán have them in grades 4 and 5 only."""
    found = findings(replace(right_result(), grade=4))
    assert [(f.code, f.subject, f.field) for f in found] == [
        ("CHK-MARK-MISSING", name, f"{period}.test")
        for period in ("mid1", "mid2")
        for name in ("Tiếng Việt", "Toán")
    ]


def test_a_pupil_who_left_raises_no_finding() -> None:
    """Nothing is missing in the year of a pupil who is no longer there."""
    gone = replace(
        right_result(), primary=None, promoted=None, outcome="", title="", status="Chuyển đi"
    )
    assert findings(gone) == ()


@given(
    st.lists(st.sampled_from([*SubjectLevel]), min_size=1, max_size=8),
    st.lists(st.sampled_from([*TraitLevel]), min_size=1, max_size=8),
    st.lists(st.integers(min_value=0, max_value=10), max_size=5),
)
def test_outcomes_equal_an_independent_computation(
    subjects: list[SubjectLevel], traits: list[TraitLevel], tests: list[int]
) -> None:
    """The table gives what the words of Art. 9 say."""
    least = min(tests, default=10)
    if {*subjects} == {WELL} and {*traits} == {GOOD} and least >= 7:
        expected = PrimaryOutcome.EXCELLENT if least >= 9 else PrimaryOutcome.GOOD
    elif FAILED not in subjects and EFFORT not in traits and least >= 5:
        expected = PrimaryOutcome.COMPLETED
    else:
        expected = PrimaryOutcome.NOT_COMPLETED
    computed = assessment.primary_outcome(subjects, traits, list(map(D, tests)), tt27())
    assert computed is expected
    completed = expected is not PrimaryOutcome.NOT_COMPLETED
    assert assessment.completes_class(computed, tt27()) is completed


def test_an_outcome_stays_open_while_anything_is_missing() -> None:
    """A missing level or mark leaves the result of the year open."""
    assert assessment.primary_outcome([WELL, None], [GOOD], [], tt27()) is None
    assert assessment.primary_outcome([WELL], [None], [], tt27()) is None
    assert assessment.primary_outcome([WELL], [GOOD], [None], tt27()) is None
    assert assessment.primary_outcome([], [], [], tt27()) is None
    assert assessment.completes_class(None, tt27()) is None
