"""Writes revocations and revocation lists of the demonstration authority."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from preserve.demo.authority_certificates import Credential, authority_key_identifier
from preserve.demo.authority_files import write_public
from preserve.errors import InputError

VALIDITY = timedelta(days=90)

_NUMBER = re.compile(r"-(\d{4,})\.crl\Z")


def write_revocation(
    folder: Path, certificate: x509.Certificate, at: datetime, reason: x509.ReasonFlags
) -> None:
    """Note that a certificate is revoked; the next published list will say so.

    Raises:
        StorageError: it was revoked before.
    """
    serial = certificate.serial_number
    lines = f'serial = "{serial:x}"\nat = {at.isoformat()}\nreason = "{reason.name}"\n'
    write_public(folder / f"{serial:x}.toml", lines.encode("ascii"))


def publish(
    folder: Path, name: str, issuer: Credential, at: datetime, revocations: Path | None
) -> Path:
    """Write the next revocation list of an issuer.

    Args:
        folder: where the lists lie.
        name: the issuer's name in file names.
        issuer: its key.
        at: time of issue; later revocations are left out.
        revocations: folder of revocations, ``None`` for an issuer that has revoked nothing.

    Raises:
        InputError: a revocation cannot be read.
    """
    number = max((_number(path) for path in folder.glob(f"{name}-*.crl")), default=0) + 1
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at)
        .next_update(at + VALIDITY)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(authority_key_identifier(issuer), critical=False)
    )
    for revoked in _read_revocations(revocations, at):
        builder = builder.add_revoked_certificate(revoked)
    path = folder / f"{name}-{number:04d}.crl"
    write_public(path, builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER))
    return path


def latest(folder: Path, name: str) -> Path | None:
    """Return the newest list of an issuer, ``None`` before the first one."""
    return max(folder.glob(f"{name}-*.crl"), key=_number, default=None)


def _number(path: Path) -> int:
    match = _NUMBER.search(path.name)
    return int(match[1]) if match else 0


def _read_revocations(folder: Path | None, until: datetime) -> Iterator[x509.RevokedCertificate]:
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="ascii"))
            serial, at = int(table["serial"], 16), table["at"]
            reason = x509.ReasonFlags[table["reason"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError("DEMO-REVOCATION", file=path) from error
        if at <= until:
            yield (
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(at)
                .add_extension(x509.CRLReason(reason), critical=False)
                .build()
            )
