"""Gathers what goes into a year's bundle: documents, sources, policies, validation material."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from preserve.formats.facts import decode_submission
from preserve.formats.records_csv import HELD, PERMANENT, RecordRow
from preserve.formats.school_toml import encode_configuration
from preserve.model.imports import SourceFile, Submission
from preserve.model.records import RecordClass
from preserve.model.retention import RetentionStatus
from preserve.package.bundle import BundleFile
from preserve.package.paths import (
    bundle_certificate_path,
    bundle_crl_path,
    bundle_document_path,
    bundle_policy_path,
    bundle_source_path,
    package_id,
    version_folder,
)
from preserve.policy.files import PolicyFile, read_policies
from preserve.policy.retention import RetentionSchedule, load_retention
from preserve.rules.retention import evaluate
from preserve.trust.store import fingerprint, load_trust
from preserve.workflow.archive import Archive, import_folders
from preserve.workflow.documents import StoredDocument

_KINDS = (
    "algorithms",
    "assessment",
    "calendar",
    "forms",
    "import",
    "names",
    "packaging",
    "retention",
    "signing",
)


def gather_bundle(
    archive: Archive,
    school_year: str,
    documents: tuple[StoredDocument, ...],
    superseded: tuple[StoredDocument, ...],
    on: date,
) -> Iterator[BundleFile]:
    """Yield every file of a year's bundle.

    Args:
        archive: the archive.
        school_year: the year.
        documents: the newest version of every document.
        superseded: earlier signed versions, which stand beside the newest one with their version
            in the name (TT 70/2026/TT-BGDĐT Art. 16(5): data and the history of changes together).
        on: the day of the bundle.

    Raises:
        PolicyError: a retention file cannot be used.
    """
    schedule = load_retention(archive.policies)
    school = archive.configuration.school.code
    for document in documents:
        yield _document(document, document.key.record_id, _Frame(school, schedule, on))
    for document in superseded:
        name = f"{document.key.record_id}.{version_folder(document.version)}"
        yield _document(document, name, _Frame(school, schedule, on))
    for folder in import_folders(archive):
        yield from _sources(folder, school_year, schedule, on)
    for policy in policies_in_force(archive):
        yield BundleFile(bundle_policy_path(policy.kind, policy.name), policy.content)
    yield BundleFile("metadata/school.toml", _public_configuration(archive))
    trust = load_trust(archive.trust)
    for der in (*trust.anchors, *trust.seals, *trust.certificates):
        yield BundleFile(bundle_certificate_path(fingerprint(der)), der)
    for der in trust.crls:
        yield BundleFile(bundle_crl_path(fingerprint(der)), der)


def policies_in_force(archive: Archive) -> Iterator[PolicyFile]:
    """Yield every policy that the archive works with."""
    for kind in _KINDS:
        yield from read_policies(kind, archive.policies)


def _public_configuration(archive: Archive) -> bytes:
    """Return ``school.toml`` without the places of keys."""
    configuration = archive.configuration
    return encode_configuration(
        replace(
            configuration,
            appointments=tuple(replace(a, key=None) for a in configuration.appointments),
            demo_authority="",
        )
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the rows of all documents have in common."""

    school_code: str
    schedule: RetentionSchedule
    on: date


def _document(document: StoredDocument, name: str, frame: _Frame) -> BundleFile:
    key = document.key
    base_year = _base_year(key.school_year)
    status = evaluate(key.record_class.value, base_year, frame.on, frame.schedule)
    of_school = key.record_class is RecordClass.SEALING_MINUTES
    package = package_id(frame.school_code, key.school_year)
    row = RecordRow(
        record_id=key.record_id,
        record_class=key.record_class.value,
        subject_id=package if of_school else key.detail or key.pupil or key.class_name,
        class_name="" if of_school else key.class_name,
        school_year=key.school_year,
        version=document.version,
        **_retention_columns(status),
    )
    path = f"data/{name}.pdf" if of_school else bundle_document_path(key.class_name, name)
    return BundleFile(path, document.newest, row)


def _sources(
    folder: Path, school_year: str, schedule: RetentionSchedule, on: date
) -> Iterator[BundleFile]:
    """Yield the originals of one import that say something about the year, and its facts."""
    facts = folder / "facts.json"
    status = evaluate(RecordClass.SOURCE_EXPORT.value, _base_year(school_year), on, schedule)
    files = _files_of(decode_submission(facts.read_bytes()), school_year)
    paths = [folder / "originals" / f.stored_name for f in files]
    for path in (*paths, *((facts,) if files else ())):
        row = RecordRow(
            record_id=f"{RecordClass.SOURCE_EXPORT.value}.{folder.name}.{path.name}",
            record_class=RecordClass.SOURCE_EXPORT.value,
            subject_id="",
            class_name="",
            school_year=school_year,
            version=1,
            **_retention_columns(status),
        )
        yield BundleFile(bundle_source_path(folder.name, path.name), path, row)


def _files_of(submission: Submission, school_year: str) -> list[SourceFile]:
    """Return the files that say something about the year, and what cannot be read with them.

    Of a file without facts, such as signed XML of the Ministry, nobody can say which year it is
    about: it goes with the files that it came with, and alone it goes into every bundle.
    """
    telling = {f.stored_name for f in submission.files if _concerns(f, school_year)}
    silent = {f.stored_name for f in submission.files if not f.sheets}
    alone = len(silent) == len(submission.files)
    kept = telling | silent if telling or alone else set()
    return [file for file in submission.files if file.stored_name in kept]


def _concerns(file: SourceFile, school_year: str) -> bool:
    return any(sheet.school_year in {None, school_year} for sheet in file.sheets)


def _retention_columns(status: RetentionStatus) -> dict[str, str]:
    """Return the columns of a row that say how long it is kept and why."""
    rule = next((r for r in status.rules if r.rule_id == status.deciding_rule), None)
    if status.retain_until is not None:
        until = status.retain_until.isoformat()
    else:
        until = PERMANENT if status.permanent else HELD
    return {
        "retention_rule": status.deciding_rule,
        "citation": rule.citation if rule else "",
        "retain_until": until,
    }


def _base_year(school_year: str) -> int:
    """Return the year in which the work of a school year ended: 2025 for 2024-2025."""
    return int(school_year[-4:])
