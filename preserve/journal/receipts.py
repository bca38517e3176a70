"""Receipts of copies are journal events: a storage receipt to details and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from preserve.errors import FormatError, InputError
from preserve.model.packages import JournalEvent, StorageReceipt

REPLICATION = "replication"
"""Event type of a copy (PREMIS event types of the Library of Congress)."""


def encode_receipt(receipt: StorageReceipt) -> tuple[tuple[str, str], ...]:
    """Write a receipt as the details of a ``replication`` event.

    Raises:
        InputError: the time has no zone.
    """
    if receipt.stored_at.tzinfo is None:
        raise InputError("JOURNAL-TIME-ZONE")
    locked = receipt.locked_until.isoformat() if receipt.locked_until else ""
    return (
        ("package", receipt.package_id),
        ("version", str(receipt.version)),
        ("location", receipt.location),
        ("medium", receipt.medium),
        ("label", receipt.label),
        ("tamper-tag", receipt.tamper_tag),
        ("manifest-sha512", receipt.manifest_sha512),
        ("stored-at", receipt.stored_at.astimezone(UTC).isoformat()),
        ("read-back", receipt.read_back),
        ("locked-until", locked),
    )


def decode_receipt(event: JournalEvent) -> StorageReceipt:
    """Read the receipt of a ``replication`` event.

    Raises:
        FormatError: the event is of another type, or its details are no receipt.
    """
    details = dict(event.details)
    if event.event_type != REPLICATION or len(details) != len(event.details):
        raise FormatError("JOURNAL-RECEIPT", number=event.number)
    locked = details.get("locked-until")
    try:
        return StorageReceipt(
            package_id=details["package"],
            version=int(details["version"]),
            location=details["location"],
            medium=details["medium"],
            label=details["label"],
            tamper_tag=details["tamper-tag"],
            manifest_sha512=details["manifest-sha512"],
            stored_at=datetime.fromisoformat(details["stored-at"]),
            read_back=details["read-back"],
            locked_until=date.fromisoformat(locked) if locked else None,
        )
    except (KeyError, ValueError) as error:
        raise FormatError("JOURNAL-RECEIPT", number=event.number) from error


def receipts(events: Iterable[JournalEvent]) -> Iterator[StorageReceipt]:
    """Yield the receipts of all successful copies, oldest first.

    Raises:
        FormatError: a ``replication`` event holds no receipt.
    """
    for event in events:
        if event.event_type == REPLICATION and event.outcome == "success":
            yield decode_receipt(event)
