"""Finds out what lies at a path and judges it: document, bundle, package, store or dossier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from preserve.errors import InputError, StorageError
from preserve.model.verification import Finding, SubIndication, VerificationReport
from preserve.verify.bag import DECLARATION, TAG_MANIFEST
from preserve.verify.bundle import verify_bundle
from preserve.verify.checks import Check
from preserve.verify.context import VerificationContext
from preserve.verify.document import verify_document
from preserve.verify.dossier import SUMS, verify_dossier
from preserve.verify.findings import failed
from preserve.verify.fixity import Progress, silent
from preserve.verify.measuring import Unreadable, read_plain

_VERSION = re.compile(r"v(\d{4})")


def verify_path(
    path: Path,
    context: VerificationContext,
    *,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> VerificationReport:
    """Judge whatever lies at ``path``.

    - a file: one document;
    - a folder with ``bagit.txt`` or a tag manifest: one bundle;
    - a folder with ``v0001``, ``v0002``, …: a package, of which the newest version is judged;
    - a folder with ``SHA256SUMS.txt`` or ``SHA512SUMS.txt``: a transfer dossier;
    - a folder of package folders: a store, of which every package is judged.

    Raises:
        InputError: ``VERIFY-NO-SUCH-PATH``, nothing lies there; ``VERIFY-NO-TARGET``, it is none
            of these.
        StorageError: the medium does not give the file or folder at all.
    """
    if not path.exists():
        raise InputError("VERIFY-NO-SUCH-PATH", path=path)
    if path.is_file():
        return _verify_file(path, context)
    names = _names(path)
    if DECLARATION in names or TAG_MANIFEST in names:
        return verify_bundle(path, context, executor=executor, progress=progress)
    if _versions(names):
        return _verify_package(path, context, executor, progress)
    if names & set(SUMS):
        return verify_dossier(path, context, progress=progress)
    packages = [path / name for name in sorted(names) if _is_package(path / name)]
    if packages:
        return _verify_store(path, packages, context, executor, progress)
    raise InputError("VERIFY-NO-TARGET", path=path)


def _verify_file(path: Path, context: VerificationContext) -> VerificationReport:
    content = read_plain(path.resolve())
    if isinstance(content, Unreadable):
        raise StorageError("VERIFY-UNREADABLE", path=path, problem=content.problem)
    return verify_document(content, path.name, context)


def _verify_package(
    path: Path, context: VerificationContext, executor: Executor | None, progress: Progress
) -> VerificationReport:
    versions = _versions(_names(path))
    newest = versions[-1]
    report = verify_bundle(path / f"v{newest:04d}", context, executor=executor, progress=progress)
    findings = tuple(_prefixed(report, f"v{newest:04d}"))
    gaps = sorted(set(range(1, newest)) - set(versions))
    missing = tuple(
        failed(Check.CMP_VERSION, f"v{gap:04d}", SubIndication.SIGNED_DATA_NOT_FOUND, newest=newest)
        for gap in gaps
    )
    return replace(report, subject=path.name, findings=(*findings, *missing))


def _verify_store(
    path: Path,
    packages: list[Path],
    context: VerificationContext,
    executor: Executor | None,
    progress: Progress,
) -> VerificationReport:
    findings: list[Finding] = []
    for package in packages:
        report = _verify_package(package, context, executor, progress)
        findings.extend(_prefixed(report, package.name))
    return VerificationReport(path.name, context.at, context.policy_name, tuple(findings))


def _prefixed(report: VerificationReport, folder: str) -> Iterator[Finding]:
    for finding in report.findings:
        subject = folder if finding.subject == "." else f"{folder}/{finding.subject}"
        parameters = tuple(
            (name, subject if name == "subject" else value) for name, value in finding.parameters
        )
        yield replace(finding, subject=subject, parameters=parameters)


def _is_package(path: Path) -> bool:
    return not path.is_symlink() and path.is_dir() and bool(_versions(_names(path)))


def _versions(names: set[str]) -> list[int]:
    found = (_VERSION.fullmatch(name) for name in names)
    return sorted(int(match[1]) for match in found if match is not None)


def _names(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in folder.iterdir()}
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise StorageError("VERIFY-UNREADABLE", path=folder, problem=problem) from error
