"""Refuses to sign what is no longer true: facts amended, or files changed, since the rendering.

A document that needs a change is never edited: it is withdrawn and made again
(TT 70/2026/TT-BGDĐT Art. 7(5)).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from preserve.errors import RuleRefusal, SigningError
from preserve.formats.record_xml import decode_record
from preserve.journal.chain import read_events
from preserve.journal.withdrawals import version_object
from preserve.model.records import Record, RecordClass
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.compose_records import Composer
from preserve.workflow.documents import DocumentKey, StoredDocument

_COMPOSED = {RecordClass.TRANSCRIPT, RecordClass.GRADE_BOOK, RecordClass.ASSESSMENT_SUMMARY}
"""Documents of a class. Those of one occasion state what was so then, and are not composed anew."""


def refuse_amended(archive: Archive, documents: Sequence[StoredDocument], today: date) -> None:
    """Compare the record inside each document with the one that the archive's facts give now.

    Who signs is left out: it was settled when the document was made, and is checked per person.
    Every class is composed once, however many of its documents are signed.

    Raises:
        RuleRefusal: facts changed; every such document is named.
    """
    waiting = {stored.key: stored for stored in documents if stored.key.record_class in _COMPOSED}
    amended = [
        key.record_id
        for key, record in _composed(archive, waiting, today)
        if _amended(waiting[key], record)
    ]
    if amended:
        names = ", ".join(amended)
        raise RuleRefusal("SIGN-FACTS-AMENDED", count=len(amended), documents=names)


def refuse_changed(archive: Archive, documents: Sequence[StoredDocument]) -> None:
    """Compare each made file with the digest in the journal, and the newest file with the made one.

    A file whose making the journal does not know, because the computer stopped then, is not asked.

    Raises:
        FormatError: the journal is damaged.
        SigningError: a file changed; every such document is named.
    """
    noted = _noted(archive)
    changed = [stored.key.record_id for stored in documents if _changed(stored, noted)]
    if changed:
        names = ", ".join(changed)
        raise SigningError("SIGN-RENDERING-CHANGED", count=len(changed), documents=names)


def _composed(
    archive: Archive, waiting: Iterable[DocumentKey], today: date
) -> Iterator[tuple[DocumentKey, Record | None]]:
    keys = set(waiting)
    if not keys:
        return
    submissions = held_submissions(archive)
    composer = Composer(archive, school_profile(submissions), submissions, today)
    for year, class_name in sorted({(key.school_year, key.class_name) for key in keys}):
        for composition in composer.compose_class(year, class_name):
            if composition.key in keys:
                yield composition.key, composition.record


def _amended(stored: StoredDocument, composed: Record | None) -> bool:
    if composed is None:
        # The file of the year before, which the document embeds, counts no longer.
        return True
    record = decode_record(read_claims(stored.files[0].read_bytes()).record_xml)
    return replace(record, signatories=()) != replace(
        composed, version=stored.version, signatories=()
    )


def _noted(archive: Archive) -> Mapping[str, str]:
    """Return the digest that the journal holds of each version that was made."""
    noted: dict[str, str] = {}
    for event in read_events(archive.journal):
        if event.event_type != "rendering":
            continue
        details = dict(event.details)
        for version in event.objects:
            _, record_id, _ = version.split("/")
            if record_id in details:
                noted[version] = details[record_id]
    return noted


def _changed(stored: StoredDocument, noted: Mapping[str, str]) -> bool:
    made = stored.files[0].read_bytes()
    known = noted.get(version_object(*stored.identity))
    if known is not None and hashlib.sha512(made).hexdigest() != known:
        return True
    return len(stored.files) > 1 and not stored.newest.read_bytes().startswith(made)
