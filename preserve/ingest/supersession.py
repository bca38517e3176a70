"""What an import changes in the facts that are already held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from preserve.ingest.facts import PupilRow, named_rows
from preserve.ingest.findings import Remark, warning
from preserve.ingest.merging import (
    ClassKey,
    Facts,
    merge,
    rosters,
    rows_by_class,
    stated_facts,
)
from preserve.model.imports import SheetKind, Submission

_KEYS = {
    SheetKind.TEACHERS: ("school_year", "staff", "subject", "part"),
    SheetKind.AMENDMENTS: ("school_year", "amendment"),
    SheetKind.MOVEMENTS: ("school_year", "pupil", "direction", "date"),
    SheetKind.HONOURS: ("school_year", "pupil", "honour", "text"),
}
"""What makes two rows of a list speak of the same thing."""


def check_supersession(
    new: Submission,
    held: Sequence[Submission],
    by_class: Mapping[ClassKey, list[PupilRow]],
) -> Iterator[Remark]:
    """Yield a warning for every file that changes facts already held, with their number.

    Args:
        new: the import.
        held: accepted imports, oldest first.
        by_class: the rows of the import that state facts.
    """
    if not held:
        return
    changed = Counter(_changed_facts(new, held, by_class))
    changed.update(_changed_rows(new, held))
    for file, count in sorted(changed.items()):
        yield file, warning("IMP-SUPERSEDES", count=str(count))
    yield from _gone(new, held)


def _changed_facts(
    new: Submission, held: Sequence[Submission], by_class: Mapping[ClassKey, list[PupilRow]]
) -> Iterator[str]:
    lists = rosters((*held, new))
    former = [rows_by_class(submission, lists) for submission in held]
    for key, rows in by_class.items():
        before: Facts = {}
        for classes in former:
            before = merge(before, stated_facts(classes.get(key, ())))
        if not before:
            continue
        for pupil, facts in stated_facts(rows).items():
            known = before.get(pupil, {})
            for fact, stated in facts.items():
                if fact.field != "number" and fact in known and known[fact].value != stated.value:
                    yield stated.file.stored_name


def _changed_rows(new: Submission, held: Sequence[Submission]) -> Iterator[str]:
    for kind, key in _KEYS.items():
        before: dict[tuple[str | None, ...], Mapping[str, str | None]] = {}
        for submission in held:
            before |= {tuple(row[f] for f in key): row for _, row in named_rows(submission, kind)}
        for place, row in named_rows(new, kind):
            known = before.get(tuple(row[field] for field in key))
            if known is not None and _filled(known) != _filled(row):
                yield place.file.stored_name


def _filled(row: Mapping[str, str | None]) -> dict[str, str]:
    """Leave out empty cells: one import may lack a column that another leaves empty."""
    return {field: value for field, value in row.items() if value is not None}


def _gone(new: Submission, held: Sequence[Submission]) -> Iterator[Remark]:
    """Yield class lists that lack pupils whom the held list of the class has."""
    before, after = rosters(held), rosters((new,))
    for key in _both(before, after):
        gone = before[key].keys() - after[key].keys()
        if gone:
            file = next(iter(after[key].values())).file.stored_name
            year, name = key
            yield (
                file,
                warning("IMP-PUPILS-GONE", count=str(len(gone)), year=year, class_name=name),
            )


def _both(
    before: Mapping[ClassKey, object], after: Mapping[ClassKey, object]
) -> Iterator[ClassKey]:
    return (key for key in after if key in before)
