"""The documents of a year as they lie on disk, and what can be derived from them.

Each document has a folder per version; ``00_rendered.pdf`` and one file per signature lie in it,
each beginning with the bytes of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from preserve.errors import InputError, RuleRefusal
from preserve.formats.record_xml import decode_record
from preserve.journal.chain import read_events
from preserve.journal.withdrawals import read_withdrawals
from preserve.model.acts import Withdrawal
from preserve.model.overview import Scope
from preserve.model.records import AmendmentMinutes, RecordClass
from preserve.package.paths import document_file_name, path_segment, record_folder
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.scope import ClassList, class_lists

_STEP = re.compile(r"\d\d_[A-Za-z0-9._-]+\.pdf")
_ESCAPED = re.compile(rb"_([0-9a-f]{2})")
_ON_OCCASION = (
    RecordClass.AMENDMENT_DOSSIER,
    RecordClass.TRANSFER_SUMMARY,
    RecordClass.SEALING_MINUTES,
)
"""Kinds of documents that no class must have; those that exist are signed and sealed too."""


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """What a document is about."""

    record_class: RecordClass
    school_year: str
    class_name: str
    pupil: str | None = None
    """Pupil code of a pupil's document, ``None`` for one about a class or the school."""
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
    """One version of a document as it lies on disk; the newest unless said otherwise."""

    key: DocumentKey
    version: int
    files: tuple[Path, ...]
    """``00_rendered.pdf`` first."""

    @property
    def newest(self) -> Path:
        """The file that bears every signature so far."""
        return self.files[-1]

    @property
    def identity(self) -> tuple[str, str, int]:
        """School year, record id and version: what acts of the journal name."""
        return self.key.school_year, self.key.record_id, self.version

    def next_file(self, field_name: str, offset: int = 0) -> Path:
        """Return the path for the file that the signature ``offset`` from now makes."""
        name = document_file_name(len(self.files) + offset, field_name)
        return self.newest.parent / name


Withdrawals = Mapping[tuple[str, str, int], Withdrawal]
"""By ``StoredDocument.identity``."""


def find_versions(archive: Archive, key: DocumentKey) -> tuple[StoredDocument, ...]:
    """Return every version of a document that holds a file, oldest first."""
    versions = []
    version = 1
    while (folder := key.folder(archive, version)).is_dir():
        files = tuple(sorted(p for p in folder.iterdir() if _STEP.fullmatch(p.name)))
        if files:
            versions.append(StoredDocument(key, version, files))
        version += 1
    return tuple(versions)


def find_document(archive: Archive, key: DocumentKey) -> StoredDocument | None:
    """Return the newest version of a document, or ``None`` when it was never rendered."""
    versions = find_versions(archive, key)
    return versions[-1] if versions else None


def document_keys(members: ClassList) -> tuple[DocumentKey, ...]:
    """List the documents that a class must have.

    That is its grade book, or in primary school its summaries, and a transcript per pupil.
    """
    year, name = members.school_year, members.class_name
    transcripts = (DocumentKey(RecordClass.TRANSCRIPT, year, name, p) for p in members.pupils)
    if members.summaries is None:
        return (DocumentKey(RecordClass.GRADE_BOOK, year, name), *transcripts)
    summaries = (
        DocumentKey(RecordClass.ASSESSMENT_SUMMARY, year, name, detail=period.value)
        for period in members.summaries
    )
    return (*summaries, *transcripts)


def optional_keys(archive: Archive, school_year: str) -> Iterator[DocumentKey]:
    """Yield the documents of a year that were made on occasion, as they lie on disk."""
    folder = archive.documents(school_year)
    names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    for name in names:
        match name.split("."):
            case [kind, class_name, subject] if kind in {one.value for one in _ON_OCCASION}:
                key = _key(RecordClass(kind), school_year, class_name, subject)
                if versions := find_versions(archive, key):
                    yield _with_pupil(versions[-1])


def withdrawals(archive: Archive) -> Withdrawals:
    """Return what was withdrawn, from the journal.

    Raises:
        FormatError: the journal is damaged.
    """
    found = read_withdrawals(read_events(archive.journal))
    return {(w.school_year, w.record_id, w.version): w for w in found}


def scope_keys(archive: Archive, scope: Scope) -> Iterator[DocumentKey]:
    """Yield every document of the scope that must exist, then those made on occasion.

    Raises:
        InputError: the scope is empty.
    """
    years: dict[str, None] = {}
    for members in class_lists(archive, scope):
        years[members.school_year] = None
        yield from (key for key in document_keys(members) if _selects(scope, key))
    for year in years:
        for key in optional_keys(archive, year):
            of_class = scope.class_name in {None, key.class_name}
            if of_class and _selects(scope, key):
                yield key


def stored_documents(archive: Archive, scope: Scope) -> Iterator[StoredDocument]:
    """Yield the newest version of every document of the scope, in class-list order.

    Raises:
        InputError: the scope is empty, or a document of it was not rendered yet.
        RuleRefusal: the newest version of a document was withdrawn and not made again.
    """
    taken_back = withdrawals(archive)
    found = False
    for key in scope_keys(archive, scope):
        stored = find_document(archive, key)
        if stored is None:
            raise InputError("DOCUMENT-NOT-RENDERED", document=key.record_id)
        if stored.identity in taken_back:
            raise RuleRefusal("DOCUMENT-WITHDRAWN", document=key.record_id, version=stored.version)
        found = True
        yield stored
    if not found:
        raise InputError("DOCUMENT-UNKNOWN", document=scope.document or "*")


def superseded_versions(
    archive: Archive, documents: tuple[StoredDocument, ...]
) -> tuple[StoredDocument, ...]:
    """Return the earlier versions of documents that bear every signature they were made for."""
    return tuple(
        older
        for newest in documents
        if newest.version > 1
        for older in find_versions(archive, newest.key)
        if older.version < newest.version and not read_claims(older.newest.read_bytes()).empty
    )


def _selects(scope: Scope, key: DocumentKey) -> bool:
    return scope.pupil in {None, key.pupil} and scope.document in {None, key.record_id}


def _key(kind: RecordClass, year: str, class_name: str, subject: str) -> DocumentKey:
    """Read a folder's name back into the key that it was made from."""
    name, what = _unescape(class_name), _unescape(subject)
    if kind is RecordClass.TRANSFER_SUMMARY:
        return DocumentKey(kind, year, name, what)
    return DocumentKey(kind, year, name, detail=what)


def _with_pupil(stored: StoredDocument) -> DocumentKey:
    """Return the key with the pupil whom the document's record names, where it is about one."""
    if stored.key.record_class is not RecordClass.AMENDMENT_DOSSIER:
        return stored.key
    record = decode_record(read_claims(stored.files[0].read_bytes()).record_xml)
    pupil = record.pupil_code if isinstance(record, AmendmentMinutes) else None
    return replace(stored.key, pupil=pupil)


def _unescape(segment: str) -> str:
    """Undo :func:`preserve.package.paths.path_segment`; a foreign name stays as it is."""
    raw = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), segment.encode())
    text = raw.decode("utf-8", "replace")
    return text if text and path_segment(text) == segment else segment
