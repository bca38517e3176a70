"""Years that a pupil spent at other schools, for the transcript's chain (TT 22/2021, học bạ)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from preserve.errors import FormatError
from preserve.formats.record_xml import decode_record
from preserve.ingest.facts import FactKey, PupilRow, accepted, pupil_rows
from preserve.ingest.merging import rosters, stated_facts
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.pupils import ClassFrame, year_result
from preserve.ingest.values import Values
from preserve.model.imports import SheetKind, Submission
from preserve.model.records import Transcript
from preserve.model.results import YearResult
from preserve.model.school import ClassGroup, StaffMember, Subject

_TABLE = frozenset({SheetKind.EARLIER_RESULTS})
_RECORD = frozenset({SheetKind.EARLIER_RECORD})


def earlier_elsewhere(
    profile: SchoolProfile, submissions: Sequence[Submission], pupil: str
) -> tuple[YearResult, ...]:
    """Return the results of a pupil's years at other schools, oldest first.

    A year in which the pupil is on a class list of this school is not among them. A record that
    ``preserve`` made at the other school counts more than a table copied from a transcript; of two
    statements of the same sort the newer one counts.

    Args:
        profile: this school.
        submissions: imports, oldest first; refused ones are left out.
        pupil: the pupil's code.

    Raises:
        FormatError: a record that is held is damaged.
    """
    valid = accepted(submissions)
    here = {year for (year, _), pupils in rosters(valid).items() if pupil in pupils}
    found: dict[str, YearResult] = {}
    for submission in valid:
        found |= _from_tables(profile, submission, pupil)
    for submission in valid:
        found |= _from_records(submission, pupil)
    return tuple(result for year, result in sorted(found.items()) if year not in here)


def _from_records(submission: Submission, pupil: str) -> dict[str, YearResult]:
    return {
        row.school_year: _decode(row)
        for row in pupil_rows(submission, _RECORD)
        if row.pupil == pupil
    }


def _decode(row: PupilRow) -> YearResult:
    text = row.row.values[row.sheet.fields.index("record")] or ""
    match decode_record(text.encode()):
        case Transcript(years=(year,)):
            return year
        case _:
            raise FormatError("FACTS-FORMAT")


def _from_tables(
    profile: SchoolProfile, submission: Submission, pupil: str
) -> dict[str, YearResult]:
    rows: dict[str, list[PupilRow]] = {}
    for row in pupil_rows(submission, _TABLE):
        if row.pupil == pupil:
            rows.setdefault(row.school_year, []).append(row)
    return {year: _result(profile, pupil, year, found) for year, found in rows.items()}


def _result(
    profile: SchoolProfile, pupil: str, school_year: str, rows: Sequence[PupilRow]
) -> YearResult:
    stated = stated_facts(rows)[pupil]
    values: Values = {key: fact.value for key, fact in stated.items()}

    def text(field: str) -> str:
        """Return what any row of the year says: each repeats class and school."""
        keys = (FactKey(semester, "", field) for semester in (None, 2, 1))
        return next((found for key in keys if (found := values.get(key))), "")

    homeroom = text("homeroom_teacher")
    group = ClassGroup(
        school_year=school_year,
        name=text("earlier_class"),
        grade=int(text("earlier_grade") or "0"),
        regulation=text("regulation"),
        subjects=tuple(_subjects(profile, values)),
        homeroom_teacher=StaffMember("", homeroom) if homeroom else None,
    )
    frame = ClassFrame(profile.school, group, text("principal"), (), ())
    return replace(
        year_result(pupil, values, frame),
        school_name=text("school_name"),
        school_place=text("school_place"),
    )


def _subjects(profile: SchoolProfile, values: Values) -> Iterator[Subject]:
    """Yield the subjects that have any result, in the school's own order."""
    found = {key.subject for key, value in values.items() if key.subject and value is not None}
    return (subject for subject in profile.subjects if subject.name in found)
