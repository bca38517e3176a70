"""Builds the dossier that a pupil takes to another school: files and their digests in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from preserve.durable import make_directory, publish_directory, temporary_directory
from preserve.errors import InputError, StorageError
from preserve.formats.bagit import encode_manifest
from preserve.model.packages import ManifestEntry
from preserve.package.copying import copy_into
from preserve.package.paths import check_paths

_LISTS = (("SHA256SUMS.txt", "sha256"), ("SHA512SUMS.txt", "sha512"))


def build_dossier(target: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """Write the files with ``SHA256SUMS.txt`` and ``SHA512SUMS.txt``, whole or not at all.

    The lists have the form that ``sha256sum -c`` and ``sha512sum -c`` read; each names every
    other file but the two lists.

    Args:
        target: the folder to make; it must not exist.
        files: pairs of path inside the dossier and content; each is written before the next one
            is asked for.

    Returns:
        The target.

    Raises:
        InputError: a path is unsafe or meets another one, or there is no file.
        StorageError: the target exists, or the disk is full, read-only or fails; nothing is left
            behind.
    """
    if target.is_symlink() or target.exists():
        raise StorageError("DOSSIER-EXISTS", path=target)
    new_parent = not target.parent.exists()
    make_directory(target.parent)
    try:
        with temporary_directory(target.parent) as root:
            _fill(root, files)
            publish_directory(root, target)
    except BaseException:
        if new_parent:
            with suppress(OSError):
                target.parent.rmdir()
        raise
    return target


def _fill(root: Path, files: Iterable[tuple[str, bytes]]) -> None:
    names = [name for name, _ in _LISTS]
    entries: list[ManifestEntry] = []
    for path, content in files:
        check_paths([*names, *(entry.path for entry in entries), path])
        entries.append(copy_into(root, path, content))
    if not entries:
        raise InputError("DOSSIER-EMPTY")
    for name, algorithm in _LISTS:
        pairs = ((entry.path, dict(entry.digests)[algorithm]) for entry in entries)
        copy_into(root, name, encode_manifest(pairs))
