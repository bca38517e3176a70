"""Who works at a school in a year, by staff code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from preserve.ingest.facts import accepted, named_rows
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import SheetKind, Submission
from preserve.model.school import StaffMember


def school_staff(
    profile: SchoolProfile, submissions: Sequence[Submission], school_year: str
) -> Mapping[str, StaffMember]:
    """Return the persons of a year by staff code; a list of teachers counts before the profile."""
    staff = {
        person.code: person
        for person in (profile.principal, profile.deputy_principal, profile.clerk)
        if person is not None
    }
    for submission in accepted(submissions):
        for _, row in named_rows(submission, SheetKind.TEACHERS):
            code = row["staff"] or ""
            if row["school_year"] == school_year and code:
                staff[code] = StaffMember(code, row["name"] or "", row["position"] or "")
    return staff
