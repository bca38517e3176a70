"""Commands that make documents, list their versions, take them back and print them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from preserve.command.options import (
    PATH,
    command,
    day_of,
    option,
    with_decision,
    with_executor,
    with_format,
    with_scope,
)
from preserve.command.outcomes import echo_outcomes
from preserve.command.session import TEXTS, Session, echo_json, say
from preserve.model.overview import Scope


@command("render")
@with_scope
@option("--reason", default="")
@with_format
def _render(session: Session, *, scope: Scope, reason: str, output: str) -> None:
    from preserve.workflow.render_documents import refuse_incomplete, render_documents

    with session.occasion() as occasion:
        results = render_documents(session.archive(), scope, occasion, reason=reason)
    rows = [(r.key.school_year, r.key.record_id, r.outcome.value) for r in results]
    echo_outcomes(session, output, rows)
    refuse_incomplete(results)


@command("documents")
@with_scope
@with_format
def _documents(session: Session, *, scope: Scope, output: str) -> None:
    from preserve.report.documents_report import describe_version, version_row
    from preserve.workflow.list_documents import list_documents

    versions = list_documents(session.archive(), scope)
    if output == "json":
        echo_json([describe_version(version) for version in versions])
        return
    columns = "YEAR DOCUMENT VERSION STATE SIGNED ISSUED REASON"
    rows = (version_row(version, TEXTS) for version in versions)
    session.echo_table("UI-DOCUMENTS-TITLE", columns, rows)


@command("withdraw")
@click.argument("year", metavar="YYYY-YYYY")
@click.argument("document", metavar="[DOCUMENT]", required=False)
@option("--pupil", metavar="CODE", text="WITHDRAW-PUPIL")
@with_decision
@option("--reason", required=True, text="WITHDRAW-REASON")
@with_format
def _withdraw(
    session: Session, *, year: str, document: str | None, pupil: str | None, **others: Any
) -> None:
    from preserve.report.documents_report import describe_withdrawal
    from preserve.workflow.withdraw_document import WithdrawalOrder, withdraw_document

    if (document is None) == (pupil is None):
        raise click.UsageError(say("UI-WITHDRAW-WHICH"))
    order = WithdrawalOrder(
        others["number"],
        day_of(others["decision_date"]),
        others["executed_by"],
        others["reason"],
    )
    scope = Scope(year, pupil=pupil, document=document)
    with session.occasion() as occasion:
        done = withdraw_document(session.archive(), scope, order, occasion)
    if others["output"] == "json":
        echo_json(describe_withdrawal(done.withdrawal, done.affected))
        return
    name, version = done.withdrawal.record_id, done.withdrawal.version
    session.echo(say("UI-WITHDRAW-DONE", document=name, version=version))
    for affected in done.affected:
        session.echo(say("UI-WITHDRAW-AFFECTED", document=affected))


@command("print")
@click.argument("folder", metavar="DIR", type=PATH)
@with_scope
@option("--final-grade", is_flag=True)
@option("--bound", is_flag=True)
@option("--draft", "kind", flag_value="draft")
@option("--regular", "kind", flag_value="regular")
@option("--event", type=click.Choice(["year_end", "transfer", "leave"]))
@with_executor
@with_format
def _print(
    session: Session, *, folder: Path, scope: Scope, kind: str | None, **others: Any
) -> None:
    from preserve.workflow.print_copies import PrintEvent, PrintKind, PrintOrder, print_copies

    event = PrintEvent(others["event"]) if others["event"] else None
    order = PrintOrder(
        PrintKind(kind or "conversion"),
        event,
        others["executed_by"],
        final_grade=others["final_grade"],
        bound=others["bound"],
    )
    with session.occasion() as occasion:
        written = print_copies(session.archive(), folder, scope, order, occasion)
    if others["output"] == "json":
        echo_json([str(path) for path in written])
    else:
        session.echo(say("UI-PRINT-DONE", count=len(written), folder=folder))


COMMANDS = (_render, _documents, _withdraw, _print)
