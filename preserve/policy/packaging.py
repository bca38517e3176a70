"""The packaging policy: how many copies make a bundle safe, and which digests it carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.errors import PolicyError
from preserve.policy.files import read_policy

_LARGEST_CRL = 65536


@dataclass(frozen=True, slots=True)
class PackagingPolicy:
    """What a sealed bundle must have before it counts as safe."""

    policy_id: str
    minimum_copies: int
    """Verified copies on media of their own (TT 05/2025/TT-BNV Art. 27(1))."""
    seal_level: str
    """``B-B`` or ``B-T``: whether the seal over the manifests carries a time-stamp."""
    largest_embedded_crl: int
    """Bytes; a longer revocation list stands in the bundle once and not in each document."""
    citation: str
    sha256: str


def load_packaging_policy(folders: Sequence[Path], name: str = "default") -> PackagingPolicy:
    """Read ``packaging/<name>.toml``.

    Raises:
        PolicyError: it is missing or contradicts itself.
    """
    file = read_policy("packaging", name, folders)
    try:
        policy = PackagingPolicy(
            policy_id=file.table["id"],
            minimum_copies=int(file.table["minimum_copies"]),
            seal_level=file.table["seal_level"],
            largest_embedded_crl=int(file.table.get("largest_embedded_crl", _LARGEST_CRL)),
            citation=file.table["citation"],
            sha256=file.sha256,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error
    if policy.minimum_copies < 1 or policy.seal_level not in {"B-B", "B-T"}:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem="minimum_copies, seal_level")
    return policy
