"""Commands that close a period's data and open it for a time."""

from __future__ import annotations

from typing import Any

import click

from preserve.command.options import (
    command,
    day_of,
    moment_of,
    option,
    with_decision,
    with_format,
)
from preserve.command.session import Session, echo_json, say
from preserve.model.acts import LockScope, Period

_with_year = click.argument("year", metavar="YYYY-YYYY")
_with_period = option("--period", type=click.Choice([p.value for p in Period]), required=True)
_with_class = option("--class", "class_name", metavar="CLASS")


@command("lock")
@_with_year
@_with_period
@_with_class
@with_decision
@option("--proposal", metavar="REF", default="")
@with_format
def _lock(session: Session, *, year: str, proposal: str, output: str, **others: Any) -> None:
    from preserve.workflow.lock_period import Order, lock_period

    scope = LockScope(year, Period(others["period"]), others["class_name"])
    day = day_of(others["decision_date"])
    with session.occasion() as occasion:
        order = Order(scope, others["number"], day, others["executed_by"])
        lock = lock_period(session.archive(), order, proposal, occasion)
    if output == "json":
        echo_json({**_described(scope), "content_sha256": lock.content_sha256})
    else:
        session.echo(say("UI-LOCK-DONE", scope=_name(scope), decision=lock.decision.number))


@command("unlock")
@_with_year
@_with_period
@_with_class
@with_decision
@option("--reason", required=True, text="UNLOCK-REASON")
@option("--until", metavar="TIME", required=True)
@with_format
def _unlock(session: Session, *, year: str, reason: str, output: str, **others: Any) -> None:
    from preserve.workflow.lock_period import Order, unlock_period

    scope = LockScope(year, Period(others["period"]), others["class_name"])
    day = day_of(others["decision_date"])
    with session.occasion() as occasion:
        order = Order(scope, others["number"], day, others["executed_by"])
        until = moment_of(others["until"], occasion.at.tzinfo)
        unlock = unlock_period(session.archive(), order, reason, until, occasion)
    if output == "json":
        echo_json({**_described(scope), "until": unlock.until.isoformat()})
    else:
        session.echo(say("UI-UNLOCK-DONE", scope=_name(scope), until=unlock.until.isoformat()))


def _name(scope: LockScope) -> str:
    parts = (scope.school_year, scope.class_name, say(f"UI-PERIOD-{scope.period.name}"))
    return " / ".join(part for part in parts if part)


def _described(scope: LockScope) -> dict[str, str | None]:
    return {
        "school_year": scope.school_year,
        "period": scope.period.value,
        "class": scope.class_name,
    }


COMMANDS = (_lock, _unlock)
