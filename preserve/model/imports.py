"""What one import brought (SIP): sheets of facts, each with the cell it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad an import finding is."""

    ERROR = "error"
    WARNING = "warning"


class ImportOutcome(StrEnum):
    """What became of a file or of a whole import."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNINGS = "accepted_with_warnings"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """One thing to say about one cell, sheet or file."""

    severity: Severity
    code: str
    """Stable id from ``preserve/report/texts/import.toml``, for example ``IMP-MARK-RANGE``."""
    sheet: str = ""
    cell: str = ""
    """Spreadsheet address such as ``F12``; empty when the whole sheet is meant."""
    pupil: str = ""
    """Pupil code, never a name."""
    parameters: tuple[tuple[str, str], ...] = ()


class SheetKind(StrEnum):
    """What a sheet of facts is about."""

    SCHOOL = "school"
    ROSTER = "roster"
    PARTICULARS = "particulars"
    SUBJECT_MARKS = "subject-marks"
    SEMESTER_SUMMARY = "semester-summary"
    YEAR_SUMMARY = "year-summary"
    TEACHERS = "teachers"
    AMENDMENTS = "amendments"
    MOVEMENTS = "movements"
    TRANSFERRED_RESULTS = "transferred-results"
    PRIMARY_MARKS = "primary-marks"
    """One subject of primary school, one semester: its middle and its end."""
    PRIMARY_SUMMARY = "primary-summary"
    """A class of primary school at one of the four times of the year."""
    ATTENDANCE = "attendance"
    HONOURS = "honours"
    """Prizes, certificates, commendations, summer training and completion of a level."""
    EARLIER_RESULTS = "earlier-results"
    """Results of earlier years, as other schools reported them."""
    EARLIER_RECORD = "earlier-record"
    """Years at other schools, out of a record that ``preserve`` made there."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row: the values in the order of the sheet's fields, ``None`` for an empty cell."""

    row: int
    """Row number as the spreadsheet shows it, from 1."""
    values: tuple[str | None, ...]
    """Exact text after normalisation: NFC, decimals with a point, dates ``YYYY-MM-DD``."""


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Everything that was read from one sheet, in canonical field names."""

    kind: SheetKind
    sheet: str
    fields: tuple[str, ...]
    """Canonical names, for example ``pupil``, ``tx1``, ``gk``, ``average:Toán``."""
    columns: tuple[str, ...]
    """Column letters of the fields, aligned with ``fields``."""
    rows: tuple[FactRow, ...]
    school_year: str | None = None
    class_name: str | None = None
    semester: int | None = None
    """1, 2, or ``None`` for the year or where it does not apply."""
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of an import: what it was, what was read, what is to be said about it."""

    original_name: str
    """Path as the user gave it, relative to the imported folder; kept as metadata only."""
    stored_name: str
    """Neutral name under ``originals/``, for example ``0001.xlsx``."""
    size: int
    sha512: str
    profile: str
    """Id of the import profile that read it; empty when none did."""
    sheets: tuple[SheetFacts, ...]
    findings: tuple[ImportFinding, ...]

    @property
    def outcome(self) -> ImportOutcome:
        """Refused with any error, accepted with warnings with any warning."""
        severities = {finding.severity for finding in self.findings}
        if Severity.ERROR in severities:
            return ImportOutcome.REFUSED
        if Severity.WARNING in severities:
            return ImportOutcome.ACCEPTED_WITH_WARNINGS
        return ImportOutcome.ACCEPTED


class Counted(StrEnum):
    """What the import report counts for every class (R-004)."""

    PUPILS = "pupils"
    SUBJECTS = "subjects"
    MARKS = "marks"
    COMMENTS = "comments"
    ATTENDANCE = "attendance"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many items of one sort a class should have after an import, and how many it has."""

    school_year: str
    class_name: str
    counted: Counted
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Submission:
    """One import (SIP): all its files, accepted or refused as a whole."""

    files: tuple[SourceFile, ...]
    ignored: tuple[str, ...] = ()
    """Names of files in a folder that are no export files, such as a README."""
    counts: tuple[ClassCount, ...] = ()
    """Of the classes that the import speaks of, together with what was held before."""

    @property
    def outcome(self) -> ImportOutcome:
        """The worst outcome of the files; an import without files is refused."""
        outcomes = {file.outcome for file in self.files}
        if ImportOutcome.REFUSED in outcomes or not outcomes:
            return ImportOutcome.REFUSED
        if ImportOutcome.ACCEPTED_WITH_WARNINGS in outcomes:
            return ImportOutcome.ACCEPTED_WITH_WARNINGS
        return ImportOutcome.ACCEPTED
