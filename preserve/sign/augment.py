"""Puts a document time-stamp over everything that a PDF holds (PAdES level B-LTA)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.timestamps import TimeStamper

from preserve.errors import SigningError
from preserve.sign.document import (
    in_signing_order,
    open_pdf,
    read_signature,
    reading_pdf,
    signature_fields,
)
from preserve.sign.engine import ESIC, QuietWriter, write_cleanly
from preserve.sign.engine_cms import request_token
from preserve.sign.reservation import token_bytes_to_reserve
from preserve.sign.software_key import digest_of

FIELD_PREFIX = "DOCTIMESTAMP"
_Names = generic.NameObject
_PRINT, _LOCKED = 4, 128
"""Flags of an annotation (ISO 32000-1 table 165)."""


def timestamp_pdf(
    pdf: bytes, timestamper: TimeStamper, *, digest_algorithm: str = "sha512"
) -> bytes:
    """Append a revision with a document time-stamp over the whole file.

    Its field is new and has no place on a page: no page, annotation or tag of the document
    changes, so that it stays PDF/A-3a and PDF/UA-1 and every lock allows it
    (ISO 32000-2 clause 12.8.2.2.2, ETSI EN 319 142-1 clause 5.4.3).

    Args:
        pdf: the file; the result begins with these bytes.
        timestamper: gives the token.
        digest_algorithm: of the imprint; ``sha512`` outlives the digests of the signatures.

    Raises:
        FormatError: the file cannot be parsed.
        SigningError: the file has no form, the digest cannot be used, or the authority failed.
    """
    digest_of(digest_algorithm)
    reader = open_pdf(pdf)
    name = _free_name(field.name for field in signature_fields(reader))
    if "/AcroForm" not in reader.root:
        raise SigningError("AUGMENT-NO-FORM")
    reserved = token_bytes_to_reserve(timestamper, digest_algorithm)

    def fill(writer: QuietWriter) -> Any:
        stamp = DocumentTimestamp(bytes_reserved=2 * reserved)
        _add_field(writer, name, writer.add_object(stamp))
        writer.register_extension(ESIC)
        filling = stamp.fill(writer, digest_algorithm, in_place=True)
        return filling, next(filling)[0]

    with reading_pdf():
        (filling, prepared), output = write_cleanly(pdf, fill)
    token = request_token(prepared.document_digest, digest_algorithm, timestamper)
    if len(token) > reserved:
        raise SigningError("SIGN-RESERVATION", reserved=reserved, needed=len(token))
    filling.send(token)
    return output.getvalue()


def ends_with_timestamp(pdf: bytes) -> bool:
    """Tell whether a document time-stamp covers the whole file; it is not judged.

    Raises:
        FormatError: the file cannot be parsed.
    """
    reader = open_pdf(pdf)
    youngest = in_signing_order(reader, signature_fields(reader))[-1:]
    signatures = [read_signature(pdf, reader, field) for field in youngest]
    return any(
        one.dictionary.get("/Type") == "/DocTimeStamp" and sum(one.byte_range[2:]) == len(pdf)
        for one in signatures
    )


def _free_name(taken: Iterable[str]) -> str:
    used = set(taken)
    number = 1
    while f"{FIELD_PREFIX}_{number}" in used:
        number += 1
    return f"{FIELD_PREFIX}_{number}"


def _add_field(writer: QuietWriter, name: str, value: generic.IndirectObject) -> None:
    """Add a signature field that no page shows; readers want a widget of no size all the same."""
    field = generic.DictionaryObject(
        {
            _Names("/Type"): _Names("/Annot"),
            _Names("/Subtype"): _Names("/Widget"),
            _Names("/Rect"): generic.ArrayObject([generic.NumberObject(0)] * 4),
            _Names("/F"): generic.NumberObject(_PRINT | _LOCKED),
            _Names("/FT"): _Names("/Sig"),
            _Names("/T"): generic.pdf_string(name),
            _Names("/V"): value,
        }
    )
    form = writer.root["/AcroForm"]
    fields = form["/Fields"]
    fields.append(writer.add_object(field))
    writer.update_container(fields)
