"""Who vouched for a thing of the trust folder: ``trust/sources/<SHA-256>.toml``, written once.

TT 15/2025/TT-BKHCN Art. 5(1)(đ), 5(5): the person who uses the program adds and removes the
authorities; where a root comes from, and for which of the two trees, is that person's word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import tomli_w

from preserve.errors import FormatError

FOLDER = "sources"
_FORMAT = "preserve-trust-source/1"


class TrustGroup(StrEnum):
    """Under whose roof an authority stands."""

    PUBLIC = "public"
    """The licensed public authorities under the national root (NEAC)."""
    GOVERNMENT = "government"
    """The authorities of the Government Cipher Committee (VGCA)."""
    SCHOOL = "school"
    """The school's own choice, for example another school's seal."""


@dataclass(frozen=True, slots=True)
class TrustSource:
    """Where a thing came from, as the person who added it said."""

    group: TrustGroup | None
    source: str
    """Address, document or person it was had from."""
    added_at: datetime
    added_by: str


def encode_source(source: TrustSource) -> bytes:
    """Return the file's bytes, UTF-8 with LF."""
    table = {
        "format": _FORMAT,
        "group": source.group.value if source.group else "",
        "source": source.source,
        "added_at": source.added_at,
        "added_by": source.added_by,
    }
    return tomli_w.dumps(table, multiline_strings=False).encode()


def decode_source(content: bytes, file: Path) -> TrustSource:
    """Read the file's bytes.

    Raises:
        FormatError: it is not what :func:`encode_source` wrote.
    """
    try:
        table = tomllib.loads(content.decode("utf-8"))
        source = TrustSource(
            group=TrustGroup(table["group"]) if table["group"] else None,
            source=str(table["source"]),
            added_at=table["added_at"],
            added_by=str(table["added_by"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError("TRUST-SOURCE-UNREADABLE", file=file) from error
    if table.get("format") != _FORMAT or not isinstance(source.added_at, datetime):
        raise FormatError("TRUST-SOURCE-UNREADABLE", file=file)
    return source


def source_files(trust: Path, sha256: str) -> tuple[Path, ...]:
    """Return every file about a thing, oldest first: it may be added again after a removal."""
    return tuple(sorted((trust / FOLDER).glob(f"{sha256}.[0-9][0-9][0-9][0-9].toml")))


def next_source_file(trust: Path, sha256: str) -> Path:
    """Return the path for the next file about a thing."""
    number = len(source_files(trust, sha256)) + 1
    return trust / FOLDER / f"{sha256}.{number:04d}.toml"


def newest_source(files: Iterable[tuple[Path, bytes]]) -> TrustSource | None:
    """Return the newest word about a thing, ``None`` where nobody said anything.

    Raises:
        FormatError: the newest file cannot be read.
    """
    found = list(files)
    return decode_source(found[-1][1], found[-1][0]) if found else None
