"""Questions and answers about an archive: scope, checks, progress, retention, observations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """One difference between a record and the rules."""

    pupil: str
    """Pupil code."""
    school_year: str
    class_name: str
    finding: RuleFinding


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
