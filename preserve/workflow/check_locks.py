"""Refuses an import that changes what is locked, unless an amendment explains each change."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.errors import RuleRefusal
from preserve.journal.chain import read_events
from preserve.journal.locks import read_locks
from preserve.model.acts import Lock
from preserve.model.imports import Submission
from preserve.rules.locking import lock_in_force
from preserve.workflow.archive import Archive
from preserve.workflow.held_facts import ChangedFact, changed_facts
from preserve.workflow.occasion import Occasion

_NAMED = 5
"""How many changes a refusal names; the rest is counted."""


def refuse_locked(
    archive: Archive, new: Submission, held: Sequence[Submission], occasion: Occasion
) -> None:
    """Refuse an import that writes into a locked scope.

    What is stated as it is held is no change. What an amendment with a decision in the same
    import explains is allowed, and the scope stays locked (Quy chế sử dụng sổ điểm điện tử,
    Đ.5.2).

    Raises:
        RuleRefusal: something locked would change; the message names the decision that locked it.
    """
    acts = tuple(read_locks(read_events(archive.journal)))
    if not acts:
        return
    refused: list[tuple[Lock, ChangedFact]] = []
    for change in changed_facts(new, held):
        lock = lock_in_force(acts, change.place, occasion.at)
        if lock is not None and not change.covered_by:
            refused.append((lock, change))
    if refused:
        lock, first = refused[0]
        raise RuleRefusal(
            "IMPORT-LOCKED",
            count=len(refused),
            year=first.place.school_year,
            class_name=first.place.class_name,
            period=first.place.period.value,
            decision=lock.decision.number,
            decision_date=lock.decision.on.isoformat(),
            changes="; ".join(_name(change) for _, change in refused[:_NAMED]),
        )


def _name(change: ChangedFact) -> str:
    return f"{change.file}: {change.pupil} {change.place.period.value} {change.field}"
