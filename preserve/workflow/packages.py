"""The sealed bundles of an archive and the receipts of their copies, as they lie there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.durable import storage_faults
from preserve.errors import InputError
from preserve.journal.chain import read_events
from preserve.journal.receipts import decode_receipt
from preserve.model.packages import StorageReceipt
from preserve.package.paths import package_id, version_folder
from preserve.workflow.archive import Archive


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """One version of one year's bundle."""

    package_id: str
    version: int
    root: Path

    @property
    def manifest_sha512(self) -> str:
        """Digest of the tag manifest, the file that the seal signs.

        Raises:
            StorageError: it cannot be read.
        """
        path = self.root / "tagmanifest-sha512.txt"
        with storage_faults(path):
            return hashlib.sha512(path.read_bytes()).hexdigest()

    @property
    def name(self) -> str:
        """Path below a store, for example ``00000001-2024-2025/v0001``."""
        return f"{self.package_id}/{version_folder(self.version)}"


def sealed_packages(archive: Archive) -> Iterator[SealedPackage]:
    """Yield every version of every bundle, by year, oldest first."""
    if not archive.packages.is_dir():
        return
    for folder in sorted(p for p in archive.packages.iterdir() if not p.name.startswith(".")):
        version = 1
        while (root := folder / version_folder(version)).is_dir():
            yield SealedPackage(folder.name, version, root)
            version += 1


def newest_package(archive: Archive, school_year: str) -> SealedPackage | None:
    """Return the newest version of a year's bundle, or ``None`` when it is not sealed."""
    wanted = package_id(archive.configuration.school.code, school_year)
    versions = [p for p in sealed_packages(archive) if p.package_id == wanted]
    return versions[-1] if versions else None


def require_package(archive: Archive, school_year: str) -> SealedPackage:
    """Return the newest version of a year's bundle.

    Raises:
        InputError: the year is not sealed.
    """
    package = newest_package(archive, school_year)
    if package is None:
        raise InputError("PACKAGE-NOT-SEALED", year=school_year)
    return package


def receipts(archive: Archive, package: SealedPackage) -> tuple[StorageReceipt, ...]:
    """Return the receipts of a bundle's copies, one per place: the newest."""
    found: dict[str, StorageReceipt] = {}
    for event in read_events(archive.journal):
        if event.event_type == "replication":
            receipt = decode_receipt(event)
            same = (receipt.package_id, receipt.version) == (package.package_id, package.version)
            if same and receipt.manifest_sha512 == package.manifest_sha512:
                found[receipt.location] = receipt
    return tuple(found.values())
