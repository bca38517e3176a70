"""Who and what a record is about: the few values that its place in a bundle must repeat."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.records import (
    AmendmentMinutes,
    AssessmentSummary,
    CoveringNote,
    GradeBook,
    Record,
    RecordClass,
    SealingMinutes,
    Transcript,
    TransferSummary,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Values from the record inside a document; no name among them."""

    record_id: str
    record_class: str
    subject_id: str
    """Pupil code of a pupil's record, class name of a grade book, else what tells it apart."""
    class_name: str
    school_year: str
    version: str
    school_code: str


def identity_of(record: Record) -> Identity:
    """Return the identity of a record."""
    record_class, subject, class_name = _about(record)
    return Identity(
        record_id=record.record_id,
        record_class=record_class.value,
        subject_id=subject,
        class_name=class_name,
        school_year=_school_year(record),
        version=str(record.version),
        school_code=record.school.code,
    )


def _about(record: Record) -> tuple[RecordClass, str, str]:  # noqa: PLR0911  (a line a kind)
    """Return kind, subject and class; minutes about the whole school have no class."""
    match record:
        case Transcript():
            name = record.years[-1].class_name if record.years else ""
            return RecordClass.TRANSCRIPT, record.pupil.code, name
        case TransferSummary():
            name = record.years[-1].class_name if record.years else ""
            return RecordClass.TRANSFER_SUMMARY, record.pupil.code, name
        case GradeBook():
            name = record.class_group.name
            return RecordClass.GRADE_BOOK, name, name
        case AssessmentSummary():
            name = record.class_group.name
            return RecordClass.ASSESSMENT_SUMMARY, record.period.value, name
        case AmendmentMinutes():
            return RecordClass.AMENDMENT_DOSSIER, record.amendment.number, record.class_name
        case SealingMinutes():
            return RecordClass.SEALING_MINUTES, record.package_id, ""
        case CoveringNote():
            return RecordClass.COVERING_NOTE, record.pupil.code, record.class_name


def _school_year(record: Record) -> str:
    match record:
        case Transcript() | TransferSummary():
            return record.years[-1].school_year if record.years else ""
        case CoveringNote():
            return record.school_years[-1] if record.school_years else ""
        case _:
            return record.school_year
