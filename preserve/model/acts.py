"""Acts of the school that the journal alone remembers: locks, withdrawals, requests, issues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the principal (quyết định của hiệu trưởng)."""

    number: str
    on: date
    decided_by: str
    """Staff code of the principal who was in office on that day."""


class Period(StrEnum):
    """What is locked of a school year."""

    SEMESTER_1 = "hk1"
    SEMESTER_2 = "hk2"
    YEAR = "year"
    """The whole year: both semesters, the year's results, the class lists and the particulars."""


@dataclass(frozen=True, slots=True)
class LockScope:
    """The part of the school's data that a lock closes."""

    school_year: str
    period: Period
    class_name: str | None = None
    """``None`` for every class of the school."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A period was closed (khóa sổ)."""

    scope: LockScope
    decision: Decision
    executed_by: str
    at: datetime
    proposal: str
    """Reference of the board's proposal (đề nghị của Ban quản trị), empty for none."""
    content_sha256: str
    """Digest of the facts that were held in the scope when it was locked."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """A closed period was opened for a time (mở khóa)."""

    scope: LockScope
    decision: Decision
    executed_by: str
    at: datetime
    reason: str
    until: datetime
    """From this moment the scope is locked again by itself."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A signed version of a document counts no longer (thu hồi); its file stays."""

    school_year: str
    record_id: str
    version: int
    sha512: str
    """Digest of the newest file of the version, lower-case hex."""
    decision: Decision
    executed_by: str
    at: datetime
    reason: str


class RequestOutcome(StrEnum):
    """How a request for correction was settled."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The answer to a request."""

    outcome: RequestOutcome
    reason: str
    executed_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """Somebody asks for a correction in a transcript (TT 70/2026/TT-BGDĐT Art. 22(8))."""

    number: int
    """Running number in this archive, from 1."""
    pupil: str
    """Pupil code."""
    field: str
    """What is said to be wrong, for example ``hk1 Toán ĐĐGck``; never its value."""
    received: date
    due: date
    """Last day for settling it."""
    requested_by: str
    """Who asks, as a role and not as a name, for example ``cha mẹ học sinh``."""
    settlement: Settlement | None = None


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """A transcript left the school (TT 70/2026/TT-BGDĐT Art. 10(2))."""

    at: datetime
    school_year: str
    record_id: str
    version: int
    """0 for an issue that an early version of the program recorded without it."""
    recipient: str
    purpose: str
    issued_by: str
    sha512: str
