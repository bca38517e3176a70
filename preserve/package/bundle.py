"""Builds the sealed yearly bundle: a BagIt 1.0 bag with the school's seal over its tag manifest.

Order of the act (docs/format.md says what the result is):

1. every path is checked before the first byte is written;
2. every file is copied and digested in one pass, into a hidden folder beside the target;
3. records list, PREMIS, journal head, declaration, manifests and bag-info are written;
4. the tag manifest is written and sealed;
5. everything is made durable and gets its name by one rename.

So a bundle exists only with its seal, whatever kills the program.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from preserve.durable import make_directory, publish_directory, temporary_directory
from preserve.errors import InputError, StorageError
from preserve.formats.bagit import BAGIT_TXT, encode_manifest, encode_tags
from preserve.formats.premis import (
    PDF_A_3A,
    PremisAgent,
    PremisObject,
    encode_premis,
    source_format,
)
from preserve.formats.records_csv import RecordRow, encode_records
from preserve.model.packages import ArchivalPackage, JournalEvent, ManifestEntry
from preserve.package.copying import copy_into
from preserve.package.paths import check_paths

__all__ = ["BundleFile", "BundleInfo", "RecordRow", "build_bundle"]

_RECORDS = "metadata/records.csv"
_PREMIS = "metadata/premis.xml"
_JOURNAL_HEAD = "metadata/journal-head.txt"
_MADE_HERE = frozenset({_RECORDS, _PREMIS, _JOURNAL_HEAD})
_SEAL = "seal/manifest.p7s"
_SEAL_FIXITY = "seal/fixity-sha512.txt"
_TAG_MANIFEST = "tagmanifest-sha512.txt"


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One file to put into a bundle."""

    path: str
    """Place in the bundle, below ``data/`` or ``metadata/``."""
    source: Path | bytes
    record: RecordRow | None = None
    """What it is; every file below ``data/`` has one, no other file has."""


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """What ``bag-info.txt`` and ``premis.xml`` say about a bundle."""

    package_id: str
    version: int
    school_code: str
    school_year: str
    bagging_date: date
    software_agent: str
    """Name and version of the program."""
    journal_head: str
    """``<count>:<digest>`` when the bundle was built."""
    predecessor: str | None = None
    """SHA-512 of the tag manifest of the bundle before; ``None`` for the first one."""
    policies: tuple[tuple[str, str], ...] = ()
    """Pairs (policy id, SHA-256 of its file) of the policies in force."""
    events: tuple[JournalEvent, ...] = ()
    agents: tuple[PremisAgent, ...] = ()


def build_bundle(
    target: Path,
    files: Iterable[BundleFile],
    info: BundleInfo,
    seal: Callable[[bytes], bytes],
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ArchivalPackage:
    """Build a sealed bundle at ``target``, which must not exist.

    Args:
        target: the version's folder, for example ``packages/00000001-2024-2025/v0001``.
        files: documents, sources, policies and validation material; their sources are read once.
        info: what the bundle says about itself.
        seal: signs the bytes of the tag manifest and returns a detached CMS signature.
        progress: called with the files done and the files there are.

    Raises:
        InputError: a path is unsafe, meets another one, or a payload file has no record.
        StorageError: the target exists, a source cannot be read, or the disk is full, read-only
            or fails. Nothing is left behind, as with any exception of ``seal``.
    """
    chosen = tuple(sorted(files, key=lambda file: file.path))
    _check_files(chosen)
    if target.is_symlink() or target.exists():
        raise StorageError("PACKAGE-EXISTS", path=target)
    new_parent = not target.parent.exists()
    make_directory(target.parent)
    try:
        with temporary_directory(target.parent) as root:
            manifest = _fill(root, chosen, info, progress)
            _seal(root, manifest, seal)
            publish_directory(root, target)
    except BaseException:
        if new_parent:
            with suppress(OSError):
                target.parent.rmdir()
        raise
    return ArchivalPackage(
        package_id=info.package_id,
        version=info.version,
        school_code=info.school_code,
        school_year=info.school_year,
        manifest_sha512=hashlib.sha512(manifest).hexdigest(),
        predecessor=info.predecessor,
        journal_head=info.journal_head,
    )


def _check_files(files: tuple[BundleFile, ...]) -> None:
    check_paths(file.path for file in files)
    for file in files:
        payload = file.path.startswith("data/")
        if not payload and not file.path.startswith("metadata/"):
            raise InputError("PACKAGE-PLACE", path=file.path)
        if file.path in _MADE_HERE:
            raise InputError("PACKAGE-PLACE", path=file.path)
        if payload != (file.record is not None):
            raise InputError("PACKAGE-RECORD", path=file.path)
    if not any(file.path.startswith("data/") for file in files):
        raise InputError("PACKAGE-EMPTY")


def _fill(
    root: Path,
    files: tuple[BundleFile, ...],
    info: BundleInfo,
    progress: Callable[[int, int], None],
) -> bytes:
    """Write everything but the seal, and return the bytes of the tag manifest."""
    entries: list[ManifestEntry] = []
    for done, file in enumerate(files, start=1):
        entries.append(copy_into(root, file.path, file.source))
        progress(done, len(files))
    payload = [entry for entry in entries if entry.path.startswith("data/")]
    tags = [entry for entry in entries if not entry.path.startswith("data/")]
    for path, content in _own_files(files, payload, info):
        tags.append(copy_into(root, path, content))
    tag_manifest = _manifest(tags, "sha512")
    copy_into(root, _TAG_MANIFEST, tag_manifest)
    return tag_manifest


def _own_files(
    files: tuple[BundleFile, ...], payload: list[ManifestEntry], info: BundleInfo
) -> Iterable[tuple[str, bytes]]:
    """Yield the tag files that the builder writes, with their content."""
    yield "bagit.txt", BAGIT_TXT
    yield "bag-info.txt", encode_tags(_bag_info(payload, info))
    yield "manifest-sha512.txt", _manifest(payload, "sha512")
    yield "manifest-sha256.txt", _manifest(payload, "sha256")
    yield _RECORDS, encode_records(_record_rows(files, payload))
    objects = [
        PremisObject(entry, PDF_A_3A if _is_document(entry.path) else source_format(entry.path))
        for entry in payload
    ]
    yield _PREMIS, encode_premis(objects, info.events, info.agents)
    yield _JOURNAL_HEAD, f"{info.journal_head}\n".encode()


def _seal(root: Path, tag_manifest: bytes, seal: Callable[[bytes], bytes]) -> None:
    entry = copy_into(root, _SEAL, seal(tag_manifest))
    copy_into(root, _SEAL_FIXITY, _manifest([entry], "sha512"))


def _manifest(entries: Iterable[ManifestEntry], algorithm: str) -> bytes:
    return encode_manifest((entry.path, dict(entry.digests)[algorithm]) for entry in entries)


def _is_document(path: str) -> bool:
    return path.endswith(".pdf") and not path.startswith("data/sources/")


def _record_rows(
    files: tuple[BundleFile, ...], payload: list[ManifestEntry]
) -> Iterable[RecordRow]:
    digests = {entry.path: dict(entry.digests)["sha512"] for entry in payload}
    for file in files:
        if file.record is not None:
            yield replace(file.record, path=file.path, sha512=digests[file.path])


def _bag_info(payload: list[ManifestEntry], info: BundleInfo) -> list[tuple[str, str]]:
    total = sum(entry.size for entry in payload)
    return [
        ("Bag-Software-Agent", info.software_agent),
        ("Bagging-Date", info.bagging_date.isoformat()),
        ("External-Identifier", f"{info.package_id}/v{info.version:04d}"),
        ("Payload-Oxum", f"{total}.{len(payload)}"),
        ("Bundle-Format", "1"),
        ("Package-Id", info.package_id),
        ("Package-Version", str(info.version)),
        ("School-Code", info.school_code),
        ("School-Year", info.school_year),
        ("Predecessor-Digest", info.predecessor or "none"),
        ("Journal-Head", info.journal_head),
        *(("Policy", f"{name} sha256:{digest}") for name, digest in info.policies),
    ]
