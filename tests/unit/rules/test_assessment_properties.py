"""Properties of the assessment rules over the whole space of marks."""

from __future__ import annotations

import ast
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.model.results import CommentLevel, Level
from preserve.policy.assessment import AssessmentPolicy, load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.rules import assessment

PACKAGE = Path(__file__).parents[3] / "preserve"
TENTHS = st.integers(min_value=0, max_value=100)
ORDER = [Level.GOOD, Level.FAIR, Level.PASSED, Level.NOT_PASSED]


@cache
def tt22() -> AssessmentPolicy:
    """Load the policy under test once."""
    return load_assessment_policy("TT22-2021", policy_folders())


def mark(tenths: int) -> Decimal:
    """Turn tenths into a mark."""
    return Decimal(tenths) / 10


def half_up(value: Fraction) -> int:
    """Return the tenths of a value by comparing remainders, not by the formula under test."""
    whole, rest = divmod(value.numerator * 10, value.denominator)
    return whole + (2 * rest >= value.denominator)


def independent_level(marks: list[int], failed: int) -> Level:
    """Return the level of Art. 9(2) straight from the words, in whole tenths."""
    at_least = {cut: sum(value >= cut for value in marks) for cut in (50, 65, 80)}
    if failed == 0 and min(marks) >= 65 and at_least[80] >= 6:
        return Level.GOOD
    if failed == 0 and min(marks) >= 50 and at_least[65] >= 6:
        return Level.FAIR
    if failed <= 1 and min(marks) >= 35 and at_least[50] >= 6:
        return Level.PASSED
    return Level.NOT_PASSED


def comments(failed: int) -> list[CommentLevel]:
    """Return four comment subjects, so many of them not passed."""
    return [CommentLevel.NOT_PASSED] * failed + [CommentLevel.PASSED] * (4 - failed)


@given(st.fractions(min_value=0, max_value=10))
def test_rounding_is_exact_and_half_up(value: Fraction) -> None:
    """The rounded value differs by at most half a tenth, and a tie goes up."""
    rounded = assessment.round_half_up(value)
    assert rounded == mark(half_up(value))
    assert -Fraction(1, 20) < Fraction(rounded) - value <= Fraction(1, 20)
    assert -rounded.as_tuple().exponent == 1  # type: ignore[operator]  # the value is finite


@given(st.lists(TENTHS, min_size=1, max_size=6), TENTHS, TENTHS)
def test_semester_average_equals_an_independent_computation(
    regular: list[int], midterm: int, final: int
) -> None:
    """Exact fractions of whole tenths give the same average."""
    exact = Fraction(sum(regular) + 2 * midterm + 3 * final, 10 * (len(regular) + 5))
    computed = assessment.semester_average(
        [mark(value) for value in regular], mark(midterm), mark(final), tt22()
    )
    assert computed == mark(half_up(exact))


@pytest.mark.parametrize(
    ("regular", "sums", "ties"), [(2, 701, 0), (3, 801, 100), (4, 901, 0), (5, 1001, 100)]
)
def test_every_possible_sum_of_a_semester_rounds_half_up(
    regular: int, sums: int, ties: int
) -> None:
    """Over all sums of one-decimal marks, the average is the exact quotient rounded half up."""
    seen, tied = 0, 0
    for total in range(100 * (regular + 5) + 1):
        values = spread(total, regular)
        exact = Fraction(total, 10 * (regular + 5))
        computed = assessment.semester_average(*values, tt22())
        assert computed == mark(half_up(exact)), values
        seen += 1
        tied += (exact * 20).denominator == 1 and (exact * 10).denominator != 1
    assert (seen, tied) == (sums, ties)


def spread(total: int, regular: int) -> tuple[list[Decimal], Decimal, Decimal]:
    """Return marks whose weighted sum is so many tenths."""
    final = min(100, total // 3)
    midterm = min(100, (total - 3 * final) // 2)
    rest = total - 3 * final - 2 * midterm
    parts = []
    for _ in range(regular):
        parts.append(mark(min(100, rest)))
        rest -= min(100, rest)
    assert rest == 0
    return parts, mark(midterm), mark(final)


@given(TENTHS, TENTHS)
def test_year_average_equals_an_independent_computation(first: int, second: int) -> None:
    """Exact fractions of whole tenths give the same average."""
    computed = assessment.year_average(mark(first), mark(second), tt22())
    assert computed == mark(half_up(Fraction(first + 2 * second, 30)))


@given(st.lists(TENTHS, min_size=6, max_size=10), st.integers(min_value=0, max_value=3))
def test_levels_equal_an_independent_computation(marks: list[int], failed: int) -> None:
    """The table of cuts gives what the words of Art. 9(2) say."""
    computed = assessment.level_by_cuts(list(map(mark, marks)), comments(failed), tt22())
    assert computed is independent_level(marks, failed)


@given(
    st.lists(st.sampled_from([34, 48, 60, 65, 70, 79, 80, 85, 90]), min_size=7, max_size=9),
    st.integers(min_value=0, max_value=2),
)
def test_readings_equal_an_independent_computation(marks: list[int], failed: int) -> None:
    """Leaving out or forgiving one subject by hand gives the same set of levels."""
    base = independent_level(marks, failed)
    without = [(marks[:i] + marks[i + 1 :], failed) for i in range(len(marks))]
    forgiven = [([*rest, 80], count) for rest, count in without]
    comment = [(marks, failed - 1)] if failed else []
    expected = set()
    for cases in (forgiven + comment, without + comment, without):
        best = min(ORDER.index(independent_level(*case)) for case in cases)
        fall = ORDER.index(base) - best
        raised = best <= ORDER.index(Level.FAIR) and fall >= 2
        expected.add(ORDER[ORDER.index(base) - 1] if raised else base)
    computed = assessment.learning_readings(list(map(mark, marks)), comments(failed), tt22())
    assert computed == expected


@given(st.lists(TENTHS, min_size=6, max_size=10), st.integers(min_value=0, max_value=9))
def test_a_better_mark_never_lowers_the_level(marks: list[int], index: int) -> None:
    """Raising one mark keeps or betters every reading's best level."""
    better = [*marks]
    better[index % len(marks)] = 100
    levels = [
        min(
            ORDER.index(level)
            for level in assessment.learning_readings(list(map(mark, values)), comments(0), tt22())
        )
        for values in (marks, better)
    ]
    assert levels[1] <= levels[0]


def test_missing_marks_leave_the_average_open() -> None:
    """No regular mark, no mid-term or no final mark means no average; a mark of 0 is a mark."""
    nought = Decimal(0)
    assert assessment.semester_average([], nought, nought, tt22()) is None
    assert assessment.semester_average([nought], None, nought, tt22()) is None
    assert assessment.semester_average([nought], nought, None, tt22()) is None
    assert str(assessment.semester_average([nought], nought, nought, tt22())) == "0.0"
    assert assessment.year_average(None, nought, tt22()) is None
    assert assessment.comment_year_level(None, CommentLevel.PASSED, tt22()) is None


def test_promotion_stays_open_only_while_nothing_forbids_it() -> None:
    """One failed condition refuses; otherwise an unknown one leaves the answer open."""
    assert assessment.promotion(None, Level.NOT_PASSED, None, tt22()) is False
    assert assessment.promotion(None, Level.PASSED, 0, tt22()) is None
    assert assessment.promotion(Level.PASSED, Level.PASSED, None, tt22()) is None


@given(st.lists(TENTHS, min_size=1, max_size=14))
def test_the_mean_of_the_subjects_equals_an_independent_computation(marks: list[int]) -> None:
    """The plain mean of exact fractions, rounded half up, is the mean in the book."""
    computed = assessment.mean_of_subjects(list(map(mark, marks)))
    assert computed == mark(half_up(Fraction(sum(marks), 10 * len(marks))))


@given(st.lists(TENTHS, min_size=1, max_size=6), st.lists(TENTHS, min_size=1, max_size=4), TENTHS)
def test_several_marks_of_the_middle_weight_count_each(
    regular: list[int], midterms: list[int], final: int
) -> None:
    """Before TT26 a semester had several marks of weight 2: (n1 + 2 n2 + 3) is the divisor."""
    weights = len(regular) + 2 * len(midterms) + 3
    exact = Fraction(sum(regular) + 2 * sum(midterms) + 3 * final, 10 * weights)
    computed = assessment.semester_average_of(
        list(map(mark, regular)), list(map(mark, midterms)), mark(final), tt22()
    )
    assert computed == mark(half_up(exact))


@pytest.mark.parametrize("folder", ["model", "rules"])
def test_no_binary_float_is_on_the_path_of_a_mark(folder: str) -> None:
    """Rules and model name no float, write no float literal, and neither divide nor round."""
    found = [
        f"{path.name}:{node.lineno}"
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.stmt | ast.expr) and is_binary(node)
    ]
    assert found == []


def is_binary(node: ast.AST) -> bool:
    """Tell whether a node of the syntax tree can make a float of exact numbers."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, float | complex)
        case ast.Name(id=name):
            return name in {"float", "complex", "round"}
        case ast.BinOp(op=operator) | ast.AugAssign(op=operator):
            return isinstance(operator, ast.Div)
        case ast.Import(names=names):
            return any(alias.name in {"math", "statistics"} for alias in names)
        case ast.ImportFrom(module=module):
            return module in {"math", "statistics"}
        case _:
            return False


@pytest.mark.parametrize(
    "source",
    [
        "x = 0.5",
        "y: float",
        "z = a / b",
        "z /= 2",
        "round(z)",
        "import math",
        "from math import pi",
    ],
)
def test_the_search_for_floats_finds_them(source: str) -> None:
    """Each way to a float that the search knows is found when it is planted."""
    assert any(is_binary(node) for node in ast.walk(ast.parse(source)))
