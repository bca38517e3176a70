"""What a verification says: findings in the words of ETSI EN 319 102-1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from preserve.errors import VerificationFailed, VerificationIndeterminate


class Indication(StrEnum):
    """Main status indication (ETSI EN 319 102-1 clause 5.1.3)."""

    TOTAL_PASSED = "TOTAL_PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL_FAILED"


_SEVERITY = {
    Indication.TOTAL_PASSED: 0,
    Indication.INDETERMINATE: 1,
    Indication.TOTAL_FAILED: 2,
}


class SubIndication(StrEnum):
    """Reason for an indication (ETSI EN 319 102-1 clause 5.1.3, tables 5 and 6)."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and its outcome."""

    check: str
    """Stable id from ``preserve/report/texts/verify.toml``, for example ``FIX-DIGEST``."""
    indication: Indication
    subject: str
    """What was checked: a path relative to the verified thing, or a field name."""
    sub_indication: SubIndication | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    """Named values for the sentence; no secrets, no pupils' names."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """All findings about one thing; the worst one decides."""

    subject: str
    verified_at: datetime
    policy: str
    findings: tuple[Finding, ...]

    @property
    def indication(self) -> Indication:
        """The worst finding's indication; no findings at all is INDETERMINATE."""
        if not self.findings:
            return Indication.INDETERMINATE
        return max((f.indication for f in self.findings), key=_SEVERITY.__getitem__)

    def raise_for_indication(self) -> None:
        """Raise unless the verdict is TOTAL_PASSED.

        Raises:
            VerificationFailed: the verdict is TOTAL_FAILED.
            VerificationIndeterminate: the verdict is INDETERMINATE.
        """
        match self.indication:
            case Indication.TOTAL_FAILED:
                raise VerificationFailed("VERIFY-FAILED", subject=self.subject)
            case Indication.INDETERMINATE:
                raise VerificationIndeterminate("VERIFY-INDETERMINATE", subject=self.subject)
            case Indication.TOTAL_PASSED:
                return
