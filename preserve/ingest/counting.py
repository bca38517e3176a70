"""Counts what each class should have and has after an import, so that gaps show (R-004)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from preserve.ingest.facts import FactKey, Keys, PupilRow, keys_of
from preserve.ingest.merging import ClassKey, rosters, rows_by_class
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import ClassCount, Counted, Submission
from preserve.model.school import AssessmentKind, ClassGroup

_SEMESTERS = (1, 2)
_RESULTS = frozenset({"average", "level", "gk_level", "ck_level"})
_MARKS = ("gk", "ck")
_Found = set[tuple[str, FactKey]]
"""Pupils with the facts that are counted."""


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
            found: _Found = set()
            for each in (*(classes.get(key, []) for classes in former), rows):
                _state(found, each)
            pupils = {pupil for pupil, _ in found} | {row.pupil for row in rows}
            counts.extend(_counts(key, group, len(lists[key]), (len(pupils), found)))
    return tuple(counts)


def _state(found: _Found, rows: Iterable[PupilRow]) -> None:
    """Add what one import states; what it states to be empty now is not there any more."""
    keys: dict[tuple[int, int | None, str | None], Keys] = {}
    counted: dict[FactKey, Counted | None] = {}
    blank: _Found = set()
    stated: _Found = set()
    for row in rows:
        for key, value in zip(keys_of(row, keys), row.row.values, strict=True):
            if key is None:
                continue
            if key not in counted:
                counted[key] = _sort(key)
            if counted[key] is not None:
                (blank if value is None else stated).add((row.pupil, key))
    found -= blank
    found |= stated


def _sort(key: FactKey) -> Counted | None:
    """Return what a fact counts as, ``None`` for facts that are not counted."""
    if key.subject and key.field in _RESULTS:
        return Counted.SUBJECTS
    if key.semester is not None and (key.field in _MARKS or key.field.startswith("tx")):
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
    sort = {fact: _sort(fact) for fact in {fact for _, fact in found}}
    taught = {subject.name for subject in group.subjects}
    subjects = {fact.subject for fact, kind in sort.items() if kind is Counted.SUBJECTS} & taught
    sums = Counter(sort[fact] for _, fact in found)
    kept = {pupil for pupil, fact in found if sort[fact] is Counted.ATTENDANCE}
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
