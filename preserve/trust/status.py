"""Answers before a signature is made whether anybody revoked a certificate of its path.

TT 15/2025/TT-BKHCN Art. 5(1)(a), 5(4)(b)-(c) and Annex II 1.2: the status is checked before
signing and kept; a status that cannot be checked is shown to the signer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from asn1crypto import x509

from preserve.trust.revocation import Status, look_up
from preserve.trust.store import TrustMaterial, fingerprint


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """The status of one certificate of a path."""

    sha256: str
    """Fingerprint of the certificate."""
    status: Status
    source_sha256: str
    """Digest of the CRL or OCSP answer that decided, empty where none did."""


@dataclass(frozen=True, slots=True)
class StatusResult:
    """What the evidence at hand says of a path, from the signer upwards."""

    certificates: tuple[CheckedCertificate, ...]

    @property
    def status(self) -> Status:
        """The worst of them; a certificate that is itself an anchor needs no other's word."""
        found = {one.status for one in self.certificates}
        return next((s for s in (Status.REVOKED, Status.UNKNOWN) if s in found), Status.GOOD)

    @property
    def revoked(self) -> tuple[str, ...]:
        """Fingerprints of the revoked or suspended ones."""
        return tuple(one.sha256 for one in self.certificates if one.status is Status.REVOKED)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Fingerprints of those whose status cannot be told."""
        return tuple(one.sha256 for one in self.certificates if one.status is Status.UNKNOWN)


def check_status(
    certificate: bytes, chain: tuple[bytes, ...], trust: TrustMaterial, at: datetime
) -> StatusResult:
    """Look a certificate and those above it up, except an anchor or another root at the end.

    Args:
        certificate: DER of the signer's certificate.
        chain: DER of the certificates above it, nearest first, as
            :func:`preserve.trust.paths.build_path` returns them.
        trust: anchors, CRLs and OCSP answers of the operator.
        at: the time of signing.

    Raises:
        FormatError: a certificate cannot be parsed.
    """
    path = (certificate, *chain)
    checked = [_look_up(der, issuer, trust, at) for der, issuer in pairwise(path)]
    last = path[-1]
    if last not in trust.anchors and not x509.Certificate.load(last).self_issued:
        checked.append(CheckedCertificate(fingerprint(last), Status.UNKNOWN, ""))
    return StatusResult(tuple(checked))


def _look_up(
    certificate: bytes, issuer: bytes, trust: TrustMaterial, at: datetime
) -> CheckedCertificate:
    answer = look_up(certificate, issuer, trust.crls, at, trust.ocsps)
    source = fingerprint(answer.source) if answer.source is not None else ""
    return CheckedCertificate(fingerprint(certificate), answer.status, source)
