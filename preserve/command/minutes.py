"""Commands for documents that are made on occasion: minutes, and the summary of a transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from preserve.command.options import command, option, with_format
from preserve.command.session import Session, echo_json, say

if TYPE_CHECKING:  # The workflows import the whole program; a help text must not wait for that.
    from preserve.workflow.render_documents import RenderResult

_with_reason = option("--reason", default="")


@click.group("minutes", help=say("HELP-MINUTES"))
def _minutes() -> None:
    pass


@command("amendment", within="minutes")
@click.argument("number", metavar="NUMBER")
@option("--year", metavar="YYYY-YYYY")
@_with_reason
@with_format
def _amendment(
    session: Session, *, number: str, year: str | None, reason: str, output: str
) -> None:
    from preserve.workflow.make_minutes import make_amendment_minutes

    archive = session.archive()
    with session.occasion() as occasion:
        made = make_amendment_minutes(archive, number, occasion, school_year=year, reason=reason)
    _tell(session, made, output)


@command("sealing", within="minutes")
@click.argument("year", metavar="YYYY-YYYY")
@option("--witness", "witnesses", metavar="CODE", multiple=True)
@option("--number", default="", text="MINUTES-NUMBER")
@option("--keeping", metavar="LABEL=PLACE", multiple=True)
@_with_reason
@with_format
def _sealing(
    session: Session,
    *,
    year: str,
    witnesses: tuple[str, ...],
    keeping: tuple[str, ...],
    **others: str,
) -> None:
    from preserve.workflow.compose_minutes import Sealing
    from preserve.workflow.make_minutes import make_sealing_minutes

    sealing = Sealing(witnesses, others["number"], dict(map(_label_and_place, keeping)))
    archive = session.archive()
    with session.occasion() as occasion:
        made = make_sealing_minutes(archive, year, sealing, occasion, reason=others["reason"])
    _tell(session, made, others["output"])


@command("transfer-summary")
@click.argument("pupil", metavar="PUPIL")
@option("--to-school", metavar="NAME", required=True)
@option("--to-place", metavar="PLACE", default="")
@option("--reason", default="", text="TRANSFER-REASON")
@option("--number", default="", text="MINUTES-NUMBER")
@option("--new-version", default="", metavar="REASON")
@with_format
def _transfer_summary(session: Session, *, pupil: str, output: str, **others: str) -> None:
    from preserve.workflow.compose_transfer import Transfer
    from preserve.workflow.make_minutes import make_transfer_summary

    transfer = Transfer(others["to_school"], others["to_place"], others["reason"], others["number"])
    archive, reason = session.archive(), others["new_version"]
    with session.occasion() as occasion:
        made = make_transfer_summary(archive, pupil, transfer, occasion, reason=reason)
    _tell(session, made, output)


def _label_and_place(text: str) -> tuple[str, str]:
    label, separator, place = text.partition("=")
    if not (label and separator and place):
        raise click.BadParameter(say("UI-BAD-KEEPING", value=text))
    return label, place


def _tell(session: Session, made: RenderResult, output: str) -> None:
    key = made.key
    if output == "json":
        echo_json(
            {
                "school_year": key.school_year,
                "record": key.record_id,
                "version": made.version,
                "outcome": made.outcome.value,
            }
        )
        return
    outcome = say(f"UI-OUTCOME-{made.outcome.name}")
    session.echo(say("UI-MINUTES-DONE", document=key.record_id, year=key.school_year))
    session.echo(f"  {outcome}")


_minutes.add_command(_amendment)
_minutes.add_command(_sealing)

COMMANDS = (_minutes, _transfer_summary)
