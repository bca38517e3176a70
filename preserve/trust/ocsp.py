"""Asks for and reads answers of OCSP responders (RFC 6960), and tells which may be relied on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import algos, ocsp, x509
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

_DIGESTS = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""What may name a certificate; the name is no signature, so SHA-1 does no harm there."""
_UNDERSTOOD = frozenset({"nonce", "crl", "archive_cutoff"})
_HELD = "certificate_hold"


class OcspFault(StrEnum):
    """Why an answer says nothing about a certificate."""

    MALFORMED = "malformed"
    NOT_SUCCESSFUL = "not_successful"
    """The responder sends an error instead of an answer (section 4.2.1)."""
    OTHER_CERTIFICATE = "other_certificate"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    """The responder says itself that it does not know the certificate."""
    NOT_AUTHORISED = "not_authorised"
    """The signer is neither the issuer nor a responder that the issuer appointed."""
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """What an authorised responder says about one certificate."""

    this_update: datetime
    """Up to when the responder knew."""
    next_update: datetime | None
    revoked_at: datetime | None
    """``None`` for a certificate that is good."""
    held: bool
    """Suspended, which may be taken back."""
    digest: str
    """Digest algorithm of the answer's signature."""
    responder: bytes | None
    """DER of an appointed responder whose own status has to be looked up; ``None`` where nothing
    is left to look up: the issuer answers itself, or the responder bears id-pkix-ocsp-nocheck."""


def make_ocsp_request(certificate: bytes, issuer: bytes) -> bytes:
    """Return the DER of a request about one certificate.

    It names the certificate by SHA-1, the one digest that every responder knows (RFC 5019 section
    2.1.1), and carries no nonce: the answer is kept for others, who could not check one.

    Args:
        certificate: DER.
        issuer: DER of the issuing certificate.
    """
    subject, authority = (x509.Certificate.load(der) for der in (certificate, issuer))
    name, key = _issuer_hashes("sha1", subject, authority)
    wanted = ocsp.CertId(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
            "issuer_name_hash": name,
            "issuer_key_hash": key,
            "serial_number": subject.serial_number,
        }
    )
    request = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": wanted}]}})
    return bytes(request.dump())


def named_serials(response: bytes) -> tuple[int, ...]:
    """List the serial numbers that a response speaks about; of unreadable bytes, none."""
    try:
        basic = ocsp.OCSPResponse.load(response, strict=True).basic_ocsp_response
        singles = basic["tbs_response_data"]["responses"]
        return tuple(single["cert_id"]["serial_number"].native for single in singles)
    except Exception:  # noqa: BLE001  (parsers of foreign bytes raise nearly anything)
        return ()


def read_ocsp(response: bytes, certificate: bytes, issuer: bytes) -> OcspAnswer | OcspFault:
    """Read what a response says about a certificate.

    Steps (RFC 6960 sections 3.2 and 4.2.2):
        1. the response is successful, and an entry is about this certificate of this issuer;
        2. no critical extension is unknown;
        3. its signer is the issuer, or a responder whose certificate the issuer's key signed for
           id-kp-OCSPSigning and that was in force when the answer was made;
        4. the signature holds;
        5. the responder knows the certificate.

    Args:
        response: DER.
        certificate: DER of the certificate in question.
        issuer: DER of the issuing certificate, from a path that was validated.
    """
    try:
        subject, authority = (x509.Certificate.load(der) for der in (certificate, issuer))
        return _read(ocsp.OCSPResponse.load(response, strict=True), subject, authority)
    except Exception:  # noqa: BLE001  (parsers of foreign bytes raise nearly anything)
        return OcspFault.MALFORMED


def _read(
    response: ocsp.OCSPResponse, subject: x509.Certificate, authority: x509.Certificate
) -> OcspAnswer | OcspFault:
    if response["response_status"].native != "successful":  # 1
        return OcspFault.NOT_SUCCESSFUL
    basic = response.basic_ocsp_response
    data = basic["tbs_response_data"]
    single = _entry_about(data, subject, authority)
    if single is None:
        return OcspFault.OTHER_CERTIFICATE
    if not set(_critical(data["response_extensions"], single["single_extensions"])) <= _UNDERSTOOD:
        return OcspFault.MALFORMED  # 2
    return _judge(basic, single, authority)


def _judge(
    basic: ocsp.BasicOCSPResponse, single: ocsp.SingleResponse, authority: x509.Certificate
) -> OcspAnswer | OcspFault:
    data, how = basic["tbs_response_data"], basic["signature_algorithm"]
    signer = _signer(basic, authority)
    if signer is None or not _authorised(signer, authority, data["produced_at"].native):  # 3
        return OcspFault.NOT_AUTHORISED
    if not _holds(basic["signature"].native, data.dump(), signer, how):  # 4
        return OcspFault.SIGNATURE
    if single["cert_status"].name == "unknown":  # 5
        return OcspFault.UNKNOWN_CERTIFICATE
    looked_up = signer.dump() == authority.dump() or _unchecked(signer)
    return _answer(single, how.hash_algo, None if looked_up else signer.dump())


def _answer(single: ocsp.SingleResponse, digest: str, responder: bytes | None) -> OcspAnswer:
    status = single["cert_status"]
    revoked = status.chosen if status.name == "revoked" else None
    return OcspAnswer(
        this_update=single["this_update"].native,
        next_update=single["next_update"].native,
        revoked_at=revoked["revocation_time"].native if revoked is not None else None,
        held=revoked is not None and revoked["revocation_reason"].native == _HELD,
        digest=digest,
        responder=responder,
    )


def _entry_about(
    data: ocsp.ResponseData, subject: x509.Certificate, authority: x509.Certificate
) -> ocsp.SingleResponse | None:
    for single in data["responses"]:
        named = single["cert_id"]
        digest = named["hash_algorithm"]["algorithm"].native
        if digest not in _DIGESTS or named["serial_number"].native != subject.serial_number:
            continue
        found = named["issuer_name_hash"].native, named["issuer_key_hash"].native
        if found == _issuer_hashes(digest, subject, authority):
            return single
    return None


def _issuer_hashes(
    digest: str, subject: x509.Certificate, authority: x509.Certificate
) -> tuple[bytes, bytes]:
    key = bytes(authority.public_key["public_key"])
    return tuple(hashlib.new(digest, part).digest() for part in (subject.issuer.dump(), key))  # type: ignore[return-value]  # a pair makes a pair


def _critical(*lists: ocsp.ResponseDataExtensions) -> Iterator[str]:
    for extensions in lists:
        for extension in extensions or ():
            if extension["critical"].native:
                yield extension["extn_id"].native


def _signer(basic: ocsp.BasicOCSPResponse, authority: x509.Certificate) -> x509.Certificate | None:
    """Find the certificate that the responder's id names: the issuer, or one that came along."""
    wanted = basic["tbs_response_data"]["responder_id"]
    for candidate in (authority, *(basic["certs"] or ())):
        match wanted.name:
            case "by_key" if candidate.public_key.sha1 == wanted.chosen.native:
                return candidate
            case "by_name" if candidate.subject == wanted.chosen:
                return candidate
    return None


def _authorised(signer: x509.Certificate, authority: x509.Certificate, at: datetime) -> bool:
    if signer.dump() == authority.dump():
        return True
    purposes = signer.extended_key_usage_value
    usage = signer.key_usage_value
    return (
        signer.issuer == authority.subject
        and purposes is not None
        and "ocsp_signing" in purposes.native
        and (usage is None or "digital_signature" in usage.native)
        and signer.not_valid_before <= at <= signer.not_valid_after
        and _holds(
            signer["signature_value"].native,
            signer["tbs_certificate"].dump(),
            authority,
            signer["signature_algorithm"],
        )
    )


def _unchecked(signer: x509.Certificate) -> bool:
    """Tell whether the issuer excuses a responder from being looked up (section 4.2.2.2.1)."""
    return signer.ocsp_no_check_value is not None


def _holds(
    signature: bytes, data: bytes, signer: x509.Certificate, how: algos.SignedDigestAlgorithm
) -> bool:
    try:
        DefaultSignatureValidator().validate_signature(signature, data, signer.public_key, how)
    except Exception:  # noqa: BLE001  (whatever the mathematics dislikes does not hold)
        return False
    return True
