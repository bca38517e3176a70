"""``preserve trust list``, ``add`` and ``remove``: whom the school trusts, and who said so.

TT 15/2025/TT-BKHCN Art. 5(1)(đ), 5(5): add and remove issuing authorities, show all of them.
Nothing is deleted: what is removed lies in ``trust/removed/`` and counts no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.durable import make_directory, storage_faults, sync_directory, write_new
from preserve.durable.renaming import rename_new
from preserve.errors import InputError
from preserve.trust.items import (
    REMOVED,
    ItemKind,
    TrustItem,
    list_items,
    list_removed,
    read_item,
    read_items,
)
from preserve.trust.sources import (
    FOLDER,
    TrustGroup,
    TrustSource,
    encode_source,
    newest_source,
    next_source_file,
    source_files,
)
from preserve.workflow.archive import Archive
from preserve.workflow.occasion import Occasion, record_event

_SHORTEST_PREFIX = 8
"""Hexadecimal digits that a person must give of a fingerprint."""


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """One thing of the trust folder with what was said about it."""

    item: TrustItem
    source: TrustSource | None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Addition:
    """What a person wants to be trusted."""

    file: Path
    kind: ItemKind
    group: TrustGroup | None
    source: str
    fingerprint: str
    """SHA-256 as the person read it elsewhere, empty when it was not compared."""
    added_by: str


def list_trust(archive: Archive, *, removed: bool = False) -> Iterator[TrustEntry]:
    """Yield everything of the trust folder, and on demand what was taken out of use.

    Raises:
        FormatError: a file does not hold what its folder is for.
        StorageError: a file cannot be read.
    """
    trust = archive.trust
    for item in list_items(trust):
        yield TrustEntry(item, _source(trust, item.sha256))
    if removed:
        for item in list_removed(trust):
            yield TrustEntry(item, _source(trust, item.sha256), removed=True)


def inspect_addition(archive: Archive, addition: Addition) -> TrustItem:
    """Return what would be added, after every check; nothing is written.

    Raises:
        FormatError: the file is not of that kind, or holds several things.
        InputError: the fingerprint differs, a root lacks its group or source or is no authority,
            or the thing is there already.
    """
    item = read_item(addition.file, addition.kind)
    said = addition.fingerprint.replace(":", "").replace(" ", "").lower()
    if said and said != item.sha256:
        raise InputError("TRUST-FINGERPRINT", file=addition.file, found=item.sha256, said=said)
    if item.kind is ItemKind.ANCHOR:
        if addition.group is None or not addition.source.strip():
            raise InputError("TRUST-SOURCE-MISSING", file=addition.file)
        if not item.is_authority:
            raise InputError("TRUST-NOT-AN-AUTHORITY", file=addition.file, fingerprint=item.sha256)
    for present in list_items(archive.trust):
        if (present.kind, present.sha256) == (item.kind, item.sha256):
            raise InputError("TRUST-PRESENT", fingerprint=item.sha256, file=present.file.name)
    return item


def add_trust(archive: Archive, addition: Addition, occasion: Occasion) -> TrustItem:
    """Copy a thing into the trust folder, with who said so, and record it.

    Raises:
        FormatError: as :func:`inspect_addition`.
        InputError: as :func:`inspect_addition`.
        StorageError: the folder cannot be written.
    """
    item = inspect_addition(archive, addition)
    word = TrustSource(addition.group, addition.source, occasion.at, addition.added_by)
    target = archive.trust / item.kind.folder / item.stored_name
    make_directory(archive.trust / FOLDER)
    make_directory(target.parent)
    # First who said so, then what: a thing that counts never lies there without its source.
    write_new(next_source_file(archive.trust, item.sha256), encode_source(word))
    write_new(target, item.der)
    details = (
        ("kind", item.kind.value),
        ("group", addition.group.value if addition.group else ""),
        ("source", addition.source),
        ("sha256", item.sha256),
        ("by", addition.added_by),
    )
    _record(archive, "trust addition", target, details, occasion)
    return item


def remove_trust(
    archive: Archive, fingerprint: str, reason: str, removed_by: str, occasion: Occasion
) -> TrustItem:
    """Take a thing out of use: its file moves to ``trust/removed/`` and the reason is recorded.

    Args:
        archive: the archive.
        fingerprint: the beginning of its SHA-256, at least eight digits.
        reason: why it counts no longer.
        removed_by: who takes it out.
        occasion: when.

    Raises:
        InputError: nothing or several things have that fingerprint, there is no reason, or the
            file holds other things too.
        StorageError: the file cannot be moved.
    """
    if not reason.strip():
        raise InputError("TRUST-REASON-MISSING")
    item = _find(archive, fingerprint)
    with storage_faults(item.file):
        content = item.file.read_bytes()
    if len(list(read_items(item.file, content, item.kind))) != 1:
        raise InputError("TRUST-SEVERAL", file=item.file, count="> 1")
    folder = archive.trust / REMOVED / item.kind.folder
    make_directory(folder)
    target = folder / f"{occasion.at:%Y%m%dT%H%M%S}_{item.file.name}"
    with storage_faults(target):
        rename_new(item.file, target)
    sync_directory(folder)
    sync_directory(item.file.parent)
    details = (
        ("kind", item.kind.value),
        ("sha256", item.sha256),
        ("reason", reason),
        ("by", removed_by),
    )
    _record(archive, "trust removal", target, details, occasion)
    return item


def _find(archive: Archive, fingerprint: str) -> TrustItem:
    said = fingerprint.replace(":", "").replace(" ", "").lower()
    if len(said) < _SHORTEST_PREFIX:
        raise InputError("TRUST-PREFIX-SHORT", digits=_SHORTEST_PREFIX)
    found = [item for item in list_items(archive.trust) if item.sha256.startswith(said)]
    if not found:
        raise InputError("TRUST-UNKNOWN", fingerprint=said)
    if len(found) > 1:
        names = ", ".join(f"{one.kind.folder}/{one.file.name}" for one in found)
        raise InputError("TRUST-AMBIGUOUS", fingerprint=said, files=names)
    return found[0]


def _source(trust: Path, sha256: str) -> TrustSource | None:
    files = source_files(trust, sha256)[-1:]
    return newest_source((file, _read(file)) for file in files)


def _read(file: Path) -> bytes:
    with storage_faults(file):
        return file.read_bytes()


def _record(
    archive: Archive,
    event: str,
    file: Path,
    details: tuple[tuple[str, str], ...],
    occasion: Occasion,
) -> None:
    place = file.relative_to(archive.root).as_posix()
    kept = tuple((name, value) for name, value in details if value)
    record_event(archive.journal, occasion, event, (place,), kept)
