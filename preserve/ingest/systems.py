"""One school-management system a year; a second one needs the principal's decision (R-001)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from preserve.ingest.findings import Remark, error
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import Submission


def check_systems(
    new: Submission,
    held: Sequence[Submission],
    profile: SchoolProfile,
    systems: Mapping[str, str],
) -> Iterator[Remark]:
    """Yield files that come from another system than the one that the year began with.

    Args:
        new: the import.
        held: accepted imports, oldest first.
        profile: the school, with the decisions that allow a second system.
        systems: the system that writes the files of a profile, by profile id.
    """
    first: dict[str, str] = {}
    allowed = {(each.school_year, each.system) for each in profile.systems}
    for submission in (*held, new):
        for file in submission.files:
            system = systems.get(file.profile, "")
            years = {sheet.school_year for sheet in file.sheets if sheet.school_year is not None}
            for year in sorted(years) if system else ():
                known = first.setdefault(year, system)
                if known != system and (year, system) not in allowed and submission is new:
                    code = "IMP-SYSTEM-SECOND"
                    yield file.stored_name, error(code, year=year, first=known, second=system)
