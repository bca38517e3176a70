"""Commands of deferred signing: ask, sign on another computer, put the signatures in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from preserve.command.options import (
    PATH,
    command,
    key_source,
    option,
    with_format,
    with_key,
    with_passphrase,
    with_scope,
)
from preserve.command.outcomes import echo_outcomes
from preserve.command.session import TEXTS, Session, echo_json, say
from preserve.model.overview import Scope
from preserve.model.roles import SignerRole

if TYPE_CHECKING:  # The workflows import the whole program; a help text must not wait for that.
    from preserve.formats.sign_request import SignRequest
    from preserve.sign.preconditions import SigningWarning
    from preserve.workflow.request_signatures import RequestMade

_LONGEST = 90
"""Days that a request may hold at most."""

_with_confirmation = option("--confirm-unchecked-status", is_flag=True)


@command("sign-request")
@with_scope
@option("--role", type=click.Choice([role.value for role in SignerRole]), required=True)
@option("--document", metavar="ID")
@option("--certificate", type=PATH)
@option("--to", "target", type=PATH, required=True, text="REQUEST-TO")
@option("--valid-days", type=click.IntRange(1, _LONGEST), default=7, show_default=True)
@option("--ready-only", is_flag=True)
@_with_confirmation
@with_format
def _sign_request(
    session: Session, *, scope: Scope, role: str, target: Path, output: str, **others: Any
) -> None:
    from preserve.workflow.request_signatures import RequestOrder, request_signatures

    scope = replace(scope, document=others["document"])
    order = RequestOrder(
        SignerRole(role),
        others["certificate"],
        others["valid_days"],
        ready_only=others["ready_only"],
        unchecked_confirmed=others["confirm_unchecked_status"],
    )
    archive = session.archive()
    with session.occasion() as occasion:
        made = request_signatures(archive, scope, order, target, occasion)
    _tell_warnings(made.warnings)
    if output == "json":
        echo_json(_described(made))
        return
    until = made.request.expires_at.isoformat()
    count = len(made.request.signatures)
    session.echo(say("UI-SIGN-REQUEST-DONE", file=target, count=count, until=until))
    if made.later:
        session.echo(say("UI-SIGN-REQUEST-LATER", count=made.later))


@command("sign-answer")
@click.argument("request", metavar="REQUEST", type=PATH)
@with_key
@with_passphrase
@option("--to", "target", type=PATH, required=True, text="ANSWER-TO")
@option("--yes", is_flag=True, text="SIGN-YES")
@with_format
def _sign_answer(
    session: Session,
    *,
    request: Path,
    uri: str,
    passphrase_file: Path | None,
    target: Path,
    **others: Any,
) -> None:
    from preserve.workflow.answer_request import answer_request, read_request

    received = read_request(request, session.now)
    if others["output"] == "text":
        _show(received.request)
    if not others["yes"]:
        click.confirm(say("UI-ANSWER-CONFIRM", count=len(received.request.signatures)), abort=True)
    answer = answer_request(received, key_source(uri, passphrase_file), target, session.now)
    if others["output"] == "json":
        echo_json({"request_sha256": received.sha256, "signatures": len(answer.signatures)})
        return
    session.echo(say("UI-ANSWER-DONE", file=target, count=len(answer.signatures)))


@command("sign-apply")
@click.argument("answer", metavar="ANSWER", type=PATH)
@_with_confirmation
@with_format
def _sign_apply(
    session: Session, *, answer: Path, confirm_unchecked_status: bool, output: str
) -> None:
    from preserve.workflow.apply_answer import apply_answer

    archive = session.archive()
    with session.occasion() as occasion:
        applied = apply_answer(
            archive, answer, occasion, unchecked_confirmed=confirm_unchecked_status
        )
    _tell_warnings(applied.warnings)
    rows = [(r.school_year, r.record_id, r.outcome.value) for r in applied.results]
    echo_outcomes(session, output, rows)


def _show(request: SignRequest) -> None:
    """Show what is about to be signed, whatever --quiet says: a signer must have seen it."""
    click.echo(
        say(
            "UI-ANSWER-SHOWN",
            school=request.school_name,
            moet=request.school_code,
            role=say(f"UI-ROLE-{request.role.name}"),
            count=len(request.signatures),
            created=request.created_at.isoformat(),
            until=request.expires_at.isoformat(),
            certificate=request.certificate,
        )
    )
    for one in request.signatures:
        click.echo(f"  {one.school_year}  {one.record_id}  {one.field}")


def _described(made: RequestMade) -> dict[str, object]:
    request = made.request
    return {
        "request_sha256": made.sha256,
        "role": request.role.value,
        "certificate": request.certificate,
        "expires_at": request.expires_at.isoformat(),
        "later": made.later,
        "signatures": [
            {"school_year": one.school_year, "record": one.record_id, "field": one.field}
            for one in request.signatures
        ],
    }


def _tell_warnings(warnings: tuple[SigningWarning, ...]) -> None:
    for warning in warnings:
        click.echo(TEXTS.message(warning.code, dict(warning.parameters)), err=True)


COMMANDS = (_sign_request, _sign_answer, _sign_apply)
