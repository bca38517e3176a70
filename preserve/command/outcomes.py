"""Prints what became of each document of a batch."""

from __future__ import annotations

from collections import Counter

import click

from preserve.command.session import Session, echo_json, say


def echo_outcomes(session: Session, output: str, rows: list[tuple[str, str, str]]) -> None:
    """Print triples (school year, record, outcome), counted or one by one as JSON."""
    if output == "json":
        echo_json([{"school_year": y, "record": r, "outcome": o} for y, r, o in rows])
    elif not session.quiet:
        for outcome, count in Counter(outcome for _, _, outcome in rows).items():
            click.echo(f"{count:6d}  {say(f'UI-OUTCOME-{outcome.upper()}')}")
