"""``preserve lock`` and ``preserve unlock``: close a period's data by decision, open it for a time.

Nothing is kept beside the journal: what is locked follows from its events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from preserve.errors import InputError, RuleRefusal
from preserve.journal.chain import read_events
from preserve.journal.locks import LOCKING, UNLOCKING, encode_lock, lock_object, read_locks
from preserve.model.acts import Lock, LockScope, Period, Unlock
from preserve.model.overview import Scope
from preserve.rules.locking import contains, lock_in_force
from preserve.workflow.archive import Archive, held_submissions
from preserve.workflow.decisions import principals_decision
from preserve.workflow.held_facts import content_digest
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.recover_journal import recover_journal
from preserve.workflow.scope import class_names


@dataclass(frozen=True, slots=True)
class Order:
    """What the principal decided, and who carries it out."""

    scope: LockScope
    decision_number: str
    decision_date: date
    executed_by: str


def lock_period(archive: Archive, order: Order, proposal: str, occasion: Occasion) -> Lock:
    """Close a scope.

    Raises:
        InputError: the archive has no such class, or the decision is no decision yet.
        RuleRefusal: nobody was principal that day, or the whole scope is locked already.
    """
    recover_journal(archive, occasion)
    places = _places(archive, order.scope)
    acts = tuple(read_locks(read_events(archive.journal)))
    in_force = [lock_in_force(acts, place, occasion.at) for place in places]
    if all(in_force):
        _refuse_locked(order.scope, in_force)
    lock = Lock(
        scope=order.scope,
        decision=principals_decision(archive, order.decision_number, order.decision_date, occasion),
        executed_by=order.executed_by,
        at=occasion.at,
        proposal=proposal,
        content_sha256=content_digest(held_submissions(archive), places),
    )
    _record(archive, lock, occasion)
    return lock


def unlock_period(
    archive: Archive, order: Order, reason: str, until: datetime, occasion: Occasion
) -> Unlock:
    """Open a locked scope until a moment; then it is locked again without any act.

    Raises:
        InputError: as :func:`lock_period`; or there is no reason, or the end is not to come.
        RuleRefusal: nobody was principal that day, or nothing of the scope is locked.
    """
    if not reason.strip():
        raise InputError("UNLOCK-NO-REASON")
    if until <= occasion.at:
        raise InputError("UNLOCK-END-PAST", until=until.isoformat())
    acts = tuple(read_locks(read_events(archive.journal)))
    places = _places(archive, order.scope)
    if not any(lock_in_force(acts, place, occasion.at) for place in places):
        raise RuleRefusal("UNLOCK-NOT-LOCKED", scope=lock_object(order.scope))
    unlock = Unlock(
        scope=order.scope,
        decision=principals_decision(archive, order.decision_number, order.decision_date, occasion),
        executed_by=order.executed_by,
        at=occasion.at,
        reason=reason.strip(),
        until=until,
    )
    _record(archive, unlock, occasion)
    return unlock


def unlocked_classes(archive: Archive, school_year: str, at: datetime) -> tuple[str, ...]:
    """Return the classes of a year of which some period is open.

    Raises:
        InputError: the archive has no such year.
        FormatError: the journal is damaged.
    """
    acts = tuple(read_locks(read_events(archive.journal)))
    places = _places(archive, LockScope(school_year, Period.YEAR))
    open_places = (p.class_name or "" for p in places if lock_in_force(acts, p, at) is None)
    return tuple(dict.fromkeys(open_places))


def _refuse_locked(scope: LockScope, in_force: Sequence[Lock | None]) -> None:
    decisions = sorted({lock.decision.number for lock in in_force if lock is not None})
    raise RuleRefusal("LOCK-ALREADY", scope=lock_object(scope), decision=", ".join(decisions))


def _places(archive: Archive, scope: LockScope) -> tuple[LockScope, ...]:
    """Return every period of every class that a scope contains."""
    classes = class_names(archive, Scope(scope.school_year, scope.class_name))
    places = (LockScope(year, period, name) for year, name in classes for period in Period)
    return tuple(place for place in places if contains(scope, place))


def _record(archive: Archive, act: Lock | Unlock, occasion: Occasion) -> None:
    event_type = LOCKING if isinstance(act, Lock) else UNLOCKING
    objects = (lock_object(act.scope),)
    record_event(archive.journal, occasion, event_type, objects, encode_lock(act))
