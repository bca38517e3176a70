"""The rules of assessment as every other stage imports them: what follows, and what differs."""

from preserve.rules.assessment_averages import (
    comment_semester_level,
    comment_year_level,
    mean_of_subjects,
    regular_marks_due,
    round_half_up,
    semester_average,
    semester_average_of,
    year_average,
)
from preserve.rules.assessment_check import check_year_result
from preserve.rules.assessment_levels import learning_readings, level_by_cuts
from preserve.rules.assessment_lists import class_lists
from preserve.rules.assessment_primary import completes_class, primary_outcome, primary_titles
from preserve.rules.assessment_results import (
    may_be_reassessed,
    may_train_in_summer,
    needs_reassessment,
    promotion,
    title,
    year_conduct,
    year_conduct_readings,
)

__all__ = [
    "check_year_result",
    "class_lists",
    "comment_semester_level",
    "comment_year_level",
    "completes_class",
    "learning_readings",
    "level_by_cuts",
    "may_be_reassessed",
    "may_train_in_summer",
    "mean_of_subjects",
    "needs_reassessment",
    "primary_outcome",
    "primary_titles",
    "promotion",
    "regular_marks_due",
    "round_half_up",
    "semester_average",
    "semester_average_of",
    "title",
    "year_average",
    "year_conduct",
    "year_conduct_readings",
]
