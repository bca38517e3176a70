"""Appends events to the journal file and reads them back; one writer at a time.

Power may fail while a line is written. The torn line was never acknowledged: the next append
completes it when only its line end is missing, and otherwise sets its bytes aside in a file of
their own and says so in an event.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from preserve.durable import storage_faults, sync_directory, write_new
from preserve.errors import FormatError, StorageError
from preserve.formats import journal_lines
from preserve.formats.journal_lines import (
    EMPTY_HEAD,
    ChainFault,
    JournalHead,
    decode_event,
    encode_event,
    line_digest,
    parse_head,
    split_lines,
)
from preserve.model.packages import JournalEvent

_BLOCK = 65536


def append(  # noqa: PLR0913 (keyword-only: the fields of a PREMIS event)
    path: Path,
    *,
    event_type: str,
    at: datetime,
    agent: str,
    objects: tuple[str, ...] = (),
    outcome: str = "success",
    details: tuple[tuple[str, str], ...] = (),
) -> JournalEvent:
    """Add one event under an exclusive lock; when this returns, it is on the disk.

    Raises:
        InputError: the time has no zone.
        FormatError: the last line is damaged; nothing was added.
        StorageError: the disk is full, read-only, refuses or fails; nothing was added.
    """
    with _locked(path) as descriptor:
        last = _mend_tail(path, descriptor, at, agent)
        event = JournalEvent(
            number=last.count + 1,
            event_type=event_type,
            at=at,
            agent=agent,
            objects=objects,
            outcome=outcome,
            details=details,
            previous=last.digest,
        )
        _write_line(path, descriptor, encode_event(event))
    return event


def read_events(path: Path) -> Iterator[JournalEvent]:
    """Yield the events, oldest first; a journal that does not exist yet has none.

    Raises:
        FormatError: a line is damaged or torn.
        StorageError: the file cannot be read.
    """
    with storage_faults(path):
        data = path.read_bytes() if path.exists() else b""
    for number, line in enumerate(split_lines(data), start=1):
        yield decode_event(line, number)


def head(path: Path) -> str:
    """Return ``<count>:<digest>`` of the last line, for bundles, labels and minutes.

    Raises:
        FormatError: the last line is damaged or torn.
        StorageError: the file cannot be read.
    """
    with storage_faults(path):
        if not path.exists():
            return str(EMPTY_HEAD)
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        # A writer may be in the middle of a line; its lock is waited for.
        with storage_faults(path):
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            line = _last_line(descriptor)
        return str(_head_of(line))
    finally:
        os.close(descriptor)


def check_chain(path: Path, published: Iterable[str] = ()) -> tuple[ChainFault, ...]:
    """Find everything that is wrong with a journal file, held against published heads.

    Raises:
        FormatError: a published head is not ``<count>:<digest>``.
        StorageError: the file cannot be read; a missing one is an empty journal.
    """
    heads = [parse_head(text) for text in published]
    with storage_faults(path):
        data = path.read_bytes() if path.exists() else b""
    return journal_lines.check_chain(data, heads)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    with storage_faults(path):
        new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    try:
        with storage_faults(path):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if new:
            sync_directory(path.parent)
        yield descriptor
    finally:
        os.close(descriptor)


def _mend_tail(path: Path, descriptor: int, at: datetime, agent: str) -> JournalHead:
    """Return the head to continue from, after a torn last line was completed or set aside."""
    with storage_faults(path):
        line = _last_line(descriptor)
    if not line or line.endswith(b"\n"):
        return _head_of(line)
    try:
        decode_event(line + b"\n", 0)
    except FormatError:
        return _set_aside(path, descriptor, line, at, agent)
    _write_line(path, descriptor, b"\n")
    return _head_of(line + b"\n")


def _set_aside(path: Path, descriptor: int, torn: bytes, at: datetime, agent: str) -> JournalHead:
    with storage_faults(path):
        size = os.fstat(descriptor).st_size - len(torn)
        whole = _last_line(descriptor, size)
    last = _head_of(whole)
    aside = path.with_name(f"{path.name}.torn-{last.count + 1:06d}-{line_digest(torn)[:16]}")
    if not aside.exists():
        write_new(aside, torn)
    _truncate(path, descriptor, size)
    repair = JournalEvent(
        number=last.count + 1,
        event_type="journal repair",
        at=at,
        agent=agent,
        objects=(aside.name,),
        outcome="success",
        details=(("bytes", str(len(torn))), ("sha256", line_digest(torn))),
        previous=last.digest,
    )
    line = encode_event(repair)
    _write_line(path, descriptor, line)
    return JournalHead(repair.number, line_digest(line))


def _write_line(path: Path, descriptor: int, line: bytes) -> None:
    """Write a line whole or not at all, as far as the system lets us choose."""
    with storage_faults(path):
        size = os.fstat(descriptor).st_size
    try:
        with storage_faults(path):
            written = os.write(descriptor, line)
            while written < len(line):
                written += os.write(descriptor, line[written:])
            os.fsync(descriptor)
    except StorageError:
        # What was written of the line was never acknowledged and must not stay.
        _truncate(path, descriptor, size)
        raise


def _truncate(path: Path, descriptor: int, size: int) -> None:
    with storage_faults(path):
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)


def _head_of(line: bytes) -> JournalHead:
    if not line:
        return EMPTY_HEAD
    return JournalHead(decode_event(line, 0).number, line_digest(line))


def _last_line(descriptor: int, end: int | None = None) -> bytes:
    """Read backwards to the last line, with its LF if it has one."""
    start = os.fstat(descriptor).st_size if end is None else end
    tail = b""
    while start > 0 and b"\n" not in tail[:-1]:
        length = min(_BLOCK, start)
        start -= length
        tail = os.pread(descriptor, length, start) + tail
    return tail[tail.rfind(b"\n", 0, len(tail) - 1) + 1 :]
