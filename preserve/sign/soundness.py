"""Refuses to sign on top of signatures that do not hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_sig_integrity,
)

from preserve.errors import SigningError
from preserve.sign.document import Signature, reading_pdf

_REVISION_END = re.compile(rb"%%EOF\s*\Z")
_TAIL = 16
"""Bytes at the end of a revision in which ``%%EOF`` is looked for."""


def check_soundness(pdf: bytes, signatures: Iterable[Signature]) -> None:
    """Refuse a file whose signatures do not hold, before another one is added.

    Each signature must cover everything up to the end of its revision, match the covered bytes
    and be what its certificate's key made of them; the youngest must cover the whole file.
    Whether anybody trusts the certificates is not asked here.

    Args:
        pdf: the file.
        signatures: its signatures, oldest first.

    Raises:
        FormatError: a signature cannot be parsed.
        SigningError: a signature does not hold, or bytes were appended after the youngest one.
    """
    covered, youngest = 0, ""
    for signature in signatures:
        end = _revision_end(pdf, signature)
        with reading_pdf():
            holds = _holds(pdf, signature)
        if end is None or end <= covered or not holds:
            raise SigningError("SIGN-PDF-CHANGED", field=signature.field_name)
        covered, youngest = end, signature.field_name
    if youngest and covered != len(pdf):
        raise SigningError("SIGN-PDF-APPENDED", field=youngest)


def _revision_end(pdf: bytes, signature: Signature) -> int | None:
    """Return where the covered bytes end, ``None`` for a byte range of another shape."""
    match signature.byte_range:
        case (0, gap, after, length):
            end = after + length
            enclosing = (gap + 1, after - 1) == signature.digits
            if enclosing and end <= len(pdf) and _REVISION_END.search(pdf, end - _TAIL, end):
                return end
    return None


def _holds(pdf: bytes, signature: Signature) -> bool:
    """Tell whether the CMS structure fits the covered bytes."""
    _, gap, after, length = signature.byte_range
    signed_data = cms.ContentInfo.load(signature.contents)["content"]
    signer_info = extract_signer_info(signed_data)
    digest = hashlib.new(signer_info["digest_algorithm"]["algorithm"].native)
    digest.update(memoryview(pdf)[:gap])
    digest.update(memoryview(pdf)[after : after + length])
    certificate = signer_certificate(signed_data)
    return all(validate_sig_integrity(signer_info, certificate, "data", digest.digest()))


def signer_certificate(signed_data: cms.SignedData) -> x509.Certificate:
    """Return the certificate that the signature names by issuer and number.

    Names are compared as bytes first: pyHanko prepares each of them by the rules for strings, which
    takes longer than the signature's mathematics. Raises what the parser raises.
    """
    named = extract_signer_info(signed_data)["sid"].chosen
    if isinstance(named, cms.IssuerAndSerialNumber):
        issuer, number = named["issuer"].dump(), named["serial_number"].native
        for choice in signed_data["certificates"]:
            certificate = choice.chosen
            if (
                isinstance(certificate, x509.Certificate)
                and certificate.serial_number == number
                and certificate.issuer.dump() == issuer
            ):
                return certificate
    return extract_certs_for_validation(signed_data).signer_cert
