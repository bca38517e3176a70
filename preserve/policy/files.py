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


def lay_over_bases(file: PolicyFile, folders: Sequence[Path]) -> PolicyFile:
    """Return a policy with the ones that its ``base`` keys name laid under it.

    A table of a base is filled up key by key; any other value, lists among them, is replaced
    whole. The content, and so the digest, is that of the file followed by those of its bases.

    Raises:
        PolicyError: a base is missing, or the bases run in a circle.
    """
    chain = tuple(_chain(file, folders))
    table: Mapping[str, Any] = {}
    for layer in reversed(chain):
        table = _laid_over(table, layer.table)
    content = b"".join(layer.content for layer in chain)
    return PolicyFile(file.kind, file.name, file.path, content, table)


def _chain(file: PolicyFile, folders: Sequence[Path]) -> Iterator[PolicyFile]:
    """Yield a file and its bases, nearest first."""
    names: set[str] = set()
    while file.name not in names:
        names.add(file.name)
        yield file
        base = file.table.get("base")
        if base is None:
            return
        file = read_policy(file.kind, str(base), folders)
    raise PolicyError("POLICY-CONTENT", path=file.path, problem="base")


def _laid_over(below: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    table = dict(below)
    for key, value in upper.items():
        match table.get(key), value:
            case Mapping() as lower, Mapping():
                table[key] = _laid_over(lower, value)
            case _:
                table[key] = value
    return table


def _parse(kind: str, path: Path) -> PolicyFile:
    content = path.read_bytes()
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError("POLICY-SYNTAX", path=path, problem=error) from error
    return PolicyFile(kind, path.stem, path, content, table)
