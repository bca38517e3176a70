"""Makes requests for time-stamps and judges a token on its own: imprint, nonce, signature, purpose.

Trust in the authority's certificate is another question, answered where anchors are at hand.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime
from typing import ClassVar

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.general import check_ess_certid, extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_sig_integrity,
)

from preserve.errors import SigningError

_NONCE_BITS = 64
_WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})


class TimeStampReply(core.Sequence):  # type: ignore[misc]  # asn1crypto is not annotated
    """A reply whose token is optional, as in RFC 3161 section 2.4.2; asn1crypto demands one."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def make_request(
    message_digest: bytes, digest_algorithm: str, policy: str = ""
) -> tuple[int, tsp.TimeStampReq]:
    """Return a nonce and the request that carries it (RFC 3161 section 2.4.1).

    Args:
        message_digest: what the time-stamp is to be over.
        digest_algorithm: how it was made, for example ``sha256``.
        policy: object identifier of the policy that is wanted, empty for any.
    """
    algorithm = algos.DigestAlgorithm({"algorithm": digest_algorithm})
    nonce = secrets.randbits(_NONCE_BITS)
    request = {
        "version": 1,
        "message_imprint": {"hash_algorithm": algorithm, "hashed_message": message_digest},
        "cert_req": True,
        "nonce": nonce,
    }
    return nonce, tsp.TimeStampReq(request | {"req_policy": policy} if policy else request)


def check_token(
    token: cms.ContentInfo,
    imprint: bytes,
    digest_algorithm: str,
    nonce: int | None,
    policy: str = "",
) -> datetime:
    """Check that a token answers the request that was made and return its time.

    Steps (RFC 3161 section 2.2; TT 15/2025/TT-BKHCN Art. 6(1)(g)):
        1. the imprint and its algorithm are those of the request;
        2. the nonce is the one of the request, and so is the policy, where one was wanted;
        3. the signature is its certificate's, and the signed attributes name that certificate;
        4. the certificate is for time-stamping and nothing else, and was in force at that time;
        5. no digest of the token is one that Annex I 1.3 leaves out.

    Args:
        token: what the authority sent.
        imprint: digest that was to be time-stamped.
        digest_algorithm: how it was made.
        nonce: number of the request, ``None`` where the request is gone.
        policy: object identifier of the policy that was wanted, empty for any.

    Raises:
        SigningError: a step fails, or the token cannot be parsed.
    """
    try:
        info = token["content"]["encap_content_info"]["content"].parsed
        _check_request(info, imprint, digest_algorithm, nonce)  # 1, 2
        _check_policy(info, policy)
        certificate = _check_signature(token["content"], info)  # 3
        time = info["gen_time"].native
        _check_purpose(certificate)  # 4
        _check_validity(certificate, time)
        _check_digests(token["content"])  # 5
    except SigningError:
        raise
    except Exception as error:  # parsers of foreign bytes raise nearly anything
        raise SigningError("TSA-MALFORMED", problem=type(error).__name__) from error
    if not isinstance(time, datetime):
        raise SigningError("TSA-MALFORMED", problem="gen_time")
    return time


def token_certificates(token: cms.ContentInfo) -> tuple[bytes, ...]:
    """Return the DER of the certificates in a checked token, the signer's first."""
    found = extract_certs_for_validation(token["content"])
    others = (certificate.dump() for certificate in found.other_certs)
    return (found.signer_cert.dump(), *others)


def _check_request(
    info: tsp.TSTInfo, imprint: bytes, digest_algorithm: str, nonce: int | None
) -> None:
    stamped = info["message_imprint"]
    if (
        stamped["hashed_message"].native != imprint
        or stamped["hash_algorithm"]["algorithm"].native != digest_algorithm
    ):
        raise SigningError("TSA-IMPRINT")
    if nonce is not None and info["nonce"].native != nonce:
        raise SigningError("TSA-NONCE")


def _check_policy(info: tsp.TSTInfo, policy: str) -> None:
    if policy and info["policy"].dotted != policy:
        raise SigningError("TSA-POLICY", found=info["policy"].dotted, wanted=policy)


def _check_signature(signed_data: cms.SignedData, info: tsp.TSTInfo) -> x509.Certificate:
    signer_info = extract_signer_info(signed_data)
    certificate = extract_certs_for_validation(signed_data).signer_cert
    algorithm = signer_info["digest_algorithm"]["algorithm"].native
    digest = hashlib.new(algorithm, bytes(info.dump())).digest()
    if not all(validate_sig_integrity(signer_info, certificate, "tst_info", digest)):
        raise SigningError("TSA-SIGNATURE")
    if not any(check_ess_certid(certificate, first) for first in _named(signer_info)):
        raise SigningError("TSA-SIGNATURE")
    return certificate


def _named(signer_info: cms.SignerInfo) -> list[tsp.ESSCertID | tsp.ESSCertIDv2]:
    """List the first certificate that each signing-certificate attribute names (RFC 5816)."""
    wanted = {"signing_certificate", "signing_certificate_v2"}
    return [
        attribute["values"][0]["certs"][0]
        for attribute in signer_info["signed_attrs"]
        if attribute["type"].native in wanted
    ]


def _check_purpose(certificate: x509.Certificate) -> None:
    """RFC 3161 section 2.3: one extended key usage, time-stamping, in a critical extension."""
    usage = certificate.extended_key_usage_value
    if (
        usage is None
        or usage.native != ["time_stamping"]
        or "extended_key_usage" not in certificate.critical_extensions
    ):
        raise SigningError("TSA-CERTIFICATE")


def _check_validity(certificate: x509.Certificate, time: datetime) -> None:
    start, end = certificate.not_valid_before, certificate.not_valid_after
    if not start <= time <= end:
        named = {"since": start.isoformat(), "until": end.isoformat()}
        raise SigningError("TSA-CERTIFICATE-TIME", time=time.isoformat(), **named)


def _check_digests(signed_data: cms.SignedData) -> None:
    """TT 15/2025/TT-BKHCN Annex I 1.3: neither SHA-1 nor MD5 under a new signature."""
    signer_info = extract_signer_info(signed_data)
    used = {signer_info["digest_algorithm"]["algorithm"].native}
    # A bare "rsaEncryption" names no digest of its own (RFC 5652) and raises ValueError.
    with suppress(ValueError):
        used.add(signer_info["signature_algorithm"].hash_algo)
    for algorithm in sorted(used & _WEAK_DIGESTS):
        raise SigningError("TSA-WEAK", algorithm=algorithm)
