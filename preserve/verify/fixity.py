"""Judges whether a bundle's files are the ones that were sealed, without opening the documents.

Used to read a copy back. The full judgement is ``preserve.verify.bundle``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from preserve.formats.bagit import BAGIT_TXT
from preserve.model.verification import Finding, Indication
from preserve.verify.bag import (
    BAG_INFO,
    DECLARATION,
    JOURNAL_HEAD,
    MANIFESTS,
    RECORDS,
    REQUIRED,
    SEAL,
    SEAL_FIXITY,
    TAG_MANIFEST,
    Bag,
)
from preserve.verify.bag_records import BagTexts, judge_bag_info, judge_rows, read_texts
from preserve.verify.batches import run_batches
from preserve.verify.checks import Check
from preserve.verify.context import VerificationContext
from preserve.verify.findings import passed
from preserve.verify.manifests import (
    judge_declaration,
    judge_payload,
    judge_seal_folder,
    judge_tag_manifest,
)
from preserve.verify.measuring import Measured, Unreadable, measure_file, read_plain
from preserve.verify.missing import missing_files, unreadable_files
from preserve.verify.seal import judge_seal
from preserve.verify.tree import Tree, list_tree

Progress = Callable[[int, int], None]
"""Called with the files done and the files there are."""
_TEXTS = (
    DECLARATION,
    BAG_INFO,
    TAG_MANIFEST,
    *MANIFESTS,
    RECORDS,
    JOURNAL_HEAD,
    SEAL,
    SEAL_FIXITY,
)


@dataclass(frozen=True, slots=True)
class FixityVerdict:
    """What was found, and the descriptions that may be relied on afterwards."""

    findings: tuple[Finding, ...]
    texts: BagTexts


def silent(_done: int, _total: int) -> None:
    """Show no progress."""


def verify_fixity(
    root: Path,
    context: VerificationContext,
    *,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Judge a bundle's shape, lists, digests and the fit of its seal.

    Steps 1 to 6 of ``verify_bundle``. Of the seal only that it fits the tag manifest and, where
    the verifier pins seals, that it is one of those: whether its certificate was revoked is no
    question of fixity.
    """
    tree = list_tree(root)
    measured = _measure(root, tree, executor, progress)
    bag = read_bag(root, tree, measured)
    verdict = judge_fixity(bag, tree, root.name, context, in_full=False)
    return with_pass(verdict.findings, bag)


def read_bag(root: Path, tree: Tree, measured: dict[str, Measured | Unreadable]) -> Bag:
    """Read the small files that the steps parse; the large ones were measured already."""
    texts = {}
    for path in _TEXTS:
        content = read_plain(root / path) if path in tree.files else None
        if isinstance(content, bytes):
            texts[path] = content
    return Bag(tree.files, measured, texts)


def judge_fixity(
    bag: Bag, tree: Tree, folder: str, context: VerificationContext, *, in_full: bool
) -> FixityVerdict:
    """Judge steps 1 to 6 from what was read; ``in_full`` judges the seal's certificate too."""
    # Step 1.
    findings = [*tree.findings, *unreadable_files(bag), *missing_files(bag, REQUIRED)]
    # Step 2.
    beside = judge_seal_folder(bag)
    findings.extend(beside)
    # Step 3.
    seal = judge_seal(bag, context, in_full=in_full, unhurt=not beside)
    findings.extend(seal.findings)
    # Step 4.
    tags = judge_tag_manifest(bag, sealed=seal.holds)
    findings.extend((*tags, *judge_declaration(bag, BAGIT_TXT)))
    # Step 5.
    findings.extend(judge_payload(bag, sealed=seal.holds))
    # Step 6: a damaged list accuses nobody.
    texts = read_texts(bag)
    damaged = {one.subject for one in findings}
    findings.extend(texts.findings)
    if BAG_INFO not in damaged and BAG_INFO in bag.texts:
        findings.extend(judge_bag_info(bag, texts, folder))
    if RECORDS in damaged:
        texts = BagTexts(texts.tags, {}, texts.findings)
    else:
        findings.extend(judge_rows(bag, texts))
    return FixityVerdict(tuple(dict.fromkeys(findings)), texts)


def with_pass(findings: tuple[Finding, ...], bag: Bag) -> tuple[Finding, ...]:
    """Add the finding that every file has its digests, when nothing speaks against it."""
    clean = all(
        one.indication is Indication.TOTAL_PASSED
        for one in findings
        if one.check.startswith(("FIX-", "CMP-"))
    )
    if not clean or not bag.files:
        return findings
    size = sum(one.size for one in bag.measured.values() if isinstance(one, Measured))
    return (*findings, passed(Check.FIX_VALID, ".", files=len(bag.files), bytes=size))


def _measure(
    root: Path, tree: Tree, executor: Executor | None, progress: Progress
) -> dict[str, Measured | Unreadable]:
    measured: dict[str, Measured | Unreadable] = {}
    task = partial(_measure_batch, root)
    for batch in run_batches(task, tree.files, executor):
        measured.update(batch)
        progress(len(measured), len(tree.files))
    return measured


def _measure_batch(
    root: Path, paths: tuple[str, ...]
) -> tuple[tuple[str, Measured | Unreadable], ...]:
    return tuple((path, measure_file(root / path)) for path in paths)
