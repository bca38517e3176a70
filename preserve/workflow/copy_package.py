"""``preserve copy``: places a sealed bundle on media and reads every copy back.

TT 05/2025/TT-BNV Art. 27(1): at least two backup sets, each on a medium of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from preserve.errors import StorageError, VerificationFailed, VerificationIndeterminate
from preserve.journal.receipts import encode_receipt
from preserve.model.packages import StorageReceipt
from preserve.model.verification import Finding, Indication
from preserve.policy.packaging import load_packaging_policy
from preserve.store.port import Store, open_store
from preserve.trust.store import load_trust
from preserve.verify.fixity import verify_fixity
from preserve.workflow.archive import Archive
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.packages import SealedPackage, receipts, require_package
from preserve.workflow.recover_journal import recover_journal
from preserve.workflow.verification import verification_context


@dataclass(frozen=True, slots=True)
class CopyTarget:
    """One medium to copy to."""

    url: str
    label: str
    """Label on the medium (nhãn)."""
    tamper_tag: str = ""
    """Number of the paper strip that closes it (số niêm phong)."""


@dataclass(frozen=True, slots=True)
class CopyState:
    """How many verified copies a bundle has, and how many it must have."""

    package: SealedPackage
    receipts: tuple[StorageReceipt, ...]
    minimum: int

    @property
    def complete(self) -> bool:
        """True when the bundle has at least the policy's number of copies."""
        return len(self.receipts) >= self.minimum

    def raise_if_too_few(self) -> None:
        """Raise unless the bundle has enough copies.

        Raises:
            VerificationIndeterminate: it has fewer than the policy asks for.
        """
        if not self.complete:
            raise VerificationIndeterminate(
                "COPY-TOO-FEW",
                package=self.package.name,
                copies=len(self.receipts),
                minimum=self.minimum,
            )


def copy_package(
    archive: Archive,
    school_year: str,
    targets: Sequence[CopyTarget],
    occasion: Occasion,
) -> CopyState:
    """Copy a year's newest bundle to every target and read it back.

    Every target is looked at before the first byte is written.

    Raises:
        InputError: the year is not sealed.
        StorageError: a target cannot be written or holds something of that name already.
        VerificationFailed: a copy does not read back as it was written; it gets no receipt.
    """
    package = require_package(archive, school_year)
    stores = [open_store(target.url, archive=archive.root) for target in targets]
    recover_journal(archive, occasion)
    known = {receipt.location for receipt in receipts(archive, package)}
    for store in stores:
        _refuse_occupied(store, package, known)
    for target, store in zip(targets, stores, strict=True):
        if store.exists(package.name):
            method = "cached"
        else:
            method = store.put_tree(package.root, package.name, _staged(occasion, target.url))
        _read_back(archive, store, package, occasion.at)
        receipt = StorageReceipt(
            package_id=package.package_id,
            version=package.version,
            location=store.url,
            medium=store.describe(),
            label=target.label,
            tamper_tag=target.tamper_tag,
            manifest_sha512=package.manifest_sha512,
            stored_at=occasion.at,
            read_back=method,
        )
        record_event(
            archive.journal,
            occasion,
            "replication",
            (package.name,),
            encode_receipt(receipt),
        )
    return copy_state(archive, package)


def copy_state(archive: Archive, package: SealedPackage) -> CopyState:
    """Return the copies that a bundle has by the receipts in the journal."""
    policy = load_packaging_policy(archive.policies)
    return CopyState(package, receipts(archive, package), policy.minimum_copies)


def _staged(occasion: Occasion, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: occasion.progress(stage, done, total)


def _refuse_occupied(store: Store, package: SealedPackage, known: set[str]) -> None:
    """Refuse a place that holds something else, or a copy that has its receipt already.

    A copy without a receipt is what a run left that was stopped after its last rename; it is read
    back like a new one.
    """
    if not store.exists(package.name):
        return
    there = SealedPackage(package.package_id, package.version, store.open_tree(package.name))
    if store.url in known or there.manifest_sha512 != package.manifest_sha512:
        raise StorageError("STORE-EXISTS", location=store.url, name=package.name)


def _read_back(archive: Archive, store: Store, package: SealedPackage, at: datetime) -> None:
    context = verification_context(load_trust(archive.trust), at)
    copy = store.open_tree(package.name)
    bad = [f for f in verify_fixity(copy, context) if _speaks_against(f)]
    if bad or SealedPackage(package.package_id, package.version, copy).manifest_sha512 != (
        package.manifest_sha512
    ):
        raise VerificationFailed(
            "COPY-READ-BACK", location=store.url, files=", ".join(_subjects(bad)) or "tagmanifest"
        )


def _speaks_against(finding: Finding) -> bool:
    """A file that differs or cannot be read; a seal without a fresh list is no fault of a copy."""
    return finding.indication is Indication.TOTAL_FAILED or (
        finding.indication is Indication.INDETERMINATE and finding.check.startswith("FIX-")
    )


def _subjects(findings: Sequence[Finding]) -> list[str]:
    return sorted({finding.subject for finding in findings})
