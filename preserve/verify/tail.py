"""Judges the bytes behind the last signature: whole updates, and between them nothing at all.

Validation data may follow the last signature without being signed themselves. What no
cross-reference section names is no part of the document, yet a lenient reader may take it for one
(incremental saving attack). So these bytes must be what our own writer leaves:

1. each object of the update stands where the cross-reference section says, in full, one behind the
   other, with white space between them only;
2. then come the cross-reference section, ``startxref`` and ``%%EOF``;
3. the next update follows at once, and the last one ends the file.
"""

from __future__ import annotations

import re
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

_HEAD = re.compile(rb"(\d{1,10}) 0 obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_STREAM_END = re.compile(rb"\r?\n?endstream\s+endobj\b")
_END = re.compile(rb"\s*startxref\s+\d{1,10}\s+%%EOF(?:\r\n|\n|\r)?")
_TABLE = re.compile(rb"\s*xref\b[0-9nf\s]*trailer\s*<<(?:[^<>]|<[0-9A-Fa-f]*>)*>>")
_WHITE = re.compile(rb"[\x00\t\n\x0c\r ]*")
_OBJECT = re.compile(rb"\d\s+obj\b")
_END_OF_OBJECT = b"endobj"


def updates_lie_plain(pdf: bytes, reader: PdfFileReader, start: int) -> bool:
    """Tell whether what lies behind ``start`` is nothing but whole updates.

    Raises whatever the reader raises.

    Args:
        pdf: the file.
        reader: the same file, opened.
        start: where the bytes that the last signature covers end.
    """
    position = start
    for revision in range(reader.xrefs.total_revisions):
        if reader.xrefs.get_xref_container_info(revision).end_location > start:
            end = _end_of_update(pdf, reader, revision, position)
            if end is None:
                return False
            position = end
    return position == len(pdf)


def _end_of_update(pdf: bytes, reader: PdfFileReader, revision: int, position: int) -> int | None:
    references = reader.xrefs.explicit_refs_in_revision(revision)
    places: Any = {
        reader.xrefs.get_historical_ref(reference, revision): reference for reference in references
    }
    if not all(isinstance(place, int) for place in places):
        return None
    # Step 1.
    for place in sorted(places):
        end = _end_of_object(pdf, reader, revision, places[place], place)
        if _skip(pdf, position) != place or end is None:
            return None
        position = end
    # Step 2.
    table = _TABLE.match(pdf, position)
    end_mark = _END.match(pdf, table.end() if table else position)
    # Step 3.
    return end_mark.end() if end_mark else None


def _end_of_object(
    pdf: bytes, reader: PdfFileReader, revision: int, reference: Any, place: int
) -> int | None:
    head = _HEAD.match(pdf, place)
    if head is None or int(head[1]) != reference.idnum:
        return None
    found: Any = reader.get_object(reference, revision=revision)
    if isinstance(found, generic.StreamObject):
        return _end_of_stream(pdf, head.end(), bytes(found.encoded_data))
    end = pdf.find(_END_OF_OBJECT, head.end())
    return (
        end + len(_END_OF_OBJECT) if end >= 0 and not _OBJECT.search(pdf, head.end(), end) else None
    )


def _end_of_stream(pdf: bytes, position: int, data: bytes) -> int | None:
    start = _STREAM.search(pdf, position)
    if start is None or pdf.find(_END_OF_OBJECT, position, start.start()) >= 0:
        return None
    end = _STREAM_END.match(pdf, start.end() + len(data))
    return end.end() if end and pdf.startswith(data, start.end()) else None


def _skip(pdf: bytes, position: int) -> int:
    found = _WHITE.match(pdf, position)
    return found.end() if found else position
