"""``preserve doctor``: looks at the installation and, where there is one, at the archive."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from preserve.errors import InputError, PreserveError
from preserve.journal.chain import check_chain, head
from preserve.model.overview import Observation, Scope, State
from preserve.policy.calendar import load_deadlines
from preserve.policy.files import policy_folders
from preserve.policy.retention import load_retention
from preserve.render.fonts import Face, load_font
from preserve.rules.deadlines import year_due
from preserve.trust.store import load_trust
from preserve.workflow.archive import Archive, import_folders, open_archive
from preserve.workflow.correction_requests import open_requests
from preserve.workflow.packages import newest_package, sealed_packages
from preserve.workflow.scope import class_names

_LIBRARIES = ("pyhanko", "cryptography", "pikepdf", "reportlab", "page-validation", "openpyxl")
_JUDGES = ("pdfsig", "pdftotext", "openssl", "bagit.py")
_ENOUGH_SPACE = 1 << 30


def examine(root: Path, policies: Path | None, today: date) -> tuple[Observation, ...]:
    """Return everything that was looked at; nothing is changed.

    Args:
        root: the archive, or a folder that is none.
        policies: folder of policies that come before the packaged ones.
        today: the day by which deadlines are judged.
    """
    observations = [*_installation(policies)]
    try:
        archive = open_archive(root, policies)
    except InputError:
        observations.append(_observe("DOCTOR-NO-ARCHIVE", State.GOOD, folder=root.resolve()))
    except PreserveError as error:
        observations.append(Observation(error.code, State.BAD, tuple(error.parameters.items())))
    else:
        observations.extend(_archive(archive))
        observations.extend(_deadlines(archive, today))
    return tuple(observations)


def _installation(policies: Path | None) -> Iterator[Observation]:
    yield _observe("DOCTOR-PYTHON", State.GOOD, version=sys.version.split()[0])
    for name in _LIBRARIES:
        try:
            yield _observe("DOCTOR-LIBRARY", State.GOOD, name=name, version=version(name))
        except PackageNotFoundError:
            yield _observe("DOCTOR-LIBRARY-MISSING", State.BAD, name=name)
    try:
        for face in Face:
            load_font(face)
        yield _observe("DOCTOR-FONTS", State.GOOD)
    except PreserveError as error:
        yield Observation(error.code, State.BAD, tuple(error.parameters.items()))
    try:
        rules = load_retention(policy_folders(policies))
        yield _observe("DOCTOR-POLICIES", State.GOOD, rules=len(rules.rules))
    except PreserveError as error:
        yield Observation(error.code, State.BAD, tuple(error.parameters.items()))
    missing = [name for name in _JUDGES if shutil.which(name) is None]
    if missing:
        yield _observe("DOCTOR-JUDGES-MISSING", State.ATTENTION, names=", ".join(missing))


def _archive(archive: Archive) -> Iterator[Observation]:
    yield _observe("DOCTOR-ARCHIVE", State.GOOD, folder=archive.root)
    faults = check_chain(archive.journal)
    if faults:
        yield _observe("DOCTOR-JOURNAL-BROKEN", State.BAD, faults=len(faults))
    else:
        yield _observe("DOCTOR-JOURNAL", State.GOOD, head=head(archive.journal))
    trust = load_trust(archive.trust)
    for name, items in (("anchors", trust.anchors), ("seals", trust.seals), ("crls", trust.crls)):
        state = State.GOOD if items else State.ATTENTION
        code = "DOCTOR-TRUST" if items else "DOCTOR-TRUST-EMPTY"
        yield _observe(code, state, kind=name, count=len(items))
    if not archive.configuration.appointments:
        yield _observe("DOCTOR-NO-APPOINTMENTS", State.ATTENTION)
    if not archive.configuration.timestamp_url:
        yield _observe("DOCTOR-NO-TIMESTAMP-AUTHORITY", State.ATTENTION)
    free = shutil.disk_usage(archive.root).free
    state = State.GOOD if free >= _ENOUGH_SPACE else State.ATTENTION
    yield _observe("DOCTOR-SPACE", state, gigabytes=f"{free / (1 << 30):.1f}")
    yield _observe("DOCTOR-PACKAGES", State.GOOD, count=sum(1 for _ in sealed_packages(archive)))


def _deadlines(archive: Archive, today: date) -> Iterator[Observation]:
    """Yield the years whose transcripts should be sealed by now, and requests that wait.

    A deadline that has passed deserves attention and stops nothing.
    """
    try:
        deadline = load_deadlines(archive.policies).transcripts
        for year in dict.fromkeys(year for year, _ in _classes(archive)):
            due = year_due(year, today, deadline)
            if due is not None and newest_package(archive, year) is None:
                code = "DOCTOR-YEAR-OVERDUE-AGAIN" if due.exceptional else "DOCTOR-YEAR-OVERDUE"
                yield _observe(code, State.ATTENTION, year=year, due=due.due, citation=due.citation)
        for waiting in open_requests(archive, today):
            code = "DOCTOR-REQUEST-OVERDUE" if waiting.overdue else "DOCTOR-REQUEST-OPEN"
            number, day = waiting.request.number, waiting.request.due
            yield _observe(code, State.ATTENTION, number=number, due=day)
    except PreserveError as error:
        yield Observation(error.code, State.BAD, tuple(error.parameters.items()))


def _classes(archive: Archive) -> tuple[tuple[str, str], ...]:
    """Return the classes that have a list; a new archive has none, and that is no fault."""
    return class_names(archive, Scope()) if import_folders(archive) else ()


def _observe(code: str, state: State, **parameters: object) -> Observation:
    return Observation(code, state, tuple((name, str(value)) for name, value in parameters.items()))
