"""Questions and answers about an archive: scope, checks, progress, retention, observations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from preserve.model.acts import CorrectionRequest, Period
from preserve.model.checks import RuleFinding
from preserve.model.retention import RetentionStatus
from preserve.model.roles import SignerRole


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of an archive an act is about; ``None`` means all."""

    school_year: str | None = None
    class_name: str | None = None
    pupil: str | None = None
    """Pupil code."""
    document: str | None = None
    """Record id of one document."""


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """One difference between a record and the rules."""

    pupil: str
    """Pupil code."""
    school_year: str
    class_name: str
    finding: RuleFinding


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request for correction that is not settled yet."""

    request: CorrectionRequest
    overdue: bool


@dataclass(frozen=True, slots=True)
class YearDue:
    """A school year whose transcripts should be signed and sealed by now, and are not."""

    school_year: str
    due: date
    """Last day that the rule gave."""
    exceptional: bool
    """True when the later, exceptional day has passed as well."""
    citation: str


@dataclass(frozen=True, slots=True)
class ClassState:
    """How far one class has come."""

    school_year: str
    class_name: str
    pupils: int
    documents: int
    """Documents that the class must have: a grade book and a transcript per pupil."""
    rendered: int
    signed: tuple[tuple[SignerRole, int, int], ...]
    """Triples (role, signatures made, signatures asked for)."""
    package: str
    """Name of the newest sealed bundle, empty while the year is open."""
    copies: int
    minimum_copies: int
    locks: tuple[tuple[Period, str], ...] = ()
    """Pairs (locked period, number of the decision that locked it)."""
    requests: tuple[OpenRequest, ...] = ()
    """Requests for correction about pupils of the class that wait for an answer."""
    due: YearDue | None = None
    """The deadline that the class has missed."""


class VersionState(StrEnum):
    """What one version of a document counts for."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    """A later version took its place."""
    WITHDRAWN = "withdrawn"
    """It was withdrawn by decision; a later version may have taken its place."""


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One version of one document as it lies on disk."""

    school_year: str
    class_name: str
    record_id: str
    version: int
    state: VersionState
    made: int
    """Signatures that it bears."""
    asked: int
    """Signatures that it has fields for."""
    reason: str
    """Why it was withdrawn or superseded; empty for a current one."""
    decision: str
    """Number of the decision that withdrew it, empty for none."""
    issued: int
    """How often it was issued."""


@dataclass(frozen=True, slots=True)
class RecordRetention:
    """How long one record is kept."""

    record_id: str
    school_year: str
    class_name: str
    status: RetentionStatus


class State(StrEnum):
    """How one thing about the installation or the archive stands."""

    GOOD = "good"
    ATTENTION = "attention"
    BAD = "bad"

    @property
    def exit_code(self) -> int:
        """Bad things end the command with 4; things that deserve attention do not."""
        return 4 if self is State.BAD else 0


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that ``doctor`` looked at."""

    code: str
    state: State
    parameters: tuple[tuple[str, str], ...] = ()
