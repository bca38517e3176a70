"""Puts one PAdES signature into an empty field of a PDF; pyHanko stays behind this interface."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.extensions import DeveloperExtension, DevExtensionMultivalued
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject
from pyhanko.sign.timestamps import TimeStamper

from preserve.errors import SigningError
from preserve.sign.appearance import VIETNAM, Appearance, StampStyle
from preserve.sign.document import (
    in_signing_order,
    open_pdf,
    read_signature,
    reading_pdf,
    signature_fields,
)
from preserve.sign.engine_cms import make_pades_cms
from preserve.sign.keys import SigningKey
from preserve.sign.locks import check_unlocked, mdp_setup
from preserve.sign.reservation import bytes_to_reserve
from preserve.sign.software_key import digest_of
from preserve.sign.soundness import check_soundness

ESIC = DeveloperExtension(
    prefix_name=generic.NameObject("/ESIC"),
    base_version=generic.NameObject("/1.7"),
    extension_level=1,
    compare_by_level=True,
    multivalued=DevExtensionMultivalued.NEVER,
)
"""Announces PAdES in the catalog (ETSI EN 319 142-1 clause 5.5)."""

_Result = TypeVar("_Result")
_Embedding = Generator[Any, Any, None]


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """What one signature is to be."""

    field_name: str
    appearance: Appearance
    claimed_time: datetime
    """Time of signing as the signer claims it, with its zone; stands in ``/M``."""
    digest_algorithm: str
    """``sha256``, ``sha384`` or ``sha512``."""
    locks: bool
    """After it nothing may be changed or signed any more."""
    certifies: bool
    """It is the first one and allows that the prepared fields are filled, nothing else."""
    timestamped: bool = False
    """The policy asks for level B-T: without a time-stamper nothing is signed."""


_PADDINGS = 8
"""Tries for a clean revision; all of them fail once in ten million million signatures."""


class QuietWriter(IncrementalPdfFileWriter):
    """An incremental writer that leaves the Info dictionary and the XMP packet alone.

    pyHanko rewrites both at every save, which makes a strict PDF/A validator refuse the file.
    """

    def _update_meta(self) -> None:
        """Change nothing; a test fails when pyHanko stops calling this."""


def write_cleanly(pdf: bytes, write: Callable[[QuietWriter], _Result]) -> tuple[_Result, BytesIO]:
    """Append a revision in which no stream ends with a carriage return.

    See :func:`_prepare_cleanly` for why. Line feeds before the revision move its offsets, and with
    them the bytes of a compressed cross-reference stream.

    Args:
        pdf: the file; what is written begins with these bytes.
        write: changes the document and writes it in place.

    Returns:
        What ``write`` returned, and the file.
    """
    for padding in range(_PADDINGS):
        output = BytesIO(pdf + b"\n" * padding)
        result = write(QuietWriter(output))
        if bytes(output.getbuffer()[len(pdf) :]).find(b"\r\nendstream") < 0:
            break
    return result, output


def sign_pdf(
    pdf: bytes, request: SignatureRequest, key: SigningKey, timestamper: TimeStamper | None
) -> bytes:
    """Sign a PDF: PAdES B-T with a time-stamper, B-B without.

    Steps:
        1. Refuse a file that may not be signed: unknown or filled field, a lock, a broken or
           changed file, a certifying signature that would not be the first.
        2. Fill the field: appearance, lock, signature dictionary with room for the signature.
        3. Append the changes to the file and digest it.
        4. Sign the digest, have the signature time-stamped, write it into the room.

    Args:
        pdf: the file; the result begins with these bytes.
        request: field, appearance, time, algorithm.
        key: the signer's key.
        timestamper: gives the time-stamp of the signature; ``None`` for level B-B.

    Raises:
        FormatError: the file cannot be parsed.
        SigningError: it may not be signed, or the signature could not be made.
    """
    digest_of(request.digest_algorithm)
    if request.claimed_time.tzinfo is None:
        raise SigningError("SIGN-TIME-ZONE")
    if request.timestamped and timestamper is None:
        raise SigningError("SIGN-NO-TIMESTAMP-AUTHORITY")
    reader = open_pdf(pdf)
    _check_signable(pdf, reader, request)  # 1
    reserved = bytes_to_reserve(key, timestamper, request.digest_algorithm)
    with reading_pdf():
        embedding, prepared, output = _prepare_cleanly(pdf, reader, request, 2 * reserved)  # 2, 3
    signature = _make_signature(prepared.document_digest, request, key, timestamper)  # 4
    if len(signature) > reserved:
        raise SigningError("SIGN-RESERVATION", reserved=reserved, needed=len(signature))
    embedding.send(signature)
    return output.getvalue()


def _check_signable(pdf: bytes, reader: PdfFileReader, request: SignatureRequest) -> None:
    fields = signature_fields(reader)
    wanted = [field for field in fields if field.name == request.field_name]
    if len(wanted) != 1:
        raise SigningError("SIGN-FIELD-MISSING", field=request.field_name)
    if wanted[0].value is not None:
        raise SigningError("SIGN-FIELD-FILLED", field=request.field_name)
    filled = in_signing_order(reader, fields)
    made = [read_signature(pdf, reader, field) for field in filled]
    check_unlocked(filled, made, request.field_name)
    check_soundness(pdf, made)
    if request.certifies and filled:
        raise SigningError("SIGN-NOT-FIRST", field=request.field_name)


def _prepare_cleanly(
    pdf: bytes, reader: PdfFileReader, request: SignatureRequest, digits: int
) -> tuple[_Embedding, PreparedByteRangeDigest, BytesIO]:
    """Prepare the revision so that no compressed stream in it ends with a carriage return.

    pyHanko writes a line feed before ``endstream``. After data that happen to end with 0x0D a
    validator may take the pair for one line end and the stream for one byte short (ISO 19005-3
    clause 6.1.7.1). One stream in 256 does; a space more in the appearance changes the bytes.
    """
    for padding in range(_PADDINGS):
        source = open_pdf(pdf) if padding else reader
        prepared = _prepare(source, request, digits, padding)
        if bytes(prepared[2].getbuffer()[len(pdf) :]).find(b"\r\nendstream") < 0:
            break
    return prepared


def _prepare(
    reader: PdfFileReader, request: SignatureRequest, digits: int, padding: int
) -> tuple[_Embedding, PreparedByteRangeDigest, BytesIO]:
    """Write the new revision with an empty ``/Contents`` of so many hexadecimal digits."""
    writer = QuietWriter.from_reader(reader)
    embedding = PdfCMSEmbedder().write_cms(request.field_name, writer, existing_fields_only=True)
    field = next(embedding).get_object()
    writer.register_extension(ESIC)
    embedding.send(_setup(request, field, digits, padding))
    prepared, output = embedding.send(SigIOSetup(request.digest_algorithm, in_place=True))
    return embedding, prepared, output


def _setup(
    request: SignatureRequest, field: generic.DictionaryObject, digits: int, padding: int
) -> SigObjSetup:
    time = request.claimed_time.astimezone(VIETNAM).replace(microsecond=0)
    return SigObjSetup(
        sig_placeholder=SignatureObject(
            time, subfilter=SigSeedSubFilter.PADES, bytes_reserved=digits
        ),
        mdp_setup=mdp_setup(
            field, request.digest_algorithm, locks=request.locks, certifies=request.certifies
        ),
        appearance_setup=SigAppearanceSetup(
            StampStyle(appearance=request.appearance, padding=padding), timestamp=time, name=None
        ),
    )


def _make_signature(
    digest: bytes, request: SignatureRequest, key: SigningKey, timestamper: TimeStamper | None
) -> bytes:
    return make_pades_cms(digest, request.digest_algorithm, key, timestamper)
