"""Replaces ``school.toml``, keeping every earlier one beside it: appointments are evidence too."""

from __future__ import annotations

from dataclasses import replace

from preserve.durable import storage_faults, sync_directory, write_new
from preserve.formats.school_toml import encode_configuration
from preserve.model.configuration import SchoolConfiguration
from preserve.workflow.archive import Archive
from preserve.workflow.occasion import Occasion, record_event


def configure(archive: Archive, configuration: SchoolConfiguration, occasion: Occasion) -> Archive:
    """Put a new configuration in force and return the archive with it.

    The file before is kept as ``school.toml.0001``, ``school.toml.0002`` and so on.

    Raises:
        StorageError: the archive cannot be written; the old configuration then still stands.
    """
    path = archive.root / "school.toml"
    with storage_faults(path):
        former = path.read_bytes()
    number = 1
    while (kept := path.with_name(f"school.toml.{number:04d}")).exists():
        number += 1
    write_new(kept, former)
    beside = path.with_name(".school.toml.new")
    with storage_faults(beside):
        beside.unlink(missing_ok=True)
    write_new(beside, encode_configuration(configuration))
    with storage_faults(path):
        beside.replace(path)
    sync_directory(archive.root)
    record_event(
        archive.journal,
        occasion,
        "metadata modification",
        ("school.toml",),
        details=(("former", kept.name),),
    )
    return replace(archive, configuration=configuration)
