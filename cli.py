"""The command ``preserve``: reads arguments and the clock, calls one command, tells errors.

The commands themselves stand in ``preserve/command/``, one file per group of acts
(docs/adr/0017-commands-in-files.md).
"""

from __future__ import annotations

import os
import sys
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from preserve.command import (
    archive,
    corrections,
    custody,
    deferred,
    demo,
    documents,
    issuing,
    locking,
    minutes,
    records,
    signing,
    trust,
)
from preserve.command.options import PATH, option
from preserve.command.session import TEXTS, Session, say
from preserve.errors import PreserveError
from preserve.report.texts.catalogue import LANGUAGES

_INTERRUPTED = 130


@click.group(
    help=say("HELP-PRESERVE"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("preserve"), prog_name="preserve")
@option("--archive", "root", type=PATH, envvar="PRESERVE_ARCHIVE", default=Path())
@option("--policies", type=PATH, envvar="PRESERVE_POLICIES")
@option("--lang", type=click.Choice(LANGUAGES), expose_value=False)
@option("--quiet", "-q", is_flag=True)
@option("--jobs", "-j", type=click.IntRange(1, 256), default=os.cpu_count() or 1)
@click.pass_context
def preserve(
    context: click.Context, *, root: Path, policies: Path | None, quiet: bool, jobs: int
) -> None:
    """Set the session up; ``--lang`` was read before click started, for the help texts."""
    now = datetime.now(UTC).astimezone().replace(microsecond=0)
    context.obj = Session(root, policies, quiet, jobs, now)


_GROUPS = (
    archive,
    records,
    locking,
    corrections,
    documents,
    minutes,
    signing,
    deferred,
    trust,
    custody,
    issuing,
    demo,
)
for _group in _GROUPS:
    for _command in _group.COMMANDS:
        preserve.add_command(_command)


def main() -> None:
    """Run the command and end with the exit code of docs/exit-codes.md."""
    try:
        preserve.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("UI-INTERRUPTED"), err=True)
        sys.exit(_INTERRUPTED)
    except PreserveError as error:
        click.echo(f"preserve: {TEXTS.error(error)}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of the output went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001  (the last line of defence)
        _tell_internal_error(error)
        sys.exit(1)


def _tell_internal_error(error: Exception) -> None:
    """Name the kind of error and its place; the message itself might hold a pupil's name."""
    if os.environ.get("PRESERVE_DEBUG"):
        traceback.print_exc()
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    click.echo(say("UI-INTERNAL-ERROR", kind=type(error).__name__, place=place), err=True)


if __name__ == "__main__":
    main()
