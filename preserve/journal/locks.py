"""Locks are journal events: locking and unlocking to details and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from preserve.journal.acts import Details, decode_decision, details_of, encode_decision
from preserve.model.acts import Lock, LockScope, Period, Unlock
from preserve.model.packages import JournalEvent

LOCKING = "locking"
"""Event type of a lock (khóa)."""
UNLOCKING = "unlocking"
"""Event type of an unlock for a time (mở khóa)."""


def lock_object(scope: LockScope) -> str:
    """Name a scope as the object of an event: ``2024-2025/8A/hk1``, ``2024-2025/year``."""
    parts = (scope.school_year, scope.class_name, scope.period.value)
    return "/".join(part for part in parts if part is not None)


def encode_lock(act: Lock | Unlock) -> Details:
    """Write a lock or an unlock as the details of its event."""
    common = (
        ("year", act.scope.school_year),
        ("period", act.scope.period.value),
        ("class", act.scope.class_name or ""),
        *encode_decision(act.decision),
        ("executed-by", act.executed_by),
    )
    match act:
        case Lock():
            return (*common, ("proposal", act.proposal), ("content-sha256", act.content_sha256))
        case Unlock():
            until = act.until.astimezone(UTC).isoformat()
            return (*common, ("reason", act.reason), ("until", until))


def read_locks(events: Iterable[JournalEvent]) -> Iterator[Lock | Unlock]:
    """Yield every lock and unlock, oldest first.

    Raises:
        FormatError: an event of their types is damaged.
    """
    for event in events:
        if event.event_type in {LOCKING, UNLOCKING}:
            yield _decode(event)


def _decode(event: JournalEvent) -> Lock | Unlock:
    with details_of(event) as details:
        scope = LockScope(details["year"], Period(details["period"]), details["class"] or None)
        decision, executed_by = decode_decision(details), details["executed-by"]
        if event.event_type == LOCKING:
            proposal, digest = details["proposal"], details["content-sha256"]
            return Lock(scope, decision, executed_by, event.at, proposal, digest)
        until = datetime.fromisoformat(details["until"])
        return Unlock(scope, decision, executed_by, event.at, details["reason"], until)
