"""Finds the documents that an answer is for, and refuses those that changed since the request."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from preserve.durable import storage_faults
from preserve.errors import FormatError, RuleRefusal, SigningError
from preserve.formats.sign_request import RequestedSignature, SignRequest
from preserve.model.overview import Scope
from preserve.sign.deferred_pdf import bears, prepared_digest
from preserve.workflow.archive import Archive
from preserve.workflow.documents import (
    StoredDocument,
    find_document,
    scope_keys,
    withdrawals,
)
from preserve.workflow.pending_signatures import prepared_file


@dataclass(frozen=True, slots=True)
class AnsweredDocument:
    """One requested signature with the document that still waits for it."""

    asked: RequestedSignature
    stored: StoredDocument
    prepared: Path
    """The file with room for the signature."""

    def read_prepared(self) -> bytes:
        """Return the prepared file, which must be exactly what the signer signed.

        Raises:
            SigningError: it is missing or was changed.
        """
        try:
            content = self.prepared.read_bytes()
            found = prepared_digest(content, self.asked.field, self.asked.digest_algorithm)
        except (OSError, FormatError, SigningError) as error:
            raise SigningError("SIGN-PENDING-CHANGED", file=self.prepared) from error
        if found.hex() != self.asked.document_digest:
            raise SigningError("SIGN-PENDING-CHANGED", file=self.prepared)
        return content


def answered_documents(
    archive: Archive, request: SignRequest, folder: Path
) -> tuple[AnsweredDocument, ...]:
    """Return what is still to be done for an answer, in the order of the request.

    Args:
        archive: the archive that made the request.
        request: what was asked for.
        folder: where the prepared files wait.

    Raises:
        RuleRefusal: every document bears its signature already, or one of them changed.
        StorageError: a document cannot be read.
    """
    found = _newest(archive, {one.school_year for one in request.signatures})
    waiting: list[AnsweredDocument] = []
    done, changed = 0, []
    for place, asked in enumerate(request.signatures):
        stored = found.get((asked.school_year, asked.record_id))
        content = _read(stored.newest) if stored is not None else b""
        if stored is None:
            changed.append(asked.record_id)
        elif bears(content, asked.field, asked.document_digest, asked.digest_algorithm):
            done += 1
        elif hashlib.sha256(content).hexdigest() != asked.base_sha256:
            changed.append(asked.record_id)
        else:
            waiting.append(AnsweredDocument(asked, stored, prepared_file(folder, place)))
    if done == len(request.signatures):
        raise RuleRefusal("SIGN-ANSWER-APPLIED", count=done)
    if changed:
        documents = ", ".join(changed)
        raise RuleRefusal("SIGN-REQUEST-OVERTAKEN", count=len(changed), documents=documents)
    return tuple(waiting)


def _newest(archive: Archive, years: set[str]) -> dict[tuple[str, str], StoredDocument]:
    """Return the newest version of every document of some years, unless it was withdrawn."""
    taken_back = withdrawals(archive)
    return {
        (stored.key.school_year, stored.key.record_id): stored
        for stored in _stored(archive, years)
        if stored.identity not in taken_back
    }


def _stored(archive: Archive, years: set[str]) -> Iterator[StoredDocument]:
    for year in sorted(years):
        for key in scope_keys(archive, Scope(year)):
            stored = find_document(archive, key)
            if stored is not None:
                yield stored


def _read(path: Path) -> bytes:
    with storage_faults(path):
        return path.read_bytes()
