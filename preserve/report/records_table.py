"""Turns records into table rows."""

from __future__ import annotations

from preserve.model.results import PupilYear


def record_row(pupil_year: PupilYear) -> tuple[object, ...]:
    """Return the cells: year, class, number, code, name, learning, conduct, outcome, title.

    A year of primary school has one result for learning and conduct together.
    """
    pupil, result = pupil_year.pupil, pupil_year.result
    whole = None if result.primary is None else result.primary.outcome
    return (
        result.school_year,
        result.class_name,
        result.number,
        pupil.code,
        pupil.name,
        result.year.learning or whole,
        result.year.conduct,
        result.outcome,
        result.title,
    )
