"""Holds the files of an import against each other and against what is already held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from preserve.ingest.absences import check_attendance
from preserve.ingest.agreement import check_agreement
from preserve.ingest.amended import check_amendments
from preserve.ingest.findings import Remark
from preserve.ingest.membership import check_membership
from preserve.ingest.merging import rosters, rows_by_class
from preserve.ingest.persons import check_persons, check_staff
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.supersession import check_supersession
from preserve.ingest.systems import check_systems
from preserve.model.imports import ImportFinding, Submission


def cross_check(
    new: Submission,
    held: Sequence[Submission],
    profile: SchoolProfile,
    systems: Mapping[str, str] | None = None,
) -> Submission:
    """Return the import with the findings that only several files together show.

    1. Classes and years must be the school's; homeroom teachers must be the profile's.
    2. A pupil is in one class of a year, and only pupils on the class list have results.
    3. A person has one name, birth date, gender, ethnic group and personal id.
    4. Two files of the import never state different values for one fact.
    5. The exports hold the new values of the amendments.
    6. A value that replaces one already held is a warning: the newest import wins.
    7. A year has one school-management system, unless the principal decided otherwise.
    8. Days, months and years of absence that do not add up are a warning.

    Args:
        new: the import as it was read.
        held: accepted imports, oldest first.
        profile: the school.
        systems: the system that writes the files of an import profile, by profile id.
    """
    findings: dict[str, list[ImportFinding]] = {}
    for name, finding in _remarks(new, held, profile, systems or {}):
        findings.setdefault(name, []).append(finding)
    return replace(
        new,
        files=tuple(
            replace(file, findings=(*file.findings, *findings.get(file.stored_name, ())))
            for file in new.files
        ),
    )


def _remarks(
    new: Submission,
    held: Sequence[Submission],
    profile: SchoolProfile,
    systems: Mapping[str, str],
) -> Iterator[Remark]:
    yield from check_staff(new, profile)  # 1
    yield from check_membership(new, held, profile)  # 1, 2
    yield from check_persons(new)  # 3
    by_class = rows_by_class(new, rosters((*held, new)))
    yield from check_agreement(by_class)  # 4
    yield from check_amendments(new)  # 5
    yield from check_supersession(new, held, by_class)  # 6
    yield from check_systems(new, held, profile, systems)  # 7
    yield from check_attendance(by_class)  # 8
