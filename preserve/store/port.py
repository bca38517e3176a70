"""The port of every medium: a tree, once stored, is never changed; and how a URL is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from preserve.errors import StorageError
from preserve.store.directory import DirectoryStore

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes there are; copying and reading back count both."""


class Store(Protocol):
    """Holds trees of files under names such as ``00000001-2024-2025/v0001``, write once."""

    @property
    def url(self) -> str:
        """The place, as it stands in receipts."""
        ...

    def exists(self, name: str) -> bool:
        """Tell whether something lies under the name.

        Raises:
            StorageError: the store cannot be reached.
        """
        ...

    def put_tree(self, source: Path, name: str, progress: Progress | None = None) -> str:
        """Store a folder of regular files under a free name, whole or not at all.

        Returns:
            How the copy was read back and compared: ``cached``, ``dropped-cache`` or
            ``remounted``.

        Raises:
            StorageError: the store is missing, read-only, full or fails; the name is taken; the
                source holds something else than regular files; the copy reads back differently.
        """
        ...

    def open_tree(self, name: str) -> Path:
        """Return a folder with the stored files, for reading only.

        Raises:
            StorageError: nothing lies under the name.
        """
        ...

    def free_space(self) -> int:
        """Return how many bytes can still be stored.

        Raises:
            StorageError: the store cannot be reached.
        """
        ...

    def describe(self) -> str:
        """Say in a few words what the medium is, for receipts and reports.

        Raises:
            StorageError: the store cannot be reached.
        """
        ...


def open_store(url: str, *, archive: Path | None = None) -> Store:
    """Open the store that a URL names.

    Args:
        url: ``file:///media/usb-01``.
        archive: the archive's root; a store inside it would be no copy and is refused.

    Raises:
        StorageError: the scheme is unknown, the URL is no place on this machine, or the place is
            missing, no folder, or the archive itself.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise StorageError("STORE-URL", url=url) from error
    if parts.scheme != "file":
        raise StorageError("STORE-SCHEME", url=url)
    path = unquote(parts.path)
    here = parts.netloc in {"", "localhost"} and not (parts.query or parts.fragment)
    if not here or not path.startswith("/") or "\0" in path:
        raise StorageError("STORE-URL", url=url)
    return DirectoryStore.open(Path(path), archive=archive)
