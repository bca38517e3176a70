"""``preserve render``: makes the transcripts and grade books of a scope.

A document that already lies there with the same record is left alone. One whose record changed
becomes a new version in a folder of its own. Once anybody has signed the old version, that needs
a reason; once it was issued, it must be withdrawn by decision first (TT 70/2026/TT-BGDĐT
Art. 7(5): never edited, withdrawn and made again). A withdrawn version is always made again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from preserve.durable import make_directory, write_new
from preserve.errors import PreserveError, RuleRefusal
from preserve.formats.record_xml import decode_record
from preserve.journal.chain import read_events
from preserve.journal.issues import read_issues
from preserve.journal.withdrawals import version_object
from preserve.model.overview import Scope
from preserve.model.records import Record
from preserve.model.verification import Indication
from preserve.verify.embedded import read_claims
from preserve.verify.pdfa import PageValidationJudge
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.compose_records import Composer, Composition
from preserve.workflow.documents import (
    DocumentKey,
    StoredDocument,
    Withdrawals,
    find_document,
    withdrawals,
)
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.parallel import run_each
from preserve.workflow.render_record import render_record
from preserve.workflow.scope import class_names


class RenderOutcome(StrEnum):
    """What became of one document."""

    MADE = "made"
    UNCHANGED = "unchanged"
    NEW_VERSION = "new_version"
    NEEDS_REASON = "needs_reason"
    NEEDS_WITHDRAWAL = "needs_withdrawal"
    WAITS_FOR_PREDECESSOR = "waits_for_predecessor"


@dataclass(frozen=True, slots=True)
class RenderResult:
    """One document of a rendering."""

    key: DocumentKey
    outcome: RenderOutcome
    version: int = 0
    sha512: str = ""


@dataclass(frozen=True, slots=True)
class _Task:
    """Everything a worker needs to make one document."""

    composition: Composition
    stored: StoredDocument | None
    upcoming: Path
    """Folder of the version that would come next."""
    reason: str
    withdrawn: bool
    """The newest version counts no longer."""
    issued: bool
    """The newest version left the school."""


@dataclass(frozen=True, slots=True)
class _Past:
    """What the journal knows about versions."""

    withdrawn: Withdrawals
    issued: frozenset[tuple[str, str, int]]


def render_documents(
    archive: Archive,
    scope: Scope,
    occasion: Occasion,
    *,
    reason: str = "",
) -> tuple[RenderResult, ...]:
    """Make every document of the scope.

    Returns:
        One result per document; those that need a reason or wait for the year before were not
        written. :func:`refuse_incomplete` turns them into a refusal.

    Raises:
        InputError: the scope is empty, or a character cannot be drawn.
        StorageError: the archive cannot be written.
    """
    submissions = held_submissions(archive)
    composer = Composer(archive, school_profile(submissions), submissions, occasion.at.date())
    results: list[RenderResult] = []
    past = _past(archive)
    for year, class_name in class_names(archive, scope):
        tasks = [
            _task(archive, composition, reason, past)
            for composition in composer.compose_class(year, class_name)
            if scope.pupil in {None, composition.key.pupil}
            and scope.document in {None, composition.key.record_id}
        ]
        made: list[RenderResult] = []
        for result in run_each(occasion.executor, _make, tasks):
            made.append(result)
            occasion.progress(f"{year} {class_name}", len(made), len(tasks))
        _record(archive, made, occasion, reason)
        results.extend(made)
    return tuple(results)


def refuse_incomplete(results: tuple[RenderResult, ...]) -> None:
    """Raise when some documents could not be made, naming every one of them.

    Raises:
        RuleRefusal: a signed document changed without a reason, or the year before is unsigned.
    """
    for outcome, code in (
        (RenderOutcome.NEEDS_REASON, "RENDER-NEEDS-REASON"),
        (RenderOutcome.NEEDS_WITHDRAWAL, "RENDER-NEEDS-WITHDRAWAL"),
        (RenderOutcome.WAITS_FOR_PREDECESSOR, "RENDER-PREDECESSOR-UNSIGNED"),
    ):
        names = [r.key.record_id for r in results if r.outcome is outcome]
        if names:
            raise RuleRefusal(code, count=len(names), documents=", ".join(names))


def render_composition(
    archive: Archive, composition: Composition, occasion: Occasion, *, reason: str = ""
) -> RenderResult:
    """Make one document that stands outside of a class's list, such as minutes.

    Raises:
        InputError: a character cannot be drawn.
        RuleRefusal: a signed version changed and there is no reason, or it was issued.
        StorageError: the archive cannot be written.
    """
    result = _make(_task(archive, composition, reason, _past(archive)))
    _record(archive, [result], occasion, reason)
    refuse_incomplete((result,))
    return result


def _past(archive: Archive) -> _Past:
    issues = read_issues(read_events(archive.journal))
    issued = frozenset((i.school_year, i.record_id, i.version) for i in issues)
    return _Past(withdrawals(archive), issued)


def _task(archive: Archive, composition: Composition, reason: str, past: _Past) -> _Task:
    stored = find_document(archive, composition.key)
    folder = composition.key.folder(archive, stored.version + 1 if stored else 1)
    if stored is None:
        return _Task(composition, None, folder, reason, withdrawn=False, issued=False)
    return _Task(
        composition,
        stored,
        folder,
        reason,
        withdrawn=stored.identity in past.withdrawn,
        issued=stored.identity in past.issued,
    )


def _make(task: _Task) -> RenderResult:
    """Render one document, let the judge look at it, and write it."""
    key, stored = task.composition.key, task.stored
    if task.composition.record is None:
        return RenderResult(key, RenderOutcome.WAITS_FOR_PREDECESSOR)
    if stored is None:
        return _write(task, 1, RenderOutcome.MADE)
    outcome = _outcome(task, task.composition.record, stored)
    if outcome is RenderOutcome.NEW_VERSION:
        return _write(task, stored.version + 1, outcome)
    return RenderResult(key, outcome, stored.version)


def _outcome(task: _Task, record: Record, stored: StoredDocument) -> RenderOutcome:
    """Say what becomes of a document that lies there already."""
    if task.withdrawn:
        return RenderOutcome.NEW_VERSION
    if _says_the_same(record, stored):
        return RenderOutcome.UNCHANGED
    if task.issued:
        return RenderOutcome.NEEDS_WITHDRAWAL
    if len(stored.files) > 1 and not task.reason:
        return RenderOutcome.NEEDS_REASON
    return RenderOutcome.NEW_VERSION


def _says_the_same(record: Record, stored: StoredDocument) -> bool:
    """Compare the records, not the bytes: a newer program may draw the same record otherwise."""
    claims = read_claims(stored.files[0].read_bytes())
    return decode_record(claims.record_xml) == replace(record, version=stored.version)


def _write(task: _Task, version: int, outcome: RenderOutcome) -> RenderResult:
    content = render_record(task.composition, version)
    key = task.composition.key
    for finding in PageValidationJudge().judge(content, key.record_id, ranges_hold=True):
        if finding.indication is not Indication.TOTAL_PASSED:
            raise PreserveError(
                "RENDER-NOT-CONFORMING",
                document=key.record_id,
                problem=dict(finding.parameters).get("rule", finding.check),
            )
    make_directory(task.upcoming)
    write_new(task.upcoming / "00_rendered.pdf", content)
    return RenderResult(key, outcome, version, hashlib.sha512(content).hexdigest())


def _record(archive: Archive, results: list[RenderResult], occasion: Occasion, reason: str) -> None:
    written = [r for r in results if r.sha512]
    if not written:
        return
    record_event(
        archive.journal,
        occasion,
        "rendering",
        tuple(version_object(r.key.school_year, r.key.record_id, r.version) for r in written),
        (
            *((r.key.record_id, r.sha512) for r in written),
            *((("reason", reason),) if reason else ()),
        ),
    )
