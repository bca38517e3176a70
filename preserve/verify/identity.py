"""Who and what a record is about: the few values that its place in a bundle must repeat."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.records import GradeBook, Record, RecordClass, Transcript


@dataclass(frozen=True, slots=True)
class Identity:
    """Values from the record inside a document; no name among them."""

    record_id: str
    record_class: str
    subject_id: str
    """Pupil code of a transcript, class name of a grade book."""
    class_name: str
    school_year: str
    version: str
    school_code: str


def identity_of(record: Record) -> Identity:
    """Return the identity of a record."""
    match record:
        case Transcript():
            newest = record.years[-1] if record.years else None
            return Identity(
                record_id=record.record_id,
                record_class=RecordClass.TRANSCRIPT.value,
                subject_id=record.pupil.code,
                class_name=newest.class_name if newest else "",
                school_year=newest.school_year if newest else "",
                version=str(record.version),
                school_code=record.school.code,
            )
        case GradeBook():
            return Identity(
                record_id=record.record_id,
                record_class=RecordClass.GRADE_BOOK.value,
                subject_id=record.class_group.name,
                class_name=record.class_group.name,
                school_year=record.school_year,
                version=str(record.version),
                school_code=record.school.code,
            )
