"""The imported sample follows the rules; wrong values planted in it are reported by article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from preserve.ingest.assemble import assemble_class, list_classes
from preserve.ingest.profile import parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.overview import RecordFinding
from preserve.model.results import Level, PupilYear, YearResult
from preserve.policy.assessment import AssessmentPolicy, load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.report.check_report import check_lines
from preserve.report.texts.catalogue import Texts
from preserve.rules.assessment import check_year_result, class_lists

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@cache
def tt22() -> AssessmentPolicy:
    """Load the policy of the sample once."""
    return load_assessment_policy("TT22-2021", policy_folders())


@cache
def sample() -> tuple[PupilYear, ...]:
    """Import the sample once."""
    profile = parse_school_profile((SAMPLE / "school.json").read_bytes())
    submission = read_submission([SAMPLE], profile, policy_folders())
    return tuple(
        member
        for year, name in list_classes(profile, [submission])
        for member in assemble_class(profile, [submission], year, name).pupils
    )


def report(result: YearResult, language: str) -> str:
    """Return what a clerk reads about one result."""
    found = [
        RecordFinding("9910000001", result.school_year, result.class_name, finding)
        for finding in check_year_result(result, tt22())
    ]
    return "\n".join(check_lines(found, Texts(language)))


def test_the_clean_sample_raises_no_finding() -> None:
    """Every mark, level, title and decision of the sample follows from the rules."""
    assert len(sample()) > 80
    found = {
        (member.pupil.code, finding.code, finding.field)
        for member in sample()
        for finding in check_year_result(member.result, tt22())
    }
    assert found == set()


def first_of(wanted: Callable[[YearResult], bool]) -> YearResult:
    """Return the first result of the sample of some kind."""
    return next(member.result for member in sample() if wanted(member.result))


def off_by_a_tenth(result: YearResult) -> YearResult:
    """Raise the first reported year average by 0.1."""
    first, *others = result.subjects
    assert first.year_average is not None
    wrong = replace(first, year_average=first.year_average + Decimal("0.1"))
    return replace(result, subjects=(wrong, *others))


def raised_level(result: YearResult) -> YearResult:
    """Write a better learning level for semester 1 than the subjects give."""
    return replace(result, semester_1=replace(result.semester_1, learning=Level.GOOD))


def forced_promotion(result: YearResult) -> YearResult:
    """Promote a pupil whose conduct forbids it."""
    year = replace(result.year, conduct=Level.NOT_PASSED)
    return replace(result, year=year, conduct_after=None, promoted=True, outcome="Được lên lớp")


@pytest.mark.parametrize(
    ("plant", "wanted", "article", "words"),
    [
        (
            off_by_a_tenth,
            lambda result: result.promoted is True,
            "Điều 9 khoản 1 điểm b",
            {"vi": "điểm trung bình môn cả năm", "en": "average of the year"},
        ),
        (
            raised_level,
            lambda result: result.semester_1.learning is Level.PASSED,
            "Điều 9 khoản 2",
            {"vi": "học kì I nhà trường ghi «Tốt»", "en": "of semester 1 is reported as “Tốt”"},
        ),
        (
            forced_promotion,
            lambda result: result.promoted is True,
            "Điều 12",
            {"vi": "Kết quả xét lên lớp", "en": "decision on promotion"},
        ),
    ],
)
def test_a_planted_wrong_value_is_reported_by_article_in_both_languages(
    plant: Callable[[YearResult], YearResult],
    wanted: Callable[[YearResult], bool],
    article: str,
    words: dict[str, str],
) -> None:
    """An average off by a tenth, a level that does not follow, and a forbidden promotion."""
    wrong = plant(first_of(wanted))
    for language, expected in words.items():
        lines = report(wrong, language)
        assert f"Thông tư 22/2021/TT-BGDĐT, {article}" in lines
        assert expected in lines
        assert "9910000001" in lines


def test_the_check_changes_nothing() -> None:
    """A wrong value stays exactly as the school wrote it."""
    wrong = off_by_a_tenth(first_of(lambda result: result.promoted is True))
    before = replace(wrong)
    check_year_result(wrong, tt22())
    assert wrong == before


def test_the_lists_of_the_sample_hold_every_pupil_once() -> None:
    """Promoted, not promoted, undecided and left together are the class."""
    classes = {(m.result.school_year, m.result.class_name) for m in sample()}
    for year, name in sorted(classes):
        members = [
            m for m in sample() if (m.result.school_year, m.result.class_name) == (year, name)
        ]
        made = class_lists(members, tt22(), school_year=year, class_name=name)
        everybody = made.promoted + made.not_promoted + made.undecided + made.left
        assert sorted(one.pupil for one in everybody) == sorted(m.pupil.code for m in members)
        titled = {m.pupil.code for m in members if m.result.title}
        assert {one.pupil for one in made.commended} == titled
