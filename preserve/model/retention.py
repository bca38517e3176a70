"""How long: retention rules, holds and what becomes of a record (ISO 15489)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SourceStatus(StrEnum):
    """How well a rule of law is known."""

    SEEN = "seen"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    CONFIRMED_BY_OFFICER = "confirmed_by_officer"


class RuleEffect(StrEnum):
    """What a retention rule can do."""

    FIXES = "fixes"
    """A row of an official schedule or overlay sets the period."""
    MINIMUM = "minimum"
    """A floor: can only move the date later."""
    GUIDANCE = "guidance"
    """Third-party guidance: can only make the result stricter."""


class PeriodKind(StrEnum):
    """How long a rule says a record is kept."""

    PERMANENT = "permanent"
    YEARS = "years"
    WHILE_IN_FORCE = "while_in_force"
    UNKNOWN = "unknown"
    """The official row was not read; treated as permanent."""


class Disposition(StrEnum):
    """What becomes of a record; the program proposes and never deletes."""

    RETAIN = "RETAIN"
    HELD = "HELD"
    REVIEW = "REVIEW"


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One row of a retention schedule with its citation and status."""

    rule_id: str
    schedule: str
    record_types: tuple[str, ...]
    period: PeriodKind
    years: int | None
    counted_from: str
    effect: RuleEffect
    citation: str
    status: SourceStatus
    name_vi: str = ""
    name_en: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A record under complaint, inspection or litigation is kept whatever the rules say."""

    record_id: str
    reason: str
    set_on: date


@dataclass(frozen=True, slots=True)
class RetentionStatus:
    """The answer for one record at one date, with the rules that led to it."""

    record_type: str
    disposition: Disposition
    permanent: bool
    retain_until: date | None
    """Last day of the period; ``None`` when permanent or held for want of a known period."""
    reason: str
    """``permanent``, ``unverified``, ``within-period``, ``review`` or ``hold``."""
    deciding_rule: str
    """``RetentionRule.rule_id``, empty when no rule matched."""
    rules: tuple[RetentionRule, ...]
