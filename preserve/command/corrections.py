"""The command about requests for correction: registering one, settling one."""

from __future__ import annotations

from typing import Any

import click

from preserve.command.options import command, day_of, option, with_executor, with_format
from preserve.command.session import Session, echo_json, say
from preserve.model.acts import CorrectionRequest, RequestOutcome


@command("request-correction")
@option("--pupil", metavar="CODE", text="REQUEST-PUPIL")
@option("--field", metavar="TEXT")
@option("--received", metavar="YYYY-MM-DD")
@option("--from", "requested_by", metavar="TEXT")
@option("--settle", metavar="NUMBER", type=click.IntRange(1))
@option("--outcome", type=click.Choice([outcome.value for outcome in RequestOutcome]))
@option("--reason", text="SETTLE-REASON")
@with_executor
@with_format
def _request_correction(session: Session, *, settle: int | None, output: str, **given: Any) -> None:
    asked = _given(given, "pupil", "field", "received", "requested_by")
    answered = _given(given, "outcome", "reason")
    if settle is None:
        _refuse_other(asked, answered)
        request = _register(session, given)
        code = "UI-REQUEST-DONE"
    else:
        _refuse_other(answered, asked)
        request = _settle(session, settle, given)
        code = "UI-SETTLE-DONE"
    if output == "json":
        from preserve.report.status_report import describe_request

        echo_json(describe_request(request))
    else:
        session.echo(say(code, number=request.number, due=request.due.isoformat()))


def _register(session: Session, given: dict[str, Any]) -> CorrectionRequest:
    from preserve.workflow.correction_requests import Wish, request_correction

    received = day_of(given["received"])
    wish = Wish(given["pupil"], given["field"], received, given["requested_by"])
    with session.occasion() as occasion:
        return request_correction(session.archive(), wish, given["executed_by"], occasion)


def _settle(session: Session, number: int, given: dict[str, Any]) -> CorrectionRequest:
    from preserve.workflow.correction_requests import Answer, settle_request

    outcome = RequestOutcome(given["outcome"])
    answer = Answer(outcome, given["reason"], given["executed_by"])
    with session.occasion() as occasion:
        return settle_request(session.archive(), number, answer, occasion)


def _given(given: dict[str, Any], *names: str) -> list[bool]:
    return [given[name] is not None for name in names]


def _refuse_other(needed: list[bool], unwanted: list[bool]) -> None:
    """Registering needs its four options, settling its two; the two do not mix."""
    if not all(needed) or any(unwanted):
        raise click.UsageError(say("UI-REQUEST-OPTIONS"))


COMMANDS = (_request_correction,)
