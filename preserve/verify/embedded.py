"""Reads the record that a document claims to hold, without judging the document."""

from __future__ import annotations

import io

import pikepdf

from preserve.errors import FormatError
from preserve.formats.record_xml import decode_record
from preserve.model.records import Record
from preserve.verify.contents import RECORD_NAME
from preserve.verify.guard import ReaderFault, attempt


def read_record(pdf: bytes) -> Record:
    """Return the record in the attachment ``record.xml``; what it says is claimed, not verified.

    Raises:
        FormatError: the bytes are no PDF, or the record is missing or malformed.
    """
    content = attempt(lambda: _attachment(pdf))
    if isinstance(content, ReaderFault):
        raise FormatError("DOCUMENT-NO-RECORD", problem=content.kind)
    return decode_record(content)


def _attachment(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return document.attachments[RECORD_NAME].get_file().read_bytes()
