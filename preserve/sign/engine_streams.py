"""Makes streams whose encoded bytes never end with a carriage return.

pyHanko writes a line feed before ``endstream``. Together with a carriage return at the end of the
data a validator may take it for one line end, and the stream for one byte short (ISO 19005-3 clause
6.1.7.1). One packed stream in 256 ends so, however hard it is packed: the last bytes are a check
sum of the content.
"""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic

_FLATE, _HEX = (generic.NameObject(name) for name in ("/FlateDecode", "/ASCIIHexDecode"))


def packed_stream(packed: bytes, entries: dict[str, Any] | None = None) -> generic.StreamObject:
    """Return a stream of zlib data, spelled in hexadecimal digits where it must be.

    Args:
        packed: the content, packed with zlib.
        entries: further entries of its dictionary.
    """
    filters: Any = _FLATE
    if packed.endswith(b"\r"):
        packed = packed.hex().encode("ascii") + b">"
        filters = generic.ArrayObject([_HEX, _FLATE])
    dictionary = {generic.NameObject(name): value for name, value in (entries or {}).items()}
    dictionary[generic.NameObject("/Filter")] = filters
    return generic.StreamObject(dictionary, encoded_data=packed)
