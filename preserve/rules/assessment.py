"""The rules of assessment as every other stage imports them: what follows, and what differs."""

from preserve.rules.assessment_check import check_year_result
from preserve.rules.assessment_results import (
    comment_semester_level,
    comment_year_level,
    learning_readings,
    level_by_cuts,
    needs_reassessment,
    promotion,
    regular_marks_due,
    round_half_up,
    semester_average,
    title,
    year_average,
    year_conduct,
)

__all__ = [
    "check_year_result",
    "comment_semester_level",
    "comment_year_level",
    "learning_readings",
    "level_by_cuts",
    "needs_reassessment",
    "promotion",
    "regular_marks_due",
    "round_half_up",
    "semester_average",
    "title",
    "year_average",
    "year_conduct",
]
