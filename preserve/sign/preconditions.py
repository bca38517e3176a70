"""Decides before a signature is made whether this certificate may make it.

TT 15/2025/TT-BKHCN Art. 5(1)(a), 5(2)(b) and Annex II 1.2: identity, validity and path are
checked before signing and stop it; a status that cannot be checked is shown and recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509

from preserve.errors import FormatError, RuleRefusal, SigningError
from preserve.model.certificates import CertificateIdentity
from preserve.model.roles import Appointment, Signatory
from preserve.policy.signing import CertificateClass, SigningStep
from preserve.rules.signing import serves
from preserve.rules.signing_authority import needs_delegation
from preserve.sign.appearance import VIETNAM
from preserve.sign.certificate_facts import (
    certificate_class,
    check_algorithms,
    check_usage,
    identity_of,
    names,
)
from preserve.trust.paths import build_path
from preserve.trust.status import check_status
from preserve.trust.store import TrustMaterial


@dataclass(frozen=True, slots=True)
class SigningWarning:
    """Something that does not stop the signature and is to be shown and recorded."""

    code: str
    """Stable id from ``preserve/report/texts/sign.toml``."""
    parameters: tuple[tuple[str, str], ...] = ()


def check_signer(  # noqa: PLR0913, PLR0917  (each argument is a fact of its own that decides)
    certificate_der: bytes,
    chain: tuple[bytes, ...],
    step: SigningStep,
    signatory: Signatory,
    appointment: Appointment | None,
    at: datetime,
    trust: TrustMaterial,
) -> tuple[SigningWarning, ...]:
    """Check a signer's certificate against role, policy, time and trust.

    Steps:
        1. Somebody is appointed to the role on that day, and this certificate is named there.
        2. The certificate is a person's or the organisation's, as the policy wants.
        3. It is in force at that time, its key and algorithms are strong enough, and its key
           usage allows signatures.
        4. It leads to an anchor of the operator, where there are any.
        5. Neither it nor an authority above it is on a revocation list at hand.

    Args:
        certificate_der: the signer's certificate.
        chain: DER of the certificates that came with the key.
        step: the role's step in the signing policy.
        signatory: whose signature the document was made for.
        appointment: by which the person holds the role; ``None`` when nobody does.
        at: time of signing.
        trust: anchors, helpful certificates and revocation lists of the operator.

    Returns:
        What is to be shown to the signer and recorded.

    Raises:
        FormatError: the certificate cannot be parsed.
        RuleRefusal: a rule about roles forbids the signature.
        SigningError: the certificate cannot be used.
    """
    if at.tzinfo is None:
        raise SigningError("SIGN-TIME-ZONE")
    certificate = _parse(certificate_der)
    _check_appointment(certificate, step, signatory, appointment, at)  # 1
    findings = [*_class_findings(certificate, step, signatory)]  # 2
    check_validity(certificate, at)  # 3
    check_algorithms(certificate, step.algorithms)
    check_usage(certificate, step)
    helpers = (*chain, *trust.certificates)
    path = build_path(certificate_der, helpers, trust.anchors, at)  # 4
    if not trust.anchors:
        findings.append(SigningWarning("SIGN-NO-ANCHORS"))
    findings.extend(_status_findings(path, trust, at))  # 5
    findings.extend(_identity_findings(certificate, signatory))
    return tuple(findings)


def check_validity(certificate: x509.Certificate, at: datetime) -> None:
    """Refuse a certificate that is not in force at a time.

    Raises:
        SigningError: it is expired or not valid yet.
    """
    if at < certificate.not_valid_before:
        raise SigningError("SIGN-CERTIFICATE-EARLY", since=certificate.not_valid_before.isoformat())
    if at > certificate.not_valid_after:
        raise SigningError(
            "SIGN-CERTIFICATE-EXPIRED", until=certificate.not_valid_after.isoformat()
        )


def read_identity(der: bytes) -> CertificateIdentity:
    """Return everything by which an appointment can name a certificate.

    Raises:
        FormatError: the certificate cannot be parsed.
    """
    return identity_of(_parse(der))


def check_mechanism(mechanism: str, step: SigningStep) -> tuple[SigningWarning, ...]:
    """Check the way in which a key signs; PKCS#1 v1.5 is allowed by policies and reported.

    Raises:
        SigningError: the policy does not allow it.
    """
    if mechanism not in {one.scheme for one in step.algorithms}:
        raise SigningError("SIGN-MECHANISM", mechanism=mechanism, role=step.role.value)
    if mechanism == "rsassa_pkcs1v15":
        return (SigningWarning("SIGN-NOT-PSS", (("role", step.role.value),)),)
    return ()


def _parse(der: bytes) -> x509.Certificate:
    try:
        certificate = x509.Certificate.load(der, strict=True)
        _ = certificate.subject.native, certificate.not_valid_after, certificate.key_usage_value
    except (ValueError, TypeError, KeyError) as error:
        raise FormatError("SIGN-CERTIFICATE-UNREADABLE") from error
    return certificate


def _check_appointment(
    certificate: x509.Certificate,
    step: SigningStep,
    signatory: Signatory,
    appointment: Appointment | None,
    at: datetime,
) -> None:
    day = at.astimezone(VIETNAM).date()
    role = signatory.role.value
    if appointment is None:
        raise RuleRefusal("SIGN-NOBODY-APPOINTED", role=role, date=day)
    serving = step.role is signatory.role and serves(appointment, step.role)
    if not serving or appointment.person_code != signatory.person_code:
        raise RuleRefusal("SIGN-ROLE-PERSON", role=role, person=appointment.person_code)
    if not appointment.holds_on(day):
        raise RuleRefusal("SIGN-ROLE-DATE", role=role, person=appointment.person_code, date=day)
    identity = identity_of(certificate)
    if not identity.is_named_in(appointment.certificates):
        raise RuleRefusal(
            "SIGN-ROLE-CERTIFICATE",
            role=role,
            person=appointment.person_code,
            date=day,
            fingerprint=identity.sha256,
        )


def _class_findings(
    certificate: x509.Certificate, step: SigningStep, signatory: Signatory
) -> Iterator[SigningWarning]:
    found = certificate_class(certificate)
    role = signatory.role.value
    if found is None:
        yield SigningWarning("SIGN-CLASS-UNKNOWN", (("role", role),))
    elif found is not step.certificate_class:
        raise RuleRefusal(
            "SIGN-CERTIFICATE-CLASS", role=role, found=found, wanted=step.certificate_class
        )
    if (
        found is CertificateClass.PERSON
        and not {"title", "organization_name"} <= names(certificate).keys()
    ):
        # NĐ 174/2026/NĐ-CP Art. 82(1): title and organisation stand in the certificate.
        yield SigningWarning("SIGN-NO-TITLE", (("role", role),))


def _status_findings(
    path: tuple[bytes, ...], trust: TrustMaterial, at: datetime
) -> Iterator[SigningWarning]:
    """Look every certificate of a path up, except an anchor or another root at its end."""
    result = check_status(path[0], path[1:], trust, at)
    for revoked in result.revoked:
        raise SigningError("SIGN-CERTIFICATE-REVOKED", certificate=revoked)
    for unchecked in result.unchecked:
        yield SigningWarning("SIGN-STATUS-UNKNOWN", (("certificate", unchecked),))


def _identity_findings(
    certificate: x509.Certificate, signatory: Signatory
) -> Iterator[SigningWarning]:
    """Compare what the document says of its signer with what the certificate says (SIG-09)."""
    role = (("role", signatory.role.value),)
    common_name = names(certificate).get("common_name", "").casefold()
    if signatory.person_name and signatory.person_name.casefold() not in common_name:
        yield SigningWarning("SIGN-NAME-DIFFERS", role)
    named = identity_of(certificate).is_named_in(signatory.certificates)
    if signatory.certificates and not named:
        yield SigningWarning("SIGN-CERTIFICATE-NEWER", role)
    title = names(certificate).get("title", "")
    if needs_delegation(signatory.role, title) and signatory.delegation is None:
        yield SigningWarning("SIGN-TITLE-DEPUTY", role)
