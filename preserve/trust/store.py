"""Reads the trust folder of the person who verifies: anchors, pinned seals, what helps to judge.

::

    trust/
      anchors/       root certificates that the operator confirmed; none is shipped (TRU-01)
      seals/         certificates of the schools' seals that the operator expects
      certificates/  intermediate certificates, helpful and never trusted by themselves
      crls/          revocation lists
      ocsp/          answers of OCSP responders
      sources/       who vouched for an item, written by ``preserve trust add``; never read here
      removed/       what was taken out of use; never read here

Every file is PEM or DER. Nothing that lies inside a bundle is ever an anchor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import crl, ocsp, pem, x509

from preserve.errors import FormatError


@dataclass(frozen=True, slots=True)
class TrustMaterial:
    """What a verdict may rely on; every item is DER bytes."""

    anchors: tuple[bytes, ...] = ()
    seals: tuple[bytes, ...] = ()
    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def with_validation_material(
        self,
        certificates: tuple[bytes, ...],
        crls: tuple[bytes, ...],
        ocsps: tuple[bytes, ...] = (),
    ) -> TrustMaterial:
        """Add untrusted helpers from a bundle; anchors and seals stay the operator's."""
        return TrustMaterial(
            self.anchors,
            self.seals,
            self.certificates + certificates,
            self.crls + crls,
            self.ocsps + ocsps,
        )


def load_trust(folder: Path) -> TrustMaterial:
    """Read a trust folder; missing subfolders are empty.

    Raises:
        FormatError: a file does not hold what its folder is for.
    """
    return TrustMaterial(
        anchors=tuple(read_certificates(folder / "anchors")),
        seals=tuple(read_certificates(folder / "seals")),
        certificates=tuple(read_certificates(folder / "certificates")),
        crls=tuple(read_crls(folder / "crls")),
        ocsps=tuple(read_ocsps(folder / "ocsp")),
    )


def read_certificates(folder: Path) -> Iterator[bytes]:
    """Yield the DER of every certificate in a folder, by file name.

    Raises:
        FormatError: a file is no certificate.
    """
    for path, der in read_ders(folder):
        try:
            _ = x509.Certificate.load(der, strict=True).subject.native
        except (ValueError, TypeError) as error:
            raise FormatError("TRUST-NOT-A-CERTIFICATE", file=path) from error
        yield der


def read_crls(folder: Path) -> Iterator[bytes]:
    """Yield the DER of every CRL in a folder, by file name.

    Raises:
        FormatError: a file is no CRL.
    """
    for path, der in read_ders(folder):
        try:
            _ = crl.CertificateList.load(der, strict=True).issuer.native
        except (ValueError, TypeError) as error:
            raise FormatError("TRUST-NOT-A-CRL", file=path) from error
        yield der


def read_ocsps(folder: Path) -> Iterator[bytes]:
    """Yield the DER of every OCSP response in a folder, by file name.

    Raises:
        FormatError: a file is no OCSP response.
    """
    for path, der in read_ders(folder):
        try:
            _ = ocsp.OCSPResponse.load(der, strict=True)["response_status"].native
        except (ValueError, TypeError) as error:
            raise FormatError("TRUST-NOT-AN-OCSP-RESPONSE", file=path) from error
        yield der


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of a certificate, lower-case hex."""
    return hashlib.sha256(der).hexdigest()


def read_ders(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every item of a folder with its file, by file name; PEM files may hold several.

    Raises:
        FormatError: a file looks like PEM and is none.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith("."):
            continue
        content = path.read_bytes()
        if not pem.detect(content):
            yield path, content
            continue
        try:
            blocks = list(pem.unarmor(content, multiple=True))
        except ValueError as error:
            raise FormatError("TRUST-NOT-A-CERTIFICATE", file=path) from error
        yield from ((path, der) for _, _, der in blocks)
