"""Judges a sealed bundle: its shape, its seal, every byte, every document."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from preserve.model.verification import Finding, Indication, SubIndication, VerificationReport
from preserve.verify.bag import CERTIFICATES, LISTS, Bag, is_document
from preserve.verify.bag_records import BagTexts, judge_identity
from preserve.verify.batches import run_batches
from preserve.verify.checks import Check
from preserve.verify.context import VerificationContext
from preserve.verify.document import judge_document
from preserve.verify.findings import failed, passed, undetermined
from preserve.verify.fixity import Progress, judge_fixity, read_bag, silent, with_pass
from preserve.verify.identity import Identity, identity_of
from preserve.verify.material import with_material
from preserve.verify.measuring import (
    Measured,
    Unreadable,
    measure_bytes,
    measure_file,
    read_plain,
)
from preserve.verify.tree import list_tree


@dataclass(frozen=True, slots=True)
class _Inspected:
    """One file after its only reading."""

    path: str
    measured: Measured | Unreadable
    identity: Identity | None = None
    findings: tuple[Finding, ...] = ()


def verify_bundle(
    root: Path,
    context: VerificationContext,
    *,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> VerificationReport:
    """Judge a bundle by the following steps; every step runs, none stops the others.

    1. shape: regular files with plain names, no links, no empty folders;
    2. the seal's own fixity file;
    3. the seal: signature over the tag manifest, pinned certificate, path, time-stamp, revocation;
    4. the tag manifest against every file outside of the payload;
    5. both payload manifests against the payload, both ways;
    6. bag-info and the records list against what lies there;
    7. every document by the steps of ``verify_document``;
    8. each document against its row and its path;
    9. the report.

    Every file is read once: the bytes that are digested are the bytes that are judged. Certificates
    and CRLs of the bundle help to judge and are never trusted by themselves.

    Args:
        root: the folder that holds ``bagit.txt``.
        context: trust, policies and time of the person who verifies.
        executor: judges documents side by side; everything passed to it can be pickled.
        progress: called with the files done and the files there are.
    """
    # Step 1.
    tree = list_tree(root)
    helped = with_material(root, tree.files, context, certificates=CERTIFICATES, lists=LISTS)
    # Step 7 runs while the files are read; its findings follow after those of steps 2 to 6.
    inspected = list(_inspect_all(root, tree.files, helped, executor, progress))
    measured = {one.path: one.measured for one in inspected}
    bag = read_bag(root, tree, measured)
    # Steps 2 to 6.
    verdict = judge_fixity(bag, tree, root.name, helped, in_full=True)
    findings = list(with_pass(verdict.findings, bag))
    for one in inspected:
        findings.extend(one.findings)
        # Step 8.
        if one.identity is not None:
            findings.extend(judge_identity(one.identity, one.path, verdict.texts))
    findings.extend(_judge_completeness(bag, verdict.texts, findings))
    # Step 9.
    return VerificationReport(root.name, context.at, context.policy_name, tuple(findings))


def _inspect_all(
    root: Path,
    paths: tuple[str, ...],
    context: VerificationContext,
    executor: Executor | None,
    progress: Progress,
) -> Iterator[_Inspected]:
    done = 0
    task = partial(_inspect_batch, root, context)
    try:
        for batch in run_batches(task, paths, executor):
            done += len(batch)
            yield from batch
            progress(done, len(paths))
    except BrokenExecutor:
        # A worker died over some file. What was not judged is undecided, and said to be so.
        for path in paths[done:]:
            reason = SubIndication.SIGNED_DATA_NOT_FOUND
            lost = undetermined(Check.FIX_UNREADABLE, path, reason, problem="worker")
            yield _Inspected(path, measure_file(root / path), findings=(lost,))


def _inspect_batch(
    root: Path, context: VerificationContext, paths: tuple[str, ...]
) -> tuple[_Inspected, ...]:
    return tuple(_inspect(root, path, context) for path in paths)


def _inspect(root: Path, path: str, context: VerificationContext) -> _Inspected:
    if not is_document(path):
        return _Inspected(path, measure_file(root / path))
    content = read_plain(root / path)
    if isinstance(content, Unreadable):
        return _Inspected(path, content)
    verdict = judge_document(content, path, context)
    identity = identity_of(verdict.record) if verdict.record is not None else None
    return _Inspected(path, measure_bytes(content), identity, verdict.findings)


def _judge_completeness(bag: Bag, texts: BagTexts, findings: list[Finding]) -> Iterator[Finding]:
    documents = sum(1 for path in bag.files if is_document(path))
    if not documents:
        yield failed(Check.CMP_EMPTY, ".", SubIndication.SIGNED_DATA_NOT_FOUND)
    elif all(one.indication is Indication.TOTAL_PASSED for one in findings):
        year = texts.tags.get("School-Year", "-")
        yield passed(Check.CMP_COMPLETE, ".", documents=documents, year=year)
