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

    The last byte of a deflated stream is the low byte of a sum over its content (RFC 1950, the
    Adler-32 check sum). When it is a carriage return, the content is declared one PNG row that
    is predicted from an empty row above (ISO 32000-1 clause 7.4.4.4): the bytes stay as they
    are, the row's type, 2, comes before them, and the sum is another one. Any second filter would
    not do, since qpdf takes it off when it saves; nor would another row type, since pyHanko 0.38
    decodes types 0 and 1 wrongly.
    """
    packed = zlib.compress(data, _LEVEL)
    if not packed.endswith(CARRIAGE_RETURN):
        return _indirect(pdf, packed, Filter=Name.FlateDecode, **entries)
    packed = zlib.compress(_ROW_LIKE_THE_ONE_ABOVE + data, _LEVEL)
    parameters = pikepdf.Dictionary(Predictor=_PNG, Columns=len(data))
    return _indirect(pdf, packed, Filter=Name.FlateDecode, DecodeParms=parameters, **entries)


_PNG = 15
_ROW_LIKE_THE_ONE_ABOVE = b"\x02"


def add_plain(pdf: Pdf, data: bytes, **entries: object) -> Stream:
    """Add an uncompressed stream."""
    return _indirect(pdf, data, **entries)


LENGTH = object()
"""Stands for the size of the padded data, for ``/Length1``."""


def deflate(data: bytes) -> bytes:
    """Compress as every stream of a document is."""
    return zlib.compress(data, _LEVEL)


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
