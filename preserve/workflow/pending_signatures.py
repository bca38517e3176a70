"""Where prepared files wait for signatures that are made on another computer.

::

    pending/<first 16 digits of the request's SHA-256>/
      request.json     the request file, byte for byte
      0001.pdf …       a prepared file for each signature of the request, in its order

The folder is temporary: it holds no record, goes into no bundle, and is removed when its answer
was applied or its request is long over.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from preserve.durable import (
    make_directory,
    publish_directory,
    storage_faults,
    sync_directory,
    temporary_directory,
    write_file,
)
from preserve.errors import PreserveError
from preserve.formats.sign_request import (
    RequestedSignature,
    SignRequest,
    decode_request,
    digest_of_file,
    encode_request,
)
from preserve.workflow.archive import Archive

_REQUEST = "request.json"
_DIGITS = 16
_KEPT = timedelta(days=30)
"""How long a request that is over still gets its own sentence instead of "unknown"."""


def pending_folder(archive: Archive, request_sha256: str) -> Path:
    """Return the folder of a request."""
    return archive.root / "pending" / request_sha256[:_DIGITS]


def prepared_file(folder: Path, place: int) -> Path:
    """Return the prepared file of the signature at a place of the request, counted from 0."""
    return folder / f"{place + 1:04d}.pdf"


def keep_pending(
    archive: Archive,
    prepared: Iterable[tuple[RequestedSignature, bytes]],
    compose: Callable[[tuple[RequestedSignature, ...]], SignRequest],
) -> bytes:
    """Write prepared files one by one and the request that asks for them: all or nothing.

    Args:
        archive: the archive.
        prepared: each signature with its prepared file.
        compose: makes the request of all of them.

    Returns:
        The bytes of the request file.

    Raises:
        StorageError: the disk refuses.
    """
    parent = archive.root / "pending"
    make_directory(parent)
    with temporary_directory(parent) as temporary:
        asked = []
        for place, (requested, pdf) in enumerate(prepared):
            write_file(prepared_file(temporary, place), (pdf,), sync=False)
            asked.append(requested)
        request = encode_request(compose(tuple(asked)))
        write_file(temporary / _REQUEST, (request,), sync=False)
        publish_directory(temporary, pending_folder(archive, digest_of_file(request)))
    return request


def kept_request(folder: Path) -> bytes | None:
    """Return the request file of a folder, ``None`` when there is no such folder.

    Raises:
        StorageError: it cannot be read.
    """
    path = folder / _REQUEST
    with storage_faults(path):
        return path.read_bytes() if path.is_file() else None


def remove_prepared(folder: Path) -> None:
    """Remove the prepared files; the request stays, so that a second answer is known as one.

    Raises:
        StorageError: the disk refuses.
    """
    with storage_faults(folder):
        for path in sorted(folder.glob("*.pdf")):
            path.unlink()
    sync_directory(folder)


def remove_pending(folder: Path) -> None:
    """Remove a folder of prepared files.

    Raises:
        StorageError: the disk refuses.
    """
    with storage_faults(folder):
        shutil.rmtree(folder)
    sync_directory(folder.parent)


def remove_overdue(archive: Archive, at: datetime) -> None:
    """Remove what waits for answers that can no longer be applied.

    Raises:
        StorageError: the disk refuses.
    """
    parent = archive.root / "pending"
    for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
        content = kept_request(folder)
        if content is not None and _is_overdue(content, at):
            remove_pending(folder)


def _is_overdue(content: bytes, at: datetime) -> bool:
    try:
        return decode_request(content).expires_at + _KEPT < at
    except PreserveError:
        # A damaged request can be applied by nobody; somebody may still want to look at it.
        return False
