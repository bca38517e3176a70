"""What is known about a bundle while it is judged: its files, digests and small tag files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from preserve.verify.measuring import Measured, Unreadable

DECLARATION = "bagit.txt"
BAG_INFO = "bag-info.txt"
TAG_MANIFEST = "tagmanifest-sha512.txt"
MANIFESTS = {"manifest-sha512.txt": "sha512", "manifest-sha256.txt": "sha256"}
RECORDS = "metadata/records.csv"
JOURNAL_HEAD = "metadata/journal-head.txt"
SEAL = "seal/manifest.p7s"
SEAL_FIXITY = "seal/fixity-sha512.txt"
PAYLOAD = "data/"
SOURCES = "data/sources/"
SEAL_FOLDER = "seal/"
CERTIFICATES = "metadata/validation/certificates/"
LISTS = "metadata/validation/crls/"
REQUIRED = (DECLARATION, BAG_INFO, *MANIFESTS, TAG_MANIFEST, RECORDS, JOURNAL_HEAD)
"""Files without which a folder is no bundle; the seal has a check of its own."""


@dataclass(frozen=True, slots=True)
class Bag:
    """A bundle as it was found; the texts are unverified until the manifests were judged."""

    files: tuple[str, ...]
    measured: Mapping[str, Measured | Unreadable]
    texts: Mapping[str, bytes]
    """Contents of the tag files that a step reads, by path; an absent file is absent here too."""

    def holds(self, path: str, algorithm: str, digest: str) -> bool | None:
        """Tell whether a file has a digest; ``None`` when the medium did not give it."""
        measured = self.measured.get(path)
        if isinstance(measured, Measured):
            actual = measured.sha512 if algorithm == "sha512" else measured.sha256
            return actual == digest
        return None


def is_document(path: str) -> bool:
    """Tell whether a path is that of a signed document."""
    return path.startswith(PAYLOAD) and not path.startswith(SOURCES) and path.endswith(".pdf")
