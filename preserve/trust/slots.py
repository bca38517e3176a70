"""Lets so many processes of one user ask a server at the same time, and no more.

Each place is a locked file; the kernel gives it back when its holder dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from preserve.errors import StorageError

PLACES = 4
"""Requests that a time-stamping authority gets at a time from one computer (TSA-06)."""
_PAUSE = 0.05
"""Seconds between two looks for a free place; a reply takes much longer."""


@contextmanager
def place_at(
    url: str,
    *,
    places: int = PLACES,
    folder: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Wait for a free place at the server behind a URL and hold it during the block.

    Args:
        url: two URLs of one server share its places.
        places: how many there are.
        folder: where the locks lie; the system's folder for temporary files by default.
        sleep: waits so many seconds.

    Raises:
        StorageError: the locks cannot be kept there.
    """
    own = _own_folder(folder or Path(tempfile.gettempdir()))
    name = hashlib.sha256(_server(url).encode()).hexdigest()[:16]
    with ExitStack() as stack:
        files = [_open(own / f"{name}.{place}", stack) for place in range(places)]
        while not any(_take(file, own) for file in files):
            sleep(_PAUSE)
        yield


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}"


def _own_folder(parent: Path) -> Path:
    """Return a folder that this user alone can write to: others must not hold our places."""
    folder = parent / f"preserve-places-{os.getuid()}"
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
    except OSError as error:
        raise StorageError("TSA-PLACES", folder=folder) from error
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o022
    if not private or found.st_uid != os.getuid():
        raise StorageError("TSA-PLACES", folder=folder)
    return folder


def _open(path: Path, stack: ExitStack) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError("TSA-PLACES", folder=path.parent) from error
    stack.callback(os.close, descriptor)
    return descriptor


def _take(descriptor: int, folder: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StorageError("TSA-PLACES", folder=folder) from error
    return True
