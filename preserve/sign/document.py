"""Reads of a PDF what signing needs: its signature fields and the signatures they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from preserve.errors import FormatError, PreserveError, SigningError
from preserve.sign import engine_xrefs

engine_xrefs.install()

_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]*)>")
_OBJECT_HEAD = re.compile(rb"\A\s*\d+\s+\d+\s+obj\s*")


@dataclass(frozen=True, slots=True)
class SignatureField:
    """One signature field, empty or filled."""

    name: str
    reference: generic.Reference
    value: generic.Reference | None
    """The signature dictionary, ``None`` while the field is empty."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as it lies in the file; nothing of it is judged yet."""

    field_name: str
    dictionary: generic.DictionaryObject
    """The signature dictionary without ``/Contents``."""
    contents: bytes
    """The CMS structure with the zeros that follow it."""
    digits: tuple[int, int]
    """Offsets of the hexadecimal digits of ``/Contents``, the angle brackets outside."""
    byte_range: tuple[int, ...]


@contextmanager
def reading_pdf() -> Iterator[None]:
    """Turn whatever a parser throws on foreign bytes into one error.

    Raises:
        FormatError: the parser gave up.
    """
    try:
        yield
    except PreserveError:
        raise
    except Exception as error:  # parsers of hostile files raise nearly anything
        raise FormatError("SIGN-PDF-UNREADABLE", problem=type(error).__name__) from error


def open_pdf(pdf: bytes) -> PdfFileReader:
    """Open a PDF for reading.

    Raises:
        FormatError: it cannot be parsed.
    """
    with reading_pdf():
        return PdfFileReader(BytesIO(pdf))


def signature_fields(reader: PdfFileReader) -> tuple[SignatureField, ...]:
    """List the signature fields in the order of the form.

    Raises:
        FormatError: the form cannot be parsed, or a signature is no indirect object.
    """
    with reading_pdf():
        return tuple(
            SignatureField(name, reference, field.get_value_as_reference("/V", optional=True))
            for name, _, reference in enumerate_sig_fields(reader)
            for field in [reference.get_object()]
        )


def in_signing_order(
    reader: PdfFileReader, fields: tuple[SignatureField, ...]
) -> tuple[SignatureField, ...]:
    """Return the filled fields, oldest signature first.

    A signature is as old as the revision that brought its dictionary.

    Raises:
        FormatError: a dictionary cannot be found.
    """
    with reading_pdf():
        aged = [
            (reader.xrefs.get_introducing_revision(field.value), field)
            for field in fields
            if field.value is not None
        ]
    return tuple(field for _, field in sorted(aged, key=lambda item: item[0]))


def read_signature(pdf: bytes, reader: PdfFileReader, field: SignatureField) -> Signature:
    """Read the signature dictionary of a filled field from the bytes of the file.

    The signature itself is cut out before the dictionary is parsed: pyHanko reads its thousands
    of hexadecimal digits one by one, which would take longer than signing.

    Raises:
        FormatError: the dictionary cannot be parsed.
        SigningError: it does not lie in the file as signing software leaves it.
    """
    if field.value is None:
        raise SigningError("SIGN-PDF-CHANGED", field=field.name)
    with reading_pdf():
        start = reader.xrefs[field.value]
    end = pdf.find(b"endobj", start) if isinstance(start, int) else -1
    contents = _CONTENTS.search(pdf, start, end) if end > 0 else None
    if contents is None:
        raise SigningError("SIGN-PDF-CHANGED", field=field.name)
    with reading_pdf():
        rest = _OBJECT_HEAD.sub(b"", pdf[start : contents.start()]) + pdf[contents.end() : end]
        dictionary = generic.DictionaryObject.read_from_stream(
            BytesIO(rest), container_ref=field.value
        )
        cms_bytes = bytes.fromhex(contents[1].decode("ascii"))
        byte_range = tuple(int(number) for number in dictionary["/ByteRange"])
    return Signature(field.name, dictionary, cms_bytes, contents.span(1), byte_range)
