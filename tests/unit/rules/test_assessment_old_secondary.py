"""Years under TT 58/2011/TT-BGDĐT: means, key subjects, rises by one subject, titles, promotion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.model.checks import RuleFinding
from preserve.model.imports import Severity
from preserve.model.results import (
    Absences,
    CommentLevel,
    Level,
    PeriodSummary,
    SemesterResult,
    SubjectResult,
    YearResult,
)
from preserve.model.school import AssessmentKind, Subject
from preserve.policy.assessment import AssessmentPolicy, load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.rules import assessment

D = Decimal
ERROR, WARNING = Severity.ERROR, Severity.WARNING
NAMES = ("Toán", "Ngữ văn", "Ngoại ngữ", "Vật lí", "Hóa học", "Sinh học", "Lịch sử", "Địa lí")
ORDER = [Level.EXCELLENT, Level.FAIR, Level.AVERAGE, Level.WEAK, Level.POOR]
FAILED = CommentLevel.NOT_PASSED


@cache
def tt58(regulation: str = "TT58-2011+TT26-2020") -> AssessmentPolicy:
    """Load a policy once."""
    return load_assessment_policy(regulation, policy_folders())


def marked(name: str, average: str = "8.0") -> SubjectResult:
    """Return a subject with one average all year round."""
    value = D(average)
    semester = SemesterResult((value, value), value, value, value)
    return SubjectResult(Subject(name, "mon", AssessmentKind.MARKS), semester, semester, value)


def commented(level: CommentLevel = CommentLevel.PASSED) -> SubjectResult:
    """Return a comment subject with one level all year round."""
    semester = SemesterResult(level=level)
    subject = Subject("Thể dục", "the-duc", AssessmentKind.COMMENTS)
    return SubjectResult(subject, semester, semester, year_level=level)


def right_result(**averages: str) -> YearResult:
    """Return a year at Giỏi in which every value follows from the rules."""
    period = PeriodSummary(
        Level.EXCELLENT, Level.GOOD, Absences(1, 0, 1), mean=D("8.0"), title="Học sinh giỏi"
    )
    return YearResult(
        school_year="2022-2023",
        class_name="8A",
        grade=8,
        number=1,
        regulation="TT58-2011+TT26-2020",
        school_name="Trường THCS Ví Dụ",
        school_place="tỉnh Minh Họa",
        subjects=(*(marked(name, averages.get(name, "8.0")) for name in NAMES), commented()),
        semester_1=period,
        semester_2=period,
        year=replace(period, absences=Absences(2, 0, 2), title=""),
        outcome="Được lên lớp",
        promoted=True,
        title="Học sinh giỏi",
        status="Đang học",
    )


def all_periods(result: YearResult, **changes: object) -> YearResult:
    """Change both semesters and the year alike."""
    return replace(
        result,
        semester_1=replace(result.semester_1, **changes),  # type: ignore[arg-type]
        semester_2=replace(result.semester_2, **changes),  # type: ignore[arg-type]
        year=replace(result.year, **changes),  # type: ignore[arg-type]
    )


def findings(result: YearResult, regulation: str = "TT58-2011+TT26-2020") -> list[RuleFinding]:
    """Check a result under the old regulation."""
    return list(assessment.check_year_result(result, tt58(regulation)))


def briefly(result: YearResult) -> list[tuple[Severity, str, str, str, str]]:
    """Return the findings without subject and article."""
    return [(f.severity, f.code, f.field, f.reported, f.computed) for f in findings(result)]


def test_a_right_year_raises_no_finding() -> None:
    """Nothing is said about a year that follows from the old rules."""
    assert findings(right_result()) == []


def test_capital_letters_of_a_title_do_not_matter() -> None:
    """Schools write Học sinh Giỏi and Học sinh giỏi."""
    assert findings(replace(right_result(), title="Học sinh Giỏi")) == []


def period(name: str, **changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of one period's summary."""
    return lambda result: replace(
        result,
        **{name: replace(getattr(result, name), **changes)},
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (period("year", mean=D("8.1")), (ERROR, "CHK-MEAN", "year.mean", "8.1", "8.0")),
        (period("semester_1", mean=None), (WARNING, "CHK-MEAN", "hk1.mean", "", "8.0")),
        (
            period("semester_2", learning=Level.FAIR),
            (ERROR, "CHK-LEARNING", "hk2.learning", "Khá", "Giỏi"),
        ),
        (
            period("year", learning=Level.PASSED),
            (ERROR, "CHK-LEVEL-FOREIGN", "year.learning", "Đạt", " / ".join(ORDER)),
        ),
        (
            period("year", conduct=Level.AVERAGE),
            (WARNING, "CHK-CONDUCT-YEAR", "year.conduct", "Trung bình", "Tốt"),
        ),
        (
            period("semester_1", title="Học sinh tiên tiến"),
            (WARNING, "CHK-TITLE", "hk1.title", "Học sinh tiên tiến", "Học sinh giỏi"),
        ),
        (
            period("semester_2", title="Học sinh xuất sắc"),
            (WARNING, "CHK-TITLE-UNKNOWN", "hk2.title", "Học sinh xuất sắc", "Học sinh giỏi"),
        ),
        (
            lambda result: replace(result, title=""),
            (WARNING, "CHK-TITLE", "title", "", "Học sinh giỏi"),
        ),
        (
            lambda result: replace(result, promoted=False, outcome="Không được lên lớp"),
            (ERROR, "CHK-PROMOTION", "promotion", "Không được lên lớp", "Được lên lớp"),
        ),
    ],
)
def test_each_difference_raises_its_finding(
    change: Callable[[YearResult], YearResult], expected: tuple[Severity, str, str, str, str]
) -> None:
    """Every kind of difference is found; rules that are not well known only warn."""
    assert expected in briefly(change(right_result()))
    assert all("58/2011" in finding.requirement for finding in findings(change(right_result())))


def test_the_mean_in_the_book_decides_the_level() -> None:
    """A wrong mean is reported once; the level is compared with what it leads to."""
    result = right_result(Toán="8.4")
    result = all_periods(result, mean=D("7.9"), learning=Level.FAIR)
    result = replace(result, title="Học sinh tiên tiến")
    codes = {finding.code for finding in findings(result)}
    assert codes == {"CHK-MEAN", "CHK-TITLE"}
    fields = {finding.field for finding in findings(result) if finding.code == "CHK-TITLE"}
    assert fields == {"hk1.title", "hk2.title"}


def test_a_foreign_language_is_a_key_subject_under_any_of_its_names() -> None:
    """Tiếng Anh reaches 8,0 where Toán and Ngữ văn do not: Giỏi now, Khá before TT26."""
    result = right_result(**{"Toán": "7.9", "Ngữ văn": "7.9", "Vật lí": "8.2"})
    english = replace(marked("Tiếng Anh"), subject=Subject("Tiếng Anh", "nn", AssessmentKind.MARKS))
    result = replace(result, subjects=(*result.subjects[:2], english, *result.subjects[3:]))
    assert findings(result) == []
    before = [f for f in findings(result, "TT58-2011") if f.code == "CHK-LEARNING"]
    assert [(f.reported, f.computed) for f in before] == [("Giỏi", "Khá")] * 3


def test_without_any_key_subject_the_level_cannot_be_judged() -> None:
    """A class whose subjects are named in an unknown way raises no wrong verdict."""
    result = right_result()
    others = tuple(
        replace(s, subject=replace(s.subject, name=f"Môn {index}"))
        for index, s in enumerate(result.subjects)
    )
    codes = {finding.code for finding in findings(replace(result, subjects=others))}
    assert codes == {"CHK-UNVERIFIABLE"}


@pytest.mark.parametrize(
    ("reported", "wrong"), [(Level.AVERAGE, 0), (Level.WEAK, 0), (Level.EXCELLENT, 3)]
)
def test_a_failed_comment_subject_may_be_the_one_subject(reported: Level, wrong: int) -> None:
    """Marks for Giỏi with one CĐ give Yếu by the table; raised or not, both readings count."""
    result = right_result()
    result = replace(result, subjects=(*result.subjects[:-1], commented(FAILED)))
    result = all_periods(result, learning=reported, title="")
    found = [f for f in findings(result) if f.code == "CHK-LEARNING"]
    assert [f.computed for f in found] == ["Trung bình / Yếu"] * wrong


def test_a_subject_of_one_semester_has_its_result_for_the_year() -> None:
    """An empty semester is no gap where the other one holds the result of the year."""
    result = right_result()
    once = replace(result.subjects[5], semester_2=SemesterResult())
    assert (
        findings(replace(result, subjects=(*result.subjects[:5], once, *result.subjects[6:]))) == []
    )
    music = replace(result.subjects[8], semester_1=SemesterResult())
    assert findings(replace(result, subjects=(*result.subjects[:8], music))) == []
    wrong = replace(once, year_average=D("9.0"))
    subjects = (*result.subjects[:5], wrong, *result.subjects[6:])
    codes = [f.code for f in findings(replace(result, subjects=subjects))]
    assert codes == ["CHK-UNVERIFIABLE", "CHK-MEAN"], "the other semester may be what is missing"


def test_the_mean_after_a_new_test_follows_from_the_new_marks() -> None:
    """ĐTB after re-assessment takes the new mark in the place of the old one."""
    weak = right_result(**{"Vật lí": "3.0", "Hóa học": "3.0"})
    assert assessment.mean_of_subjects(
        [s.year_average for s in weak.subjects[:8] if s.year_average]
    ) == D("6.8")
    weak = all_periods(weak, mean=D("6.8"), learning=Level.WEAK, title="")
    subjects = tuple(
        replace(s, reassessed_average=D("5.0")) if s.year_average == D("3.0") else s
        for s in weak.subjects
    )
    after = replace(
        weak, subjects=subjects, title="", learning_after=Level.FAIR, mean_after=D("7.3")
    )
    assert findings(after) == []
    wrong = findings(replace(after, mean_after=D("7.2")))
    assert [(f.severity, f.code, f.field) for f in wrong] == [(ERROR, "CHK-MEAN", "after.mean")]


@pytest.mark.parametrize(
    ("learning", "conduct", "absences", "again", "summer"),
    [
        (Level.WEAK, Level.AVERAGE, 45, True, False),
        (Level.WEAK, Level.AVERAGE, 46, False, False),
        (Level.WEAK, Level.WEAK, 0, False, False),
        (Level.POOR, Level.GOOD, 0, False, False),
        (Level.AVERAGE, Level.WEAK, 0, False, True),
        (Level.AVERAGE, Level.WEAK, 46, False, False),
        (Level.AVERAGE, Level.AVERAGE, 0, False, False),
    ],
)
def test_second_chances_under_the_old_regulation(
    learning: Level, conduct: Level, absences: int, *, again: bool, summer: bool
) -> None:
    """Yếu alone may be tested again or trained; Kém, both Yếu, or 46 absences stay down."""
    policy = tt58()
    assert assessment.may_be_reassessed(learning, conduct, absences, policy) is again
    assert assessment.may_train_in_summer(learning, conduct, absences, policy) is summer
    promoted = learning is Level.AVERAGE is conduct and absences <= 45
    assert assessment.promotion(learning, conduct, absences, policy) is promoted


@given(
    st.sampled_from([Level.GOOD, Level.FAIR, Level.AVERAGE, Level.WEAK]),
    st.sampled_from([Level.GOOD, Level.FAIR, Level.AVERAGE, Level.WEAK]),
)
def test_the_conduct_of_the_year_lies_between_the_semesters(first: Level, second: Level) -> None:
    """Both semesters' levels and all between them can be right, in either order."""
    readings = assessment.year_conduct_readings(first, second, tt58())
    assert {first, second} <= readings
    assert readings == assessment.year_conduct_readings(second, first, tt58())
    expected = first if first is second else None
    assert assessment.year_conduct(first, second, tt58()) is expected
    assert assessment.year_conduct_readings(first, None, tt58()) == frozenset()


def half_up(value: Fraction) -> int:
    """Return the tenths of a value."""
    whole, rest = divmod(value.numerator * 10, value.denominator)
    return whole + (2 * rest >= value.denominator)


def independent_level(marks: list[int], mean: int, keys: int, failed: int) -> Level:
    """Return the level of Art. 13(1-5) straight from the words, in whole tenths."""
    best = max(marks[:keys], default=0)
    for level, least, lowest in (
        (Level.EXCELLENT, 80, 65),
        (Level.FAIR, 65, 50),
        (Level.AVERAGE, 50, 35),
    ):
        if mean >= least and best >= least and min(marks) >= lowest and not failed:
            return level
    return Level.WEAK if mean >= 35 and min(marks) >= 20 else Level.POOR


@given(
    st.lists(
        st.sampled_from([15, 19, 20, 34, 35, 48, 50, 64, 65, 79, 80, 90]), min_size=5, max_size=12
    ),
    st.integers(min_value=0, max_value=2),
)
def test_levels_and_rises_equal_an_independent_computation(marks: list[int], failed: int) -> None:
    """The four rows of Art. 13(6), applied by hand to every reading, give the same levels."""
    mean = half_up(Fraction(sum(marks), 10 * len(marks)))
    base = independent_level(marks, mean, 3, failed)
    expected = set()
    for replaced, comments_count in ((True, True), (False, True), (False, False)):
        expected.add(
            risen(base, marks, mean, failed, replaced=replaced, comments_count=comments_count)
        )
    computed = assessment.learning_readings(
        [D(value) / 10 for value in marks],
        [FAILED] * failed + [CommentLevel.PASSED] * (4 - failed),
        tt58(),
        keys=(0, 1, 2),
    )
    assert computed == expected


def risen(
    base: Level, marks: list[int], mean: int, failed: int, *, replaced: bool, comments_count: bool
) -> Level:
    """Apply one reading of Art. 13(6) by hand."""
    cases = []
    for index in range(len(marks)):
        rest = [*marks[:index], *marks[index + 1 :]]
        in_place = [*marks[:index], 80, *marks[index + 1 :]]
        keys = 3 if replaced else 3 - (index < 3)
        cases.append((in_place if replaced else rest, keys, failed))
    if comments_count and failed:
        cases.append((marks, 3, failed - 1))
    for target, least, fallen, given_level in (
        (Level.EXCELLENT, 80, Level.AVERAGE, Level.FAIR),
        (Level.EXCELLENT, 80, Level.WEAK, Level.AVERAGE),
        (Level.FAIR, 65, Level.WEAK, Level.AVERAGE),
        (Level.FAIR, 65, Level.POOR, Level.WEAK),
    ):
        reached = any(
            ORDER.index(independent_level(values, mean, keys, count)) <= ORDER.index(target)
            for values, keys, count in cases
        )
        if base is fallen and mean >= least and reached:
            return given_level
    return base


@pytest.mark.parametrize("regulation", ["TT43-2021", "TT58-2011"])
def test_rules_that_are_not_well_known_only_warn(regulation: str) -> None:
    """A wrong average is found under them too, and is no error."""
    result = right_result()
    subject = replace(result.subjects[0], year_average=D("9.9"))
    wrong = replace(result, subjects=(subject, *result.subjects[1:]))
    found = [f for f in findings(wrong, regulation) if f.code == "CHK-YEAR-AVERAGE"]
    assert [(f.severity, f.reported, f.computed) for f in found] == [(WARNING, "9.9", "8.0")]
    year = regulation[2:].replace("-", "/")
    assert found[0].requirement.startswith(f"Thông tư {year}/TT-BGDĐT")
