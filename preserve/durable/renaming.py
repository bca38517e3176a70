"""Renames without replacing: the last step of every write."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from pathlib import Path
from typing import Any

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_UNSUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM})


def rename_new(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target``, which must not exist.

    Uses Linux' ``renameat2(RENAME_NOREPLACE)``, which is atomic. Where the system or the file
    system does not know it (exFAT by FUSE), looks first and renames then: two writers of one
    target could meet there, and the archive's own lock keeps them apart.

    Raises:
        FileExistsError: something lies at ``target``.
        OSError: the rename failed otherwise.
    """
    function = _renameat2()
    if function is not None:
        names = (_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target))
        if function(*names, _RENAME_NOREPLACE) == 0:
            return
        number = ctypes.get_errno()
        if number not in _UNSUPPORTED:
            raise OSError(number, os.strerror(number), str(target))
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)


@cache
def _renameat2() -> Any:
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    function.argtypes = (
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_uint,
    )
    function.restype = ctypes.c_int
    return function
