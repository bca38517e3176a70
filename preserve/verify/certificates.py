"""Reads the facts of a certificate that a verdict or a report needs; trusts none of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from asn1crypto import algos, keys, x509

from preserve.policy.signing import CertificateClass
from preserve.rules.algorithms import AlgorithmUse

_PERSON_PREFIXES = ("CCCD:", "CMND:", "CMTND:", "HC:")
_ORGANISATION_PREFIX = "MST:"
_ORGANISATION_IDENTIFIER = "2.5.4.97"
_PERSON_ATTRIBUTES = ("2.5.4.4", "2.5.4.42", "2.5.4.12")
"""Surname, given name, title (RFC 5280 appendix A.1)."""
_COMMON_NAME, _ORGANISATION, _UNIT = "2.5.4.3", "2.5.4.10", "2.5.4.11"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says about itself."""

    sha256: str
    common_name: str
    organisation: str
    unit: str
    issuer_organisation: str
    not_before: datetime
    not_after: datetime
    certificate_class: CertificateClass
    may_sign: bool
    """Key usage allows digital signatures or non-repudiation, or is not stated."""
    stamps_time: bool
    """Extended key usage is time stamping alone, and critical (RFC 3161 section 2.3)."""


@lru_cache(maxsize=512)
def read_facts(der: bytes) -> CertificateFacts:
    """Read a certificate; raises what the reader raises on bytes that are none."""
    certificate = load_certificate(der)
    subject = _attributes(certificate.subject)
    issuer = _attributes(certificate.issuer)
    usage = certificate.key_usage_value.native if certificate.key_usage_value else None
    extended = certificate.extended_key_usage_value
    return CertificateFacts(
        sha256=hashlib.sha256(der).hexdigest(),
        common_name=_first(subject, _COMMON_NAME),
        organisation=_first(subject, _ORGANISATION),
        unit=_first(subject, _UNIT),
        issuer_organisation=_first(issuer, _ORGANISATION) or _first(issuer, _COMMON_NAME),
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        certificate_class=_class_of(subject),
        may_sign=usage is None or bool({"digital_signature", "non_repudiation"} & usage),
        stamps_time=extended is not None
        and extended.native == ["time_stamping"]
        and "extended_key_usage" in certificate.critical_extensions,
    )


@lru_cache(maxsize=512)
def load_certificate(der: bytes) -> Any:
    """Return the parsed certificate, one object per DER and process."""
    return x509.Certificate.load(der, strict=True)


@lru_cache(maxsize=512)
def certificate_algorithm(der: bytes, issuer: bytes) -> AlgorithmUse:
    """Tell how ``issuer`` signed the certificate."""
    return algorithm_use(
        load_certificate(der)["signature_algorithm"], load_certificate(issuer).public_key
    )


def algorithm_use(
    algorithm: algos.SignedDigestAlgorithm, key: keys.PublicKeyInfo, digest: str = ""
) -> AlgorithmUse:
    """Tell scheme, key length and digest of a signature.

    ``digest`` is used where the algorithm identifier names none (RFC 5652 with rsaEncryption).
    """
    try:
        hashed = str(algorithm.hash_algo)
    except ValueError:
        hashed = digest
    return AlgorithmUse(str(algorithm.signature_algo), int(key.bit_size), hashed)


def _attributes(name: x509.Name) -> tuple[tuple[str, str], ...]:
    return tuple(
        (pair["type"].dotted, str(pair["value"].native)) for part in name.chosen for pair in part
    )


def _first(attributes: tuple[tuple[str, str], ...], wanted: str) -> str:
    return next((value for dotted, value in attributes if dotted == wanted), "")


def _class_of(subject: tuple[tuple[str, str], ...]) -> CertificateClass:
    """Tell a person from an organisation by what deployed systems write into the subject.

    A citizen id, a surname, given name or title speaks for a person; a tax code, an organisation
    identifier or an organisation as its own common name for an organisation. This is never the only
    test: the certificate must also be one of those that the record lists for the role.
    """
    values = [value.upper() for _, value in subject]
    kinds = {dotted for dotted, _ in subject}
    if any(value.startswith(_PERSON_PREFIXES) for value in values):
        return CertificateClass.PERSON
    if kinds.intersection(_PERSON_ATTRIBUTES):
        return CertificateClass.PERSON
    if _ORGANISATION_IDENTIFIER in kinds or any(
        value.startswith(_ORGANISATION_PREFIX) for value in values
    ):
        return CertificateClass.ORGANISATION
    same = _first(subject, _COMMON_NAME) == _first(subject, _ORGANISATION) != ""
    return CertificateClass.ORGANISATION if same else CertificateClass.PERSON
