"""How commands and their options are declared, and how an option's text becomes a value."""

from __future__ import annotations

import functools
import getpass
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from preserve.command.session import Session, say
from preserve.model.overview import Scope
from preserve.report.texts.catalogue import LANGUAGES

if TYPE_CHECKING:  # The workflows import the whole program; a help text must not wait for that.
    from preserve.workflow.open_keys import KeySource

PATH = click.Path(path_type=Path)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def command(name: str, within: str = "") -> Callable[[Callable[..., None]], click.Command]:
    """Make a command with its help text; it is called with the session first.

    Args:
        name: as it is typed.
        within: name of the group that the command belongs to, empty for none.
    """
    code = f"{within}-{name}".strip("-").upper()

    def decorate(function: Callable[..., None]) -> click.Command:
        made = click.command(name, help=say(f"HELP-{code}"))
        return made(_with_language(click.make_pass_decorator(Session)(function)))

    return decorate


def _with_language(function: Callable[..., None]) -> Callable[..., None]:
    """Take ``--lang`` after the command too; it was read before click started."""
    choice = click.Choice(LANGUAGES)
    return click.option("--lang", type=choice, expose_value=False, hidden=True)(function)


def option(*names: str, text: str = "", **attributes: Any) -> Callable[[_Function], _Function]:
    """Make an option whose help is the text ``HELP-OPT-<its long name>``."""
    code = text or next(name for name in names if name.startswith("--"))[2:].upper()
    return click.option(*names, help=say(f"HELP-OPT-{code}"), **attributes)


with_format = option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)
with_key = option("--key", "uri", metavar="URI", required=True)
with_passphrase = option("--passphrase-file", type=PATH)


def _user() -> str:
    """Return the name under which the person is logged in, empty when the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


with_executor = option("--by", "executed_by", metavar="WHO", default=_user)


def with_decision(function: Callable[..., None]) -> Callable[..., None]:
    """Add --decision, --decision-date and --by: who decided what, and who carries it out."""
    dated = option("--decision-date", metavar="YYYY-MM-DD", required=True)(with_executor(function))
    return option("--decision", "number", metavar="NUMBER", required=True)(dated)


def with_scope(function: Callable[..., None]) -> Callable[..., None]:
    """Add --year, --class and --pupil, and pass them on as one scope."""

    @option("--year", metavar="YYYY-YYYY")
    @option("--class", "class_name", metavar="CLASS")
    @option("--pupil", metavar="CODE")
    @functools.wraps(function)
    def scoped(
        session: Session,
        *,
        year: str | None,
        class_name: str | None,
        pupil: str | None,
        **others: Any,
    ) -> None:
        function(session, scope=Scope(year, class_name, pupil), **others)

    return scoped


def key_source(uri: str, passphrase_file: Path | None) -> KeySource:
    """Ask for the secret once; the demo's keys need none, an external signer asks by itself."""
    from preserve.workflow.open_keys import KeySource

    if uri.startswith(("demo:", "exec:")):
        return KeySource(uri)
    if passphrase_file is None:
        return KeySource(uri, getpass.getpass(say("UI-PASSPHRASE", key=uri)))
    try:
        return KeySource(uri, passphrase_file.read_text(encoding="utf-8").rstrip("\r\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.FileError(str(passphrase_file), type(error).__name__) from error


def moment_of(text: str, zone: tzinfo | None = UTC) -> datetime:
    """Read a time; one without a zone is of the given zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(say("UI-BAD-TIME", value=text)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def day_of(text: str) -> date:
    """Read a day."""
    return moment_of(text).date()
