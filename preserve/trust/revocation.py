"""Looks a certificate up in the revocation lists at hand (RFC 5280 section 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from preserve.errors import FormatError


class Status(StrEnum):
    """What the lists at hand say."""

    GOOD = "good"
    """A list that is in force at the time, and complete, does not name the certificate."""
    REVOKED = "revoked"
    """A list of its issuer names it; a suspension counts too (NĐ 23/2025/NĐ-CP Art. 3(3))."""
    UNKNOWN = "unknown"
    """No list that could tell is at hand."""


def certificate_status(
    certificate: bytes, issuer: bytes, crls: tuple[bytes, ...], at: datetime
) -> Status:
    """Say whether a certificate may be used for signing at a time.

    An old list still reveals a revocation; only a list in force at the time, or younger, can
    say that there is none. A list with a critical extension speaks for a part of the
    certificates or of the reasons, so it can reveal and cannot clear.

    Args:
        certificate: DER.
        issuer: DER of the issuing certificate, whose key must have signed the list.
        crls: DER of the lists at hand, of any issuer.
        at: the time of signing.

    Raises:
        FormatError: a certificate cannot be parsed.
    """
    try:
        wanted, above = (x509.load_der_x509_certificate(der) for der in (certificate, issuer))
    except ValueError as error:
        raise FormatError("SIGN-CERTIFICATE-UNREADABLE") from error
    status = Status.UNKNOWN
    for crl in _lists_of(above, crls):
        if _names(crl, wanted.serial_number):
            return Status.REVOKED
        expires = crl.next_update_utc
        partial = any(extension.critical for extension in crl.extensions)
        if not partial and expires is not None and at <= expires:
            status = Status.GOOD
    return status


def _lists_of(
    issuer: x509.Certificate, crls: tuple[bytes, ...]
) -> Iterator[x509.CertificateRevocationList]:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return
    for der in crls:
        try:
            crl = x509.load_der_x509_crl(der)
            if crl.issuer == issuer.subject and crl.is_signature_valid(key):
                yield crl
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            # A list that cannot be read says nothing; the status stays unknown.
            continue


def _names(crl: x509.CertificateRevocationList, serial: int) -> bool:
    entry = crl.get_revoked_certificate_by_serial_number(serial)
    if entry is None:
        return False
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return True
    return reason is not x509.ReasonFlags.remove_from_crl
