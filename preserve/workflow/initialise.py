"""``preserve init``: lays out an empty archive for one school."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from preserve.durable import (
    make_directory,
    publish_directory,
    temporary_directory,
    write_new,
)
from preserve.errors import InputError
from preserve.formats.school_toml import encode_configuration
from preserve.ingest.profile import parse_school_profile
from preserve.model.configuration import SchoolConfiguration
from preserve.model.school import School
from preserve.workflow.archive import Archive, open_archive
from preserve.workflow.import_exports import import_exports
from preserve.workflow.occasion import Occasion, record_event

_FOLDERS = (
    "policies",
    "trust/anchors",
    "trust/seals",
    "trust/certificates",
    "trust/crls",
    "imports",
    "years",
    "packages",
)
_PARTS = ("policies", "trust", "imports", "years", "packages", "journal.jsonl", "school.toml")
"""In the order of their appearance."""


def initialise(
    root: Path,
    school_file: Path,
    occasion: Occasion,
    *,
    policies: Path | None = None,
) -> Archive:
    """Lay out an archive and take the school's profile in as its first import.

    The archive appears whole or not at all: it is laid out under a temporary name inside its
    folder, which may be a mounted disk, and ``school.toml``, which makes it an archive, comes last.

    Raises:
        InputError: the folder holds something already, or the profile cannot be read.
        StorageError: the folder cannot be written.
    """
    if root.exists() and (not root.is_dir() or any(map(_is_content, root.iterdir()))):
        raise InputError("INIT-NOT-EMPTY", folder=root)
    try:
        content = school_file.read_bytes()
    except OSError as error:
        raise InputError("INPUT-UNREADABLE", file=school_file, problem=error.strerror) from error
    profile = parse_school_profile(content)
    new = not root.exists()
    make_directory(root)
    try:
        with temporary_directory(root) as temporary:
            _lay_out(temporary, profile.school, school_file, occasion, policies=policies)
            for name in _PARTS:
                publish_directory(temporary / name, root / name)
    except BaseException:
        if new:
            with suppress(OSError):
                root.rmdir()
        raise
    return open_archive(root, policies)


def _is_content(path: Path) -> bool:
    """Tell whether a name is more than what a killed run left behind."""
    return not path.name.startswith(".partial-")


def _lay_out(
    root: Path, school: School, school_file: Path, occasion: Occasion, *, policies: Path | None
) -> None:
    for folder in _FOLDERS:
        make_directory(root / folder)
    write_new(root / "school.toml", encode_configuration(SchoolConfiguration(school)))
    archive = open_archive(root, policies)
    record_event(archive.journal, occasion, "creation", (school.code,))
    import_exports(archive, (school_file,), occasion)
