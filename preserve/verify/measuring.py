"""Reads files once, in pieces, and takes every digest in the same pass."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Measured:
    """Size and digests of the bytes that were read."""

    size: int
    sha512: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The medium did not give the bytes."""

    problem: str


def measure_file(path: Path) -> Measured | Unreadable:
    """Digest a file in one pass of constant memory; a link is never followed."""
    first, second, size = hashlib.sha512(), hashlib.sha256(), 0
    try:
        with open_plain(path) as descriptor:
            while piece := descriptor.read(_PIECE):
                first.update(piece)
                second.update(piece)
                size += len(piece)
    except OSError as error:
        return Unreadable(error.strerror or type(error).__name__)
    return Measured(size, first.hexdigest(), second.hexdigest())


def measure_bytes(content: bytes) -> Measured:
    """Digest bytes that are in memory already."""
    return Measured(
        len(content), hashlib.sha512(content).hexdigest(), hashlib.sha256(content).hexdigest()
    )


def read_plain(path: Path) -> bytes | Unreadable:
    """Read a whole file; a link is never followed."""
    try:
        with open_plain(path) as descriptor:
            return descriptor.read()
    except OSError as error:
        return Unreadable(error.strerror or type(error).__name__)


def open_plain(path: Path) -> io.BufferedReader:
    """Open a file for reading unless it is a link.

    Raises:
        OSError: the medium or the system refuses.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb")
