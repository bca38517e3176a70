"""The command ``preserve``: reads arguments and the clock, calls one workflow, prints."""

from __future__ import annotations

import functools
import getpass
import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from preserve.errors import PreserveError
from preserve.model.imports import ImportOutcome
from preserve.model.overview import Scope
from preserve.model.roles import SignerRole
from preserve.report.language import choose_language
from preserve.report.terminal import open_console, print_table, progress_bars
from preserve.report.texts.catalogue import LANGUAGES, Texts

if TYPE_CHECKING:  # The workflows import the whole program; a help text must not wait for that.
    from preserve.workflow.archive import Archive
    from preserve.workflow.occasion import Occasion
    from preserve.workflow.open_keys import KeySource

_TEXTS = Texts(choose_language(sys.argv[1:], os.environ))
_INTERRUPTED = 130
_PATH = click.Path(path_type=Path)
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _t(code: str, **parameters: object) -> str:
    return _TEXTS.message(code, {name: str(value) for name, value in parameters.items()})


@dataclass(frozen=True, slots=True)
class _Session:
    """The global options and the one reading of the clock that a command works with."""

    root: Path
    policies: Path | None
    quiet: bool
    jobs: int
    now: datetime

    def archive(self) -> Archive:
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

    def echo_table(self, title: str, columns: str, rows: Iterable[Iterable[object]]) -> None:
        """Print rows; ``columns`` are the ends of text codes, such as ``YEAR CLASS``."""
        if not self.quiet:
            titles = [_t(f"UI-{column}") for column in columns.split()]
            print_table(_t(title), titles, [list(r) for r in rows], console=open_console())


def _echo_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _option(*names: str, text: str = "", **attributes: Any) -> Callable[[_Function], _Function]:
    """Make an option whose help is the text ``HELP-OPT-<its long name>``."""
    code = text or next(name for name in names if name.startswith("--"))[2:].upper()
    return click.option(*names, help=_t(f"HELP-OPT-{code}"), **attributes)


_with_format = _option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)
_with_key = _option("--key", "uri", metavar="URI", required=True)
_with_passphrase = _option("--passphrase-file", type=_PATH)


def _with_scope(function: Callable[..., None]) -> Callable[..., None]:
    """Add --year, --class and --pupil, and pass them on as one scope."""

    @_option("--year", metavar="YYYY-YYYY")
    @_option("--class", "class_name", metavar="CLASS")
    @_option("--pupil", metavar="CODE")
    @functools.wraps(function)
    def scoped(
        session: _Session,
        *,
        year: str | None,
        class_name: str | None,
        pupil: str | None,
        **others: Any,
    ) -> None:
        function(session, scope=Scope(year, class_name, pupil), **others)

    return scoped


@click.group(
    help=_t("HELP-PRESERVE"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("preserve"), prog_name="preserve")
@_option("--archive", "root", type=_PATH, envvar="PRESERVE_ARCHIVE", default=Path())
@_option("--policies", type=_PATH, envvar="PRESERVE_POLICIES")
@_option("--lang", type=click.Choice(LANGUAGES), expose_value=False)
@_option("--quiet", "-q", is_flag=True)
@_option("--jobs", "-j", type=click.IntRange(1, 256), default=os.cpu_count() or 1)
@click.pass_context
def preserve(
    context: click.Context, *, root: Path, policies: Path | None, quiet: bool, jobs: int
) -> None:
    """Set the session up; ``--lang`` was read before click started, for the help texts."""
    now = datetime.now(UTC).astimezone().replace(microsecond=0)
    context.obj = _Session(root, policies, quiet, jobs, now)


def _command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command with its help text; it is called with the session first."""

    def decorate(function: Callable[..., None]) -> click.Command:
        command = preserve.command(name, help=_t(f"HELP-{name.upper()}"))
        return command(click.make_pass_decorator(_Session)(function))

    return decorate


@_command("init")
@click.argument("folder", metavar="DIR", type=_PATH)
@_option("--school", type=_PATH, required=True)
def _init(session: _Session, folder: Path, school: Path) -> None:
    from preserve.workflow.initialise import initialise

    with session.occasion() as occasion:
        archive = initialise(folder, school, occasion, policies=session.policies)
    click.echo(_t("UI-INIT-DONE", folder=archive.root))


@_command("import")
@click.argument("paths", metavar="PATH...", type=_PATH, nargs=-1, required=True)
@_option("--dry-run", is_flag=True)
@_with_format
def _import(session: _Session, *, paths: tuple[Path, ...], dry_run: bool, output: str) -> None:
    from preserve.report.import_report import describe_submission, submission_lines
    from preserve.workflow.import_exports import import_exports

    with session.occasion() as occasion:
        submission = import_exports(session.archive(), paths, occasion, dry_run=dry_run)
    refused = submission.outcome is ImportOutcome.REFUSED
    if output == "json":
        _echo_json(describe_submission(submission, _TEXTS))
    elif refused or not session.quiet:
        for line in submission_lines(submission, _TEXTS):
            click.echo(line)
    if refused:
        sys.exit(2)


@_command("records")
@_with_scope
@_with_format
def _records(session: _Session, *, scope: Scope, output: str) -> None:
    from preserve.report.records_json import describe_pupil_year
    from preserve.report.records_table import record_row
    from preserve.workflow.list_records import list_records

    held = list_records(session.archive(), scope)
    if output == "json":
        _echo_json([describe_pupil_year(pupil_year) for pupil_year in held])
        return
    columns = "YEAR CLASS NUMBER PUPIL-CODE NAME LEARNING CONDUCT OUTCOME TITLE"
    session.echo_table("UI-RECORDS-TITLE", columns, map(record_row, held))


@_command("check")
@_with_scope
@_with_format
def _check(session: _Session, *, scope: Scope, output: str) -> None:
    from preserve.report.check_report import check_lines, describe_record_finding
    from preserve.workflow.check_records import check_records

    found = list(check_records(session.archive(), scope))
    if output == "json":
        _echo_json([describe_record_finding(item, _TEXTS) for item in found])
    else:
        for line in check_lines(found, _TEXTS):
            click.echo(line)


@_command("render")
@_with_scope
@_option("--reason", default="")
@_with_format
def _render(session: _Session, *, scope: Scope, reason: str, output: str) -> None:
    from preserve.workflow.render_documents import refuse_incomplete, render_documents

    with session.occasion() as occasion:
        results = render_documents(session.archive(), scope, occasion, reason=reason)
    rows = [(r.key.school_year, r.key.record_id, r.outcome.value) for r in results]
    _echo_outcomes(session, output, rows)
    refuse_incomplete(results)


@_command("sign")
@_with_scope
@_option(
    "--role",
    type=click.Choice([role.value for role in SignerRole if role is not SignerRole.CLERK]),
    required=True,
)
@_with_key
@_with_passphrase
@_option("--ready-only", is_flag=True)
@_with_format
def _sign(
    session: _Session,
    *,
    scope: Scope,
    role: str,
    uri: str,
    passphrase_file: Path | None,
    **others: Any,
) -> None:
    from preserve.workflow.sign_documents import sign_documents

    archive = session.archive()
    source = _key_source(uri, passphrase_file)
    with session.occasion() as occasion:
        batch = sign_documents(
            archive, scope, SignerRole(role), source, occasion, ready_only=others["ready_only"]
        )
    for warning in batch.warnings:
        click.echo(_TEXTS.message(warning.code, dict(warning.parameters)), err=True)
    rows = [(r.school_year, r.record_id, r.outcome.value) for r in batch.results]
    _echo_outcomes(session, others["output"], rows)


@_command("status")
@_with_scope
@_with_format
def _status(session: _Session, *, scope: Scope, output: str) -> None:
    from preserve.report.status_report import describe_class_state, status_row
    from preserve.workflow.show_status import show_status

    states = list(show_status(session.archive(), scope))
    if output == "json":
        _echo_json([describe_class_state(state) for state in states])
        return
    rows = (status_row(state, _TEXTS) for state in states)
    columns = "YEAR CLASS PUPILS RENDERED SIGNED PACKAGE COPIES"
    session.echo_table("UI-STATUS-TITLE", columns, rows)


@_command("seal-year")
@click.argument("year", metavar="YYYY-YYYY")
@_with_key
@_with_passphrase
@_option("--reason", default="", text="SEAL-REASON")
@_option("--allow-indeterminate", is_flag=True)
@_option("--dry-run", is_flag=True)
def _seal_year(
    session: _Session,
    *,
    year: str,
    uri: str,
    passphrase_file: Path | None,
    reason: str,
    **flags: bool,
) -> None:
    from preserve.workflow.seal_year import SealOptions, check_year, seal_year

    archive = session.archive()
    source = None if flags["dry_run"] else _key_source(uri, passphrase_file)
    options = SealOptions(reason, allow_indeterminate=flags["allow_indeterminate"])
    with session.occasion() as occasion:
        if source is None:
            check_year(archive, year, options, occasion)
            click.echo(_t("UI-SEAL-DRY-RUN", year=year))
            return
        sealed = seal_year(archive, year, source, options, occasion)
    click.echo(_t("UI-SEAL-DONE", folder=sealed.root, digest=sealed.manifest_sha512))


@_command("copy")
@click.argument("year", metavar="YYYY-YYYY")
@_option("--to", "urls", metavar="URL", multiple=True, required=True)
@_option("--label", "labels", multiple=True)
@_option("--tamper-tag", "tags", multiple=True)
def _copy(session: _Session, *, year: str, urls: tuple[str, ...], **names: Any) -> None:
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


@_command("verify")
@click.argument("path", type=_PATH)
@_option("--trust", type=_PATH)
@_option("--at", "moment", metavar="TIME")
@_option("--all", "every", is_flag=True)
@_with_format
def _verify(
    session: _Session,
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
        at = _moment(moment) if moment else occasion.at
        report = verify_target(
            path, trust or session.own_trust(path), replace(occasion, at=at), session.policies
        )
    if output == "json":
        _echo_json(describe_report(report, _TEXTS))
    else:
        for line in report_lines(report, _TEXTS, every_finding=every):
            click.echo(line)
    try:
        report.raise_for_indication()
    except PreserveError as error:
        sys.exit(error.exit_code)


@_command("issue-transcript")
@click.argument("pupil", metavar="PUPIL")
@_option("--to", "target", type=_PATH, required=True, text="ISSUE-TO")
@_option("--recipient", default="")
@_option("--purpose", default="")
def _issue_transcript(
    session: _Session, *, pupil: str, target: Path, recipient: str, purpose: str
) -> None:
    from preserve.workflow.issue_transcript import Issue, issue_transcript

    issue = Issue(
        recipient or _t("UI-ISSUE-RECIPIENT-UNNAMED"), purpose or _t("UI-ISSUE-PURPOSE-TRANSFER")
    )
    with session.occasion() as occasion:
        folder = issue_transcript(session.archive(), pupil, target, issue, occasion)
    click.echo(_t("UI-ISSUE-DONE", folder=folder))


@_command("retention")
@_with_scope
@_option("--on", metavar="YYYY-MM-DD")
@_with_format
def _retention(session: _Session, *, scope: Scope, on: str | None, output: str) -> None:
    from preserve.report.retention_report import describe_retention, retention_rows
    from preserve.workflow.evaluate_retention import evaluate_retention

    day = _day(on) if on else session.now.date()
    answers = list(evaluate_retention(session.archive(), scope, day))
    if output == "json":
        _echo_json([describe_retention(answer, day, _TEXTS) for answer in answers])
        return
    columns = "RECORD-TYPE YEAR RECORDS RETAIN-UNTIL RULE CITATION SOURCE-STATUS"
    session.echo_table("UI-RETENTION-TITLE", columns, retention_rows(answers, _TEXTS))


@_command("demo")
@click.argument("folder", metavar="DIR", type=_PATH)
@_option("--classes", type=click.IntRange(1, 40), default=2, show_default=True)
@_option("--pupils", type=click.IntRange(1, 60), default=40, show_default=True)
@_option("--seed", type=int, default=1, show_default=True)
def _demo(session: _Session, *, folder: Path, classes: int, pupils: int, seed: int) -> None:
    from preserve.workflow.tell_demo_story import DemoSize, tell_demo_story

    with session.occasion() as occasion:
        story = tell_demo_story(folder, DemoSize(classes, pupils, seed), occasion)
    rows = (
        (_t(s.name), _t(s.what, **dict(s.numbers)), s.where, f"{s.seconds:.1f}")
        for s in story.stages
    )
    session.echo_table("UI-DEMO-TITLE", "STAGE WHAT WHERE SECONDS", rows)
    click.echo(_t("UI-DEMO-DONE", folder=story.folder, seconds=f"{story.seconds:.0f}"))


@_command("doctor")
@_with_format
def _doctor(session: _Session, *, output: str) -> None:
    from preserve.report.doctor_report import describe_observation, observation_line
    from preserve.workflow.examine_installation import examine

    observations = examine(session.root, session.policies)
    if output == "json":
        _echo_json([describe_observation(o, _TEXTS) for o in observations])
    else:
        for observation in observations:
            click.echo(observation_line(observation, _TEXTS))
    sys.exit(max((o.state.exit_code for o in observations), default=0))


def _echo_outcomes(session: _Session, output: str, rows: list[tuple[str, str, str]]) -> None:
    if output == "json":
        _echo_json([{"school_year": y, "record": r, "outcome": o} for y, r, o in rows])
    elif not session.quiet:
        for outcome, count in Counter(outcome for _, _, outcome in rows).items():
            click.echo(f"{count:6d}  {_t(f'UI-OUTCOME-{outcome.upper()}')}")


def _key_source(uri: str, passphrase_file: Path | None) -> KeySource:
    """Ask for the passphrase once; the demo's keys need none."""
    from preserve.workflow.open_keys import KeySource

    if uri.startswith("demo:"):
        return KeySource(uri)
    if passphrase_file is None:
        return KeySource(uri, getpass.getpass(_t("UI-PASSPHRASE", key=uri)))
    try:
        return KeySource(uri, passphrase_file.read_text(encoding="utf-8").rstrip("\r\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.FileError(str(passphrase_file), type(error).__name__) from error


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(_t("UI-BAD-TIME", value=text)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(text: str) -> date:
    return _moment(text).date()


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
        click.echo(_t("UI-INTERRUPTED"), err=True)
        sys.exit(_INTERRUPTED)
    except PreserveError as error:
        click.echo(f"preserve: {_TEXTS.error(error)}", err=True)
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
    click.echo(_t("UI-INTERNAL-ERROR", kind=type(error).__name__, place=place), err=True)


if __name__ == "__main__":
    main()
