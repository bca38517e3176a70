"""Turns what the operating system answers into StorageErrors with one clear sentence each."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from preserve.errors import StorageError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM})
_EXISTS = frozenset({errno.EEXIST, errno.ENOTEMPTY})
_MISSING = frozenset({errno.ENOENT, errno.ENOTDIR})


@contextmanager
def storage_faults(path: Path) -> Iterator[None]:
    """Map every OSError of the block to a StorageError that names ``path``.

    Raises:
        StorageError: the disk is full, read-only, refuses, fails, or the target exists already.
    """
    try:
        yield
    except OSError as error:
        raise _storage_error(path, error) from error


def _storage_error(path: Path, error: OSError) -> StorageError:
    number = error.errno
    if number in _FULL:
        return StorageError("STORE-FULL", path=path)
    if number == errno.EROFS:
        return StorageError("STORE-READ-ONLY", path=path)
    if number in _DENIED:
        return StorageError("STORE-DENIED", path=path)
    if number in _EXISTS:
        return StorageError("STORE-FILE-EXISTS", path=path)
    if number in _MISSING:
        return StorageError("STORE-MISSING", path=path)
    problem = os.strerror(number) if number is not None else type(error).__name__
    return StorageError("STORE-FAILED", path=path, problem=problem)
