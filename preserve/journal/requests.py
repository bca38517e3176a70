"""Requests for correction and their settlements are journal events: to details and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from preserve.errors import FormatError
from preserve.journal.acts import Details, details_of
from preserve.model.acts import CorrectionRequest, RequestOutcome, Settlement
from preserve.model.packages import JournalEvent

REQUEST = "correction request"
"""Event type of a request that came in (đề nghị chỉnh sửa)."""
SETTLEMENT = "correction settlement"
"""Event type of the answer to one."""


def encode_request(request: CorrectionRequest, received_by: str) -> Details:
    """Write a request as the details of its event."""
    return (
        ("request", str(request.number)),
        ("pupil", request.pupil),
        ("field", request.field),
        ("received", request.received.isoformat()),
        ("due", request.due.isoformat()),
        ("requested-by", request.requested_by),
        ("executed-by", received_by),
    )


def encode_settlement(number: int, settlement: Settlement) -> Details:
    """Write a settlement as the details of its event."""
    return (
        ("request", str(number)),
        ("outcome", settlement.outcome.value),
        ("reason", settlement.reason),
        ("executed-by", settlement.executed_by),
    )


def read_requests(events: Iterable[JournalEvent]) -> tuple[CorrectionRequest, ...]:
    """Return every request with its settlement, by number.

    Raises:
        FormatError: an event of these types is damaged, or settles what was never asked.
    """
    found: dict[int, CorrectionRequest] = {}
    for event in events:
        if event.event_type == REQUEST:
            request = _request(event)
            found[request.number] = request
        elif event.event_type == SETTLEMENT:
            number, settlement = _settlement(event)
            if number not in found:
                raise FormatError("JOURNAL-ACT", number=event.number, kind=event.event_type)
            found[number] = replace(found[number], settlement=settlement)
    return tuple(found.values())


def _request(event: JournalEvent) -> CorrectionRequest:
    with details_of(event) as details:
        return CorrectionRequest(
            number=int(details["request"]),
            pupil=details["pupil"],
            field=details["field"],
            received=date.fromisoformat(details["received"]),
            due=date.fromisoformat(details["due"]),
            requested_by=details["requested-by"],
        )


def _settlement(event: JournalEvent) -> tuple[int, Settlement]:
    with details_of(event) as details:
        outcome = RequestOutcome(details["outcome"])
        executed_by = details["executed-by"]
        settlement = Settlement(outcome, details["reason"], executed_by, event.at)
        return int(details["request"]), settlement
