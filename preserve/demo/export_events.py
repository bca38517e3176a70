"""What happened during the year: amendments.csv and transfers.csv."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from preserve.demo.school import MadeUpSchool
from preserve.demo.school_amendments import MadeUpAmendment, write_mark
from preserve.model.results import PupilYear, SubjectResult, YearResult

_AMENDMENT_COLUMNS = (
    "amendment_no",
    "request_no",
    "request_date",
    "school_year",
    "class",
    "moet_code",
    "full_name",
    "subject",
    "semester",
    "column",
    "old_value",
    "new_value",
    "semester_average_before",
    "semester_average_after",
    "year_average_before",
    "year_average_after",
    "learning_year_before",
    "learning_year_after",
    "title_before",
    "title_after",
    "reason",
    "evidence",
    "requested_by",
    "approved_by",
    "decision_no",
    "decision_date",
    "minutes_no",
    "witnesses",
    "entered_on",
)
_TRANSFER_COLUMNS = (
    "direction",
    "moet_code",
    "full_name",
    "birth_date",
    "school_year",
    "class",
    "date",
    "other_school",
    "other_school_place",
    "document_no",
    "reason",
)


def write_day(day: date | None) -> str:
    """Write a date as Vietnamese files do."""
    return "" if day is None else f"{day:%d/%m/%Y}"


def amendment_rows(made_up: MadeUpSchool) -> Iterator[tuple[str, ...]]:
    """Yield the rows of amendments.csv, the header first."""
    yield _AMENDMENT_COLUMNS
    dossiers = {dossier.pupil_code: dossier for dossier in made_up.amendments}
    for pupil_year in _pupil_years(made_up):
        if pupil_year.result.amendments:
            yield _amendment_row(pupil_year, dossiers[pupil_year.pupil.code])


def transfer_rows(made_up: MadeUpSchool) -> Iterator[tuple[str, ...]]:
    """Yield the rows of transfers.csv, the header first."""
    yield _TRANSFER_COLUMNS
    for pupil_year in _pupil_years(made_up):
        pupil, result = pupil_year.pupil, pupil_year.result
        for movement in result.movements:
            yield (
                movement.direction,
                pupil.code,
                pupil.name,
                write_day(pupil.birth_date),
                result.school_year,
                result.class_name,
                write_day(movement.on),
                movement.other_school,
                movement.other_place,
                movement.document_number,
                movement.reason,
            )


def _amendment_row(pupil_year: PupilYear, dossier: MadeUpAmendment) -> tuple[str, ...]:
    pupil, after, before = pupil_year.pupil, pupil_year.result, dossier.before
    amendment = dossier.amendment
    subjects = _subject(before, amendment.subject), _subject(after, amendment.subject)
    return (
        amendment.number,
        amendment.request_number,
        write_day(amendment.request_date),
        after.school_year,
        after.class_name,
        pupil.code,
        pupil.name,
        amendment.subject,
        str(amendment.semester),
        amendment.column,
        amendment.old_value.replace(".", ","),
        amendment.new_value.replace(".", ","),
        *(write_mark(subject.semester_1.average) for subject in subjects),
        *(write_mark(subject.year_average) for subject in subjects),
        before.year.learning or "",
        after.year.learning or "",
        before.title,
        after.title,
        amendment.reason,
        amendment.evidence,
        amendment.requested_by,
        amendment.approved_by,
        amendment.decision_number,
        write_day(amendment.decision_date),
        amendment.minutes_number,
        ";".join(amendment.witnesses),
        write_day(amendment.entered_on),
    )


def _pupil_years(made_up: MadeUpSchool) -> Iterator[PupilYear]:
    for made_up_class in made_up.classes:
        yield from made_up_class.pupils


def _subject(result: YearResult, name: str) -> SubjectResult:
    return next(subject for subject in result.subjects if subject.subject.name == name)
