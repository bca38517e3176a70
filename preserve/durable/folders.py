"""Makes, fills and publishes folders, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from preserve.durable.faults import storage_faults
from preserve.durable.renaming import rename_new

_TEMPORARY = ".partial-"


def make_directory(path: Path) -> None:
    """Make a folder and its missing parents durable; one that exists already is left alone.

    Raises:
        StorageError: a part of the path is no folder, or the disk refuses.
    """
    with storage_faults(path):
        if path.is_dir():
            return
        if path.parent != path:
            make_directory(path.parent)
        path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a folder durable; a rename is lost without it.

    Raises:
        StorageError: the disk failed.
    """
    with storage_faults(path):
        _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_tree(root: Path) -> None:
    """Make every file and folder below ``root``, and ``root`` itself, durable.

    Cheaper than an fsync after each file: the system writes in the background meanwhile.

    Raises:
        StorageError: the disk failed; what was written must then be written again elsewhere.
    """
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            path = Path(folder, name)
            with storage_faults(path):
                _sync(path, os.O_RDONLY | os.O_NOFOLLOW)
        sync_directory(Path(folder))


def publish_directory(temporary: Path, final: Path) -> None:
    """Make a filled folder durable and give it its final name, which must be free.

    Raises:
        StorageError: the target exists, or the disk is full, read-only, refuses or fails.
    """
    sync_tree(temporary)
    with storage_faults(final):
        rename_new(temporary, final)
    sync_directory(final.parent)


@contextmanager
def temporary_directory(parent: Path) -> Iterator[Path]:
    """Yield a new hidden folder in ``parent``; unless it was renamed away, remove it at the end.

    Folders that killed runs left there are removed first. A running one holds a lock on its
    folder, so that nobody takes it for a leftover.

    Raises:
        StorageError: the parent is missing, or the disk refuses.
    """
    remove_leftovers(parent)
    path = parent / f"{_TEMPORARY}{secrets.token_hex(8)}"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, path, ignore_errors=True)
        with storage_faults(parent):
            path.mkdir()
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, descriptor)
        _lock(descriptor)
        yield path


def remove_leftovers(parent: Path) -> None:
    """Remove the temporary folders and files of runs that were killed.

    Raises:
        StorageError: the parent cannot be read.
    """
    with storage_faults(parent):
        leftovers = [p for p in parent.iterdir() if p.name.startswith(_TEMPORARY)]
    for path in leftovers:
        if path.is_dir() and not path.is_symlink() and not _in_use(path):
            shutil.rmtree(path, ignore_errors=True)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _in_use(path: Path) -> bool:
    """Tell whether somebody holds the lock; where locks do not work, everything is in use."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return True
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)
