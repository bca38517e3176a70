"""Writes so that after any crash there is the old state or the new one, and never over anything.

Every write has the same steps: a temporary name in the same directory, flush, fsync, a rename
that refuses an existing target, fsync of the directory. Whatever the system answers becomes a
StorageError with one clear sentence.
"""

from preserve.durable.faults import storage_faults
from preserve.durable.files import write_file, write_new, write_stream
from preserve.durable.folders import (
    make_directory,
    publish_directory,
    sync_directory,
    sync_tree,
    temporary_directory,
)

__all__ = [
    "make_directory",
    "publish_directory",
    "storage_faults",
    "sync_directory",
    "sync_tree",
    "temporary_directory",
    "write_file",
    "write_new",
    "write_stream",
]
