"""``preserve print``: editions of documents on paper; none of them is the signed document.

A conversion is drawn from the signed file and says so on every page (TT 70/2026/TT-BGDĐT
Art. 12(5)). It needs an event: the year ended, the pupil changes school or leaves it (Quy chế sử
dụng sổ điểm điện tử, Đ.6.3). A regular print for inspection bears its day, a draft its mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from itertools import groupby
from pathlib import Path

from preserve.durable import make_directory, write_new
from preserve.errors import InputError, RuleRefusal
from preserve.formats.record_xml import decode_record
from preserve.journal.chain import read_events
from preserve.journal.locks import read_locks
from preserve.journal.withdrawals import version_object
from preserve.model.acts import LockScope, Period
from preserve.model.overview import Scope
from preserve.model.records import RecordClass, Transcript
from preserve.package.paths import record_folder
from preserve.policy.forms import load_form
from preserve.render.booklet import bind_booklet
from preserve.render.facts import DocumentFacts
from preserve.render.paper import Draft, Edition, PaperEdition, RegularPrint
from preserve.rules.forms import form_for
from preserve.rules.locking import lock_in_force
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.compose_records import Composer, Composition
from preserve.workflow.documents import stored_documents
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.parallel import run_each
from preserve.workflow.render_record import render_record
from preserve.workflow.scope import class_names

PRINTING = "printing"
"""Event type of a print."""
_PRINTED = {RecordClass.TRANSCRIPT, RecordClass.GRADE_BOOK, RecordClass.ASSESSMENT_SUMMARY}
_DIGITS = 16
"""Hexadecimal digits of the signed file's digest that a conversion shows."""


class PrintKind(StrEnum):
    """Which edition."""

    CONVERSION = "conversion"
    REGULAR = "regular"
    DRAFT = "draft"


class PrintEvent(StrEnum):
    """What a conversion is made for."""

    YEAR_END = "year_end"
    TRANSFER = "transfer"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What is printed, and why."""

    kind: PrintKind
    event: PrintEvent | None
    executed_by: str
    final_grade: bool = False
    """Only the classes that complete the level."""
    bound: bool = False
    """The transcripts of a class in one file, each beginning on a right-hand page."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One document to draw."""

    composition: Composition
    version: int
    sha512: str
    """Digest of the signed file; empty for what is drawn from today's data."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What the documents of one print have in common."""

    order: PrintOrder
    number: int
    at: datetime
    system: str


def print_copies(
    archive: Archive, folder: Path, scope: Scope, order: PrintOrder, occasion: Occasion
) -> tuple[Path, ...]:
    """Write the editions of a scope's documents into a folder and return their paths.

    Raises:
        InputError: the scope is empty, a document was not rendered, or has no edition on paper.
        RuleRefusal: a conversion has no event, or its event has not come; a document is not
            signed completely or was withdrawn.
        StorageError: the folder cannot be written.
    """
    year = scope.school_year
    if year is None:
        raise InputError("PRINT-NO-YEAR")
    classes = _classes(archive, scope, order)
    _refuse_early(archive, scope, order, occasion)
    pages = tuple(_pages(archive, scope, order, occasion.at.date()))
    pages = tuple(page for page in pages if page.composition.key.class_name in classes)
    if not pages:
        raise InputError("PRINT-NOTHING", year=year)
    number = sum(event.event_type == PRINTING for event in read_events(archive.journal)) + 1
    make_directory(folder)
    run = _Run(order, number, occasion.at, occasion.agent)
    names = {_file_name(run, page): None for page in pages}
    for name, content in _drawn(run, pages, occasion):
        write_new(folder / name, content)
    _record(archive, pages, order, occasion)
    return tuple(folder / name for name in names)


def _file_name(run: _Run, page: _Page) -> str:
    """Name the file that a page goes into; bound transcripts of a class share one."""
    key = page.composition.key
    name = key.record_id
    if run.order.bound and key.record_class is RecordClass.TRANSCRIPT:
        name = record_folder(key.record_class, key.class_name, None, 1)
    return f"{name}_{key.school_year}.{run.order.kind.value}-{run.number:04d}.pdf"


def _drawn(run: _Run, pages: tuple[_Page, ...], occasion: Occasion) -> Iterator[tuple[str, bytes]]:
    """Yield file names and contents; a class is bound when its last transcript is drawn."""
    made = zip(pages, run_each(occasion.executor, partial(_draw, run), pages), strict=True)
    counted = _counting(made, len(pages), run.order.kind.value, occasion)
    for name, group in groupby(counted, key=lambda pair: _file_name(run, pair[0])):
        members = tuple(group)
        first, content = members[0]
        if run.order.bound and first.composition.key.record_class is RecordClass.TRANSCRIPT:
            content = bind_booklet((data for _, data in members), _facts(first, name, run))
        yield name, content


def _counting(
    made: Iterable[tuple[_Page, bytes]], total: int, act: str, occasion: Occasion
) -> Iterator[tuple[_Page, bytes]]:
    for number, pair in enumerate(made, start=1):
        occasion.progress(act, number, total)
        yield pair


def _facts(page: _Page, name: str, run: _Run) -> DocumentFacts:
    record = page.composition.record
    author = record.school.name if record is not None else ""
    return DocumentFacts(name.removesuffix(".pdf"), author, run.at.date())


def _classes(archive: Archive, scope: Scope, order: PrintOrder) -> frozenset[str]:
    """Return the names of the classes to print; on demand only those of the final grade.

    Raises:
        InputError: the scope is empty.
    """
    profile = school_profile(held_submissions(archive))
    chosen = set()
    for year, name in class_names(archive, scope):
        group = profile.class_group(year, name)
        if group is None or not order.final_grade:
            chosen.add(name)
            continue
        form = form_for(profile.school.level, group.grade, year, profile.school.kind)
        if load_form(form, archive.policies).final_grade == group.grade:
            chosen.add(name)
    return frozenset(chosen)


def _refuse_early(archive: Archive, scope: Scope, order: PrintOrder, occasion: Occasion) -> None:
    """Refuse a conversion without an event, and one whose event has not come."""
    if order.kind is not PrintKind.CONVERSION:
        return
    match order.event:
        case None:
            raise RuleRefusal("PRINT-NO-EVENT")
        case PrintEvent.TRANSFER | PrintEvent.LEAVE if scope.pupil is None:
            raise InputError("PRINT-NO-PUPIL", event=order.event.value)
        case PrintEvent.YEAR_END:
            years = school_profile(held_submissions(archive)).years
            last = next((y.last_day for y in years if y.name == scope.school_year), None)
            if last is not None and occasion.at.date() < last:
                raise RuleRefusal("PRINT-YEAR-RUNS", year=scope.school_year, last_day=last)
    if order.final_grade:
        _refuse_unlocked(archive, scope, occasion)


def _refuse_unlocked(archive: Archive, scope: Scope, occasion: Occasion) -> None:
    """Refuse unless the year is locked: only then is the final grade's book printed."""
    acts = tuple(read_locks(read_events(archive.journal)))
    for year, name in class_names(archive, scope):
        if lock_in_force(acts, LockScope(year, Period.YEAR, name), occasion.at) is None:
            raise RuleRefusal("PRINT-NOT-LOCKED", year=year, class_name=name)


def _pages(archive: Archive, scope: Scope, order: PrintOrder, today: date) -> Iterator[_Page]:
    if order.kind is PrintKind.CONVERSION:
        yield from _signed_pages(archive, scope, today)
        return
    composer = _composer(archive, today)
    for year, name in class_names(archive, scope):
        for composition in composer.compose_class(year, name):
            if composition.record is not None and scope.pupil in {None, composition.key.pupil}:
                yield _Page(composition, composition.record.version, "")


def _composer(archive: Archive, today: date) -> Composer:
    submissions = held_submissions(archive)
    return Composer(archive, school_profile(submissions), submissions, today)


def _signed_pages(archive: Archive, scope: Scope, today: date) -> Iterator[_Page]:
    """Yield what the signed files say, so that paper and original cannot differ."""
    composer = _composer(archive, today)
    for stored in stored_documents(archive, scope):
        if stored.key.record_class not in _PRINTED:
            continue
        content = stored.newest.read_bytes()
        claims = read_claims(content)
        name = stored.key.record_id
        if claims.empty:
            raise RuleRefusal("PRINT-NOT-SIGNED", document=name, missing=", ".join(claims.empty))
        record = decode_record(claims.record_xml)
        form = load_form(record.form, archive.policies)
        earlier = record.years[:-1] if isinstance(record, Transcript) else ()
        composition = Composition(stored.key, form, record, forms=composer.forms_of(earlier, form))
        yield _Page(composition, stored.version, hashlib.sha512(content).hexdigest())


def _draw(run: _Run, page: _Page) -> bytes:
    return render_record(page.composition, page.version, _edition(run, page))


def _edition(run: _Run, page: _Page) -> Edition:
    match run.order.kind:
        case PrintKind.DRAFT:
            return Draft()
        case PrintKind.REGULAR:
            return RegularPrint(run.at.date(), f"{run.number:04d}")
        case PrintKind.CONVERSION:
            key = page.composition.key
            name = version_object(key.school_year, key.record_id, page.version)
            reference = f"{name} ({page.sha512[:_DIGITS]})"
            return PaperEdition(run.at, run.order.executed_by, run.system, reference)


def _record(
    archive: Archive, pages: tuple[_Page, ...], order: PrintOrder, occasion: Occasion
) -> None:
    names = (
        version_object(p.composition.key.school_year, p.composition.key.record_id, p.version)
        for p in pages
    )
    details = (
        ("kind", order.kind.value),
        ("event", order.event.value if order.event else ""),
        ("executed-by", order.executed_by),
    )
    record_event(archive.journal, occasion, PRINTING, tuple(names), details)
