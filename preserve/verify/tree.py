"""Lists what really lies in a folder and refuses every shape that is no plain file.

Never follows a link. A bundle holds regular files in folders that are not empty, with names that
every file system and disc can hold (threat T-07).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.model.verification import Finding, SubIndication
from preserve.verify.checks import Check
from preserve.verify.findings import failed, undetermined

_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_MALFORMED = SubIndication.FORMAT_FAILURE
_UNREADABLE = SubIndication.SIGNED_DATA_NOT_FOUND


@dataclass(frozen=True, slots=True)
class Tree:
    """The regular files of a folder, and what does not belong into it."""

    files: tuple[str, ...]
    """Relative paths with ``/``, sorted."""
    findings: tuple[Finding, ...]


def list_tree(root: Path) -> Tree:
    """Walk a folder; an entry that cannot be read is INDETERMINATE, never silently left out."""
    files: list[str] = []
    findings: list[Finding] = []
    for found in _walk(root, ""):
        if isinstance(found, str):
            files.append(found)
        else:
            findings.append(found)
    findings.extend(_collisions(files))
    return Tree(tuple(sorted(files)), tuple(findings))


def printable(path: str) -> str:
    """Spell a name from a medium with ASCII alone: it may be anything, even somebody's name."""
    return path.encode("ascii", "backslashreplace").decode("ascii")


def _walk(folder: Path, prefix: str) -> Iterator[str | Finding]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield unreadable(prefix.rstrip("/") or ".", error)
        return
    if not entries and prefix:
        yield failed(Check.FIX_EMPTY_FOLDER, printable(prefix.rstrip("/")), _MALFORMED)
    for entry in entries:
        yield from _look_at(entry, f"{prefix}{entry.name}")


def _look_at(entry: os.DirEntry[str], path: str) -> Iterator[str | Finding]:
    if not _PLAIN.fullmatch(entry.name):
        yield failed(Check.FIX_NAME, printable(path), _MALFORMED)
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        yield unreadable(path, error)
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(Path(entry.path), f"{path}/")
    elif not stat.S_ISREG(status.st_mode):
        yield failed(Check.FIX_NOT_REGULAR, printable(path), _MALFORMED)
    else:
        if status.st_nlink > 1:
            links = status.st_nlink
            yield failed(Check.FIX_HARD_LINK, printable(path), _MALFORMED, links=links)
        yield path


def _collisions(files: list[str]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for path in sorted(files):
        other = seen.setdefault(path.casefold(), path)
        if other != path:
            yield failed(Check.FIX_CASE, printable(path), _MALFORMED, other=printable(other))


def unreadable(path: str, error: OSError) -> Finding:
    """Return the finding for a medium that does not give a file: neither passed nor failed."""
    return undetermined(
        Check.FIX_UNREADABLE, printable(path), _UNREADABLE, problem=error.strerror or "I/O"
    )
