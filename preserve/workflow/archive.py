"""The archive root of one school: where everything lies, and how it is opened.

The layout is the one of docs/architecture.md. State is derived from what lies there; nothing is
kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.durable import storage_faults
from preserve.errors import InputError, StorageError
from preserve.formats.facts import decode_submission
from preserve.formats.school_toml import decode_configuration
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.model.configuration import SchoolConfiguration
from preserve.model.imports import SheetKind, Submission
from preserve.policy.files import policy_folders


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened archive."""

    root: Path
    configuration: SchoolConfiguration
    policies: tuple[Path, ...]
    """Folders in which policies are looked for, first one first."""

    @property
    def journal(self) -> Path:
        """The hash-chained list of events."""
        return self.root / "journal.jsonl"

    @property
    def trust(self) -> Path:
        """The operator's trust folder."""
        return self.root / "trust"

    @property
    def packages(self) -> Path:
        """The sealed bundles."""
        return self.root / "packages"

    @property
    def imports(self) -> Path:
        """The originals of every import with the facts that were read from them."""
        return self.root / "imports"

    def documents(self, school_year: str) -> Path:
        """Return the folder of a year's documents."""
        return self.root / "years" / school_year / "documents"

    @property
    def demo_authority(self) -> Path | None:
        """The demo's certificate authority, ``None`` outside demos."""
        place = self.configuration.demo_authority
        return (self.root / place).resolve() if place else None


def open_archive(root: Path, policies: Path | None = None) -> Archive:
    """Open the archive at ``root``.

    Raises:
        InputError: there is no archive, or its ``school.toml`` cannot be used.
        StorageError: ``school.toml`` cannot be read.
    """
    root = root.resolve()
    try:
        content = (root / "school.toml").read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError("ARCHIVE-MISSING", folder=root) from error
    except OSError as error:
        raise StorageError("ARCHIVE-UNREADABLE", folder=root, problem=error.strerror) from error
    return Archive(root, decode_configuration(content), policy_folders(policies, root))


def import_folders(archive: Archive) -> tuple[Path, ...]:
    """Return the folders of all imports, oldest first."""
    if not archive.imports.is_dir():
        return ()
    return tuple(
        sorted(
            folder
            for folder in archive.imports.iterdir()
            if folder.is_dir() and not folder.name.startswith(".")
        )
    )


def held_submissions(archive: Archive) -> tuple[Submission, ...]:
    """Return what every import brought, oldest first.

    Raises:
        FormatError: a facts file is damaged.
    """
    return tuple(held_submission(folder) for folder in import_folders(archive))


def held_submission(folder: Path) -> Submission:
    """Return what one import brought, from its folder.

    Raises:
        FormatError: the facts file is damaged.
        StorageError: it cannot be read.
    """
    path = folder / "facts.json"
    with storage_faults(path):
        content = path.read_bytes()
    return decode_submission(content)


def school_profile(submissions: tuple[Submission, ...]) -> SchoolProfile:
    """Return the newest school profile among the imports: years, classes, subjects.

    Raises:
        InputError: no import holds one.
    """
    newest = None
    for facts in _school_facts(submissions):
        newest = facts
    if newest is None:
        raise InputError("ARCHIVE-NO-PROFILE")
    return parse_school_profile(newest)


def _school_facts(submissions: tuple[Submission, ...]) -> Iterator[bytes]:
    for submission in submissions:
        for file in submission.files:
            for sheet in file.sheets:
                if sheet.kind is SheetKind.SCHOOL and sheet.rows and sheet.rows[0].values[0]:
                    yield sheet.rows[0].values[0].encode()
