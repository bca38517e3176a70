"""``preserve request-correction``: requests of families and pupils, their due dates, the answers.

TT 70/2026/TT-BGDĐT Art. 22(8): a request with its proof is settled within ten working days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from preserve.errors import InputError, RuleRefusal
from preserve.journal.chain import read_events
from preserve.journal.requests import (
    REQUEST,
    SETTLEMENT,
    encode_request,
    encode_settlement,
    read_requests,
)
from preserve.model.acts import CorrectionRequest, RequestOutcome, Settlement
from preserve.model.overview import OpenRequest, Scope
from preserve.policy.calendar import load_deadlines, load_holidays
from preserve.rules.working_days import working_day_after
from preserve.workflow.archive import Archive
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.scope import class_names


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for."""

    pupil: str
    """Pupil code."""
    field: str
    received: date
    requested_by: str


def request_correction(
    archive: Archive, wish: Wish, received_by: str, occasion: Occasion
) -> CorrectionRequest:
    """Register a request and return it with its number and due date.

    Raises:
        InputError: the archive has no such pupil, something is left empty, or the day of receipt
            is still to come.
        PolicyError: the calendar cannot be read.
    """
    class_names(archive, Scope(pupil=wish.pupil))
    if not (wish.field.strip() and wish.requested_by.strip()):
        raise InputError("REQUEST-UNSTATED", pupil=wish.pupil)
    if wish.received > occasion.at.date():
        raise InputError("REQUEST-FUTURE", day=wish.received.isoformat())
    term = load_deadlines(archive.policies).corrections.working_days
    request = CorrectionRequest(
        number=len(read_requests(read_events(archive.journal))) + 1,
        pupil=wish.pupil,
        field=wish.field.strip(),
        received=wish.received,
        due=working_day_after(wish.received, term, load_holidays(archive.policies)),
        requested_by=wish.requested_by.strip(),
    )
    details = encode_request(request, received_by)
    record_event(archive.journal, occasion, REQUEST, (_object(request),), details)
    return request


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request is settled."""

    outcome: RequestOutcome
    reason: str
    executed_by: str


def settle_request(
    archive: Archive, number: int, answer: Answer, occasion: Occasion
) -> CorrectionRequest:
    """Record how a request was answered, and return it with the answer.

    The answer itself changes no mark: an accepted request is carried out by an amendment.

    Raises:
        InputError: there is no such request, or no reason.
        RuleRefusal: it is settled already.
    """
    if not answer.reason.strip():
        raise InputError("SETTLE-NO-REASON", number=number)
    held = {request.number: request for request in read_requests(read_events(archive.journal))}
    if number not in held:
        raise InputError("SETTLE-UNKNOWN", number=number)
    request = held[number]
    if request.settlement is not None:
        raise RuleRefusal("SETTLE-ALREADY", number=number)
    settlement = Settlement(answer.outcome, answer.reason.strip(), answer.executed_by, occasion.at)
    details = encode_settlement(number, settlement)
    record_event(archive.journal, occasion, SETTLEMENT, (_object(request),), details)
    return replace(request, settlement=settlement)


def open_requests(archive: Archive, today: date) -> Iterator[OpenRequest]:
    """Yield the requests that wait for an answer, by number.

    Raises:
        FormatError: the journal is damaged.
    """
    for request in read_requests(read_events(archive.journal)):
        if request.settlement is None:
            yield OpenRequest(request, overdue=today > request.due)


def _object(request: CorrectionRequest) -> str:
    return f"request/{request.number}"
