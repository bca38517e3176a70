"""Finds policy files: the first folder that holds ``<kind>/<name>.toml`` wins."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One policy file as it was read."""

    kind: str
    """``signing``, ``retention``, ``packaging``, ``assessment``, ``import``, …"""
    name: str
    path: Path
    content: bytes
    table: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Digest of the file, lower-case hex; stands in every report that relies on it."""
        return hashlib.sha256(self.content).hexdigest()


def policy_folders(override: Path | None = None, archive: Path | None = None) -> tuple[Path, ...]:
    """Return the folders to search, first one first.

    The order is: ``--policies DIR``, the archive's own ``policies/``, the packaged defaults, the
    ``policies/`` of a checkout.
    """
    candidates = [
        override,
        archive / "policies" if archive is not None else None,
        _PACKAGE / "defaults",
        _PACKAGE.parent.parent / "policies",
    ]
    return tuple(folder for folder in candidates if folder is not None and folder.is_dir())


def read_policy(kind: str, name: str, folders: Sequence[Path]) -> PolicyFile:
    """Read ``<kind>/<name>.toml`` from the first folder that holds it.

    Raises:
        PolicyError: no folder holds it, or it is not TOML.
    """
    for folder in folders:
        path = folder / kind / f"{name}.toml"
        if path.is_file():
            return _parse(kind, path)
    raise PolicyError("POLICY-MISSING", kind=kind, name=name)


def read_policies(kind: str, folders: Sequence[Path]) -> Iterator[PolicyFile]:
    """Yield every policy of a kind once, by name; an earlier folder hides a later one.

    Raises:
        PolicyError: a file is not TOML.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted((folder / kind).glob("*.toml")):
            found.setdefault(path.stem, path)
    for _, path in sorted(found.items()):
        yield _parse(kind, path)


def _parse(kind: str, path: Path) -> PolicyFile:
    content = path.read_bytes()
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError("POLICY-SYNTAX", path=path, problem=error) from error
    return PolicyFile(kind, path.stem, path, content, table)
