"""``preserve init``: lays out an empty archive for one school."""

from __future__ import annotations

from pathlib import Path

from preserve.durable import make_directory, write_new
from preserve.errors import InputError
from preserve.formats.school_toml import encode_configuration
from preserve.ingest.profile import parse_school_profile
from preserve.model.configuration import SchoolConfiguration
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


def initialise(
    root: Path,
    school_file: Path,
    occasion: Occasion,
    *,
    policies: Path | None = None,
) -> Archive:
    """Lay out an archive and take the school's profile in as its first import.

    Raises:
        InputError: the folder holds something already, or the profile cannot be read.
        StorageError: the folder cannot be written.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InputError("INIT-NOT-EMPTY", folder=root)
    try:
        content = school_file.read_bytes()
    except OSError as error:
        raise InputError("INPUT-UNREADABLE", file=school_file, problem=error.strerror) from error
    profile = parse_school_profile(content)
    for folder in _FOLDERS:
        make_directory(root / folder)
    write_new(root / "school.toml", encode_configuration(SchoolConfiguration(profile.school)))
    archive = open_archive(root, policies)
    record_event(
        archive.journal,
        occasion,
        "creation",
        (profile.school.code,),
    )
    import_exports(archive, (school_file,), occasion)
    return archive
