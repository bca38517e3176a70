"""Everything that a verdict depends on besides the bytes: time, trust, policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from preserve.policy.algorithms import AlgorithmPolicy
from preserve.policy.signing import SigningPolicy
from preserve.trust.store import TrustMaterial


@dataclass(frozen=True, slots=True)
class VerificationContext:
    """What the person who verifies brings along; nothing of it comes from the judged thing."""

    at: datetime
    """Time of the verdict, with a time zone."""
    trust: TrustMaterial
    signing_policies: tuple[SigningPolicy, ...]
    algorithms: AlgorithmPolicy
    check_pdfa: bool = True
    """Whether to judge PDF/A-3a and PDF/UA-1; without it a document is never more than unclear."""
    revocation_after_signing: bool = True
    """Whether only a CRL issued at or after the signing time proves that a signer's certificate was
    good. A CRL that was merely current then (``False``) misses a revocation of the last days."""

    @property
    def policy_name(self) -> str:
        """Names of the policies for the report, in a fixed order."""
        names = sorted(policy.policy_id for policy in self.signing_policies)
        return ", ".join([*names, self.algorithms.policy_id])
