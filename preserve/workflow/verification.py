"""Builds what a verdict depends on: trust, policies and time, all from the person who verifies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from preserve.policy.algorithms import load_algorithm_policy
from preserve.policy.files import policy_folders, read_policies
from preserve.policy.signing import parse_signing_policy
from preserve.trust.store import TrustMaterial
from preserve.verify.context import VerificationContext


def verification_context(
    trust: TrustMaterial, at: datetime, policies: Path | None = None
) -> VerificationContext:
    """Return the context of a verdict.

    Policies come from ``policies`` and from the program, never from the archive that is judged:
    an archive must not be able to judge itself by laxer rules (threat T-35).

    Raises:
        PolicyError: a policy file cannot be used.
    """
    folders: Sequence[Path] = policy_folders(policies)
    return VerificationContext(
        at=at,
        trust=trust,
        signing_policies=tuple(parse_signing_policy(f) for f in read_policies("signing", folders)),
        algorithms=load_algorithm_policy(folders),
    )
