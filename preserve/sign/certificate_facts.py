"""Reads from a certificate whose it is and what its key may and can do."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence

from asn1crypto import x509

from preserve.errors import SigningError
from preserve.model.certificates import CertificateIdentity, canonical_name
from preserve.policy.signing import ALGORITHMS, AllowedAlgorithm, CertificateClass, SigningStep

_SCHEMES = {
    "rsa": {"rsassa_pss", "rsassa_pkcs1v15"},
    "rsassa_pss": {"rsassa_pss"},
    "ec": {"ecdsa"},
}
"""What a key of a kind can sign with."""
_PERSON_IDS = ("CCCD:", "CMND:", "HC:", "CMT:")
_ORGANISATION_IDS = ("MST:", "MNS:")
_PERSON_PARTS = {"title", "given_name", "surname"}
_WEAK_DIGESTS = {"md2", "md5", "sha1"}


def names(certificate: x509.Certificate) -> dict[str, str]:
    """Return the parts of the subject's name, NFC; several values of one part are joined."""
    parts: dict[str, str] = {}
    for relative in certificate.subject.chosen:
        for part in relative:
            kind, value = part["type"].native, str(part["value"].native)
            value = unicodedata.normalize("NFC", value)
            parts[kind] = f"{parts[kind]}\n{value}" if kind in parts else value
    return parts


def certificate_class(certificate: x509.Certificate) -> CertificateClass | None:
    """Tell a person's certificate from an organisation's, ``None`` when it does not show.

    Certificates of persons carry a citizen's id or a title, those of organisations a tax code;
    a person's that also names the organisation's tax code stays a person's. This is practice,
    not law, hence the third answer; the list of certificates in the appointment
    decides in every case.
    """
    parts = names(certificate)
    values = "\n".join(parts.values()).split("\n")
    if _PERSON_PARTS & parts.keys() or any(value.startswith(_PERSON_IDS) for value in values):
        return CertificateClass.PERSON
    if "organization_identifier" in parts or any(v.startswith(_ORGANISATION_IDS) for v in values):
        return CertificateClass.ORGANISATION
    return None


def identity_of(certificate: x509.Certificate) -> CertificateIdentity:
    """Return everything by which an appointment can name a certificate."""
    issuer = [
        (part["type"].dotted, str(part["value"].native))
        for relative in certificate.issuer.chosen
        for part in relative
    ]
    key = certificate.public_key
    bits = hashlib.sha1(bytes(key["public_key"]), usedforsecurity=False)
    return CertificateIdentity(
        sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        serial=certificate.serial_number,
        issuer=canonical_name(issuer),
        keys=(bits.hexdigest(), hashlib.sha256(key.dump()).hexdigest()),
    )


def check_algorithms(
    certificate: x509.Certificate, allowed: Sequence[AllowedAlgorithm] = ALGORITHMS
) -> None:
    """Refuse a short key, another kind of key, or a certificate signed over SHA-1 or MD5.

    Raises:
        SigningError: TT 15/2025/TT-BKHCN Annex I 1.2 or 1.3 is not met, or the signing policy
            does not allow keys of that kind.
    """
    key = certificate.public_key
    schemes = _SCHEMES.get(key.algorithm, set())
    if not any(one.scheme in schemes and key.bit_size >= one.bits for one in allowed):
        raise SigningError("SIGN-CERTIFICATE-WEAK", algorithm=f"{key.algorithm} {key.bit_size}")
    digest = certificate["signature_algorithm"].hash_algo
    if digest in _WEAK_DIGESTS:
        raise SigningError("SIGN-CERTIFICATE-WEAK", algorithm=digest)


def check_usage(certificate: x509.Certificate, step: SigningStep) -> None:
    """Refuse an authority's certificate and one whose key usage is not what the policy asks.

    A certificate without the extension restricts nothing.

    Raises:
        SigningError: RFC 5280 sections 4.2.1.3 and 4.2.1.9 do not allow document signatures.
    """
    usage = certificate.key_usage_value
    allowed = usage is None or any(bits <= usage.native for bits in step.key_usage)
    if certificate.ca or not allowed:
        wanted = " / ".join(sorted("+".join(sorted(bits)) for bits in step.key_usage))
        raise SigningError("SIGN-CERTIFICATE-USAGE", wanted=wanted)
