"""Holds the files of an import against each other and against what is already held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from preserve.ingest.agreement import check_agreement
from preserve.ingest.amended import check_amendments
from preserve.ingest.findings import Remark
from preserve.ingest.membership import check_membership
from preserve.ingest.persons import check_persons, check_staff
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.supersession import check_supersession
from preserve.model.imports import ImportFinding, Submission


def cross_check(new: Submission, held: Sequence[Submission], profile: SchoolProfile) -> Submission:
    """Return the import with the findings that only several files together show.

    1. Classes and years must be the school's; homeroom teachers must be the profile's.
    2. A pupil is in one class of a year, and only pupils on the class list have results.
    3. A person has one name, birth date, gender, ethnic group and personal id.
    4. Two files of the import never state different values for one fact.
    5. The exports hold the new values of the amendments.
    6. A value that replaces one already held is a warning: the newest import wins.

    Args:
        new: the import as it was read.
        held: accepted imports, oldest first.
        profile: the school.
    """
    findings: dict[str, list[ImportFinding]] = {}
    for name, finding in _remarks(new, held, profile):
        findings.setdefault(name, []).append(finding)
    return replace(
        new,
        files=tuple(
            replace(file, findings=(*file.findings, *findings.get(file.stored_name, ())))
            for file in new.files
        ),
    )


def _remarks(
    new: Submission, held: Sequence[Submission], profile: SchoolProfile
) -> Iterator[Remark]:
    yield from check_staff(new, profile)  # 1
    yield from check_membership(new, held, profile)  # 1, 2
    yield from check_persons(new)  # 3
    yield from check_agreement(new, held)  # 4
    yield from check_amendments(new)  # 5
    yield from check_supersession(new, held)  # 6
