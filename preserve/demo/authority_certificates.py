"""Makes the certificates of the demonstration authority; every subject says DEMO."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

BEFORE = timedelta(days=365)
"""Certificates hold from a year before the authority is made: exports are of the past year."""
AFTER = timedelta(days=5 * 365)

_REPOSITORY = "http://demo.invalid/crls/"
"""Where the CRLs would be; ``.invalid`` never resolves (RFC 2606), they are passed as files."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A private key with its certificate and the certificates above it."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    """Nearest issuer first."""


def make_rsa_key() -> rsa.RSAPrivateKey:
    """Make an RSA-2048 key, as the tokens in the field hold."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make_person_key() -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key: instant, where 25 RSA keys would take seconds."""
    return ec.generate_private_key(ec.SECP256R1())


def make_root(name: str, now: datetime) -> Credential:
    """Make a self-signed root."""
    key = make_rsa_key()
    subject = _name([(NameOID.COMMON_NAME, name)])
    builder = _builder(subject, subject, key, now)
    certificate = _authority(builder, path_length=1).sign(key, hashes.SHA256())
    return Credential(key, certificate)


def make_issuing(name: str, root: Credential, now: datetime) -> Credential:
    """Make the authority that issues to persons and organisations."""
    key = make_rsa_key()
    builder = _builder(_name([(NameOID.COMMON_NAME, name)]), root.certificate.subject, key, now)
    builder = _issued(_authority(builder, path_length=0), root, "root")
    return _sign(builder, key, root)


def make_person(
    *, code: str, name: str, title: str, school: str, issuer: Credential, now: datetime
) -> Credential:
    """Make the certificate of a natural person with title and organisation (CER-02)."""
    titles = [(NameOID.TITLE, title)] if title else []
    subject = _name(
        [
            (NameOID.COMMON_NAME, f"{name} (DEMO)"),
            *titles,
            (NameOID.ORGANIZATION_NAME, f"{school} (DEMO)"),
            (NameOID.SERIAL_NUMBER, code),
        ]
    )
    key = make_person_key()
    return _sign(
        _signer(_builder(subject, issuer.certificate.subject, key, now), issuer), key, issuer
    )


def make_organisation(*, name: str, tax_code: str, issuer: Credential, now: datetime) -> Credential:
    """Make the certificate of the school's seal, with its tax code (MST)."""
    subject = _name(
        [
            (NameOID.USER_ID, f"MST:{tax_code}"),
            (NameOID.COMMON_NAME, f"{name} (DEMO)"),
            (NameOID.ORGANIZATION_NAME, f"{name} (DEMO)"),
        ]
    )
    key = make_rsa_key()
    return _sign(
        _signer(_builder(subject, issuer.certificate.subject, key, now), issuer), key, issuer
    )


def make_timestamping(name: str, root: Credential, now: datetime) -> Credential:
    """Make the certificate of the time-stamping authority (RFC 3161 section 2.3)."""
    key = make_rsa_key()
    builder = _builder(_name([(NameOID.COMMON_NAME, name)]), root.certificate.subject, key, now)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = _end_entity(builder).add_extension(purpose, critical=True)
    return _sign(_issued(builder, root, "tsa-root"), key, root)


def authority_key_identifier(issuer: Credential) -> x509.AuthorityKeyIdentifier:
    """Return the extension that points from what an authority issues to the authority's key."""
    subject_key = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(subject_key.value)


def _name(parts: Sequence[tuple[x509.ObjectIdentifier, str]]) -> x509.Name:
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")
    return x509.Name([country, *(x509.NameAttribute(oid, value) for oid, value in parts)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + AFTER)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority(builder: x509.CertificateBuilder, *, path_length: int) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    usage = _usage(key_cert_sign=True, crl_sign=True)
    return builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)


def _signer(builder: x509.CertificateBuilder, issuer: Credential) -> x509.CertificateBuilder:
    return _issued(_end_entity(builder), issuer, "issuing")


def _end_entity(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    constraints = x509.BasicConstraints(ca=False, path_length=None)
    usage = _usage(digital_signature=True, content_commitment=True)
    return builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)


def _issued(
    builder: x509.CertificateBuilder, issuer: Credential, name: str
) -> x509.CertificateBuilder:
    identifier = authority_key_identifier(issuer)
    point = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(f"{_REPOSITORY}{name}.crl")], None, None, None
    )
    return builder.add_extension(identifier, critical=False).add_extension(
        x509.CRLDistributionPoints([point]), critical=False
    )


def _sign(builder: x509.CertificateBuilder, key: PrivateKey, issuer: Credential) -> Credential:
    certificate = builder.sign(issuer.key, hashes.SHA256())
    return Credential(key, certificate, (issuer.certificate, *issuer.chain))


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
