"""Says in the journal which signatures were made, each with the digest of the file it made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from preserve.model.packages import JournalEvent
from preserve.model.roles import SignerRole
from preserve.rules.signing import role_of_field
from preserve.workflow.archive import Archive
from preserve.workflow.occasion import Occasion, record_event

SIGNING = "digital signature generation"
"""Event type of signatures (PREMIS, event types)."""
_SIGNED_FILES = "*/documents/*/[0-9][0-9]_*.pdf"

Details = tuple[tuple[str, str], ...]


class SignOutcome(StrEnum):
    """What became of one document."""

    SIGNED = "signed"
    ALREADY = "already"
    NOT_YET = "not_yet"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class SignResult:
    """One document of a batch."""

    school_year: str
    record_id: str
    outcome: SignOutcome
    fields: tuple[str, ...] = ()
    """The fields that were filled; for ``not_yet`` the ones that must be filled before."""
    timestamped_by: tuple[str, ...] = ()
    """Name of the time-stamping authority of each time-stamp."""
    files: Details = ()
    """Name by :func:`signed_file` and SHA-512 of each file that a signature made."""


def signed_file(path: Path, content: bytes) -> tuple[str, str]:
    """Return year, folder and name of a signed file, and its SHA-512."""
    folder = path.parent
    name = f"{folder.parent.parent.name}/{folder.name}/{path.name}"
    return name, hashlib.sha512(content).hexdigest()


def record_signatures(
    archive: Archive,
    role: SignerRole,
    made: Sequence[SignResult],
    occasion: Occasion,
    details: Details = (),
) -> None:
    """Record a batch of signatures as one event; none for an empty batch.

    Raises:
        StorageError: the journal cannot be written.
    """
    if not made:
        return
    stamped = Counter(name for result in made for name in result.timestamped_by)
    authorities = ", ".join(f"{name}: {count}" for name, count in sorted(stamped.items()))
    record_event(
        archive.journal,
        occasion,
        SIGNING,
        tuple(f"{result.school_year}/{result.record_id}" for result in made),
        (
            ("role", role.value),
            ("signatures", str(sum(len(result.fields) for result in made))),
            *((("time-stamps", authorities),) if authorities else ()),
            *details,
            *(pair for result in made for pair in result.files),
        ),
    )


def recover_signatures(
    archive: Archive, events: Iterable[JournalEvent], occasion: Occasion, mark: tuple[str, str]
) -> None:
    """Record the signed files that a run left behind when it was killed before its event.

    Who signed and when stands in the files; the event says that they were found.

    Args:
        archive: the archive.
        events: what the journal tells already.
        occasion: when they were found.
        mark: the detail by which a recovered event is known.

    Raises:
        StorageError: the journal cannot be written.
    """
    known = {name for event in events if event.event_type == SIGNING for name, _ in event.details}
    found: dict[SignerRole, list[tuple[str, str]]] = {}
    for role, path in _signed_files(archive):
        name, _ = signed_file(path, b"")
        if name not in known:
            found.setdefault(role, []).append(signed_file(path, path.read_bytes()))
    for role, files in found.items():
        objects = tuple(dict.fromkeys(name.rsplit("/", 1)[0] for name, _ in files))
        counts = (("role", role.value), ("signatures", str(len(files))))
        record_event(archive.journal, occasion, SIGNING, objects, (*counts, *files, mark))


def _signed_files(archive: Archive) -> Iterator[tuple[SignerRole, Path]]:
    """Yield every file that a signature made; a rendering and an augmentation name no role."""
    for path in sorted((archive.root / "years").glob(_SIGNED_FILES)):
        role = role_of_field(path.stem[3:].replace("-", "_"))
        if role is not None:
            yield role, path
