"""The documents of a year as they lie on disk, and what can be derived from them.

Each document has a folder per version; ``00_rendered.pdf`` and one file per signature lie in it,
each beginning with the bytes of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.errors import InputError
from preserve.model.overview import Scope
from preserve.model.records import RecordClass
from preserve.package.paths import document_file_name, record_folder
from preserve.workflow.archive import Archive
from preserve.workflow.scope import ClassList, class_lists

_STEP = re.compile(r"\d\d_[A-Za-z0-9._-]+\.pdf")


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """What a document is about."""

    record_class: RecordClass
    school_year: str
    class_name: str
    pupil: str | None = None
    """Pupil code of a transcript, ``None`` for a grade book."""
    detail: str | None = None
    """What tells documents of one kind and class apart: a period, the number of an amendment."""

    @property
    def _subject(self) -> str | None:
        return self.pupil if self.detail is None else self.detail

    @property
    def record_id(self) -> str:
        """The document's id: its folder's name in the first version."""
        return record_folder(self.record_class, self.class_name, self._subject, 1)

    def folder(self, archive: Archive, version: int) -> Path:
        """Return the folder of one version."""
        name = record_folder(self.record_class, self.class_name, self._subject, version)
        return archive.documents(self.school_year) / name


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The newest version of a document as it lies on disk."""

    key: DocumentKey
    version: int
    files: tuple[Path, ...]
    """``00_rendered.pdf`` first."""

    @property
    def newest(self) -> Path:
        """The file that bears every signature so far."""
        return self.files[-1]

    def next_file(self, field_name: str, offset: int = 0) -> Path:
        """Return the path for the file that the signature ``offset`` from now makes."""
        name = document_file_name(len(self.files) + offset, field_name)
        return self.newest.parent / name


def find_document(archive: Archive, key: DocumentKey) -> StoredDocument | None:
    """Return the newest version of a document, or ``None`` when it was never rendered."""
    newest = None
    version = 1
    while (folder := key.folder(archive, version)).is_dir():
        files = tuple(sorted(p for p in folder.iterdir() if _STEP.fullmatch(p.name)))
        if files:
            newest = StoredDocument(key, version, files)
        version += 1
    return newest


def document_keys(members: ClassList) -> tuple[DocumentKey, ...]:
    """List the documents that a class must have: its grade book, then a transcript per pupil."""
    year, name = members.school_year, members.class_name
    return (
        DocumentKey(RecordClass.GRADE_BOOK, year, name),
        *(DocumentKey(RecordClass.TRANSCRIPT, year, name, pupil) for pupil in members.pupils),
    )


def stored_documents(archive: Archive, scope: Scope) -> Iterator[StoredDocument]:
    """Yield the newest version of every document of the scope, in class-list order.

    Raises:
        InputError: the scope is empty, or a document of it was not rendered yet.
    """
    for members in class_lists(archive, scope):
        for key in document_keys(members):
            if scope.pupil not in {None, key.pupil}:
                continue
            stored = find_document(archive, key)
            if stored is None:
                raise InputError("DOCUMENT-NOT-RENDERED", document=key.record_id)
            yield stored
