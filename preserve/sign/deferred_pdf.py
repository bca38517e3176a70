"""The two halves of a signature that is made elsewhere: room in a PDF, and what goes into it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from asn1crypto import cms
from pyhanko.sign.timestamps import TimeStamper

from preserve.errors import SigningError
from preserve.sign.cms_signer import KeySigner, make_cms
from preserve.sign.deferred_attributes import make_attributes
from preserve.sign.deferred_key import AbsentKey
from preserve.sign.document import (
    Signature,
    in_signing_order,
    open_pdf,
    read_signature,
    reading_pdf,
    signature_fields,
)
from preserve.sign.engine import SignatureRequest, _check_signable, _prepare_cleanly
from preserve.sign.soundness import check_soundness

_ROOM_FOR_STRUCTURE = 2048
"""Bytes for the signed attributes and the structure around them."""
ROOM_FOR_CHAIN = 4096
"""Bytes for the issuing certificates that come with the answer."""
_ROOM_FOR_TIMESTAMP = 8192
"""Bytes for a time-stamp token with its certificates; those in use have 4,000 to 6,000."""


@dataclass(frozen=True, slots=True)
class PreparedSignature:
    """A PDF with an appearance and with room for a signature that is not there yet."""

    pdf: bytes
    document_digest: bytes
    """Digest of the file without the room."""
    attributes: bytes
    """DER of what the key must sign."""


def prepare_signature(pdf: bytes, request: SignatureRequest, key: AbsentKey) -> PreparedSignature:
    """Do everything of a signature that needs no private key.

    Args:
        pdf: the file; the result begins with these bytes.
        request: field, appearance, time, algorithm.
        key: stands for the key that will sign.

    Raises:
        FormatError: the file cannot be parsed.
        SigningError: it may not be signed.
    """
    reader = open_pdf(pdf)
    _check_signable(pdf, reader, request)
    room = len(key.certificate) + key.signature_size + _ROOM_FOR_STRUCTURE + ROOM_FOR_CHAIN
    if request.timestamped:
        room += _ROOM_FOR_TIMESTAMP
    with reading_pdf():
        _, prepared, output = _prepare_cleanly(pdf, reader, request, 2 * room)
    digest = bytes(prepared.document_digest)
    attributes = make_attributes(key, digest, request.digest_algorithm)
    return PreparedSignature(output.getvalue(), digest, attributes)


def prepared_digest(pdf: bytes, field_name: str, digest_algorithm: str) -> bytes:
    """Return the digest that the room in a prepared PDF leaves to be signed.

    Raises:
        FormatError: the file cannot be parsed.
        SigningError: the field is not prepared.
    """
    return _covered(pdf, _room(pdf, field_name), digest_algorithm)


def fill_signature(
    prepared: bytes,
    field_name: str,
    attributes: bytes,
    key: AbsentKey,
    timestamper: TimeStamper | None,
    *,
    digest_algorithm: str,
) -> bytes:
    """Put a signature that was made elsewhere into the room that was left for it.

    Steps:
        1. Build the CMS structure around the given signature, with a time-stamp where asked.
        2. Write it into the room; no other byte of the file changes.
        3. Check that every signature of the file holds, the new one included.

    Args:
        prepared: the prepared PDF.
        field_name: the field that was prepared.
        attributes: DER of what the key signed.
        key: knows the signature over the attributes.
        timestamper: gives the time-stamp of the signature; ``None`` for level B-B.
        digest_algorithm: of the signature.

    Raises:
        FormatError: the file cannot be parsed.
        SigningError: the room is too small, no time-stamp was given, or a signature does not
            hold.
    """
    signature = make_cms(
        KeySigner(key).async_sign_prescribed_attributes(  # 1
            digest_algorithm, cms.CMSAttributes.load(attributes), timestamper=timestamper
        )
    )
    first, end = _room(prepared, field_name).digits
    if 2 * len(signature) > end - first:
        raise SigningError("SIGN-RESERVATION", reserved=(end - first) // 2, needed=len(signature))
    digits = signature.hex().upper().encode().ljust(end - first, b"0")
    signed = prepared[:first] + digits + prepared[end:]  # 2
    check_soundness(signed, _signatures(signed))  # 3
    return signed


def bears(pdf: bytes, field_name: str, document_digest: str, digest_algorithm: str) -> bool:
    """Tell whether a field of a file is signed over a digest: whether an answer was applied.

    Raises:
        FormatError: the file cannot be parsed.
    """
    for signature in _signatures(pdf):
        if signature.field_name == field_name:
            return _covered(pdf, signature, digest_algorithm).hex() == document_digest
    return False


def fitting_chain(chain: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return as many issuing certificates, nearest first, as the room holds.

    The others are no loss: a verifier builds the path from its own trust folder.
    """
    kept: list[bytes] = []
    for der in chain:
        if sum(map(len, kept)) + len(der) > ROOM_FOR_CHAIN:
            break
        kept.append(der)
    return tuple(kept)


def _room(pdf: bytes, field_name: str) -> Signature:
    reader = open_pdf(pdf)
    fields = [field for field in signature_fields(reader) if field.name == field_name]
    if len(fields) != 1:
        raise SigningError("SIGN-FIELD-MISSING", field=field_name)
    return read_signature(pdf, reader, fields[0])


def _signatures(pdf: bytes) -> list[Signature]:
    reader = open_pdf(pdf)
    filled = in_signing_order(reader, signature_fields(reader))
    return [read_signature(pdf, reader, field) for field in filled]


def _covered(pdf: bytes, signature: Signature, digest_algorithm: str) -> bytes:
    match signature.byte_range:
        case (0, gap, after, length):
            digest = hashlib.new(digest_algorithm)
            digest.update(memoryview(pdf)[:gap])
            digest.update(memoryview(pdf)[after : after + length])
            return digest.digest()
        case _:
            raise SigningError("SIGN-PDF-CHANGED", field=signature.field_name)
