"""A folder as a store: a mounted stick or disk, a network share, a plain directory.

Looks before it writes: the folder must exist, be writable, lie outside the archive and have room
for the tree and 1 %. It does not yet ask whether the folder is a registered medium.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from preserve.durable import (
    make_directory,
    publish_directory,
    storage_faults,
    temporary_directory,
)
from preserve.errors import StorageError
from preserve.store.tree_copy import TreeFile, copy_tree, list_tree, read_back

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_HEADROOM = 100
"""One part in so many must stay free beside the tree."""


@dataclass(frozen=True, slots=True)
class DirectoryStore:
    """Trees in a folder of the file system."""

    root: Path
    """Absolute, with links resolved."""

    @classmethod
    def open(cls, root: Path, *, archive: Path | None = None) -> DirectoryStore:
        """Look at the folder before anything is written.

        Raises:
            StorageError: it is missing, no folder, or lies in the archive.
        """
        with storage_faults(root):
            if not root.exists():
                raise StorageError("STORE-MISSING", path=root)
            if not root.is_dir():
                raise StorageError("STORE-NOT-A-FOLDER", path=root)
            resolved = root.resolve(strict=True)
            if archive is not None and resolved.is_relative_to(archive.resolve()):
                raise StorageError("STORE-IS-ARCHIVE", path=root)
        return cls(resolved)

    @property
    def url(self) -> str:
        """The folder as a ``file:`` URL."""
        return self.root.as_uri()

    def exists(self, name: str) -> bool:
        """Tell whether something lies under the name.

        Raises:
            StorageError: the name is unsafe, or the folder cannot be read.
        """
        with storage_faults(self.root):
            return os.path.lexists(self._place(name))

    def put_tree(
        self, source: Path, name: str, progress: Callable[[int, int], None] | None = None
    ) -> str:
        """Copy a folder under a free name, drop it from the cache, read it back, publish it.

        Raises:
            StorageError: as :meth:`preserve.store.port.Store.put_tree`.
        """
        place = self._place(name)
        files = list_tree(source)
        self._look(source, place, files)
        report = progress or (lambda _done, _total: None)
        new_parent = not place.parent.exists()
        make_directory(place.parent)
        try:
            with temporary_directory(place.parent) as temporary:
                digests = copy_tree(source, temporary, files, report)
                read_back(temporary, digests, files, report)
                self._require_same_device(place)
                publish_directory(temporary, place)
        except BaseException:
            if new_parent:
                with suppress(OSError):
                    place.parent.rmdir()
            raise
        return "dropped-cache"

    def open_tree(self, name: str) -> Path:
        """Return the folder that lies under the name.

        Raises:
            StorageError: the name is unsafe, or no folder lies there.
        """
        place = self._place(name)
        with storage_faults(place):
            if place.is_symlink() or not place.is_dir():
                raise StorageError("STORE-NO-TREE", location=self.url, name=name)
        return place

    def free_space(self) -> int:
        """Return the bytes that this user can still write.

        Raises:
            StorageError: the folder cannot be reached.
        """
        with storage_faults(self.root):
            state = os.statvfs(self.root)
        return state.f_bavail * state.f_frsize

    def describe(self) -> str:
        """Say what kind of place it is and how large.

        Raises:
            StorageError: the folder cannot be reached.
        """
        with storage_faults(self.root):
            state = os.statvfs(self.root)
            kind = "mounted medium" if self.root.is_mount() else "folder"
        return f"{kind}, {state.f_blocks * state.f_frsize} bytes"

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise StorageError("STORE-NAME", name=ascii(name))
        return self.root / name

    def _look(self, source: Path, place: Path, files: tuple[TreeFile, ...]) -> None:
        """Refuse a bad target before the first byte."""
        if place.is_relative_to(source.resolve()) or source.resolve().is_relative_to(place):
            raise StorageError("STORE-IS-ARCHIVE", path=self.root)
        if os.path.lexists(place):
            raise StorageError("STORE-EXISTS", location=self.url, name=self._name(place))
        with storage_faults(self.root):
            read_only = os.statvfs(self.root).f_flag & os.ST_RDONLY
        if read_only:
            raise StorageError("STORE-READ-ONLY", path=self.root)
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise StorageError("STORE-DENIED", path=self.root)
        size = sum(file.size for file in files)
        needed, free = size + size // _HEADROOM + 1, self.free_space()
        if needed > free:
            raise StorageError("STORE-NO-ROOM", location=self.url, needed=needed, free=free)

    def _require_same_device(self, place: Path) -> None:
        """Refuse to publish when the medium was exchanged or unmounted meanwhile."""
        with storage_faults(self.root):
            same = self.root.stat().st_dev == place.parent.stat().st_dev
        if not same:
            raise StorageError("STORE-EXCHANGED", location=self.url)

    def _name(self, place: Path) -> str:
        return place.relative_to(self.root).as_posix()
