"""Information packages in the sense of OAIS (ISO 14721): what goes in, lies there, comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file of a package: its path, its size and its digests."""

    path: str
    """Relative to the bag's root, with ``/``, ASCII only."""
    size: int
    """In bytes."""
    digests: tuple[tuple[str, str], ...]
    """Pairs (``sha512`` or ``sha256``, lower-case hex)."""

    def digest(self, algorithm: str) -> str | None:
        """Return the digest by that algorithm, or ``None``."""
        return dict(self.digests).get(algorithm)


@dataclass(frozen=True, slots=True)
class ArchivalPackage:
    """A sealed yearly bundle (AIP)."""

    package_id: str
    """For example ``00000001-2024-2025``."""
    version: int
    school_code: str
    school_year: str
    manifest_sha512: str
    """Digest of ``tagmanifest-sha512.txt``, the file that the seal signs."""
    predecessor: str | None
    """The same digest of the bundle before (the year before or the version before)."""
    journal_head: str
    """``<count>:<digest>`` of the journal when the bundle was built."""


@dataclass(frozen=True, slots=True)
class StorageReceipt:
    """Proof that one copy was written and read back."""

    package_id: str
    version: int
    location: str
    """Store URL, for example ``file:///media/usb-01``."""
    medium: str
    label: str
    """Label on the medium (nhãn)."""
    tamper_tag: str
    """Number of the paper strip that closes it (số niêm phong); empty when there is none."""
    manifest_sha512: str
    stored_at: datetime
    read_back: str
    """How the copy was read back: ``cached``, ``dropped-cache`` or ``remounted``."""
    locked_until: date | None = None


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """Who did what, when (PREMIS event), bound to the event before by its digest."""

    number: int
    """1 for the first event."""
    event_type: str
    """``ingestion``, ``rendering``, ``digital signature generation``, ``packaging``, …"""
    at: datetime
    agent: str
    objects: tuple[str, ...]
    outcome: str
    details: tuple[tuple[str, str], ...]
    previous: str
    """SHA-256 of the line before, lower-case hex; 64 zeros for the first event."""
