"""The command that tries everything out with a made-up school."""

from __future__ import annotations

from pathlib import Path

import click

from preserve.command.options import (
    PATH,
    command,
    option,
)
from preserve.command.session import Session, say


@command("demo")
@click.argument("folder", metavar="DIR", type=PATH)
@option("--classes", type=click.IntRange(1, 40), default=2, show_default=True)
@option("--pupils", type=click.IntRange(1, 60), default=40, show_default=True)
@option("--seed", type=int, default=1, show_default=True)
def _demo(session: Session, *, folder: Path, classes: int, pupils: int, seed: int) -> None:
    from preserve.workflow.tell_demo_story import DemoSize, tell_demo_story

    with session.occasion() as occasion:
        story = tell_demo_story(folder, DemoSize(classes, pupils, seed), occasion)
    rows = (
        (say(s.name), say(s.what, **dict(s.numbers)), s.where, f"{s.seconds:.1f}")
        for s in story.stages
    )
    session.echo_table("UI-DEMO-TITLE", "STAGE WHAT WHERE SECONDS", rows)
    click.echo(say("UI-DEMO-DONE", folder=story.folder, seconds=f"{story.seconds:.0f}"))


COMMANDS = (_demo,)
