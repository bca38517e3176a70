"""Copies one file into a folder that is being made, and digests it in the same pass."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.durable import storage_faults, write_file
from preserve.errors import StorageError
from preserve.model.packages import ManifestEntry

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Digests:
    """Both digests of a bundle, filled chunk by chunk."""

    sha512: hashlib._Hash
    sha256: hashlib._Hash

    def watch(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.sha512.update(chunk)
            self.sha256.update(chunk)
            yield chunk


def copy_into(root: Path, path: str, source: Path | bytes) -> ManifestEntry:
    """Write ``source`` to ``path`` below ``root`` and return its size and digests.

    The file becomes durable when the folder is published, not here.

    Raises:
        StorageError: the source is missing, no regular file or cannot be read, or the target
            cannot be written.
    """
    target = root / path
    with storage_faults(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    digests = _Digests(hashlib.sha512(), hashlib.sha256())
    size = write_file(target, digests.watch(_read(source)), sync=False)
    pairs = (("sha512", digests.sha512.hexdigest()), ("sha256", digests.sha256.hexdigest()))
    return ManifestEntry(path, size, pairs)


def _read(source: Path | bytes) -> Iterator[bytes]:
    match source:
        case bytes():
            yield source
        case Path():
            yield from _read_file(source)


def _read_file(path: Path) -> Iterator[bytes]:
    with storage_faults(path):
        # A link could point anywhere tomorrow, and a device never ends.
        if not stat.S_ISREG(path.lstat().st_mode):
            raise StorageError("STORE-NOT-A-FILE", path=path)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        while True:
            with storage_faults(path):
                chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return
            yield chunk
    finally:
        os.close(descriptor)
