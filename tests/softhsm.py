"""Real SoftHSM tokens in a temporary folder, with keys that were made on them.

A process reads SoftHSM's configuration once, so all tokens of a test session lie in one folder.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pkcs11
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, CertificateType, KeyType, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from preserve.demo.authority import DemoAuthority
from preserve.demo.authority_certificates import authority_key_identifier
from preserve.demo.authority_files import read_key

PIN, SO_PIN = "135791", "97531975"
_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
_SPIES = (
    "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so",
    "/usr/lib/aarch64-linux-gnu/pkcs11-spy.so",
    "/usr/lib64/pkcs11/pkcs11-spy.so",
)
MODULE = next((Path(place) for place in _PLACES if Path(place).is_file()), Path(_PLACES[0]))
SPY = next((Path(place) for place in _SPIES if Path(place).is_file()), Path(_SPIES[0]))
"""OpenSC's library between a program and a token; it writes down every call."""

_SIGNING = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_CURVES = {"P-256": "secp256r1", "P-384": "secp384r1", "secp256k1": "secp256k1"}


@dataclass(frozen=True, slots=True)
class SoftToken:
    """One token of SoftHSM."""

    label: str
    pin: str = PIN

    def uri(self, *, query: str = "", module: Path = MODULE, **attributes: str) -> str:
        """Return the URI of a key on the token; ``id`` comes escaped, the rest does not."""
        path = {"token": quote(self.label), **attributes}
        written = ";".join(f"{name.replace('_', '-')}={value}" for name, value in path.items())
        return f"pkcs11:{written}?module-path={quote(str(module))}{query}"

    def found(self) -> pkcs11.Token:
        """Return the token as the library sees it now."""
        return pkcs11.lib(str(MODULE.resolve())).get_token(token_label=self.label)

    @contextmanager
    def opened(self) -> Iterator[pkcs11.Session]:
        """Open a session that may write, as the issuer's program does."""
        with self.found().open(rw=True, user_pin=self.pin) as session:
            yield session

    def make_key(
        self, kind: str, *, identifier: bytes, label: str = "", guarded: bool = False
    ) -> bytes:
        """Make a key on the token, where it stays, and return the DER of its public half.

        A guarded key wants the PIN before every signature.
        """
        private = {Attribute.ALWAYS_AUTHENTICATE: guarded}
        with self.opened() as session:
            match kind.partition("-"):
                case ("RSA", _, bits):
                    public, _ = session.generate_keypair(
                        KeyType.RSA,
                        int(bits),
                        store=True,
                        id=identifier,
                        label=label,
                        private_template=private,
                    )
                    return _rsa(encode_rsa_public_key(public))
                case _:
                    curve = encode_named_curve_parameters(_CURVES[kind])
                    parameters = session.create_domain_parameters(
                        KeyType.EC, {Attribute.EC_PARAMS: curve}, local=True
                    )
                    public, _ = parameters.generate_keypair(
                        store=True, id=identifier, label=label, private_template=private
                    )
                    return encode_ec_public_key(public)

    def write_certificate(self, der: bytes, *, identifier: bytes, label: str = "") -> None:
        """Put a certificate on the token."""
        subject = x509.load_der_x509_certificate(der).subject.public_bytes()
        with self.opened() as session:
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.PRIVATE: False,
                    Attribute.SUBJECT: subject,
                    Attribute.ID: identifier,
                    Attribute.LABEL: label,
                    Attribute.VALUE: der,
                }
            )


@dataclass(frozen=True, slots=True)
class SoftHsm:
    """The tokens of a session; asked for by label before the library is first loaded."""

    folder: Path

    @property
    def configuration(self) -> Path:
        """The file that SOFTHSM2_CONF names."""
        return self.folder / "softhsm2.conf"

    def token(self, label: str) -> SoftToken:
        """Set up a new token; the library must look again to see it."""
        self._run("--init-token", "--free", "--label", label, "--so-pin", SO_PIN)
        pkcs11.lib(str(MODULE.resolve())).reinitialize()
        return SoftToken(label)

    def import_key(self, pkcs12_file: Path, passphrase: str, label: str) -> SoftToken:
        """Put a key and its certificate from a file onto a new token, as an issuer does.

        Only other programs touch the token, so that the library of this process may serve
        another folder meanwhile.
        """
        key, certificate, _ = pkcs12.load_key_and_certificates(
            pkcs12_file.read_bytes(), passphrase.encode()
        )
        assert key is not None
        assert certificate is not None
        encoded = self.folder / f"{label}.pem"
        encoded.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        der = self.folder / f"{label}.der"
        der.write_bytes(certificate.public_bytes(Encoding.DER))
        self._run("--init-token", "--free", "--label", label, "--so-pin", SO_PIN)
        self._run("--import", str(encoded), "--token", label, "--label", label, "--id", "01")
        encoded.unlink()
        tool = ["pkcs11-tool", "--module", str(MODULE), "--token-label", label]
        tool += ["--login", "--pin", PIN]
        subprocess.run(
            [*tool, "--write-object", str(der), "--type", "cert", "--id", "01"],
            check=True,
            capture_output=True,
            env=self._environment(),
        )
        return SoftToken(label)

    def _run(self, *arguments: str) -> None:
        command = ["softhsm2-util", *arguments, "--pin", PIN]
        subprocess.run(command, check=True, capture_output=True, env=self._environment())

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "SOFTHSM2_CONF": str(self.configuration)}


def issue(
    authority: DemoAuthority,
    public_key: bytes,
    name: str,
    *,
    begin: datetime,
    end: datetime,
) -> bytes:
    """Have the demo authority issue a person's certificate for a key that lies on a token."""
    issuer = read_key(authority.folder / "keys", "demo-issuing")
    key = load_der_public_key(public_key)
    parts = {
        NameOID.COUNTRY_NAME: "VN",
        NameOID.COMMON_NAME: f"{name} (DEMO)",
        NameOID.TITLE: "Giáo viên",
        NameOID.ORGANIZATION_NAME: "Trường THCS Thử Nghiệm (DEMO)",
    }
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNING, critical=True)
        .add_extension(authority_key_identifier(issuer), critical=False)
    )
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def sign_with_sha1(authority: DemoAuthority, der: bytes) -> bytes:
    """Sign a certificate anew over SHA-1, as authorities did long ago."""
    issuer = read_key(authority.folder / "keys", "demo-issuing").key
    assert isinstance(issuer, rsa.RSAPrivateKey)
    certificate = asn1_x509.Certificate.load(der)
    algorithm = {"algorithm": "sha1_rsa"}
    certificate["tbs_certificate"]["signature"] = algorithm
    certificate["signature_algorithm"] = algorithm
    body = certificate["tbs_certificate"].dump()
    digest = hashes.SHA1()  # noqa: S303  (the weakness is what the test needs)
    certificate["signature_value"] = issuer.sign(body, padding.PKCS1v15(), digest)
    return bytes(certificate.dump())


def lay_out(folder: Path) -> SoftHsm:
    """Write the configuration for tokens in a folder."""
    tokens = folder / "tokens"
    tokens.mkdir()
    hsm = SoftHsm(folder)
    hsm.configuration.write_text(
        f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n",
        encoding="utf-8",
    )
    return hsm


@contextmanager
def soft_hsm(folder: Path) -> Iterator[SoftHsm]:
    """Point SoftHSM to a folder, for this process and the programs it starts."""
    hsm = lay_out(folder)
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(hsm.configuration)
    try:
        yield hsm
    finally:
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before


def _rsa(pkcs1: bytes) -> bytes:
    """Wrap a PKCS#1 public key into a SubjectPublicKeyInfo."""
    key = load_der_public_key(pkcs1)
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
