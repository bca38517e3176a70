"""Commands about keeping: sealing, copying, verifying, periods of retention."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from preserve.command.options import (
    PATH,
    command,
    day_of,
    key_source,
    moment_of,
    option,
    with_format,
    with_key,
    with_passphrase,
    with_scope,
)
from preserve.command.session import TEXTS, Session, echo_json, say
from preserve.errors import PreserveError
from preserve.model.overview import Scope

if TYPE_CHECKING:  # The workflows import the whole program; a help text must not wait for that.
    from preserve.workflow.archive import Archive
    from preserve.workflow.occasion import Occasion


@command("seal-year")
@click.argument("year", metavar="YYYY-YYYY")
@with_key
@with_passphrase
@option("--reason", default="", text="SEAL-REASON")
@option("--allow-indeterminate", is_flag=True)
@option("--dry-run", is_flag=True)
def _seal_year(
    session: Session,
    *,
    year: str,
    uri: str,
    passphrase_file: Path | None,
    reason: str,
    **flags: bool,
) -> None:
    from preserve.workflow.seal_year import SealOptions, check_year, seal_year

    archive = session.archive()
    source = None if flags["dry_run"] else key_source(uri, passphrase_file)
    options = SealOptions(reason, allow_indeterminate=flags["allow_indeterminate"])
    with session.occasion() as occasion:
        if source is None:
            check_year(archive, year, options, occasion)
            click.echo(say("UI-SEAL-DRY-RUN", year=year))
            _warn_unlocked(archive, year, occasion)
            return
        sealed = seal_year(archive, year, source, options, occasion)
    click.echo(say("UI-SEAL-DONE", folder=sealed.root, digest=sealed.manifest_sha512))
    _warn_unlocked(archive, year, occasion)


def _warn_unlocked(archive: Archive, year: str, occasion: Occasion) -> None:
    """Say which classes nobody locked: sealing does not need it, and it is usually forgotten."""
    from preserve.workflow.lock_period import unlocked_classes

    classes = unlocked_classes(archive, year, occasion.at)
    if classes:
        click.echo(say("UI-SEAL-UNLOCKED", year=year, classes=", ".join(classes)), err=True)


@command("copy")
@click.argument("year", metavar="YYYY-YYYY")
@option("--to", "urls", metavar="URL", multiple=True, required=True)
@option("--label", "labels", multiple=True)
@option("--tamper-tag", "tags", multiple=True)
def _copy(session: Session, *, year: str, urls: tuple[str, ...], **names: Any) -> None:
    from preserve.workflow.copy_package import CopyTarget, copy_package

    labels = [*names["labels"], *(f"{year}-{n + 1:02d}" for n in range(len(urls)))]
    tags = [*names["tags"], *([""] * len(urls))]
    targets = [CopyTarget(*parts) for parts in zip(urls, labels, tags, strict=False)]
    with session.occasion() as occasion:
        state = copy_package(session.archive(), year, targets, occasion)
    columns = "LOCATION LABEL TAMPER-TAG READ-BACK STORED-AT"
    rows = ((r.location, r.label, r.tamper_tag, r.read_back, r.stored_at) for r in state.receipts)
    session.echo_table("UI-COPIES-TITLE", columns, rows)
    state.raise_if_too_few()


@command("verify")
@click.argument("path", type=PATH)
@option("--trust", type=PATH)
@option("--at", "moment", metavar="TIME")
@option("--all", "every", is_flag=True)
@with_format
def _verify(
    session: Session,
    *,
    path: Path,
    trust: Path | None,
    moment: str | None,
    every: bool,
    output: str,
) -> None:
    from preserve.report.verification_report import describe_report, report_lines
    from preserve.workflow.verify_target import verify_target

    with session.occasion(quiet=output == "json") as occasion:
        at = moment_of(moment) if moment else occasion.at
        report = verify_target(
            path, trust or session.own_trust(path), replace(occasion, at=at), session.policies
        )
    if output == "json":
        echo_json(describe_report(report, TEXTS))
    else:
        for line in report_lines(report, TEXTS, every_finding=every):
            click.echo(line)
    try:
        report.raise_for_indication()
    except PreserveError as error:
        sys.exit(error.exit_code)


@command("retention")
@with_scope
@option("--on", metavar="YYYY-MM-DD")
@with_format
def _retention(session: Session, *, scope: Scope, on: str | None, output: str) -> None:
    from preserve.report.retention_report import describe_retention, retention_rows
    from preserve.workflow.evaluate_retention import evaluate_retention

    day = day_of(on) if on else session.now.date()
    answers = list(evaluate_retention(session.archive(), scope, day))
    if output == "json":
        echo_json([describe_retention(answer, day, TEXTS) for answer in answers])
        return
    columns = "RECORD-TYPE YEAR RECORDS RETAIN-UNTIL RULE CITATION SOURCE-STATUS"
    session.echo_table("UI-RETENTION-TITLE", columns, retention_rows(answers, TEXTS))


COMMANDS = (_seal_year, _copy, _verify, _retention)
