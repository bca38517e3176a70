"""The command that signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from preserve.command.options import (
    command,
    key_source,
    option,
    with_format,
    with_key,
    with_passphrase,
    with_scope,
)
from preserve.command.outcomes import echo_outcomes
from preserve.command.session import TEXTS, Session
from preserve.model.overview import Scope
from preserve.model.roles import SignerRole


@command("sign")
@with_scope
@option(
    "--role",
    type=click.Choice([role.value for role in SignerRole]),
    required=True,
)
@with_key
@with_passphrase
@option("--ready-only", is_flag=True)
@option("--document", metavar="ID")
@option("--confirm-unchecked-status", is_flag=True)
@with_format
def _sign(
    session: Session,
    *,
    scope: Scope,
    role: str,
    uri: str,
    passphrase_file: Path | None,
    **others: Any,
) -> None:
    from preserve.workflow.sign_documents import sign_documents

    archive = session.archive()
    scope = replace(scope, document=others["document"])
    source = key_source(uri, passphrase_file)
    with session.occasion() as occasion:
        batch = sign_documents(
            archive,
            scope,
            SignerRole(role),
            source,
            occasion,
            ready_only=others["ready_only"],
            unchecked_confirmed=others["confirm_unchecked_status"],
        )
    for warning in batch.warnings:
        click.echo(TEXTS.message(warning.code, dict(warning.parameters)), err=True)
    rows = [(r.school_year, r.record_id, r.outcome.value) for r in batch.results]
    echo_outcomes(session, others["output"], rows)


@command("augment")
@with_scope
@option(
    "--level",
    type=click.Choice(["B-LT", "B-LTA"]),
    default="B-LT",
    show_default=True,
)
@with_format
def _augment(session: Session, *, scope: Scope, level: str, output: str) -> None:
    from preserve.policy.signing import PadesLevel
    from preserve.workflow.augment_documents import augment_documents, refuse_incomplete

    archive = session.archive()
    with session.occasion() as occasion:
        batch = augment_documents(archive, scope, PadesLevel(level), occasion)
    for warning in batch.warnings:
        click.echo(TEXTS.message(warning.code, dict(warning.parameters)), err=True)
    rows = [(r.school_year, r.record_id, r.outcome.value) for r in batch.results]
    echo_outcomes(session, output, rows)
    refuse_incomplete(batch)


COMMANDS = (_sign, _augment)
