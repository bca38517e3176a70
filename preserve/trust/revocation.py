"""Looks a certificate up in the CRLs and OCSP answers at hand (RFC 5280 section 5, RFC 6960)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from preserve.errors import FormatError
from preserve.trust.ocsp import OcspAnswer, read_ocsp

WITHOUT_END = timedelta(hours=1)
"""How long an OCSP answer counts that names no next one: there is always newer news (RFC 6960
section 2.4), and a batch of signatures must be able to finish."""


class Status(StrEnum):
    """What the evidence at hand says."""

    GOOD = "good"
    """A list or answer that is in force at the time, and complete, does not name it."""
    REVOKED = "revoked"
    """Its issuer revoked it; a suspension counts too (NĐ 23/2025/NĐ-CP Art. 3(3))."""
    UNKNOWN = "unknown"
    """Nothing that could tell is at hand."""


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The status of one certificate and what it rests on."""

    status: Status
    source: bytes | None = None
    """DER of the list or answer that decided, ``None`` where none did."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one list or answer says of the certificate."""

    issued: datetime
    expires: datetime | None
    complete: bool
    """It would name the certificate if it were revoked."""
    revoked: bool
    held: bool
    source: bytes


def certificate_status(
    certificate: bytes,
    issuer: bytes,
    crls: tuple[bytes, ...],
    at: datetime,
    ocsps: tuple[bytes, ...] = (),
) -> Status:
    """Say whether a certificate may be used for signing at a time; see :func:`look_up`.

    Raises:
        FormatError: a certificate cannot be parsed.
    """
    return look_up(certificate, issuer, crls, at, ocsps).status


def look_up(
    certificate: bytes,
    issuer: bytes,
    crls: tuple[bytes, ...],
    at: datetime,
    ocsps: tuple[bytes, ...] = (),
) -> StatusAnswer:
    """Say whether a certificate may be used for signing at a time, and what says so.

    An old list still reveals a revocation; only evidence in force at the time, or younger, can
    say that there is none. A list for a part of the certificates or of the reasons can reveal,
    and clears only what it is made for. A suspension counts until younger evidence no longer
    names it.

    Args:
        certificate: DER.
        issuer: DER of the issuing certificate, whose key must have signed the list.
        crls: DER of the lists at hand, of any issuer.
        at: the time of signing.
        ocsps: DER of the answers of OCSP responders at hand, about any certificate.

    Raises:
        FormatError: a certificate cannot be parsed.
    """
    try:
        wanted, above = (x509.load_der_x509_certificate(der) for der in (certificate, issuer))
    except ValueError as error:
        raise FormatError("SIGN-CERTIFICATE-UNREADABLE") from error
    statements = [
        *_statements_of_lists(wanted, above, crls),
        *_statements_of_answers(certificate, issuer, crls, ocsps),
    ]
    return _decide(statements, at)


def look_up_answer(
    certificate: bytes, issuer: bytes, answer: bytes, crls: tuple[bytes, ...], at: datetime
) -> StatusAnswer:
    """Say what one OCSP answer alone tells; lists serve to look its responder up.

    Args:
        certificate: DER.
        issuer: DER of the issuing certificate.
        answer: DER of the response.
        crls: DER of the lists at hand.
        at: the time of asking.
    """
    return _decide(list(_statements_of_answers(certificate, issuer, crls, (answer,))), at)


def _decide(statements: list[_Statement], at: datetime) -> StatusAnswer:
    for one in statements:
        if one.revoked and not one.held:
            return StatusAnswer(Status.REVOKED, one.source)
    clearing = sorted(
        (one for one in statements if one.complete and not one.revoked),
        key=lambda one: one.issued,
        reverse=True,
    )
    for one in statements:
        if one.held and (not clearing or clearing[0].issued <= one.issued):
            return StatusAnswer(Status.REVOKED, one.source)
    for one in clearing:
        if one.expires is not None and at <= one.expires:
            return StatusAnswer(Status.GOOD, one.source)
    return StatusAnswer(Status.UNKNOWN)


def _statements_of_lists(
    wanted: x509.Certificate, above: x509.Certificate, crls: tuple[bytes, ...]
) -> Iterator[_Statement]:
    for crl, der in _lists_of(above, crls):
        revoked, held = _entry(crl, wanted.serial_number)
        yield _Statement(
            crl.last_update_utc, crl.next_update_utc, _covers(crl, wanted), revoked, held, der
        )


def _statements_of_answers(
    certificate: bytes, issuer: bytes, crls: tuple[bytes, ...], ocsps: tuple[bytes, ...]
) -> Iterator[_Statement]:
    for der in ocsps:
        match read_ocsp(der, certificate, issuer):
            case OcspAnswer() as answer if _responder_counts(answer, issuer, crls):
                yield _Statement(
                    issued=answer.this_update,
                    expires=answer.next_update or answer.this_update + WITHOUT_END,
                    complete=True,
                    revoked=answer.revoked_at is not None,
                    held=answer.held,
                    source=der,
                )
            case _:
                # An answer about another certificate, or by nobody who may answer.
                continue


def _responder_counts(answer: OcspAnswer, issuer: bytes, crls: tuple[bytes, ...]) -> bool:
    """Look an appointed responder up in the lists, where its issuer does not excuse it."""
    if answer.responder is None:
        return True
    return look_up(answer.responder, issuer, crls, answer.this_update).status is Status.GOOD


def _lists_of(
    issuer: x509.Certificate, crls: tuple[bytes, ...]
) -> Iterator[tuple[x509.CertificateRevocationList, bytes]]:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return
    for der in crls:
        try:
            crl = x509.load_der_x509_crl(der)
            if crl.issuer == issuer.subject and crl.is_signature_valid(key):
                yield crl, der
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            # A list that cannot be read says nothing; the status stays unknown.
            continue


def _covers(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Tell whether a list would name the certificate if it were revoked.

    That needs a list without critical extensions, or one whose issuing distribution point
    (RFC 5280 section 5.2.5) restricts nothing but the place and the kind of certificates, and the
    certificate is of that kind and its revocations are published at that place.
    """
    critical = [extension.value for extension in crl.extensions if extension.critical]
    match critical:
        case []:
            return True
        case [x509.IssuingDistributionPoint() as point]:
            restricted = (
                (point.only_contains_user_certs and _is_authority(certificate))
                or (point.only_contains_ca_certs and not _is_authority(certificate))
                or point.only_contains_attribute_certs
                or point.indirect_crl
                or point.only_some_reasons
                or point.relative_name
            )
            places = set(point.full_name or ())
            return not restricted and (not places or bool(places & _places(certificate)))
        case _:
            return False


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _places(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points for name in point.full_name or ()}


def _entry(crl: x509.CertificateRevocationList, serial: int) -> tuple[bool, bool]:
    """Return whether a list names a certificate, and whether as suspended only."""
    entry = crl.get_revoked_certificate_by_serial_number(serial)
    if entry is None:
        return False, False
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return True, False
    named = reason is not x509.ReasonFlags.remove_from_crl
    return named, reason is x509.ReasonFlags.certificate_hold
