"""Records what an earlier run finished without being able to say so in the journal.

An import, a signature or a bundle gets its place first and its event afterwards. When the disk is
full, the power fails or the program is killed between the two, the next act that writes makes up
for it.
"""

from __future__ import annotations

from preserve.journal.chain import read_events
from preserve.workflow.archive import Archive, held_submission, import_folders
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.packages import sealed_packages
from preserve.workflow.record_signatures import recover_signatures

_RECOVERED = ("recovered", "true")


def recover_journal(archive: Archive, occasion: Occasion) -> None:
    """Add the missing events of imports, signatures and bundles that lie in the archive.

    Raises:
        FormatError: the journal or a facts file is damaged.
        StorageError: the journal cannot be read or written.
    """
    events = tuple(read_events(archive.journal))
    named = {
        (event.event_type, name.split("/", 1)[0] if event.event_type == "ingestion" else name)
        for event in events
        for name in event.objects
    }
    for folder in import_folders(archive):
        if ("ingestion", folder.name) not in named:
            files = held_submission(folder).files
            details = tuple((file.stored_name, file.sha512) for file in files)
            objects = tuple(f"{folder.name}/{file.stored_name}" for file in files)
            record_event(archive.journal, occasion, "ingestion", objects, (*details, _RECOVERED))
    recover_signatures(archive, events, occasion, _RECOVERED)
    for package in sealed_packages(archive):
        if ("packaging", package.name) not in named:
            details = (("manifest_sha512", package.manifest_sha512), _RECOVERED)
            record_event(archive.journal, occasion, "packaging", (package.name,), details)
