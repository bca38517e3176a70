"""Streams whose compressed bytes never end in a carriage return.

``endstream`` follows the data after a line feed; with a carriage return before it a reader may
take both for the end of line and count one byte too few (page-validation STREAM-LENGTH-001).
The last byte of a deflated stream is a check sum of the content, so a different compression level
does not help: the content is padded where that is harmless, and predicted first where it is not.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import pikepdf
from pikepdf import Name, Pdf, Stream

CARRIAGE_RETURN = b"\r"
_LEVEL = 6


def add_padded(pdf: Pdf, data: bytes, padding: bytes, **entries: object) -> Stream:
    """Add a compressed stream to which ``padding`` may be appended without harm."""
    packed, size = deflate_padded(data, padding)
    keys = {key: (size if value is LENGTH else value) for key, value in entries.items()}
    return _indirect(pdf, packed, Filter=Name.FlateDecode, **keys)


def add_exact(pdf: Pdf, data: bytes, **entries: object) -> Stream:
    """Add a compressed stream that must decode to exactly ``data``.

    The last byte of a deflated stream is a sum of its bytes. When that is a carriage return, the
    bytes go through a PNG predictor first, as a single row (ISO 32000-1 clause 7.4.4.4): the sum
    is then another one. A second filter would not do, since qpdf takes it off when it saves.
    """
    packed = zlib.compress(data, _LEVEL)
    if not packed.endswith(CARRIAGE_RETURN):
        return _indirect(pdf, packed, Filter=Name.FlateDecode, **entries)
    for predict in (_predict_by_difference, _predict_by_average):
        packed = zlib.compress(predict(data), _LEVEL)
        if not packed.endswith(CARRIAGE_RETURN):
            break
    parameters = pikepdf.Dictionary(Predictor=15, Columns=len(data))
    return _indirect(pdf, packed, Filter=Name.FlateDecode, DecodeParms=parameters, **entries)


def _predict_by_difference(row: bytes) -> bytes:
    """Return a PNG row of filter type 1: each byte less the one before it."""
    before = b"\0" + row[:-1]
    return b"\x01" + bytes((x - a) & 0xFF for x, a in zip(row, before, strict=True))


def _predict_by_average(row: bytes) -> bytes:
    """Return a PNG row of filter type 3 without a row above: less half of the byte before."""
    before = b"\0" + row[:-1]
    return b"\x03" + bytes((x - a // 2) & 0xFF for x, a in zip(row, before, strict=True))


def add_plain(pdf: Pdf, data: bytes, **entries: object) -> Stream:
    """Add an uncompressed stream."""
    return _indirect(pdf, data, **entries)


LENGTH = object()
"""Stands for the size of the padded data, for ``/Length1``."""


def deflate_padded(data: bytes, padding: bytes) -> tuple[bytes, int]:
    """Compress, padding until the result does not end in a carriage return."""
    if len(data) > _CACHED_FROM:
        return _deflate_cached(data, padding)
    return _deflate(data, padding)


_CACHED_FROM = 20_000
"""Font programs are constants worth caching; page contents are smaller and never repeat."""


@lru_cache(maxsize=8)
def _deflate_cached(data: bytes, padding: bytes) -> tuple[bytes, int]:
    return _deflate(data, padding)


def _deflate(data: bytes, padding: bytes) -> tuple[bytes, int]:
    packed = zlib.compress(data, _LEVEL)
    while packed.endswith(CARRIAGE_RETURN):
        data += padding
        packed = zlib.compress(data, _LEVEL)
    return packed, len(data)


def _indirect(pdf: Pdf, data: bytes, **entries: object) -> Stream:
    return pdf.make_stream(data, **entries)
