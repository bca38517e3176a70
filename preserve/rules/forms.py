"""Which form a record is printed on: it follows the cohort, not the school year alone.

A transcript spans a school level, so a pupil keeps the form of the year in which the level began.
The entry years are data (``policies/forms/cohorts.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from preserve.errors import InputError
from preserve.model.records import Record, RecordClass
from preserve.model.school import SchoolKind, SchoolLevel
from preserve.policy.files import policy_folders
from preserve.policy.forms import Form, FormCohort, load_form_cohorts

_SCHOOL_YEAR = re.compile(r"([0-9]{4})-([0-9]{4})")


def form_for(
    level: SchoolLevel, grade: int, school_year: str, kind: SchoolKind = SchoolKind.SCHOOL
) -> str:
    """Return the form version by the packaged cohorts, for example ``TT22-2021-THCS``.

    Raises:
        InputError: ``FORM-GRADE`` or ``FORM-YEAR``, the level has no such grade or the year is
            no school year.
        PolicyError: the packaged cohorts cannot be read.
    """
    return choose_form(_packaged_cohorts(), level, grade, school_year, kind)


def choose_form(
    cohorts: Sequence[FormCohort],
    level: SchoolLevel,
    grade: int,
    school_year: str,
    kind: SchoolKind = SchoolKind.SCHOOL,
) -> str:
    """Return the form of the cohort that a grade and a school year belong to.

    1. entry year = first year of the school year - (grade - first grade of the level);
    2. the form with the latest entry year that is not after it.

    Args:
        cohorts: rows of ``policies/forms/cohorts.toml``.
        level: level of the school.
        grade: grade in that year.
        school_year: ``YYYY-YYYY``.
        kind: school, or centre of continuing education.

    Raises:
        InputError: as for ``form_for``.
    """
    rows = [row for row in cohorts if row.level is level and row.school_kind is kind]
    if not any(row.first_grade <= grade <= row.last_grade for row in rows):
        raise InputError("FORM-GRADE", level=level.value, grade=grade)
    entry_year = _first_year(school_year) - (grade - rows[0].first_grade)
    begun = [row for row in rows if row.entry_year is None or row.entry_year <= entry_year]
    if not begun:
        raise InputError("FORM-YEAR", school_year=school_year)
    return max(begun, key=lambda row: row.entry_year or 0).form


def missing_fields(record: Record, form: Form, record_class: RecordClass) -> tuple[str, ...]:
    """Return the fields that a form demands and that a record leaves empty.

    Source: Quy chế sử dụng sổ điểm điện tử, Đ.6.2, Đ.6.3 (all information of the ministry's form).
    """
    return tuple(
        name
        for name in form.required.get(record_class.value, ())
        if _value(record, name) in {None, "", ()}
    )


def _value(record: Record, name: str) -> Any:
    value: Any = record
    for part in name.split("."):
        value = getattr(value, part)
    return value


@cache
def _packaged_cohorts() -> tuple[FormCohort, ...]:
    return load_form_cohorts(policy_folders())


def _first_year(school_year: str) -> int:
    found = _SCHOOL_YEAR.fullmatch(school_year)
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise InputError("FORM-YEAR", school_year=school_year)
    return int(found[1])
