"""Commands about what leaves the school."""

from __future__ import annotations

from pathlib import Path

import click

from preserve.command.options import (
    PATH,
    command,
    option,
    with_executor,
    with_format,
    with_scope,
)
from preserve.command.session import Session, echo_json, say
from preserve.model.overview import Scope


@command("issue-transcript")
@click.argument("pupil", metavar="PUPIL")
@option("--to", "target", type=PATH, required=True, text="ISSUE-TO")
@option("--recipient", default="")
@option("--purpose", default="")
@with_executor
def _issue_transcript(session: Session, *, pupil: str, target: Path, **others: str) -> None:
    from preserve.workflow.issue_transcript import Issue, issue_transcript

    # A missing recipient or purpose is refused by rule, not as a slip of typing.
    issue = Issue(others["recipient"], others["purpose"], others["executed_by"])
    with session.occasion() as occasion:
        folder = issue_transcript(session.archive(), pupil, target, issue, occasion)
    click.echo(say("UI-ISSUE-DONE", folder=folder))


@command("issued")
@with_scope
@with_format
def _issued(session: Session, *, scope: Scope, output: str) -> None:
    from preserve.report.documents_report import describe_issue, issue_row
    from preserve.workflow.list_issues import list_issues

    issues = list_issues(session.archive(), scope)
    if output == "json":
        echo_json([describe_issue(issue) for issue in issues])
        return
    columns = "ISSUED-AT DOCUMENT VERSION RECIPIENT PURPOSE ISSUED-BY"
    session.echo_table("UI-ISSUED-TITLE", columns, map(issue_row, issues))


COMMANDS = (_issue_transcript, _issued)
