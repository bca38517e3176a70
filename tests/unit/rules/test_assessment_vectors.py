"""The rules reproduce every recomputed value of the grade vectors."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from preserve.model.results import CommentLevel, Level
from preserve.policy.assessment import AssessmentPolicy, Reading, load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.rules import assessment

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "grade-vectors.json").read_text(encoding="utf-8")
)
CASES = {
    "semester": 8,
    "semester_summary": 9,
    "classification": 16,
    "conduct_year": 16,
    "tx_count": 7,
    "rounding_ties": 7,
    "double_rounding": 3,
    "published_examples": 3,
    "comment_subject": 6,
    "titles": 4,
    "promotion": 6,
    "retest_subjects": 1,
    "tt58_learning": 8,
}
"""How many cases each group of the vectors holds; a group that shrinks is a test that was lost."""
COMMENT = {
    "Đạt": CommentLevel.PASSED,
    "Chưa đạt": CommentLevel.NOT_PASSED,
    "Đ": CommentLevel.PASSED,
    "CĐ": CommentLevel.NOT_PASSED,
}


@cache
def tt22() -> AssessmentPolicy:
    """Load the policy under test once."""
    return load_assessment_policy("TT22-2021", policy_folders())


@cache
def tt58(regulation: str) -> AssessmentPolicy:
    """Load the older policies once."""
    return load_assessment_policy(regulation, policy_folders())


def marks(values: list[str]) -> tuple[Decimal, ...]:
    """Read marks from their strings."""
    return tuple(Decimal(value) for value in values)


def average(regular: list[str], midterm: str, final: str) -> str:
    """Return a semester average as the book writes it."""
    computed = assessment.semester_average(marks(regular), Decimal(midterm), Decimal(final), tt22())
    return str(computed)


def test_every_group_of_the_vectors_is_here_and_whole() -> None:
    """No group and no case of the vectors can go missing without a test failing."""
    groups = {name: rows for name, rows in VECTORS.items() if name not in {"note", "number_format"}}
    counts = {
        name: sum(map(len, rows.values())) if name == "comment_subject" else len(rows)
        for name, rows in groups.items()
    }
    assert counts == CASES


@pytest.mark.parametrize("row", VECTORS["semester"], ids=lambda row: row["subject"])
def test_semester_and_year_averages_follow_the_vectors(row: dict[str, Any]) -> None:
    """Both semester averages and the year average of the worked example come out."""
    assert average(row["tx1"], row["gk1"], row["ck1"]) == row["hk1"]
    assert average(row["tx2"], row["gk2"], row["ck2"]) == row["hk2"]
    year = assessment.year_average(Decimal(row["hk1"]), Decimal(row["hk2"]), tt22())
    assert str(year) == row["cn"]


def test_summary_of_the_worked_example_follows_the_vectors() -> None:
    """Level, conduct, title and promotion of the worked example come out."""
    summary = VECTORS["semester_summary"]
    years = marks([row["cn"] for row in VECTORS["semester"]])
    comments = [CommentLevel.PASSED] * 4
    learning = Level(summary["hoc_tap_year"])
    conduct = summary["ren_luyen"]
    assert str(min(years)) == summary["min"]
    assert assessment.learning_readings(years, comments, tt22()) == {learning}
    year = assessment.year_conduct(Level(conduct["hk1"]), Level(conduct["hk2"]), tt22())
    assert year == Level(conduct["year"])
    assert assessment.title(learning, year, years, tt22()) == summary["title"]
    promoted = assessment.promotion(learning, year, summary["absences"], tt22())
    assert promoted is summary["promoted"]


@pytest.mark.parametrize("row", VECTORS["classification"], ids=lambda row: row["case"])
def test_learning_levels_and_all_readings_follow_the_vectors(row: dict[str, Any]) -> None:
    """The cuts give one level, and the readings of Art. 9(3) give exactly those of the vectors."""
    failed = row["comment_subjects_chua_dat"]
    comments = [CommentLevel.NOT_PASSED] * failed + [CommentLevel.PASSED] * (4 - failed)
    scores = marks(row["scores"])
    assert assessment.level_by_cuts(scores, comments, tt22()) == row["art9_2"]
    expected = {row[f"art9_3_{reading}"] for reading in Reading}
    readings = assessment.learning_readings(scores, comments, tt22())
    assert readings == expected
    assert (len(readings) == 1) is row["readings_agree"]


@pytest.mark.parametrize("row", VECTORS["conduct_year"], ids=lambda r: f"{r['hk1']}-{r['hk2']}")
def test_year_conduct_follows_the_vectors(row: dict[str, Any]) -> None:
    """Each of the sixteen pairs of semester levels gives its year level."""
    computed = assessment.year_conduct(Level(row["hk1"]), Level(row["hk2"]), tt22())
    assert computed == Level(row["year"])


def test_year_conduct_is_unknown_without_a_semester() -> None:
    """A missing semester leaves the year's conduct open."""
    assert assessment.year_conduct(None, Level.GOOD, tt22()) is None
    assert assessment.year_conduct(Level.GOOD, None, tt22()) is None


@pytest.mark.parametrize("row", VECTORS["tx_count"], ids=lambda r: str(r["periods_per_year"]))
def test_regular_marks_due_follow_the_vectors(row: dict[str, Any]) -> None:
    """The number of periods decides how many regular marks are due."""
    assert assessment.regular_marks_due(row["periods_per_year"], tt22()) == row["tx"]


@pytest.mark.parametrize(
    "row", VECTORS["rounding_ties"] + VECTORS["published_examples"], ids=lambda row: str(row["tx"])
)
def test_ties_round_half_up(row: dict[str, Any]) -> None:
    """A tie goes up, where a binary float or half-even would go down."""
    assert average(row["tx"], row["gk"], row["ck"]) == row["expected"]


@pytest.mark.parametrize("row", VECTORS["double_rounding"], ids=lambda row: str(row["hk1"]["tx"]))
def test_year_average_comes_from_rounded_semester_averages(row: dict[str, Any]) -> None:
    """The year average is taken from the values in the book, not from unrounded ones."""
    first = average(row["hk1"]["tx"], row["hk1"]["gk"], row["hk1"]["ck"])
    second = average(row["hk2"]["tx"], row["hk2"]["gk"], row["hk2"]["ck"])
    assert (first, second) == (row["hk1"]["average"], row["hk2"]["average"])
    year = assessment.year_average(Decimal(first), Decimal(second), tt22())
    assert str(year) == row[row["use"]]


@pytest.mark.parametrize("row", VECTORS["comment_subject"]["semester"], ids=str)
def test_comment_subject_of_a_semester_follows_the_vectors(row: dict[str, Any]) -> None:
    """Every assessment made and passed gives Đạt, anything else Chưa đạt."""
    levels = [COMMENT[value] for value in row["assessments"]]
    computed = assessment.comment_semester_level(levels, complete=row["complete"])
    assert computed is COMMENT[row["semester"]]


@pytest.mark.parametrize("row", VECTORS["comment_subject"]["year"], ids=str)
def test_comment_subject_of_the_year_follows_the_vectors(row: dict[str, Any]) -> None:
    """The level of the year is that of semester 2."""
    computed = assessment.comment_year_level(COMMENT[row["hk1"]], COMMENT[row["hk2"]], tt22())
    assert computed is COMMENT[row["year"]]


@pytest.mark.parametrize("row", VECTORS["titles"], ids=str)
def test_titles_follow_the_vectors(row: dict[str, Any]) -> None:
    """Titles need the best learning and conduct, and Xuất sắc six averages of 9,0."""
    computed = assessment.title(
        Level(row["hoc_tap"]), Level(row["ren_luyen"]), marks(row["cn"]), tt22()
    )
    assert computed == (row["title"] or "")


@pytest.mark.parametrize("row", VECTORS["promotion"], ids=str)
def test_promotion_follows_the_vectors(row: dict[str, Any]) -> None:
    """Learning, conduct and 45 absences decide; 46 are too many."""
    computed = assessment.promotion(
        Level(row["hoc_tap_year"]), Level(row["ren_luyen_year"]), row["absences"], tt22()
    )
    assert computed is row["promoted"]


@pytest.mark.parametrize("row", VECTORS["retest_subjects"], ids=str)
def test_reassessed_subjects_follow_the_vectors(row: dict[str, Any]) -> None:
    """Marks below 5,0 and comment subjects at Chưa đạt are assessed again, and no other."""
    due = [
        name
        for name, value in row["cn"].items()
        if assessment.needs_reassessment(Decimal(value), None, tt22())
    ]
    due += [
        name
        for name, value in row["comment"].items()
        if assessment.needs_reassessment(None, COMMENT[value], tt22())
    ]
    assert due == row["retest"]


def test_the_first_condition_of_the_worked_example_counts_its_best_subjects() -> None:
    """Seven subjects reach 8,0 and three 9,0: Tốt and Giỏi, not Xuất sắc."""
    summary = VECTORS["semester_summary"]
    years = marks([row["cn"] for row in VECTORS["semester"]])
    assert sum(mark >= Decimal("8.0") for mark in years) == summary["count_ge_8.0"]
    assert sum(mark >= Decimal("9.0") for mark in years) == summary["count_ge_9.0"]
    assert summary["comment_subjects_chua_dat"] == 0


@pytest.mark.parametrize("row", VECTORS["promotion"], ids=str)
def test_who_has_a_second_chance_follows_the_vectors(row: dict[str, Any]) -> None:
    """Failed conduct leads to summer training, failed learning to a new assessment."""
    levels = Level(row["hoc_tap_year"]), Level(row["ren_luyen_year"])
    trains = assessment.may_train_in_summer(*levels, row["absences"], tt22())
    again = assessment.may_be_reassessed(*levels, row["absences"], tt22())
    following = row["next"] or ""
    assert trains is ("Art. 13" in following)
    assert again is ("Art. 14" in following)


@pytest.mark.parametrize("row", VECTORS["tt58_learning"], ids=lambda row: row["case"])
def test_levels_of_the_old_regulation_follow_the_vectors(row: dict[str, Any]) -> None:
    """Mean, table and adjustment of TT58 give the vectors' levels, in every reading."""
    policy = tt58("TT58-2011+TT26-2020")
    failed = row["comment_subjects_chua_dat"]
    comments = [CommentLevel.NOT_PASSED] * failed + [CommentLevel.PASSED] * (4 - failed)
    scores = marks(row["scores"])
    assert str(assessment.mean_of_subjects(scores)) == row["mean"]
    level = assessment.level_by_cuts(scores, comments, policy, keys=(0, 1, 2))
    assert level == row["level_before_adjustment"]
    readings = assessment.learning_readings(scores, comments, policy, keys=(0, 1, 2))
    assert readings == {Level(row["level"])}


@pytest.mark.parametrize("row", VECTORS["tt58_learning"], ids=lambda row: row["case"])
def test_levels_before_the_amendment_follow_the_vectors(row: dict[str, Any]) -> None:
    """Without the foreign language among the key subjects, one level of the vectors differs."""
    comments = [CommentLevel.PASSED] * 4
    readings = assessment.learning_readings(
        marks(row["scores"]), comments, tt58("TT58-2011"), keys=(0, 1)
    )
    assert readings == {Level(row["level_before_tt26"])}
