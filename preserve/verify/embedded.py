"""Reads what a document claims about itself, without judging it: its record and its fields.

The workflows derive the state of a document from this; a verdict never rests on it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf

from preserve.errors import FormatError
from preserve.verify.contents import RECORD_NAME
from preserve.verify.guard import ReaderFault, attempt


@dataclass(frozen=True, slots=True)
class ClaimedContents:
    """What a document says about itself."""

    record_xml: bytes
    """The attachment ``record.xml``; ``preserve.formats.record_xml`` reads it."""
    fields: tuple[str, ...]
    """Names of all signature fields, in the order of the form, without document time-stamps."""
    filled: tuple[str, ...]
    """Names of the fields that hold a signature, in the order of signing."""

    @property
    def empty(self) -> tuple[str, ...]:
        """Names of the fields that wait for a signature."""
        return tuple(name for name in self.fields if name not in self.filled)


def read_claims(pdf: bytes) -> ClaimedContents:
    """Read the record and the state of the signature fields.

    Raises:
        FormatError: the bytes are no PDF, or they hold no record.
    """
    claims = attempt(lambda: _read(pdf))
    if isinstance(claims, ReaderFault):
        raise FormatError("DOCUMENT-NO-RECORD", problem=claims.kind)
    return claims


def _read(pdf: bytes) -> ClaimedContents:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        content = document.attachments[RECORD_NAME].get_file().read_bytes()
        acroform = document.Root.get("/AcroForm")
        listed = [] if acroform is None else list(acroform.Fields)
        fields = [field for field in listed if not _is_timestamp(field)]
        names = tuple(str(field.T) for field in fields)
        # The end of the second byte range is where the signed revision ends.
        ends = {
            str(field.T): int(field.V.ByteRange[2]) + int(field.V.ByteRange[3])
            for field in fields
            if "/V" in field
        }
    return ClaimedContents(content, names, tuple(sorted(ends, key=ends.__getitem__)))


def _is_timestamp(field: pikepdf.Object) -> bool:
    return "/V" in field and field.V.get("/Type") == pikepdf.Name.DocTimeStamp
