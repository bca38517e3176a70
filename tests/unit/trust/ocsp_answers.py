"""A small authority that signs CRLs and OCSP answers of every kind, right and wrong ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MADE = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = MADE + timedelta(days=1000)
MOMENT = MADE + timedelta(days=100)
"""When the document was signed."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        """DER of the certificate."""
        return self.certificate.public_bytes(Encoding.DER)


def make_holder(
    name: str,
    issuer: Holder | None = None,
    *,
    authority: bool = False,
    ocsp_signing: bool = False,
    nocheck: bool = False,
    ends: datetime = ENDS,
) -> Holder:
    """Make a certificate; without an issuer it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if ocsp_signing:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        builder = builder.add_extension(usage, critical=False)
    if nocheck:
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return Holder(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def make_answer(  # noqa: PLR0913  (the parts of an answer)
    about: Holder,
    issuer: Holder,
    signer: Holder,
    *,
    this_update: datetime = MOMENT + DAY,
    lasts: timedelta | None = DAY,
    revoked_at: datetime | None = None,
    reason: x509.ReasonFlags | None = None,
    unknown: bool = False,
) -> bytes:
    """Sign an answer."""
    status = ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=about.certificate,
        issuer=issuer.certificate,
        algorithm=hashes.SHA1(),  # noqa: S303  (names a certificate, protects nothing)
        cert_status=ocsp.OCSPCertStatus.UNKNOWN if unknown else status,
        this_update=this_update,
        next_update=this_update + lasts if lasts else None,
        revocation_time=revoked_at,
        revocation_reason=reason,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    if signer is not issuer:
        builder = builder.certificates([signer.certificate])
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def make_list(
    issuer: Holder, *revoked: Holder, issued: datetime = MOMENT, lasts: timedelta = 30 * DAY
) -> bytes:
    """Sign a CRL that names certificates as revoked when it was issued."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(issued)
        .next_update(issued + lasts)
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder(one.certificate.serial_number, MADE)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
