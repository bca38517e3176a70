"""Withdrawals are journal events: to details and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from preserve.journal.acts import Details, decode_decision, details_of, encode_decision
from preserve.model.acts import Withdrawal
from preserve.model.packages import JournalEvent

WITHDRAWAL = "withdrawal"
"""Event type of a version that counts no longer (thu hồi)."""


def version_object(school_year: str, record_id: str, version: int) -> str:
    """Name one version of a document as the object of an event."""
    return f"{school_year}/{record_id}/v{version:04d}"


def encode_withdrawal(withdrawal: Withdrawal) -> Details:
    """Write a withdrawal as the details of its event."""
    return (
        ("year", withdrawal.school_year),
        ("document", withdrawal.record_id),
        ("version", str(withdrawal.version)),
        ("sha512", withdrawal.sha512),
        *encode_decision(withdrawal.decision),
        ("executed-by", withdrawal.executed_by),
        ("reason", withdrawal.reason),
    )


def read_withdrawals(events: Iterable[JournalEvent]) -> Iterator[Withdrawal]:
    """Yield every withdrawal, oldest first.

    Raises:
        FormatError: an event of this type is damaged.
    """
    for event in events:
        if event.event_type == WITHDRAWAL:
            with details_of(event) as details:
                withdrawal = Withdrawal(
                    school_year=details["year"],
                    record_id=details["document"],
                    version=int(details["version"]),
                    sha512=details["sha512"],
                    decision=decode_decision(details),
                    executed_by=details["executed-by"],
                    at=event.at,
                    reason=details["reason"],
                )
            yield withdrawal
