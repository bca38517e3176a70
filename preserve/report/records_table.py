"""Turns records into table rows."""

from __future__ import annotations

from preserve.model.results import PupilYear


def record_row(pupil_year: PupilYear) -> tuple[object, ...]:
    """Return the cells: year, class, number, code, name, learning, conduct, outcome, title."""
    pupil, result = pupil_year.pupil, pupil_year.result
    return (
        result.school_year,
        result.class_name,
        result.number,
        pupil.code,
        pupil.name,
        result.year.learning,
        result.year.conduct,
        result.outcome,
        result.title,
    )
