"""The journal's lines: one canonical JSON object per event, bound to the line before.

A line is UTF-8, ends with LF, and has exactly one spelling: the keys in the order below, no
blanks, no escapes that JSON does not demand. ``previous`` is the SHA-256 of the line before with
its LF, so that changing, dropping, inserting or reordering lines breaks the chain. A chain cannot
show that its end was cut off; the head (count and digest of the last line) in bundles, labels and
minutes does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from preserve.errors import FormatError, InputError
from preserve.model.packages import JournalEvent

NO_PREDECESSOR = "0" * 64
"""``previous`` of the first event."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One thing that is wrong with a journal."""

    line: int
    """From 1; the first line after the fault for a cut or rewritten journal."""
    kind: str
    """``format``, ``number``, ``previous``, ``time``, ``torn``, ``head`` or ``cut``."""


@dataclass(frozen=True, slots=True)
class JournalHead:
    """How far a journal went: printed as ``<count>:<digest>``."""

    count: int
    digest: str
    """SHA-256 of the last line, 64 zeros for an empty journal."""

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"


EMPTY_HEAD = JournalHead(0, NO_PREDECESSOR)


def parse_head(text: str) -> JournalHead:
    """Read ``<count>:<digest>``, as it stands in a bundle or was typed from a label.

    Raises:
        FormatError: it is not of that form.
    """
    count, _, digest = text.strip().partition(":")
    if not (count.isascii() and count.isdigit()) or len(digest) != len(NO_PREDECESSOR):
        raise FormatError("JOURNAL-HEAD", head=ascii(text[:100]))
    if set(digest) - set("0123456789abcdef"):
        raise FormatError("JOURNAL-HEAD", head=ascii(text[:100]))
    return JournalHead(int(count), digest)


def line_digest(line: bytes) -> str:
    """Return the SHA-256 of a line with its LF, lower-case hex."""
    return hashlib.sha256(line).hexdigest()


def encode_event(event: JournalEvent) -> bytes:
    """Write one event as a line with its LF.

    Raises:
        InputError: the time has no zone, or a text cannot be written as UTF-8.
    """
    if event.at.tzinfo is None:
        raise InputError("JOURNAL-TIME-ZONE")
    table = {
        "number": event.number,
        "type": event.event_type,
        "at": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "agent": event.agent,
        "objects": event.objects,
        "outcome": event.outcome,
        "details": event.details,
        "previous": event.previous,
    }
    try:
        return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError as error:
        raise InputError("JOURNAL-TEXT") from error


def decode_event(line: bytes, number: int) -> JournalEvent:
    """Read one line with its LF; ``number`` is only for the error.

    Raises:
        FormatError: it is not the one spelling of an event.
    """
    try:
        table = json.loads(line.decode("utf-8"))
        event = _event(table)
        canonical = encode_event(event)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise FormatError("JOURNAL-LINE", line=number) from error
    except InputError as error:
        raise FormatError("JOURNAL-LINE", line=number) from error
    if canonical != line:
        raise FormatError("JOURNAL-LINE", line=number)
    return event


def check_chain(data: bytes, published: Iterable[JournalHead] = ()) -> tuple[ChainFault, ...]:
    """Find everything that is wrong with a journal; none means that the chain is whole.

    1. Every line ends with LF and is the one spelling of an event.
    2. Numbers count from 1 without a gap.
    3. ``previous`` is the digest of the line before.
    4. Times never go back. (``time``: a clock was wrong, which is worth a look.)
    5. Each published head is the digest of the line that it counts; the journal is not shorter.
    """
    faults: list[ChainFault] = []
    digests = [NO_PREDECESSOR]
    latest: datetime | None = None
    for number, line in enumerate(split_lines(data), start=1):
        fault, latest = _check_line(line, number, digests[-1], latest)
        faults.extend(ChainFault(number, kind) for kind in fault)
        digests.append(line_digest(line))
    for head in published:
        if head.count >= len(digests):
            faults.append(ChainFault(len(digests), "cut"))
        elif digests[head.count] != head.digest:
            faults.append(ChainFault(head.count, "head"))
    return tuple(faults)


def split_lines(data: bytes) -> Iterator[bytes]:
    """Yield the lines with their LF; only the last one can lack it."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end + 1
        yield data[start:end]
        start = end


def _check_line(
    line: bytes, number: int, previous: str, latest: datetime | None
) -> tuple[list[str], datetime | None]:
    if not line.endswith(b"\n"):
        return ["torn"], latest
    try:
        event = decode_event(line, number)
    except FormatError:
        return ["format"], latest
    kinds = []
    if event.number != number:
        kinds.append("number")
    if event.previous != previous:
        kinds.append("previous")
    if latest is not None and event.at < latest:
        kinds.append("time")
    return kinds, event.at


def _event(table: Any) -> JournalEvent:
    number, objects, details = table["number"], table["objects"], table["details"]
    texts = (
        table["type"],
        table["agent"],
        table["outcome"],
        table["previous"],
        *objects,
        *(part for pair in details for part in pair),
    )
    if type(number) is not int or not all(isinstance(text, str) for text in texts):
        raise TypeError
    return JournalEvent(
        number=number,
        event_type=table["type"],
        at=datetime.fromisoformat(table["at"]),
        agent=table["agent"],
        objects=tuple(objects),
        outcome=table["outcome"],
        details=tuple((key, value) for key, value in details),
        previous=table["previous"],
    )
