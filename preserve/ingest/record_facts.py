"""Turns a record that another archive of ``preserve`` made back into facts.

A class's own record gives the same facts as the export files that it was made of, so that it is
compared, replaced and assembled like them. What another school says of a pupil stays whole: it is
a year of the transcript that nobody here may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from preserve.errors import FormatError
from preserve.formats.record_xml import encode_record
from preserve.ingest.facts import named_fields
from preserve.ingest.findings import error
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.record_lists import list_rows
from preserve.ingest.record_results import primary_sheets, subject_sheets, summary_rows
from preserve.ingest.tables import column_letters
from preserve.model.imports import FactRow, ImportFinding, SheetFacts, SheetKind
from preserve.model.records import AssessmentSummary, GradeBook, Record, Transcript
from preserve.model.results import PupilYear

Row = Mapping[str, str | None]


def record_sheets(
    record: Record, profile: SchoolProfile
) -> tuple[tuple[SheetFacts, ...], tuple[ImportFinding, ...]]:
    """Return the facts that a record holds.

    Raises:
        FormatError: it is a kind of record that states no results.
    """
    match record:
        case GradeBook() | AssessmentSummary():
            if record.school.code != profile.school.code:
                return (), (error("IMP-SCHOOL-OTHER", value=record.school.name),)
            return tuple(_class_sheets(record)), ()
        case Transcript():
            return (_earlier_years(record),), ()
        case _:
            raise FormatError("IMP-RECORD-KIND", kind=type(record).__name__)


def _earlier_years(transcript: Transcript) -> SheetFacts:
    """Return every year of a transcript as a fact of its own: a transcript of that year alone."""
    rows = [
        {
            "pupil": transcript.pupil.code,
            "school_year": year.school_year,
            "school": transcript.school.code,
            "record": encode_record(
                replace(transcript, years=(year,), signatories=(), predecessor=None)
            ).decode(),
        }
        for year in transcript.years
    ]
    return make_sheet(SheetKind.EARLIER_RECORD, rows)


def _class_sheets(record: GradeBook | AssessmentSummary) -> Iterator[SheetFacts]:
    group, pupils = record.class_group, record.pupils
    about = {"school_year": group.school_year, "class_name": group.name}
    yield make_sheet(SheetKind.ROSTER, [_listed(member) for member in pupils], **about)
    yield make_sheet(SheetKind.PARTICULARS, [_particulars(member) for member in pupils], **about)
    for kind, semester, subject, rows in (*subject_sheets(pupils), *primary_sheets(pupils)):
        sheet = make_sheet(kind, rows, **about)
        yield replace(sheet, semester=semester, subject=subject)
    for semester in (1, 2, None):
        kind = SheetKind.YEAR_SUMMARY if semester is None else SheetKind.SEMESTER_SUMMARY
        sheet = make_sheet(kind, summary_rows(pupils, semester), **about)
        yield replace(sheet, semester=semester)
    for kind, rows in list_rows(group, pupils):
        if rows:
            yield make_sheet(kind, rows, **(about if kind is SheetKind.ATTENDANCE else {}))


def _listed(member: PupilYear) -> Row:
    pupil, result = member.pupil, member.result
    return {
        "pupil": pupil.code,
        "number": str(result.number),
        "name": pupil.name,
        "birth_date": pupil.birth_date.isoformat(),
        "gender": pupil.gender,
        "status": result.status or None,
    }


def _particulars(member: PupilYear) -> Row:
    pupil = member.pupil
    relatives = {"father": pupil.father, "mother": pupil.mother, "guardian": pupil.guardian}
    row = {"pupil": pupil.code} | {field: getattr(pupil, field) or None for field in _PARTICULARS}
    for who, relative in relatives.items():
        row[who] = None if relative is None else relative.name
        row[f"{who}_occupation"] = None if relative is None else relative.occupation or None
    return row


_PARTICULARS = (
    "personal_id",
    "ethnic_group",
    "nationality",
    "birth_place",
    "priority_group",
    "address",
    "register_number",
    "home_town",
)


def make_sheet(
    kind: SheetKind,
    rows: Sequence[Row],
    *,
    school_year: str | None = None,
    class_name: str | None = None,
) -> SheetFacts:
    """Return rows as a sheet; a field that only some rows have is empty in the others."""
    fields = named_fields(rows)
    return SheetFacts(
        kind=kind,
        sheet="",
        fields=fields,
        columns=tuple(column_letters(index) for index in range(len(fields))),
        rows=tuple(
            FactRow(number, tuple(row.get(field) for field in fields))
            for number, row in enumerate(rows, start=1)
        ),
        school_year=school_year,
        class_name=class_name,
    )
