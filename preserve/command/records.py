"""Commands about the school's own data: taking it in, showing it, checking it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from preserve.command.options import (
    PATH,
    command,
    option,
    with_format,
    with_scope,
)
from preserve.command.session import TEXTS, Session, echo_json
from preserve.model.imports import ImportOutcome
from preserve.model.overview import Scope


@command("import")
@click.argument("paths", metavar="PATH...", type=PATH, nargs=-1, required=True)
@option("--dry-run", is_flag=True)
@with_format
def _import(session: Session, *, paths: tuple[Path, ...], dry_run: bool, output: str) -> None:
    from preserve.report.import_report import describe_submission, submission_lines
    from preserve.workflow.import_exports import import_exports

    with session.occasion() as occasion:
        submission = import_exports(session.archive(), paths, occasion, dry_run=dry_run)
    refused = submission.outcome is ImportOutcome.REFUSED
    if output == "json":
        echo_json(describe_submission(submission, TEXTS))
    elif refused or not session.quiet:
        for line in submission_lines(submission, TEXTS):
            click.echo(line)
    if refused:
        sys.exit(2)


@command("records")
@with_scope
@with_format
def _records(session: Session, *, scope: Scope, output: str) -> None:
    from preserve.report.records_json import describe_pupil_year
    from preserve.report.records_table import record_row
    from preserve.workflow.list_records import list_records

    held = list_records(session.archive(), scope)
    if output == "json":
        echo_json([describe_pupil_year(pupil_year) for pupil_year in held])
        return
    columns = "YEAR CLASS NUMBER PUPIL-CODE NAME LEARNING CONDUCT OUTCOME TITLE"
    session.echo_table("UI-RECORDS-TITLE", columns, map(record_row, held))


@command("check")
@with_scope
@option("--lists", is_flag=True)
@with_format
def _check(session: Session, *, scope: Scope, lists: bool, output: str) -> None:
    if lists:
        _echo_lists(session, scope, output)
        return
    from preserve.report.check_report import check_lines, describe_record_finding
    from preserve.workflow.check_records import check_records

    found = list(check_records(session.archive(), scope))
    if output == "json":
        echo_json([describe_record_finding(item, TEXTS) for item in found])
    else:
        for line in check_lines(found, TEXTS):
            click.echo(line)


def _echo_lists(session: Session, scope: Scope, output: str) -> None:
    from preserve.report.check_report import describe_lists, list_lines
    from preserve.workflow.list_outcomes import list_outcomes

    lists = list(list_outcomes(session.archive(), scope))
    if output == "json":
        echo_json(describe_lists(lists))
    else:
        for line in list_lines(lists, TEXTS):
            click.echo(line)


COMMANDS = (_import, _records, _check)
