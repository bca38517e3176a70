"""Commands about the archive as a whole: laying it out, looking at it."""

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
from preserve.command.session import TEXTS, Session, echo_json, say
from preserve.model.overview import Scope


@command("init")
@click.argument("folder", metavar="DIR", type=PATH)
@option("--school", type=PATH, required=True)
def _init(session: Session, folder: Path, school: Path) -> None:
    from preserve.workflow.initialise import initialise

    with session.occasion() as occasion:
        archive = initialise(folder, school, occasion, policies=session.policies)
    click.echo(say("UI-INIT-DONE", folder=archive.root))


@command("status")
@with_scope
@with_format
def _status(session: Session, *, scope: Scope, output: str) -> None:
    from preserve.report.status_report import describe_class_state, status_row, status_warnings
    from preserve.workflow.show_status import show_status

    states = list(show_status(session.archive(), scope, session.now))
    if output == "json":
        echo_json([describe_class_state(state) for state in states])
        return
    rows = (status_row(state, TEXTS) for state in states)
    columns = "YEAR CLASS PUPILS RENDERED SIGNED LOCKED PACKAGE COPIES"
    session.echo_table("UI-STATUS-TITLE", columns, rows)
    for line in status_warnings(states, TEXTS):
        session.echo(line)


@command("doctor")
@with_format
def _doctor(session: Session, *, output: str) -> None:
    from preserve.report.doctor_report import describe_observation, observation_line
    from preserve.workflow.examine_installation import examine

    observations = examine(session.root, session.policies, session.now.date())
    if output == "json":
        echo_json([describe_observation(o, TEXTS) for o in observations])
    else:
        for observation in observations:
            click.echo(observation_line(observation, TEXTS))
    sys.exit(max((o.state.exit_code for o in observations), default=0))


COMMANDS = (_init, _status, _doctor)
