"""Runs a reader over hostile bytes: whatever it raises becomes a value, never a crash.

Seen from readers of broken files: PdfReadError, KeyError, ValueError, AssertionError, OSError,
NotImplementedError, RecursionError, struct.error, zlib.error and more. The bytes were read before,
so an OSError here speaks about the bytes and not about the medium.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

_Result = TypeVar("_Result")

# The readers log pieces of the objects that they dislike, and those hold pupils' names.
for _name in ("pyhanko", "pyhanko_certvalidator", "pikepdf"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class ReaderFault:
    """A reader could not make sense of bytes."""

    kind: str
    """Name of the exception; its message may hold content and is dropped."""


def attempt(function: Callable[[], _Result]) -> _Result | ReaderFault:
    """Return what ``function`` returns, or the fault it ran into."""
    try:
        return function()
    except Exception as error:  # noqa: BLE001  (a reader of hostile bytes may raise anything)
        return ReaderFault(type(error).__name__)
