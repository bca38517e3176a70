"""Describes a pupil's year as plain data for ``records --format json``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from preserve.model.results import (
    PeriodSummary,
    PrimaryAssessment,
    PrimaryYear,
    PupilYear,
    SemesterResult,
    SubjectResult,
)
from preserve.model.school import Pupil


def describe_pupil_year(pupil_year: PupilYear) -> dict[str, Any]:
    """Return a pupil's year; every key is always there, ``None`` where there is no value.

    Marks and averages are strings with a point and one decimal, always: ``"8.0"``, ``"10.0"``;
    the tests of primary school have none: ``"8"``.
    Dates are ``YYYY-MM-DD``.
    """
    result = pupil_year.result
    return {
        "pupil": _pupil(pupil_year.pupil),
        "school_year": result.school_year,
        "class": result.class_name,
        "subjects": [_subject(subject) for subject in result.subjects],
        "hk1": _period(result.semester_1),
        "hk2": _period(result.semester_2),
        "year": {
            **_period(result.year),
            "promoted": result.promoted,
            "outcome": result.outcome or None,
            "title": result.title or None,
        },
        "after_summer": {"learning": result.learning_after, "conduct": result.conduct_after},
        "primary": None if result.primary is None else _primary(result.primary),
    }


def _pupil(pupil: Pupil) -> dict[str, Any]:
    return {
        "code": pupil.code,
        "name": pupil.name,
        "birth_date": pupil.birth_date.isoformat(),
        "gender": pupil.gender,
        "personal_id": pupil.personal_id or None,
        "ethnic_group": pupil.ethnic_group or None,
    }


def _subject(subject: SubjectResult) -> dict[str, Any]:
    return {
        "subject": subject.subject.name,
        "hk1": _semester(subject.semester_1),
        "hk2": _semester(subject.semester_2),
        "year": {"average": _mark(subject.year_average), "level": subject.year_level},
    }


def _semester(result: SemesterResult) -> dict[str, Any]:
    return {
        "tx": [_mark(mark) for mark in result.regular],
        "gk": _mark(result.midterm),
        "ck": _mark(result.final),
        "average": _mark(result.average),
        "level": result.level,
        "comment": result.comment or None,
    }


def _period(summary: PeriodSummary) -> dict[str, Any]:
    return {
        "learning": summary.learning,
        "conduct": summary.conduct,
        "absent_total": summary.absences.total,
        "mean": _mark(summary.mean),
    }


def _primary(year: PrimaryYear) -> dict[str, Any]:
    return {
        "outcome": year.outcome,
        "height": _mark(year.height),
        "weight": _mark(year.weight),
        "subjects": [
            {
                "subject": subject.subject.name,
                "mid_1": _assessment(subject.mid_1),
                "end_1": _assessment(subject.end_1),
                "mid_2": _assessment(subject.mid_2),
                "end_2": _assessment(subject.end_2),
            }
            for subject in year.subjects
        ],
        "traits": [
            {
                "group": trait.group,
                "name": trait.name,
                "mid_1": trait.mid_1,
                "end_1": trait.end_1,
                "mid_2": trait.mid_2,
                "end_2": trait.end_2,
                "comment": trait.comment or None,
            }
            for trait in year.traits
        ],
    }


def _assessment(assessment: PrimaryAssessment) -> dict[str, Any]:
    return {
        "level": assessment.level,
        "test": None if assessment.test_mark is None else str(assessment.test_mark),
        "comment": assessment.comment or None,
    }


def _mark(mark: Decimal | None) -> str | None:
    return None if mark is None else f"{mark:.1f}"
