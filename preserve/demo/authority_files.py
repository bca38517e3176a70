"""Keeps the demonstration authority's keys and certificates in files; none is overwritten."""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)

from preserve.demo.authority_certificates import Credential
from preserve.durable import write_new
from preserve.errors import InputError


def write_public(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, completely or not at all.

    Raises:
        StorageError: it exists or cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_new(path, content)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, in a folder that its owner alone can enter.

    Raises:
        StorageError: it exists or cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, content)
    path.chmod(0o600)


def write_certificate(folder: Path, name: str, certificate: x509.Certificate) -> None:
    """Write ``<name>.pem`` unless the same certificate is already there.

    Raises:
        StorageError: another certificate bears the name.
    """
    path, content = folder / f"{name}.pem", certificate.public_bytes(Encoding.PEM)
    if not path.exists() or path.read_bytes() != content:
        write_public(path, content)


def write_key(folder: Path, code: str, credential: Credential) -> None:
    """Write ``<code>.p12`` and the passphrase beside it, both readable by their owner only.

    Raises:
        StorageError: one of them exists.
    """
    passphrase = secrets.token_urlsafe(12)
    content = pkcs12.serialize_key_and_certificates(
        code.encode("utf-8"),
        credential.key,
        credential.certificate,
        credential.chain,
        BestAvailableEncryption(passphrase.encode("ascii")),
    )
    write_private(folder / f"{code}.passphrase", passphrase.encode("ascii"))
    write_private(folder / f"{code}.p12", content)


def read_passphrase(folder: Path, code: str) -> str:
    """Return the passphrase of a key.

    Raises:
        InputError: the authority has no such key.
    """
    try:
        return (folder / f"{code}.passphrase").read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise InputError("DEMO-KEY-MISSING", code=code) from error


def read_key(folder: Path, code: str) -> Credential:
    """Read a key with its certificates.

    Raises:
        InputError: the authority has no such key, or its file is damaged.
    """
    passphrase = read_passphrase(folder, code)
    try:
        content = (folder / f"{code}.p12").read_bytes()
        key, certificate, chain = pkcs12.load_key_and_certificates(
            content, passphrase.encode("ascii")
        )
    except (OSError, ValueError) as error:
        raise InputError("DEMO-KEY-MISSING", code=code) from error
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise InputError("DEMO-KEY-MISSING", code=code)
    return Credential(key, certificate, tuple(chain))
