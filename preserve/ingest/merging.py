"""The facts of a class: what each import states, and which statement counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from preserve.ingest.facts import ABOUT_PUPILS, FactKey, Keys, PupilRow, keys_of, pupil_rows
from preserve.model.imports import SheetKind, SourceFile, Submission

_ROSTER = frozenset({SheetKind.ROSTER})
ClassKey = tuple[str, str]
"""School year and class name."""


class Stated(NamedTuple):
    """A value and the file that states it."""

    value: str | None
    file: SourceFile


Facts = dict[str, dict[FactKey, Stated]]
"""By pupil code."""


def rosters(submissions: Sequence[Submission]) -> dict[ClassKey, dict[str, PupilRow]]:
    """Return the class lists that count, each with its pupils in order: the newest list wins."""
    result: dict[ClassKey, dict[str, PupilRow]] = {}
    for submission in submissions:
        listed: dict[ClassKey, dict[str, PupilRow]] = {}
        for row in pupil_rows(submission, _ROSTER):
            if row.class_name is not None:
                listed.setdefault((row.school_year, row.class_name), {})[row.pupil] = row
        result |= listed
    return result


def rows_by_class(
    submission: Submission, lists: Mapping[ClassKey, Mapping[str, PupilRow]]
) -> dict[ClassKey, list[PupilRow]]:
    """Return the rows of facts by class; a row without a class goes with its pupil."""
    class_of = {(year, pupil): name for (year, name), pupils in lists.items() for pupil in pupils}
    result: dict[ClassKey, list[PupilRow]] = {}
    for row in pupil_rows(submission, ABOUT_PUPILS):
        name = row.class_name or class_of.get((row.school_year, row.pupil))
        if name is not None:
            result.setdefault((row.school_year, name), []).append(row)
    return result


def class_list(
    submissions: Sequence[Submission], school_year: str, class_name: str
) -> dict[str, PupilRow]:
    """Return the newest class list of one class, empty when there is none."""
    for submission in reversed(submissions):
        rows = pupil_rows(submission, _ROSTER, (school_year, class_name))
        listed = {row.pupil: row for row in rows if row.class_name == class_name}
        if listed:
            return listed
    return {}


def class_facts(
    submission: Submission, school_year: str, class_name: str, pupils: Collection[str]
) -> Facts:
    """Return what one import states about the pupils of one class."""
    rows = pupil_rows(submission, ABOUT_PUPILS, (school_year, class_name))
    return stated_facts(
        row
        for row in rows
        if row.class_name == class_name or (row.class_name is None and row.pupil in pupils)
    )


def stated_facts(rows: Iterable[PupilRow]) -> Facts:
    """Return what one import states; an empty cell says nothing beside a filled one."""
    result: Facts = {}
    keys: dict[tuple[int, int | None, str | None], Keys] = {}
    for row in rows:
        facts = result.setdefault(row.pupil, {})
        for key, value in zip(keys_of(row, keys), row.row.values, strict=True):
            if key is not None and ((known := facts.get(key)) is None or known.value is None):
                facts[key] = Stated(value, row.file)
    return result


def merge(older: Facts, newer: Facts) -> Facts:
    """Return the facts that count after a newer import; its empty cells count too."""
    return {
        pupil: older.get(pupil, {}) | newer.get(pupil, {})
        for pupil in dict.fromkeys((*older, *newer))
    }
