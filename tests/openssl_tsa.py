"""A time-stamping authority whose every answer is made by ``openssl ts -reply``."""

from __future__ import annotations

import subprocess
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POLICY = "1.3.6.1.4.1.32473.3161.2"
"""An arc for examples (RFC 5612)."""
_CONFIGURATION = """\
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = {digest}
default_policy = {policy}
other_policies = 1.3.6.1.4.1.32473.3161.9
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = {digest}
"""


@dataclass(frozen=True, slots=True)
class OpensslTsa:
    """Keys, certificates and configuration in a folder."""

    folder: Path
    root: bytes
    """DER of its root."""

    @staticmethod
    def create(
        folder: Path, *, ended: bool = False, digest: str = "sha256", purpose: bool = True
    ) -> OpensslTsa:
        """Make an authority; its certificate may have ended, or be made for nothing special."""
        root_key, own_key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        now = datetime.now(UTC)
        root = _certificate("Root TSA Thử Nghiệm", root_key, None, root_key, now)
        end = now - timedelta(days=1) if ended else now + timedelta(days=30)
        issuer = (root.subject, root_key)
        own = _certificate("TSA Thử Nghiệm", own_key, issuer, root_key, end, purpose=purpose)
        pem = own_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(pem)
        (folder / "tsa.pem").write_bytes(own.public_bytes(Encoding.PEM))
        (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "serial").write_text("01\n", encoding="ascii")
        text = _CONFIGURATION.format(folder=folder, policy=POLICY, digest=digest)
        (folder / "tsa.cnf").write_text(text, encoding="utf-8")
        return OpensslTsa(folder, root.public_bytes(Encoding.DER))

    def answer(self, query: bytes) -> bytes:
        """Let openssl answer a DER query."""
        name = uuid.uuid4().hex
        asked, answered = self.folder / f"{name}.tsq", self.folder / f"{name}.tsr"
        asked.write_bytes(query)
        files = ("-config", self.folder / "tsa.cnf", "-queryfile", asked, "-out", answered)
        subprocess.run(
            ["openssl", "ts", "-reply", *files],
            check=True,
            capture_output=True,
        )
        return answered.read_bytes()


def _certificate(
    name: str,
    key: rsa.RSAPrivateKey,
    issuer: tuple[x509.Name, rsa.RSAPrivateKey] | None,
    signer: rsa.RSAPrivateKey,
    end: datetime,
    *,
    purpose: bool = False,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0] if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=300))
        .not_valid_after(end if issuer else datetime.now(UTC) + timedelta(days=300))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if purpose:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(signer, hashes.SHA256())
