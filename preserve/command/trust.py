"""Commands about whom the school trusts: list, add, remove, and fetching revocation material."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from preserve.command.options import (
    PATH,
    command,
    option,
    with_executor,
    with_format,
    with_scope,
)
from preserve.command.session import TEXTS, Session, echo_json, say
from preserve.errors import InputError
from preserve.model.overview import Scope

_KINDS = ("anchor", "seal", "certificate", "crl", "ocsp")
_GROUPS = ("public", "government", "school")
# The names stand here again because the types live behind heavy imports; a test compares them.


@click.group("trust", help=say("HELP-TRUST"))
def _trust() -> None:
    pass


@command("list", within="trust")
@option("--removed", is_flag=True)
@with_format
def _list(session: Session, *, removed: bool, output: str) -> None:
    from preserve.report.trust_report import describe_item, item_row
    from preserve.workflow.trust_list import list_trust

    entries = list(list_trust(session.archive(), removed=removed))
    if output == "json":
        echo_json([describe_item(e.item, e.source, removed=e.removed) for e in entries])
        return
    columns = "TRUST-KIND GROUP SUBJECT SHA256 SINCE UNTIL SOURCE"
    rows = [item_row(e.item, e.source, TEXTS, removed=e.removed) for e in entries]
    session.echo_table("UI-TRUST-TITLE", columns, rows)


@command("add", within="trust")
@click.argument("file", metavar="FILE", type=PATH)
@option("--kind", type=click.Choice(_KINDS), default="anchor", show_default=True)
@option("--group", type=click.Choice(_GROUPS))
@option("--source", metavar="TEXT", default="")
@option("--fingerprint", metavar="SHA256", default="")
@option("--yes", is_flag=True)
@with_executor
@with_format
def _add(session: Session, *, file: Path, yes: bool, output: str, **given: Any) -> None:
    from preserve.report.trust_report import describe_item, item_lines
    from preserve.trust.items import ItemKind
    from preserve.trust.sources import TrustGroup
    from preserve.workflow.trust_list import Addition, add_trust, inspect_addition

    addition = Addition(
        file=file,
        kind=ItemKind(given["kind"]),
        group=TrustGroup(given["group"]) if given["group"] else None,
        source=given["source"],
        fingerprint=given["fingerprint"],
        added_by=given["executed_by"],
    )
    archive = session.archive()
    item = inspect_addition(archive, addition)
    if output == "text":
        click.echo(item_lines(item, TEXTS), err=not yes)
    if not yes:
        raise InputError("TRUST-NOT-CONFIRMED", fingerprint=item.sha256)
    with session.occasion() as occasion:
        added = add_trust(archive, addition, occasion)
    if output == "json":
        echo_json(describe_item(added, None))
    else:
        session.echo(say("UI-TRUST-ADDED", file=f"trust/{added.kind.folder}/{added.stored_name}"))


@command("remove", within="trust")
@click.argument("fingerprint", metavar="SHA256")
@option("--reason", required=True, text="TRUST-REASON")
@with_executor
@with_format
def _remove(
    session: Session, *, fingerprint: str, reason: str, executed_by: str, output: str
) -> None:
    from preserve.report.trust_report import describe_item
    from preserve.workflow.trust_list import remove_trust

    with session.occasion() as occasion:
        item = remove_trust(session.archive(), fingerprint, reason, executed_by, occasion)
    if output == "json":
        echo_json(describe_item(item, None, removed=True))
    else:
        session.echo(say("UI-TRUST-REMOVE-DONE", sha256=item.sha256, subject=item.subject))


@command("refresh", within="trust")
@with_scope
@option("--allow-local", is_flag=True)
@with_format
def _refresh(session: Session, *, scope: Scope, allow_local: bool, output: str) -> None:
    from preserve.report.trust_report import describe_refresh, refresh_row
    from preserve.trust.fetching import Fetcher
    from preserve.workflow.refresh_revocation import refresh_revocation

    with session.occasion(quiet=output == "json") as occasion:
        fetcher = Fetcher(local=allow_local)
        refreshed = refresh_revocation(session.archive(), scope, fetcher, occasion)
    described = [describe_refresh(row.facts, row.problem, TEXTS) for row in refreshed.rows]
    if output == "json":
        echo_json(described)
    else:
        columns = "SUBJECT SHA256 TRUST-KIND HOST REFRESH-OUTCOME PROBLEM"
        rows = [refresh_row(row.facts, row.problem, TEXTS) for row in refreshed.rows]
        session.echo_table("UI-REFRESH-TITLE", columns, rows)
    refreshed.raise_if_incomplete()


for _command in (_list, _add, _remove, _refresh):
    _trust.add_command(_command)

COMMANDS = (_trust,)
