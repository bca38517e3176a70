"""The check of a school's own results: silent on right ones, exact about wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from preserve.model.checks import RuleFinding
from preserve.model.imports import Severity
from preserve.model.results import (
    Absences,
    AbsentSession,
    CommentLevel,
    Level,
    MonthAttendance,
    Movement,
    PeriodSummary,
    SemesterResult,
    SubjectResult,
    YearResult,
)
from preserve.model.school import AssessmentKind, Subject
from preserve.policy.assessment import AssessmentPolicy, load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.rules.assessment import check_year_result

D = Decimal
SUBJECT_NAMES = ("Ngữ văn", "Toán", "Ngoại ngữ 1", "GDCD", "LS&ĐL", "KHTN", "Công nghệ", "Tin học")
NOTHING = SemesterResult()
ARRIVAL = Movement("in", date(2025, 1, 20), "Trường Ví Dụ", "tỉnh Minh Họa", "01/GGT")
DEPARTURE = Movement("out", date(2025, 2, 17), "Trường Ví Dụ", "tỉnh Minh Họa", "02/GGT")


@cache
def tt22() -> AssessmentPolicy:
    """Load the policy under test once."""
    return load_assessment_policy("TT22-2021", policy_folders())


def marked(name: str) -> SubjectResult:
    """Return a subject whose semester averages are 8,3 (a tie) and 8,0, and 8,1 in the year."""
    return SubjectResult(
        subject=Subject(name, "mon", AssessmentKind.MARKS, regular_marks=((6, 3),)),
        semester_1=SemesterResult((D(8), D(8), D(8)), D(9), D(8), D("8.3")),
        semester_2=SemesterResult((D(8), D(8), D(8)), D(8), D(8), D("8.0")),
        year_average=D("8.1"),
    )


def commented() -> SubjectResult:
    """Return a passed comment subject."""
    return SubjectResult(
        subject=Subject("Nghệ thuật", "nghe-thuat", AssessmentKind.COMMENTS),
        semester_1=SemesterResult(level=CommentLevel.PASSED),
        semester_2=SemesterResult(level=CommentLevel.PASSED),
        year_level=CommentLevel.PASSED,
    )


def right_result() -> YearResult:
    """Return a year in which every value follows from the rules."""
    return YearResult(
        school_year="2024-2025",
        class_name="6A",
        grade=6,
        number=1,
        regulation="TT22-2021",
        school_name="Trường THCS Ví Dụ",
        school_place="tỉnh Minh Họa",
        subjects=(*(marked(name) for name in SUBJECT_NAMES), commented()),
        semester_1=PeriodSummary(Level.GOOD, Level.FAIR, Absences(1, 2, 3)),
        semester_2=PeriodSummary(Level.GOOD, Level.GOOD, Absences(0, 0, 0)),
        year=PeriodSummary(Level.GOOD, Level.GOOD, Absences(1, 2, 3)),
        outcome="Được lên lớp",
        promoted=True,
        title="Học sinh Giỏi",
        status="Đang học",
    )


def with_subject(result: YearResult, index: int, subject: SubjectResult) -> YearResult:
    """Put another subject in the place of one."""
    subjects = (*result.subjects[:index], subject, *result.subjects[index + 1 :])
    return replace(result, subjects=subjects)


def findings(result: YearResult) -> tuple[RuleFinding, ...]:
    """Check a result under TT22."""
    return check_year_result(result, tt22())


def test_a_right_result_raises_no_finding() -> None:
    """Nothing is said about a year that follows from the rules."""
    assert findings(right_result()) == ()


def test_a_wrong_semester_average_names_both_values_and_the_article() -> None:
    """The tie 8,25 reported as 8,2 is an error; the school's value stays."""
    result = right_result()
    toan = result.subjects[1]
    wrong = replace(toan, semester_1=replace(toan.semester_1, average=D("8.2")))
    assert findings(with_subject(result, 1, wrong)) == (
        RuleFinding(
            Severity.ERROR,
            "CHK-SEMESTER-AVERAGE",
            "Toán",
            "hk1.average",
            "8.2",
            "8.3",
            "Thông tư 22/2021/TT-BGDĐT, Điều 9 khoản 1 điểm b",
        ),
    )


def summary(period: str, **changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of one period's summary."""
    return lambda result: replace(
        result,
        **{period: replace(getattr(result, period), **changes)},
    )


def first_subject(**changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of the first marked subject."""
    return lambda result: with_subject(
        result,
        0,
        replace(result.subjects[0], **changes),  # type: ignore[arg-type]
    )


def comment_subject(**changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of the comment subject."""
    return lambda result: with_subject(
        result,
        8,
        replace(result.subjects[8], **changes),  # type: ignore[arg-type]
    )


def whole(**changes: object) -> Callable[[YearResult], YearResult]:
    """Return a change of the year's result."""
    return lambda result: replace(result, **changes)  # type: ignore[arg-type]


FULL = SemesterResult((D(8), D(8), D(8)), D(8), D(8), D("8.0"))
ERROR, WARNING = Severity.ERROR, Severity.WARNING
ANY_LEVEL = "Tốt / Khá / Đạt / Chưa đạt"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            first_subject(year_average=D("8.2")),
            (ERROR, "CHK-YEAR-AVERAGE", "year.average", "8.2", "8.1"),
        ),
        (
            first_subject(year_average=D("8.14")),
            (ERROR, "CHK-YEAR-AVERAGE", "year.average", "8.14", "8.1"),
        ),
        (
            first_subject(semester_2=replace(FULL, average=None), year_average=None),
            (WARNING, "CHK-SEMESTER-AVERAGE", "hk2.average", "", "8.0"),
        ),
        (
            first_subject(semester_2=replace(FULL, midterm=None)),
            (WARNING, "CHK-MARK-MISSING", "hk2.midterm", "", ""),
        ),
        (
            first_subject(semester_2=replace(FULL, final=None)),
            (WARNING, "CHK-MARK-MISSING", "hk2.final", "", ""),
        ),
        (
            first_subject(semester_2=SemesterResult(), year_average=None),
            (WARNING, "CHK-MARK-MISSING", "hk2.average", "", ""),
        ),
        (
            first_subject(semester_2=replace(FULL, regular=(D(8), D(8)))),
            (WARNING, "CHK-REGULAR-COUNT", "hk2.regular", "2", "3"),
        ),
        (
            first_subject(semester_2=replace(FULL, regular=(D(8),) * 4)),
            (WARNING, "CHK-REGULAR-COUNT", "hk2.regular", "4", "3"),
        ),
        (
            comment_subject(year_level=CommentLevel.NOT_PASSED),
            (ERROR, "CHK-COMMENT-YEAR", "year.level", "CĐ", "Đ"),
        ),
        (
            summary("semester_1", learning=Level.FAIR),
            (ERROR, "CHK-LEARNING", "hk1.learning", "Khá", "Tốt"),
        ),
        (
            summary("semester_2", learning=None),
            (WARNING, "CHK-LEARNING", "hk2.learning", "", "Tốt"),
        ),
        (
            summary("semester_2", conduct=Level.PASSED),
            (ERROR, "CHK-CONDUCT-YEAR", "year.conduct", "Tốt", "Đạt"),
        ),
        (
            summary("semester_1", conduct=None),
            (WARNING, "CHK-LEVEL-MISSING", "hk1.conduct", "", ""),
        ),
        (
            summary("year", conduct=Level.AVERAGE),
            (ERROR, "CHK-LEVEL-FOREIGN", "year.conduct", "Trung bình", ANY_LEVEL),
        ),
        (
            summary("semester_1", learning=Level.EXCELLENT),
            (ERROR, "CHK-LEVEL-FOREIGN", "hk1.learning", "Giỏi", ANY_LEVEL),
        ),
        (
            whole(learning_after=Level.POOR),
            (ERROR, "CHK-LEVEL-FOREIGN", "after.learning", "Kém", ANY_LEVEL),
        ),
        (
            comment_subject(semester_1=SemesterResult()),
            (WARNING, "CHK-LEVEL-MISSING", "hk1.level", "", ""),
        ),
        (
            whole(attendance=(MonthAttendance("2024-09", 1, 1), MonthAttendance("2024-10", 0, 0))),
            (WARNING, "CHK-ABSENCES", "months.unexcused", "2", "1"),
        ),
        (
            whole(
                attendance=(
                    MonthAttendance(
                        "2024-09", 1, 2, (AbsentSession(date(2024, 9, 9), excused=True),)
                    ),
                )
            ),
            (WARNING, "CHK-ABSENCES", "2024-09.unexcused", "2", "0"),
        ),
        (
            summary("year", absences=Absences(1, 2, 4)),
            (WARNING, "CHK-ABSENCES", "year.absences", "4", "3"),
        ),
        (
            summary("semester_1", absences=Absences(None, None, 4)),
            (WARNING, "CHK-ABSENCES", "year.absences", "3", "4"),
        ),
        (
            whole(promoted=False, outcome="Không được lên lớp"),
            (ERROR, "CHK-PROMOTION", "promotion", "Không được lên lớp", "Được lên lớp"),
        ),
        (
            whole(promoted=False, outcome="Chưa hoàn thành chương trình THCS"),
            (
                ERROR,
                "CHK-PROMOTION",
                "promotion",
                "Chưa hoàn thành chương trình THCS",
                "Hoàn thành chương trình THCS",
            ),
        ),
        (
            whole(promoted=None, outcome=""),
            (WARNING, "CHK-PROMOTION", "promotion", "", "Được lên lớp"),
        ),
        (whole(title=""), (ERROR, "CHK-TITLE", "title", "", "Học sinh Giỏi")),
        (
            whole(title="Học sinh Xuất sắc"),
            (ERROR, "CHK-TITLE", "title", "Học sinh Xuất sắc", "Học sinh Giỏi"),
        ),
        (
            whole(title="Học sinh Tiên tiến"),
            (WARNING, "CHK-TITLE-UNKNOWN", "title", "Học sinh Tiên tiến", "Học sinh Giỏi"),
        ),
    ],
)
def test_each_difference_raises_its_finding(
    change: Callable[[YearResult], YearResult], expected: tuple[Severity, str, str, str, str]
) -> None:
    """Every kind of difference is found, with what was reported and what follows."""
    found = [
        (f.severity, f.code, f.field, f.reported, f.computed)
        for f in findings(change(right_result()))
    ]
    assert expected in found
    assert all(finding.requirement for finding in findings(change(right_result())))


def refused_for(**changes: object) -> YearResult:
    """Return a promoted pupil with another year summary and without a title."""
    return replace(summary("year", **changes)(right_result()), title="")


def test_forty_five_absences_pass_and_forty_six_do_not() -> None:
    """The limit of Art. 12 is met at 45 and broken at 46."""
    for total, expected in ((45, 0), (46, 1)):
        result = summary("year", absences=Absences(total=total))(right_result())
        result = summary("semester_1", absences=Absences())(result)
        assert [f.code for f in findings(result)] == ["CHK-PROMOTION"] * expected


def test_promotion_against_a_failed_level_is_an_error() -> None:
    """Neither conduct nor learning at Chưa đạt allows promotion without a second chance."""
    result = refused_for(conduct=Level.NOT_PASSED)
    codes = {f.code: f.severity for f in findings(result)}
    assert codes == {"CHK-CONDUCT-YEAR": ERROR, "CHK-PROMOTION": ERROR}
    assert {f.code for f in findings(replace(result, conduct_after=Level.PASSED))} == {
        "CHK-CONDUCT-YEAR"
    }


def weak_result() -> YearResult:
    """Return a right year at Chưa đạt: two subjects at 3,0, not promoted."""
    result = right_result()
    three = SemesterResult((D(3),) * 3, D(3), D(3), D("3.0"))
    for index in (0, 1):
        weak = replace(result.subjects[index], semester_1=three, semester_2=three)
        result = with_subject(result, index, replace(weak, year_average=D("3.0")))
    for period in ("semester_1", "semester_2", "year"):
        result = summary(period, learning=Level.NOT_PASSED)(result)
    return replace(result, title="", promoted=False, outcome="Không được lên lớp")


def reassess(result: YearResult, new: str) -> YearResult:
    """Give the two weak subjects a new mark."""
    for index in (0, 1):
        subject = replace(result.subjects[index], reassessed_average=D(new))
        result = with_subject(result, index, subject)
    return result


def test_a_decision_may_wait_for_summer() -> None:
    """A pupil who is not yet promoted and may not be raises nothing."""
    assert findings(weak_result()) == ()
    assert findings(replace(weak_result(), promoted=None, outcome="")) == ()


def test_reassessment_counts_for_promotion() -> None:
    """New marks that suffice allow promotion, at any passing level the school writes."""
    passed = replace(reassess(weak_result(), "5.5"), promoted=True, outcome="Được lên lớp")
    for level in (Level.PASSED, Level.FAIR):
        assert findings(replace(passed, learning_after=level)) == ()


def test_a_reassessment_that_does_not_suffice_is_an_error() -> None:
    """Đạt after new marks that do not lead to it is found, and so is the missing level."""
    failed = reassess(weak_result(), "3.0")
    claimed = replace(failed, learning_after=Level.PASSED, promoted=True, outcome="Được lên lớp")
    found = [(f.severity, f.code, f.computed) for f in findings(claimed)]
    assert found == [(ERROR, "CHK-LEARNING-AFTER", "Chưa đạt")]
    assert [(f.severity, f.code) for f in findings(failed)] == [(WARNING, "CHK-LEARNING-AFTER")]


def test_any_reading_of_the_open_paragraph_is_accepted() -> None:
    """One comment subject at Chưa đạt with marks for Tốt may be Khá or Đạt, not Tốt."""
    result = comment_subject(
        semester_1=SemesterResult(level=CommentLevel.NOT_PASSED),
        semester_2=SemesterResult(level=CommentLevel.NOT_PASSED),
        year_level=CommentLevel.NOT_PASSED,
    )(replace(right_result(), title=""))
    for level, expected in ((Level.FAIR, 0), (Level.PASSED, 0), (Level.GOOD, 3)):
        reported = result
        for period in ("semester_1", "semester_2", "year"):
            reported = summary(period, learning=level)(reported)
        wrong = [f for f in findings(reported) if f.code == "CHK-LEARNING"]
        assert [f.computed for f in wrong] == ["Khá / Đạt"] * expected


def departed() -> YearResult:
    """Return a pupil who left in semester 2 with one mark and no average."""
    subjects = tuple(
        replace(
            subject,
            semester_2=SemesterResult((D(8),)) if subject.year_level is None else NOTHING,
            year_average=None,
            year_level=None,
        )
        for subject in right_result().subjects
    )
    return replace(
        right_result(),
        subjects=subjects,
        semester_2=PeriodSummary(),
        year=PeriodSummary(),
        promoted=None,
        outcome="",
        title="",
        movements=(DEPARTURE,),
    )


def test_a_pupil_who_left_raises_no_finding() -> None:
    """Neither missing averages nor missing levels are held against a pupil who left."""
    assert findings(departed()) == ()
    finished = first_subject(semester_2=replace(FULL, average=None), year_average=None)
    assert findings(finished(departed())) == ()


def test_a_pupil_who_came_in_the_year_raises_no_finding() -> None:
    """Semester 1 may come as averages without marks, or not at all."""
    subjects = tuple(
        replace(s, semester_1=replace(s.semester_1, regular=(), midterm=None, final=None))
        for s in right_result().subjects
    )
    came = replace(right_result(), subjects=subjects, movements=(ARRIVAL,))
    assert findings(came) == ()
    assert findings(replace(came, movements=(), status="Chuyển đến kỳ 2")) == ()
    unknown = replace(
        came,
        subjects=tuple(replace(s, semester_1=NOTHING) for s in subjects),
        semester_1=PeriodSummary(),
    )
    assert findings(unknown) == ()


def test_a_wrong_average_of_a_pupil_who_came_is_still_found() -> None:
    """What can be computed is compared for everybody."""
    came = replace(first_subject(year_average=D("9.9"))(right_result()), movements=(ARRIVAL,))
    assert [f.code for f in findings(came)] == ["CHK-YEAR-AVERAGE"]


def test_averages_without_marks_are_told_apart_from_right_ones() -> None:
    """An average that nothing leads to is a warning unless the pupil came in the year."""
    bare = SemesterResult(average=D("8.3"))
    found = findings(first_subject(semester_1=bare)(right_result()))
    assert [(f.severity, f.code, f.field) for f in found] == [
        (WARNING, "CHK-UNVERIFIABLE", "hk1.average")
    ]


def test_an_elective_that_is_not_taken_is_left_out() -> None:
    """A subject without any value counts neither as a mark nor as a gap."""
    empty = replace(marked("Ngoại ngữ 2"), semester_1=NOTHING, semester_2=NOTHING)
    result = right_result()
    with_elective = (*result.subjects, replace(empty, year_average=None))
    assert findings(replace(result, subjects=with_elective)) == ()


def test_a_special_topic_may_add_a_mark_in_upper_secondary() -> None:
    """One regular mark more is no fault in grade 10, semester 2; in semester 1 it is."""
    for number, expected in ((2, []), (1, ["CHK-REGULAR-COUNT"])):
        result = replace(right_result(), grade=10)
        subject = Subject("Toán", "toan", AssessmentKind.MARKS, regular_marks=((10, 3),))
        changed = replace(result.subjects[1], subject=subject)
        more = {f"semester_{number}": replace(FULL, regular=(D(8),) * 4)}
        average = {"year_average": D("8.1") if number == 2 else D("8.0")}
        changed = replace(changed, **more, **average)  # type: ignore[arg-type]
        assert [f.code for f in findings(with_subject(result, 1, changed))] == expected
