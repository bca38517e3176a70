"""Writes one new file, whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from preserve.durable.faults import storage_faults
from preserve.durable.folders import sync_directory
from preserve.durable.renaming import rename_new


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet; its directory must exist.

    Raises:
        StorageError: the target exists, or the disk is full, read-only, refuses or fails.
            Nothing is left behind.
    """
    write_stream(path, (content,))


def write_stream(path: Path, chunks: Iterable[bytes]) -> int:
    """Write a file that must not exist yet from pieces, and return its size in bytes.

    An exception of ``chunks`` passes through unchanged; the temporary file is removed.

    Raises:
        StorageError: as :func:`write_new`.
    """
    # The name only has to be free: nothing depends on its value, so the system may draw it.
    temporary = path.parent / f".partial-{secrets.token_hex(8)}"
    with storage_faults(path):
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    try:
        size = write_file(temporary, chunks, named=path)
        with storage_faults(path):
            rename_new(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)
    return size


def write_file(
    path: Path, chunks: Iterable[bytes], *, named: Path | None = None, sync: bool = True
) -> int:
    """Fill a file inside a folder that nobody reads yet, and return its size in bytes.

    Only for files that have not got their final place: under a temporary name, or in a temporary
    folder whose ``publish_directory`` makes everything durable at once (then ``sync=False``).

    Raises:
        StorageError: the file exists, or the disk is full, read-only, refuses or fails; it names
            ``named`` where that is given.
    """
    shown = named or path
    with storage_faults(shown):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        size = sum(_write_all(shown, descriptor, chunk) for chunk in chunks)
        if sync:
            with storage_faults(shown):
                os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return size


def _write_all(shown: Path, descriptor: int, chunk: bytes) -> int:
    with storage_faults(shown):
        remaining = memoryview(chunk)
        while remaining:
            remaining = remaining[os.write(descriptor, remaining) :]
    return len(chunk)
