"""Turns facts into the records of a class; every value is a file's, nothing is computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from preserve.errors import InputError
from preserve.ingest.facts import accepted, named_rows
from preserve.ingest.merging import ClassKey, Facts, class_facts, class_list, merge, rosters
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.pupils import ClassFrame, pupil_year
from preserve.model.imports import SheetKind, Submission
from preserve.model.results import PupilYear
from preserve.model.school import ClassGroup, StaffMember, TeachingAssignment

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class ClassYear:
    """One class in one school year, complete."""

    class_group: ClassGroup
    """With teaching assignments and the homeroom teacher's name."""
    pupils: tuple[PupilYear, ...]
    """In the order of the class list."""


def list_classes(profile: SchoolProfile, submissions: Sequence[Submission]) -> tuple[ClassKey, ...]:
    """Return (school year, class name) of every class that has a class list.

    They stand in the order of the profile; refused imports are left out.
    """
    known = rosters(accepted(submissions))
    keys = ((group.school_year, group.name) for group in profile.classes)
    return tuple(key for key in keys if key in known)


def list_pupils(
    submissions: Sequence[Submission], school_year: str, class_name: str
) -> tuple[str, ...]:
    """Return the pupil codes of a class in the order of its newest list, none without a list."""
    return tuple(class_list(accepted(submissions), school_year, class_name))


def assemble_class(
    profile: SchoolProfile,
    submissions: Sequence[Submission],
    school_year: str,
    class_name: str,
) -> ClassYear:
    """Put together the records of a class.

    Args:
        profile: the school.
        submissions: imports, oldest first; the newest statement of a fact counts. Refused ones
            are left out.
        school_year: for example ``2024-2025``.
        class_name: as the profile writes it.

    Raises:
        InputError: the profile does not know the class, or no class list was imported.
    """
    valid = accepted(submissions)
    group = profile.class_group(school_year, class_name)
    if group is None:
        raise InputError("INGEST-CLASS-UNKNOWN", school_year=school_year, class_name=class_name)
    listed = class_list(valid, school_year, class_name)
    if not listed:
        raise InputError("INGEST-NO-CLASS-LIST", school_year=school_year, class_name=class_name)
    facts: Facts = {}
    for submission in valid:
        facts = merge(facts, class_facts(submission, school_year, class_name, listed))
    teachers = _newest(valid, SheetKind.TEACHERS, school_year)
    group = _with_staff(group, teachers)
    frame = ClassFrame(
        school=profile.school,
        group=group,
        principal=_principal(profile, teachers),
        amendments=tuple(_distinct(valid, SheetKind.AMENDMENTS, school_year, ("amendment",))),
        movements=tuple(_distinct(valid, SheetKind.MOVEMENTS, school_year, _MOVEMENT_KEY)),
        honours=tuple(_distinct(valid, SheetKind.HONOURS, school_year, _HONOUR_KEY)),
        staff=tuple((row["staff"] or "", row["name"] or "") for row in teachers),
    )
    values = ((code, {key: stated.value for key, stated in facts[code].items()}) for code in listed)
    return ClassYear(group, tuple(pupil_year(code, known, frame) for code, known in values))


_MOVEMENT_KEY = ("pupil", "direction", "date")
_HONOUR_KEY = ("pupil", "honour", "text")


def _newest(submissions: Sequence[Submission], kind: SheetKind, year: str) -> tuple[Row, ...]:
    """Return the rows of a year from the newest import that has any."""
    for submission in reversed(submissions):
        rows = tuple(r for _, r in named_rows(submission, kind) if r["school_year"] == year)
        if rows:
            return rows
    return ()


def _distinct(
    submissions: Sequence[Submission], kind: SheetKind, year: str, key: tuple[str, ...]
) -> Iterator[Row]:
    """Yield the rows of a year from all imports; of two that speak of one thing, the newer."""
    rows: dict[tuple[str | None, ...], Row] = {}
    for submission in submissions:
        for _, row in named_rows(submission, kind):
            if row["school_year"] == year:
                rows[tuple(row[field] for field in key)] = row
    yield from rows.values()


def _with_staff(group: ClassGroup, teachers: Sequence[Row]) -> ClassGroup:
    staff = {row["staff"] or "": _staff(row) for row in teachers}
    homeroom = group.homeroom_teacher
    assignments = [
        TeachingAssignment(_staff(row), row["subject"] or "", row["part"])
        for subject in group.subjects
        for row in teachers
        if row["subject"] == subject.name and group.name in (row["classes"] or "").split(";")
    ]
    return replace(
        group,
        homeroom_teacher=None if homeroom is None else staff.get(homeroom.code, homeroom),
        # A list of teachers and a record may state one assignment each.
        assignments=tuple(dict.fromkeys(assignments)),
    )


def _staff(row: Row) -> StaffMember:
    return StaffMember(row["staff"] or "", row["name"] or "", row["position"] or "")


def _principal(profile: SchoolProfile, teachers: Sequence[Row]) -> str:
    """Return the principal of that year; the profile names the present one."""
    head = profile.school.kind.head_title
    named = [row["name"] or "" for row in teachers if row["position"] == head]
    present = "" if profile.principal is None else profile.principal.name
    return named[0] if named else present
