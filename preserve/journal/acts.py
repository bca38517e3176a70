"""What the acts of the school have in common as journal events: decisions, and reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from preserve.errors import FormatError
from preserve.model.acts import Decision
from preserve.model.packages import JournalEvent

Details = tuple[tuple[str, str], ...]


def encode_decision(decision: Decision) -> Details:
    """Write a decision as details of an event."""
    return (
        ("decision", decision.number),
        ("decision-date", decision.on.isoformat()),
        ("decided-by", decision.decided_by),
    )


def decode_decision(details: Mapping[str, str]) -> Decision:
    """Read a decision back; to be called within :func:`details_of`."""
    return Decision(
        number=details["decision"],
        on=date.fromisoformat(details["decision-date"]),
        decided_by=details["decided-by"],
    )


@contextmanager
def details_of(event: JournalEvent) -> Iterator[Mapping[str, str]]:
    """Yield the details of an event by name; a missing or unreadable one is a damaged event.

    Raises:
        FormatError: a detail stands twice, is missing, or is not what its name says.
    """
    details = dict(event.details)
    if len(details) != len(event.details):
        raise FormatError("JOURNAL-ACT", number=event.number, kind=event.event_type)
    try:
        yield details
    except (KeyError, IndexError, ValueError) as error:
        raise FormatError("JOURNAL-ACT", number=event.number, kind=event.event_type) from error
