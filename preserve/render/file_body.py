"""The bytes of a finished file: streams as they are, everything else packed into object streams.

The library writes the few hundred objects that differ in kind; the tens of thousands of structure
elements of a class book are text from the start, and both are packed here (ISO 32000-1 clauses
7.5.7 and 7.5.8). Packing them here also keeps every compressed stream from ending in a carriage
return, see ``streams``.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from preserve.render.streams import CARRIAGE_RETURN, deflate, deflate_padded

_PER_STREAM = 250
"""Objects of one object stream: more compress better, and a reader unpacks all to get at one."""
_STREAM_END = b"endstream\nendobj\n"
_OBJECT_END = b"endobj\n"
_ENTRY = 20
"""Bytes of an entry of a classic cross-reference table (ISO 32000-1 clause 7.5.4)."""
_Entry = tuple[int, int, int]
"""Kind, place and index of an entry of the cross-reference stream (table 18)."""
_FREE: _Entry = (0, 0, 0xFFFF)
_AT_OFFSET, _IN_STREAM = 1, 2
_ROW = struct.Struct(">BIH")
"""An entry of the cross-reference stream: kind, place or container, index."""


@dataclass(frozen=True, slots=True)
class Body:
    """The objects of a file, by number."""

    header: bytes
    streams: Mapping[int, bytes]
    """Whole objects, from ``n 0 obj`` to ``endobj``."""
    plain: Mapping[int, bytes]
    """Values alone."""


def split_body(data: bytes) -> Body:
    """Take apart a file that the library just wrote with a classic cross-reference table."""
    start = int(data[data.rindex(b"startxref") :].split()[1])
    offsets = dict(_offsets(data, start))
    ordered = sorted(offsets.items(), key=lambda item: item[1])
    streams, plain = {}, {}
    for (number, begin), (_, end) in pairwise([*ordered, (0, start)]):
        whole = data[begin:end]
        if whole.endswith(_STREAM_END):
            streams[number] = whole
        else:
            plain[number] = whole[whole.index(b"obj") + 4 : -len(_OBJECT_END)].rstrip()
    return Body(data[: ordered[0][1]], streams, plain)


def write_body(body: Body, added: Sequence[tuple[int, str]], trailer: str) -> bytes:
    """Return the file.

    Args:
        body: the library's objects.
        added: further objects, number and value; a number of ``body`` replaces its object.
        trailer: entries of the trailer, ``/Root`` and ``/Info``.
    """
    plain = {**body.plain, **{number: value.encode("ascii") for number, value in added}}
    out = io.BytesIO()
    out.write(body.header)
    entries: dict[int, _Entry] = {0: _FREE}
    for number, whole in body.streams.items():
        entries[number] = (_AT_OFFSET, out.tell(), 0)
        out.write(whole)
    free = max(*plain, *body.streams) + 1
    for container, chunk in enumerate(_chunks(sorted(plain.items())), start=free):
        entries[container] = (_AT_OFFSET, out.tell(), 0)
        for index, (number, _) in enumerate(chunk):
            entries[number] = (_IN_STREAM, container, index)
        out.write(_object_stream(container, chunk))
    _write_cross_reference(out, entries, trailer)
    return out.getvalue()


def _offsets(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield number and offset of every object in use."""
    first, count, rest = data[start:].split(maxsplit=3)[1:]
    begin = data.index(rest[:_ENTRY], start)
    for index in range(int(count)):
        entry = data[begin + index * _ENTRY : begin + (index + 1) * _ENTRY].split()
        if entry[2] == b"n":
            yield int(first) + index, int(entry[0])


def _chunks(
    objects: Sequence[tuple[int, bytes]],
) -> Iterator[Sequence[tuple[int, bytes]]]:
    for start in range(0, len(objects), _PER_STREAM):
        yield objects[start : start + _PER_STREAM]


def _object_stream(number: int, chunk: Sequence[tuple[int, bytes]]) -> bytes:
    places, offset = [], 0
    for item, value in chunk:
        places.append(f"{item} {offset}")
        offset += len(value) + 1
    head = " ".join(places).encode("ascii") + b"\n"
    packed, _ = deflate_padded(head + b"\n".join(value for _, value in chunk), b"\n")
    entries = f"/Type /ObjStm /N {len(chunk)} /First {len(head)}"
    return _stream(number, entries, packed)


def _write_cross_reference(out: io.BytesIO, entries: Mapping[int, _Entry], trailer: str) -> None:
    """Write the cross-reference stream, which is also the trailer, and the end of the file.

    The table holds the stream's own place: a line feed before it is enough to change the check
    sum of a table that would end badly.
    """
    number = len(entries)
    rows = [entries[index] for index in range(number)]
    packed = deflate(_table([*rows, (_AT_OFFSET, out.tell(), 0)]))
    while packed.endswith(CARRIAGE_RETURN):
        out.write(b"\n")
        packed = deflate(_table([*rows, (_AT_OFFSET, out.tell(), 0)]))
    start = out.tell()
    identifier = hashlib.sha256(out.getbuffer()).hexdigest()[:32].upper()
    said = f"/Type /XRef /Size {number + 1} /W [1 4 2] {trailer}"
    out.write(_stream(number, f"{said} /ID [<{identifier}> <{identifier}>]", packed))
    out.write(f"startxref\n{start}\n%%EOF\n".encode("ascii"))


def _table(rows: Iterable[_Entry]) -> bytes:
    return b"".join([_ROW.pack(*row) for row in rows])


def _stream(number: int, entries: str, packed: bytes) -> bytes:
    head = f"{number} 0 obj\n<< {entries} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return head.encode("ascii") + packed + b"\nendstream\nendobj\n"
