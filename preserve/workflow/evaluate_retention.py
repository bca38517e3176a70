"""``preserve retention``: how long every record is kept, and by which rule. Deletes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from preserve.model.overview import RecordRetention, Scope
from preserve.model.records import RecordClass
from preserve.policy.retention import load_retention
from preserve.rules.retention import evaluate
from preserve.workflow.archive import Archive
from preserve.workflow.documents import document_keys
from preserve.workflow.scope import class_years


def evaluate_retention(archive: Archive, scope: Scope, on: date) -> Iterator[RecordRetention]:
    """Yield the retention of every document and of the sources of the scope's years.

    Raises:
        InputError: the scope is empty.
        PolicyError: a retention file cannot be used.
    """
    schedule = load_retention(archive.policies)
    sources: set[str] = set()
    for class_year in class_years(archive, scope):
        group = class_year.class_group
        base_year = int(group.school_year[-4:])
        pupils = tuple(p.pupil.code for p in class_year.pupils)
        for key in document_keys(group.school_year, group.name, pupils):
            if scope.pupil in {None, key.pupil}:
                status = evaluate(key.record_class.value, base_year, on, schedule)
                yield RecordRetention(key.record_id, group.school_year, group.name, status)
        if group.school_year not in sources and scope.pupil is None:
            sources.add(group.school_year)
            status = evaluate(RecordClass.SOURCE_EXPORT.value, base_year, on, schedule)
            record_id = f"{RecordClass.SOURCE_EXPORT.value}.{group.school_year}"
            yield RecordRetention(record_id, group.school_year, "", status)
