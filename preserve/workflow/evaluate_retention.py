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
from preserve.workflow.scope import class_lists


def evaluate_retention(archive: Archive, scope: Scope, on: date) -> Iterator[RecordRetention]:
    """Yield the retention of every document and of the sources of the scope's years.

    Raises:
        InputError: the scope is empty.
        PolicyError: a retention file cannot be used.
    """
    schedule = load_retention(archive.policies)
    sources: set[str] = set()
    for members in class_lists(archive, scope):
        school_year = members.school_year
        base_year = int(school_year[-4:])
        for key in document_keys(members):
            if scope.pupil in {None, key.pupil}:
                status = evaluate(key.record_class.value, base_year, on, schedule)
                yield RecordRetention(key.record_id, school_year, members.class_name, status)
        if school_year not in sources and scope.pupil is None:
            sources.add(school_year)
            status = evaluate(RecordClass.SOURCE_EXPORT.value, base_year, on, schedule)
            record_id = f"{RecordClass.SOURCE_EXPORT.value}.{school_year}"
            yield RecordRetention(record_id, school_year, "", status)
