"""What every command works with: the global options, one reading of the clock, the language."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from preserve.report.language import choose_language
from preserve.report.terminal import open_console, print_table, progress_bars
from preserve.report.texts.catalogue import Texts

if TYPE_CHECKING:  # The workflows import the whole program; a help text must not wait for that.
    from preserve.workflow.archive import Archive
    from preserve.workflow.occasion import Occasion

TEXTS = Texts(choose_language(sys.argv[1:], os.environ))
"""The sentences of this run; chosen before click parses, for the help texts."""


def say(code: str, **parameters: object) -> str:
    """Return a sentence in the language of this run."""
    return TEXTS.message(code, {name: str(value) for name, value in parameters.items()})


@dataclass(frozen=True, slots=True)
class Session:
    """The global options and the one reading of the clock that a command works with."""

    root: Path
    policies: Path | None
    quiet: bool
    jobs: int
    now: datetime

    def archive(self) -> Archive:
        """Open the archive.

        Raises:
            InputError: there is none.
        """
        from preserve.workflow.archive import open_archive

        return open_archive(self.root, self.policies)

    def own_trust(self, judged: Path) -> Path | None:
        """Return the archive's trust folder, unless the judged thing brought it along.

        Nothing may vouch for itself because somebody stands in its folder (threat P-42).
        """
        folder = (self.root / "trust").resolve()
        return None if folder.is_relative_to(judged.resolve()) else folder

    @contextmanager
    def occasion(self, *, quiet: bool = False) -> Iterator[Occasion]:
        """Yield the circumstances of the command's act, with progress bars on a terminal."""
        from preserve.workflow.occasion import Occasion
        from preserve.workflow.parallel import process_pool

        bars = progress_bars(quiet=self.quiet or quiet)
        with bars as progress, process_pool(self.jobs) as pool:
            yield Occasion(self.now, f"preserve {version('preserve')}", pool, progress)

    def echo(self, line: str) -> None:
        """Print one line, unless the person wants it quiet."""
        if not self.quiet:
            click.echo(line)

    def echo_table(self, title: str, columns: str, rows: Iterable[Iterable[object]]) -> None:
        """Print rows; ``columns`` are the ends of text codes, such as ``YEAR CLASS``."""
        if not self.quiet:
            titles = [say(f"UI-{column}") for column in columns.split()]
            print_table(say(title), titles, [list(r) for r in rows], console=open_console())


def echo_json(value: object) -> None:
    """Print one JSON value."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
