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
    say that there is none. A list for a part of the certificates or of the reasons can reveal,
    and clears only what it is made for.

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
        if _covers(crl, wanted) and expires is not None and at <= expires:
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


def _covers(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Tell whether a list would name the certificate if it were revoked.

    That needs a list without critical extensions, or one whose issuing distribution point
    (RFC 5280 section 5.2.5) restricts nothing but the place, and the certificate's revocations
    are published at that place.
    """
    critical = [extension.value for extension in crl.extensions if extension.critical]
    match critical:
        case []:
            return True
        case [x509.IssuingDistributionPoint() as point]:
            restricted = (
                point.only_contains_user_certs
                or point.only_contains_ca_certs
                or point.only_contains_attribute_certs
                or point.indirect_crl
                or point.only_some_reasons
                or point.relative_name
            )
            places = set(point.full_name or ())
            return not restricted and (not places or bool(places & _places(certificate)))
        case _:
            return False


def _places(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points for name in point.full_name or ()}


def _names(crl: x509.CertificateRevocationList, serial: int) -> bool:
    entry = crl.get_revoked_certificate_by_serial_number(serial)
    if entry is None:
        return False
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return True
    return reason is not x509.ReasonFlags.remove_from_crl
