"""Copies a tree of regular files, drops the copy from the cache, reads it back and compares."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.durable import storage_faults, sync_tree, write_file
from preserve.errors import StorageError

_CHUNK = 1 << 20

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of a tree."""

    path: str
    """Relative to the tree, with ``/``."""
    size: int


def list_tree(source: Path) -> tuple[TreeFile, ...]:
    """List the files of a folder, sorted by path.

    Raises:
        StorageError: the folder is missing, or holds a link, a device or an empty folder.
    """
    with storage_faults(source):
        if source.is_symlink() or not source.is_dir():
            raise StorageError("STORE-NO-SOURCE", path=source)
        return tuple(sorted(_walk(source, ""), key=lambda file: file.path))


def _walk(source: Path, prefix: str) -> Iterator[TreeFile]:
    with os.scandir(source / prefix) as entries:
        names = sorted(entry.name for entry in entries)
    if not names:
        raise StorageError("STORE-NOT-A-FILE", path=source / prefix)
    for name in names:
        path = f"{prefix}{name}"
        state = (source / path).lstat()
        if stat.S_ISDIR(state.st_mode):
            yield from _walk(source, f"{path}/")
        elif stat.S_ISREG(state.st_mode):
            yield TreeFile(path, state.st_size)
        else:
            raise StorageError("STORE-NOT-A-FILE", path=source / path)


def copy_tree(
    source: Path, target: Path, files: tuple[TreeFile, ...], report: Report
) -> tuple[bytes, ...]:
    """Copy the files into ``target``, make them durable, and return their SHA-512 digests.

    Raises:
        StorageError: a file cannot be read, changed since it was listed, or cannot be written.
    """
    total = 2 * sum(file.size for file in files)
    digests: list[bytes] = []
    done = 0
    for file in files:
        place = target / file.path
        with storage_faults(place):
            place.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha512()
        size = write_file(place, _watched(source / file.path, digest), sync=False)
        if size != file.size:
            raise StorageError("STORE-SOURCE-CHANGED", path=source / file.path)
        digests.append(digest.digest())
        done += size
        report(done, total)
    sync_tree(target)
    return tuple(digests)


def read_back(
    target: Path, digests: tuple[bytes, ...], files: tuple[TreeFile, ...], report: Report
) -> None:
    """Read every copied file from the medium, not from memory, and compare its digest.

    The cache is dropped first: without it a fault of the medium stays invisible. Some file
    systems in user space keep their own cache, so that only unmounting is certain.

    Raises:
        StorageError: a file cannot be read or reads back differently.
    """
    done = sum(file.size for file in files)
    total = 2 * done
    for file, expected in zip(files, digests, strict=True):
        place = target / file.path
        digest = hashlib.sha512()
        for chunk in _watched(place, digest, drop=True):
            done += len(chunk)
        if digest.digest() != expected:
            raise StorageError("STORE-READ-BACK", path=file.path)
        report(done, total)


def _watched(path: Path, digest: hashlib._Hash, *, drop: bool = False) -> Iterator[bytes]:
    with storage_faults(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if drop:
            with storage_faults(path):
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        while True:
            with storage_faults(path):
                chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return
            digest.update(chunk)
            yield chunk
    finally:
        os.close(descriptor)
