"""``preserve withdraw``: takes a signed version of a document back by decision; its file stays.

TT 70/2026/TT-BGDĐT Art. 7(5), 10(3): an issued transcript is never edited; it is withdrawn and
made again. Both versions are kept (Art. 16(5)).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from preserve.durable import storage_faults
from preserve.errors import InputError, RuleRefusal
from preserve.journal.withdrawals import WITHDRAWAL, encode_withdrawal, version_object
from preserve.model.acts import Withdrawal
from preserve.model.overview import Scope
from preserve.model.records import RecordClass
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.decisions import principals_decision
from preserve.workflow.documents import (
    DocumentKey,
    StoredDocument,
    find_document,
    scope_keys,
    withdrawals,
)
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.packages import newest_package


@dataclass(frozen=True, slots=True)
class WithdrawalOrder:
    """What the principal decided, and who carries it out."""

    decision_number: str
    decision_date: date
    executed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was withdrawn, and what else rests on it."""

    withdrawal: Withdrawal
    affected: tuple[str, ...]
    """Documents and bundles that hold or repeat the version: they need a new version too."""


def withdraw_document(
    archive: Archive, scope: Scope, order: WithdrawalOrder, occasion: Occasion
) -> Withdrawn:
    """Withdraw the newest version of one document: the scope's pupil's transcript, or by its id.

    Raises:
        InputError: the scope selects no document or was not rendered; or there is no reason.
        RuleRefusal: the version bears no signature yet, or is withdrawn already.
    """
    if not order.reason.strip():
        raise InputError("WITHDRAW-NO-REASON")
    stored = _choose(archive, scope)
    name = stored.key.record_id
    with storage_faults(stored.newest):
        content = stored.newest.read_bytes()
    if not read_claims(content).filled:
        raise RuleRefusal("WITHDRAW-NOT-SIGNED", document=name, version=stored.version)
    if stored.identity in withdrawals(archive):
        raise RuleRefusal("WITHDRAW-ALREADY", document=name, version=stored.version)
    decision = principals_decision(archive, order.decision_number, order.decision_date, occasion)
    withdrawal = Withdrawal(
        school_year=stored.key.school_year,
        record_id=name,
        version=stored.version,
        sha512=hashlib.sha512(content).hexdigest(),
        decision=decision,
        executed_by=order.executed_by,
        at=occasion.at,
        reason=order.reason.strip(),
    )
    objects = (version_object(*stored.identity),)
    details = encode_withdrawal(withdrawal)
    record_event(archive.journal, occasion, WITHDRAWAL, objects, details)
    return Withdrawn(withdrawal, tuple(_affected(archive, stored.key)))


def _choose(archive: Archive, scope: Scope) -> StoredDocument:
    keys = [
        key
        for key in scope_keys(archive, scope)
        if scope.document is not None or key.record_class is RecordClass.TRANSCRIPT
    ]
    if len(keys) != 1:
        raise InputError("DOCUMENT-UNKNOWN", document=scope.document or scope.pupil or "*")
    stored = find_document(archive, keys[0])
    if stored is None:
        raise InputError("DOCUMENT-NOT-RENDERED", document=keys[0].record_id)
    return stored


def _affected(archive: Archive, key: DocumentKey) -> Iterator[str]:
    """Yield later transcripts of the pupil, which embed this one, and the year's sealed bundle."""
    if key.record_class is RecordClass.TRANSCRIPT:
        for other in scope_keys(archive, Scope(pupil=key.pupil)):
            later = other.school_year > key.school_year
            if later and other.record_class is key.record_class and find_document(archive, other):
                yield f"{other.school_year}/{other.record_id}"
    package = newest_package(archive, key.school_year)
    if package is not None:
        yield package.name
