"""The algorithm policy: until when digests and signature schemes count as sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.retention import SourceStatus
from preserve.policy.files import PolicyFile, read_policy

DEFAULT_ALGORITHM_POLICY = "etsi-ts-119-312"


@dataclass(frozen=True, slots=True)
class AlgorithmTerm:
    """One row of the table."""

    name: str
    """``sha256``, ``rsassa_pss``, ``ecdsa``, …"""
    minimum_bits: int
    """Key length from which the row holds; 0 for a digest."""
    until: date | None
    """First day on which it no longer counts; ``None`` when no end is stated."""


@dataclass(frozen=True, slots=True)
class AlgorithmPolicy:
    """Every algorithm that counts, with the end of its term."""

    policy_id: str
    source: str
    status: SourceStatus
    digests: tuple[AlgorithmTerm, ...]
    signatures: tuple[AlgorithmTerm, ...]
    sha256: str
    """Digest of the policy file."""


def load_algorithm_policy(
    folders: Sequence[Path], name: str = DEFAULT_ALGORITHM_POLICY
) -> AlgorithmPolicy:
    """Read ``algorithms/<name>.toml``.

    Raises:
        PolicyError: it is missing or contradicts itself.
    """
    return parse_algorithm_policy(read_policy("algorithms", name, folders))


def parse_algorithm_policy(file: PolicyFile) -> AlgorithmPolicy:
    """Turn one file into a policy.

    Raises:
        PolicyError: a key is missing, a value is unknown, or a row stands twice.
    """
    try:
        policy = AlgorithmPolicy(
            policy_id=str(file.table["id"]),
            source=str(file.table["source"]),
            status=SourceStatus(file.table["status"]),
            digests=tuple(_term(row, "name") for row in file.table["digests"]),
            signatures=tuple(_term(row, "scheme") for row in file.table["signatures"]),
            sha256=file.sha256,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error
    rows = [(term.name, term.minimum_bits) for term in policy.digests + policy.signatures]
    if len(set(rows)) != len(rows):
        raise PolicyError("POLICY-CONTENT", path=file.path, problem="an algorithm stands twice")
    return policy


def _term(row: Mapping[str, Any], key: str) -> AlgorithmTerm:
    until = row.get("until")
    if until is not None and not isinstance(until, date):
        raise ValueError(f"until = {until}")
    return AlgorithmTerm(str(row[key]), int(row.get("minimum_bits", 0)), until)
