"""Reads and judges the mathematics of one CMS signature (RFC 5652, ETSI EN 319 122-1).

1. a SignedData with exactly one signer whose certificate is enclosed;
2. the ESS signing-certificate attribute is signed and names that certificate (RFC 5035);
3. content type and message digest are signed; the digest is that of the signed bytes;
4. the signature over the signed attributes holds under the certificate's key.

Who the signer is, and whether the certificate counts, is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
    get_signing_cert_attr,
    validate_sig_integrity,
)

from preserve.model.verification import Finding, SubIndication
from preserve.rules.algorithms import AlgorithmUse
from preserve.verify.certificates import algorithm_use, load_certificate
from preserve.verify.checks import Check
from preserve.verify.findings import failed
from preserve.verify.guard import ReaderFault, attempt

_SIGNED_CERTIFICATE_V2 = "signing_certificate_v2"


@dataclass(frozen=True, slots=True)
class UnverifiedCms:
    """A CMS signature as it was read; only its form is known to be right."""

    signer_info: Any
    content_type: str
    content: bytes | None
    """Enclosed content, ``None`` for a detached signature."""
    certificate: bytes
    helpers: tuple[bytes, ...]
    """The other enclosed certificates."""
    value: bytes
    """The signature value."""
    use: AlgorithmUse
    claimed_time: datetime | None
    tokens: tuple[bytes, ...]
    """Signature time-stamp tokens, DER."""


def read_cms(data: bytes, *, padded: bool = False) -> UnverifiedCms:
    """Read a CMS signature; raises whatever the reader raises on anything else.

    ``padded`` allows zero bytes after the end, as ``/Contents`` of a PDF signature has them.
    """
    message = cms.ContentInfo.load(data)
    rest = data[len(message.dump()) :]
    if rest and (not padded or rest.strip(b"\x00")):
        raise ValueError("bytes after the end")
    # Step 1.
    signed = message["content"]
    (signer_info,) = signed["signer_infos"]
    certificates = extract_certs_for_validation(signed)
    enclosed = signed["encap_content_info"]
    detached = not enclosed["content"]
    key = certificates.signer_cert.public_key
    hashed = str(signer_info["digest_algorithm"]["algorithm"].native)
    return UnverifiedCms(
        signer_info=signer_info,
        content_type=str(enclosed["content_type"].native),
        content=None if detached else bytes(enclosed["content"]),
        certificate=bytes(certificates.signer_cert.dump()),
        helpers=tuple(sorted(bytes(one.dump()) for one in certificates.other_certs)),
        value=bytes(signer_info["signature"].native),
        use=algorithm_use(signer_info["signature_algorithm"], key, hashed),
        claimed_time=extract_self_reported_ts(signer_info),
        tokens=tuple(_tokens(signer_info)),
    )


def judge_integrity(
    signature: UnverifiedCms, digest: Callable[[str], bytes], subject: str, *, demand_v2: bool
) -> tuple[Finding, ...]:
    """Judge steps 2 to 4; nothing comes back when all hold.

    Args:
        signature: what was read.
        digest: computes the digest of the signed bytes by an algorithm's name.
        subject: what the findings are about.
        demand_v2: whether ESS signing-certificate version 2 is demanded, as PAdES does; time-stamp
            authorities may still use version 1.
    """
    # Step 2.
    if not _names_signer(signature, demand_v2=demand_v2):
        reason = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        return (failed(Check.SIG_SIGNING_CERTIFICATE, subject, reason),)
    # Steps 3 and 4.
    answer = attempt(lambda: _mathematics(signature, digest))
    if isinstance(answer, ReaderFault):
        return (failed(Check.SIG_CMS, subject, SubIndication.FORMAT_FAILURE, kind=answer.kind),)
    intact, valid = answer
    if not intact:
        return (failed(Check.SIG_DIGEST, subject, SubIndication.HASH_FAILURE),)
    if not valid:
        return (failed(Check.SIG_CRYPTO, subject, SubIndication.SIG_CRYPTO_FAILURE),)
    return ()


def unreadable_cms(subject: str, fault: ReaderFault) -> Finding:
    """Return the finding for bytes that are no CMS signature."""
    return failed(Check.SIG_CMS, subject, SubIndication.FORMAT_FAILURE, kind=fault.kind)


def _mathematics(signature: UnverifiedCms, digest: Callable[[str], bytes]) -> tuple[bool, bool]:
    info = signature.signer_info
    certificate = load_certificate(signature.certificate)
    actual = digest(str(info["digest_algorithm"]["algorithm"].native))
    return validate_sig_integrity(info, certificate, signature.content_type, actual)


def _names_signer(signature: UnverifiedCms, *, demand_v2: bool) -> bool:
    attributes = signature.signer_info["signed_attrs"]
    found = attempt(lambda: get_signing_cert_attr(attributes))
    if found is None or isinstance(found, ReaderFault):
        return False
    kinds = {attribute["type"].native for attribute in attributes}
    return _SIGNED_CERTIFICATE_V2 in kinds or not demand_v2


def _tokens(signer_info: Any) -> list[bytes]:
    attributes = signer_info["unsigned_attrs"]
    return [
        bytes(value.dump())
        for attribute in attributes or ()
        if attribute["type"].native == "signature_time_stamp_token"
        for value in attribute["values"]
    ]
