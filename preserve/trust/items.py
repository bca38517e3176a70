"""What lies in a trust folder, one thing at a time: its kind, whose it is, how long it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from asn1crypto import crl, ocsp, pem, x509

from preserve.errors import FormatError, InputError
from preserve.trust.store import fingerprint, read_ders

REMOVED = "removed"
"""Folder of what was taken out of use."""


class ItemKind(StrEnum):
    """What a thing is for."""

    ANCHOR = "anchor"
    SEAL = "seal"
    CERTIFICATE = "certificate"
    CRL = "crl"
    OCSP = "ocsp"

    @property
    def folder(self) -> str:
        """Name of the folder below ``trust/``."""
        return _PLACES[self][0]

    @property
    def suffix(self) -> str:
        """End of a file's name, with its dot."""
        return _PLACES[self][1]


_PLACES = {
    ItemKind.ANCHOR: ("anchors", ".cer"),
    ItemKind.SEAL: ("seals", ".cer"),
    ItemKind.CERTIFICATE: ("certificates", ".cer"),
    ItemKind.CRL: ("crls", ".crl"),
    ItemKind.OCSP: ("ocsp", ".ocsp"),
}


@dataclass(frozen=True, slots=True)
class TrustItem:
    """One thing of a trust folder, or one that may become one."""

    kind: ItemKind
    sha256: str
    der: bytes
    file: Path
    subject: str
    """Whom it is about: the subject of a certificate, the issuer of a list, the responder."""
    issuer: str
    valid_from: datetime | None
    valid_until: datetime | None
    """End of a certificate, next issue of a list; ``None`` where nothing is said."""
    is_authority: bool = False
    """A certificate that may issue others."""

    @property
    def stored_name(self) -> str:
        """Name under which the program stores it."""
        return f"{self.sha256}{self.kind.suffix}"


def read_item(file: Path, kind: ItemKind) -> TrustItem:
    """Read the one thing that a file holds, DER or PEM.

    Raises:
        FormatError: it is not of that kind, or holds several things.
        InputError: the file cannot be read, or holds a private key.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError("INPUT-UNREADABLE", file=file, problem=error.strerror) from error
    if b"PRIVATE KEY-----" in content:
        raise InputError("TRUST-PRIVATE-KEY", file=file)
    found = list(read_items(file, content, kind))
    if len(found) != 1:
        raise FormatError("TRUST-SEVERAL", file=file, count=len(found))
    return found[0]


def read_items(file: Path, content: bytes, kind: ItemKind) -> Iterator[TrustItem]:
    """Yield what the bytes of a file hold.

    Raises:
        FormatError: it is not of that kind.
    """
    try:
        ders = [content]
        if pem.detect(content):
            ders = [der for _, _, der in pem.unarmor(content, multiple=True)]
        yield from (_describe(der, file, kind) for der in ders)
    except (ValueError, TypeError, KeyError) as error:
        raise FormatError("TRUST-NOT-OF-KIND", file=file, kind=kind) from error


def list_items(trust: Path) -> Iterator[TrustItem]:
    """Yield everything that counts in a trust folder, by kind and file name.

    Raises:
        FormatError: a file does not hold what its folder is for.
    """
    for kind in ItemKind:
        yield from _list_folder(trust / kind.folder, kind)


def list_removed(trust: Path) -> Iterator[TrustItem]:
    """Yield everything that was taken out of use.

    Raises:
        FormatError: a file does not hold what its folder is for.
    """
    for kind in ItemKind:
        yield from _list_folder(trust / REMOVED / kind.folder, kind)


def _list_folder(folder: Path, kind: ItemKind) -> Iterator[TrustItem]:
    for file, der in read_ders(folder):
        yield from read_items(file, der, kind)


def _describe(der: bytes, file: Path, kind: ItemKind) -> TrustItem:
    match kind:
        case ItemKind.CRL:
            return _item(der, file, kind, _describe_list(der))
        case ItemKind.OCSP:
            return _item(der, file, kind, _describe_answer(der))
        case _:
            return _describe_certificate(der, file, kind)


_Named = tuple[str, datetime | None, datetime | None]


def _item(der: bytes, file: Path, kind: ItemKind, named: _Named) -> TrustItem:
    subject, start, end = named
    return TrustItem(kind, fingerprint(der), der, file, subject, subject, start, end)


def _describe_certificate(der: bytes, file: Path, kind: ItemKind) -> TrustItem:
    certificate = x509.Certificate.load(der, strict=True)
    return TrustItem(
        kind=kind,
        sha256=fingerprint(der),
        der=der,
        file=file,
        subject=certificate.subject.human_friendly,
        issuer=certificate.issuer.human_friendly,
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        is_authority=bool(certificate.ca),
    )


def _describe_list(der: bytes) -> _Named:
    tbs = crl.CertificateList.load(der, strict=True)["tbs_cert_list"]
    return tbs["issuer"].human_friendly, tbs["this_update"].native, tbs["next_update"].native


def _describe_answer(der: bytes) -> _Named:
    response = ocsp.OCSPResponse.load(der, strict=True)
    if response["response_status"].native != "successful":
        return "", None, None
    data = response.basic_ocsp_response["tbs_response_data"]
    single = data["responses"][0]
    responder = data["responder_id"]
    if responder.name == "by_name":
        name = responder.chosen.human_friendly
    else:
        name = responder.chosen.native.hex()
    serial = format(single["cert_id"]["serial_number"].native, "x")
    return f"{name} ({serial})", single["this_update"].native, single["next_update"].native
