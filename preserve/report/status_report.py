"""Turns the state of classes into JSON and table rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from preserve.model.acts import CorrectionRequest
from preserve.model.overview import ClassState
from preserve.report.texts.catalogue import Texts


def describe_class_state(state: ClassState) -> dict[str, Any]:
    """Return the JSON form of one class's state."""
    return {
        "school_year": state.school_year,
        "class": state.class_name,
        "pupils": state.pupils,
        "documents": state.documents,
        "rendered": state.rendered,
        "signed": {
            role.value: {"made": made, "asked": asked} for role, made, asked in state.signed
        },
        "package": state.package or None,
        "copies": state.copies,
        "minimum_copies": state.minimum_copies,
        "locks": {period.value: decision for period, decision in state.locks},
        "requests": [
            {**describe_request(waiting.request), "overdue": waiting.overdue}
            for waiting in state.requests
        ],
        "due": state.due.due.isoformat() if state.due else None,
    }


def describe_request(request: CorrectionRequest) -> dict[str, Any]:
    """Return the JSON form of a request for correction."""
    settlement = request.settlement
    return {
        "number": request.number,
        "pupil": request.pupil,
        "field": request.field,
        "received": request.received.isoformat(),
        "due": request.due.isoformat(),
        "from": request.requested_by,
        "outcome": settlement.outcome.value if settlement else None,
    }


def status_warnings(states: Sequence[ClassState], texts: Texts) -> Iterator[str]:
    """Yield one line per year that is late and per request that waits, overdue ones first."""
    for due in dict.fromkeys(state.due for state in states if state.due is not None):
        code = "UI-YEAR-OVERDUE-AGAIN" if due.exceptional else "UI-YEAR-OVERDUE"
        values = {"year": due.school_year, "due": due.due.isoformat(), "citation": due.citation}
        yield texts.message(code, values)
    waiting = dict.fromkeys(request for state in states for request in state.requests)
    for one in sorted(waiting, key=lambda one: (not one.overdue, one.request.due)):
        code = "UI-REQUEST-OVERDUE" if one.overdue else "UI-REQUEST-OPEN"
        request = one.request
        values = {"number": str(request.number), "due": request.due.isoformat()}
        yield texts.message(code, {**values, "pupil": request.pupil, "field": request.field})


def status_row(state: ClassState, texts: Texts) -> tuple[object, ...]:
    """Return the cells of one class, from its year to its copies."""
    signed = "\n".join(
        f"{texts.message(f'UI-ROLE-{role.name}')} {made}/{asked}"
        for role, made, asked in state.signed
    )
    return (
        state.school_year,
        state.class_name,
        state.pupils,
        f"{state.rendered}/{state.documents}",
        signed,
        "\n".join(f"{texts.message(f'UI-PERIOD-{p.name}')}: {d}" for p, d in state.locks),
        state.package,
        f"{state.copies}/{state.minimum_copies}" if state.package else "",
    )
