"""What a sealed bundle says about itself, for the minutes of its sealing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from preserve.durable import storage_faults
from preserve.errors import FormatError
from preserve.formats.bagit import parse_tags
from preserve.formats.records_csv import decode_records
from preserve.workflow.packages import SealedPackage

_OXUM = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")
"""Bytes and files of the payload (RFC 8493 section 2.2.2)."""


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """Counts and classes of one bundle."""

    file_count: int
    byte_count: int
    class_names: tuple[str, ...]
    """Classes with a document in it, by grade and name."""
    journal_head: str
    """``<count>:<digest>`` of the journal when the bundle was built."""


def read_package_facts(package: SealedPackage) -> PackageFacts:
    """Read the facts from ``bag-info.txt`` and ``metadata/records.csv``.

    Raises:
        FormatError: a list cannot be read, or ``BUNDLE-TAG``: it lacks a tag.
        StorageError: the bundle cannot be read.
    """
    tags = dict(parse_tags(_read(package, "bag-info.txt")))
    oxum = _OXUM.fullmatch(tags.get("Payload-Oxum", ""))
    head = tags.get("Journal-Head", "")
    if oxum is None or not head:
        raise FormatError(
            "BUNDLE-TAG",
            package=package.name,
            tag="Payload-Oxum" if oxum is None else "Journal-Head",
        )
    rows = decode_records(_read(package, "metadata/records.csv"))
    names = {row.class_name for row in rows if row.class_name}
    return PackageFacts(int(oxum[2]), int(oxum[1]), tuple(sorted(names, key=_by_grade)), head)


def _by_grade(name: str) -> tuple[int, str]:
    """Sort ``10A`` after ``9A``."""
    found = re.match(r"[0-9]{1,9}", name)
    return (int(found[0]) if found else 0, name)


def _read(package: SealedPackage, name: str) -> bytes:
    path = package.root / name
    with storage_faults(path):
        return path.read_bytes()
