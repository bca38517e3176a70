"""``preserve retention``: how long every record is kept, and by which rule. Deletes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from preserve.model.overview import RecordRetention, Scope
from preserve.model.records import RecordClass
from preserve.policy.retention import load_retention
from preserve.rules.retention import evaluate
from preserve.workflow.archive import Archive
from preserve.workflow.documents import scope_keys


def evaluate_retention(archive: Archive, scope: Scope, on: date) -> Iterator[RecordRetention]:
    """Yield the retention of every document, made or due, and of the scope's years' sources.

    Raises:
        InputError: the scope is empty.
        PolicyError: a retention file cannot be used.
    """
    schedule = load_retention(archive.policies)
    years: dict[str, None] = {}
    for key in scope_keys(archive, scope):
        years[key.school_year] = None
        status = evaluate(key.record_class.value, _base_year(key.school_year), on, schedule)
        yield RecordRetention(key.record_id, key.school_year, key.class_name, status)
    for school_year in years if scope.pupil is None else ():
        status = evaluate(RecordClass.SOURCE_EXPORT.value, _base_year(school_year), on, schedule)
        record_id = f"{RecordClass.SOURCE_EXPORT.value}.{school_year}"
        yield RecordRetention(record_id, school_year, "", status)


def _base_year(school_year: str) -> int:
    """Return the calendar year in which a school year ends; periods are counted from it."""
    return int(school_year[-4:])
