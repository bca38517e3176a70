"""Counts what each class should have and has after an import, so that gaps show (R-004)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from preserve.ingest.facts import FactKey, PupilRow, rows_by_place
from preserve.ingest.merging import ClassKey, rosters, rows_by_class
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import ClassCount, Counted, Submission
from preserve.model.school import AssessmentKind, ClassGroup

_SEMESTERS = (1, 2)
_RESULTS = frozenset({"average", "level", "gk_level", "ck_level"})
_MARKS = ("gk", "ck")
_TESTS = ("gk_test", "ck_test")
_Found = dict[FactKey, set[str]]
"""Codes of the pupils of whom each fact that counts is known."""


def count_classes(
    profile: SchoolProfile, new: Submission, held: Sequence[Submission]
) -> tuple[ClassCount, ...]:
    """Return the counts of the classes that an import speaks of.

    Expected are the pupils of the class list, the subjects of the school profile, the marks that
    the rules ask for in both semesters, a comment per subject, the absences and the decision on
    every pupil. More marks than expected are no fault.

    Args:
        profile: the school.
        new: the import.
        held: accepted imports, oldest first.
    """
    lists = rosters((*held, new))
    spoken = rows_by_class(new, lists)
    former = [rows_by_class(submission, lists) for submission in held]
    counts: list[ClassCount] = []
    for key, rows in spoken.items():
        group = profile.class_group(*key)
        if group is not None and key in lists:
            found: _Found = {}
            for each in (*(classes.get(key, []) for classes in former), rows):
                _state(found, each)
            pupils = set().union(*found.values(), (row.pupil for row in rows))
            counts.extend(_counts(key, group, len(lists[key]), (len(pupils), found)))
    return tuple(counts)


def _state(found: _Found, rows: Iterable[PupilRow]) -> None:
    """Add what one import states; what it states to be empty now is not there any more."""
    blank: _Found = {}
    stated: _Found = {}
    for keys, together in rows_by_place(rows):
        for position, key in enumerate(keys):
            if key is None or _sort(key) is None:
                continue
            filled = {row.pupil for row in together if row.row.values[position] is not None}
            stated.setdefault(key, set()).update(filled)
            if len(filled) < len(together):
                empty = {row.pupil for row in together if row.row.values[position] is None}
                blank.setdefault(key, set()).update(empty)
    for key, pupils in stated.items():
        found[key] = (found.get(key, set()) - blank.get(key, set())) | pupils


def _sort(key: FactKey) -> Counted | None:
    """Return what a fact counts as, ``None`` for facts that are not counted."""
    if key.subject and key.field in _RESULTS:
        return Counted.SUBJECTS
    is_mark = key.field.startswith("tx") or key.field in _MARKS or key.field in _TESTS
    if key.semester is not None and is_mark:
        return Counted.MARKS
    if key.subject and key.field.endswith("comment"):
        return Counted.COMMENTS
    if key.field.startswith(("absent", "month_")):
        return Counted.ATTENDANCE
    return Counted.PROMOTION if key == FactKey(None, "", "outcome") else None


def _counts(
    key: ClassKey, group: ClassGroup, pupils: int, known: tuple[int, _Found]
) -> list[ClassCount]:
    present, found = known
    sort = {fact: _sort(fact) for fact, pupils_of in found.items() if pupils_of}
    taught = {subject.name for subject in group.subjects}
    subjects = {fact.subject for fact, kind in sort.items() if kind is Counted.SUBJECTS} & taught
    sums: Counter[Counted | None] = Counter()
    for fact, kind in sort.items():
        sums[kind] += len(found[fact])
    kept = set().union(*(found[f] for f, kind in sort.items() if kind is Counted.ATTENDANCE))
    numbers = {
        Counted.PUPILS: (pupils, present),
        Counted.SUBJECTS: (len(taught), len(subjects)),
        Counted.MARKS: (pupils * _marks_due(group), sums[Counted.MARKS]),
        Counted.COMMENTS: (pupils * len(taught) * len(_SEMESTERS), sums[Counted.COMMENTS]),
        Counted.ATTENDANCE: (pupils, len(kept)),
        Counted.PROMOTION: (pupils, sums[Counted.PROMOTION]),
    }
    return [ClassCount(*key, counted, *pair) for counted, pair in numbers.items()]


def _marks_due(group: ClassGroup) -> int:
    """Return the marks of a year: regular ones by the rules, a mid-term and a final one."""
    return sum(
        (regular + len(_MARKS)) * len(_SEMESTERS)
        for subject in group.subjects
        if subject.kind is AssessmentKind.MARKS
        for grade, regular in subject.regular_marks
        if grade == group.grade
    )
