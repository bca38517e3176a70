"""``preserve render``: makes the transcripts and grade books of a scope.

A document that already lies there with the same record is left alone. One whose record changed
becomes a new version in a folder of its own; once anybody has signed the old version, that needs
a reason (TT 70/2026/TT-BGDĐT Art. 7(5): never edited, withdrawn and made again).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from preserve.durable import make_directory, write_new
from preserve.errors import PreserveError, RuleRefusal
from preserve.formats.record_xml import decode_record
from preserve.model.overview import Scope
from preserve.model.records import GradeBook, Record, Transcript
from preserve.model.verification import Indication
from preserve.render.grade_book import render_grade_book
from preserve.render.transcript import render_transcript
from preserve.verify.embedded import read_claims
from preserve.verify.pdfa import PageValidationJudge
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.compose_records import Composer, Composition
from preserve.workflow.documents import DocumentKey, StoredDocument, find_document
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.parallel import run_each
from preserve.workflow.scope import class_names


class RenderOutcome(StrEnum):
    """What became of one document."""

    MADE = "made"
    UNCHANGED = "unchanged"
    NEW_VERSION = "new_version"
    NEEDS_REASON = "needs_reason"
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
    for year, class_name in class_names(archive, scope):
        tasks = [
            _task(archive, composition, reason)
            for composition in composer.compose_class(year, class_name)
            if scope.pupil in {None, composition.key.pupil}
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
        (RenderOutcome.WAITS_FOR_PREDECESSOR, "RENDER-PREDECESSOR-UNSIGNED"),
    ):
        names = [r.key.record_id for r in results if r.outcome is outcome]
        if names:
            raise RuleRefusal(code, count=len(names), documents=", ".join(names))


def _task(archive: Archive, composition: Composition, reason: str) -> _Task:
    stored = find_document(archive, composition.key)
    version = stored.version + 1 if stored else 1
    return _Task(composition, stored, composition.key.folder(archive, version), reason)


def _make(task: _Task) -> RenderResult:
    """Render one document, let the judge look at it, and write it."""
    key, stored = task.composition.key, task.stored
    if task.composition.record is None:
        return RenderResult(key, RenderOutcome.WAITS_FOR_PREDECESSOR)
    if stored is None:
        return _write(task, 1, RenderOutcome.MADE)
    if _says_the_same(task.composition.record, stored):
        return RenderResult(key, RenderOutcome.UNCHANGED, stored.version)
    if len(stored.files) > 1 and not task.reason:
        return RenderResult(key, RenderOutcome.NEEDS_REASON, stored.version)
    return _write(task, stored.version + 1, RenderOutcome.NEW_VERSION)


def _says_the_same(record: Record, stored: StoredDocument) -> bool:
    """Compare the records, not the bytes: a newer program may draw the same record otherwise."""
    claims = read_claims(stored.files[0].read_bytes())
    return decode_record(claims.record_xml) == replace(record, version=stored.version)


def _write(task: _Task, version: int, outcome: RenderOutcome) -> RenderResult:
    content = _render(task.composition, version)
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


def _render(composition: Composition, version: int) -> bytes:
    match composition.record:
        case Transcript() as transcript:
            predecessor = composition.predecessor.read_bytes() if composition.predecessor else None
            return render_transcript(
                replace(transcript, version=version), composition.form, predecessor=predecessor
            )
        case GradeBook() as book:
            return render_grade_book(replace(book, version=version), composition.form)
        case _:
            raise PreserveError("RENDER-NOTHING", document=composition.key.record_id)


def _record(archive: Archive, results: list[RenderResult], occasion: Occasion, reason: str) -> None:
    written = [r for r in results if r.sha512]
    if not written:
        return
    record_event(
        archive.journal,
        occasion,
        "rendering",
        tuple(f"{r.key.school_year}/{r.key.record_id}/v{r.version:04d}" for r in written),
        (
            *((r.key.record_id, r.sha512) for r in written),
            *((("reason", reason),) if reason else ()),
        ),
    )
