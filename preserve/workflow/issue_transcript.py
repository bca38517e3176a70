"""``preserve issue-transcript``: one pupil's signed transcript with all that is needed to check it.

TT 70/2026/TT-BGDĐT Art. 10(2): time, issuer, purpose and recipient of every issue are recorded.
Nothing of any other pupil goes along (TT 15/2026/TT-BGDĐT Art. 22(2)).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from preserve.errors import InputError, RuleRefusal
from preserve.formats.record_xml import decode_record, encode_record
from preserve.journal.issues import DISSEMINATION, encode_issue
from preserve.model.acts import IssueRecord
from preserve.model.overview import Scope
from preserve.model.records import CoveringNote, EnclosedFile, RecordClass, Transcript
from preserve.model.verification import Indication
from preserve.package.dossier import build_dossier
from preserve.package.paths import attachment_name, dossier_folder
from preserve.policy.forms import load_form
from preserve.render.covering_note import render_covering_note
from preserve.trust.store import TrustMaterial, fingerprint, load_trust
from preserve.verify.document import verify_document
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.documents import (
    DocumentKey,
    StoredDocument,
    find_document,
    withdrawals,
)
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.scope import class_lists
from preserve.workflow.verification import verification_context


@dataclass(frozen=True, slots=True)
class Issue:
    """To whom and why a transcript is issued."""

    recipient: str
    purpose: str
    issued_by: str = ""
    """Who hands it out; empty for the school as such."""


def issue_transcript(
    archive: Archive, pupil: str, target: Path, issue: Issue, occasion: Occasion
) -> Path:
    """Write the dossier of one pupil into a new folder below ``target`` and return it.

    Raises:
        InputError: the archive holds no transcript of the pupil.
        RuleRefusal: recipient or purpose is missing; or the newest transcript was withdrawn, is
            not signed completely, or fails verification.
        StorageError: the folder cannot be written.
    """
    if not (issue.recipient.strip() and issue.purpose.strip()):
        raise RuleRefusal("ISSUE-UNSTATED", pupil=pupil)
    stored = _newest_transcript(archive, pupil)
    if stored.identity in withdrawals(archive):
        document, version = stored.key.record_id, stored.version
        raise RuleRefusal("ISSUE-WITHDRAWN", document=document, version=version)
    content = stored.newest.read_bytes()
    trust = load_trust(archive.trust)
    transcript = _checked(stored, content, trust, occasion.at)
    name = attachment_name(stored.key.record_id, stored.key.school_year)
    files = [
        (name, content),
        (name.removesuffix(".pdf") + ".xml", encode_record(transcript)),
        *_trust_files(trust),
    ]
    note = _covering_note(transcript, files, issue.recipient, occasion.at)
    form = load_form(note.form, archive.policies)
    files.append((f"{note.form}.pdf", render_covering_note(note, form)))
    folder = _free_folder(target, pupil, occasion.at)
    build_dossier(folder, files)
    record = IssueRecord(
        at=occasion.at,
        school_year=stored.key.school_year,
        record_id=stored.key.record_id,
        version=stored.version,
        recipient=issue.recipient,
        purpose=issue.purpose,
        issued_by=issue.issued_by or archive.configuration.school.name,
        sha512=hashlib.sha512(content).hexdigest(),
    )
    objects = (f"{record.school_year}/{record.record_id}",)
    record_event(archive.journal, occasion, DISSEMINATION, objects, encode_issue(record))
    return folder


def _newest_transcript(archive: Archive, pupil: str) -> StoredDocument:
    newest = None
    for members in class_lists(archive, Scope()):
        year, name = members.school_year, members.class_name
        if pupil in members.pupils:
            found = find_document(archive, DocumentKey(RecordClass.TRANSCRIPT, year, name, pupil))
            if found and (newest is None or newest.key.school_year < year):
                newest = found
    if newest is None:
        raise InputError("ISSUE-NO-TRANSCRIPT", pupil=pupil)
    return newest


def _checked(
    stored: StoredDocument, content: bytes, trust: TrustMaterial, at: datetime
) -> Transcript:
    """Return the record of a transcript that may leave the school."""
    record_id = stored.key.record_id
    claims = read_claims(content)
    if claims.empty:
        raise RuleRefusal("ISSUE-NOT-SIGNED", document=record_id, missing=", ".join(claims.empty))
    report = verify_document(content, record_id, verification_context(trust, at))
    if report.indication is Indication.TOTAL_FAILED:
        checks = sorted(
            {f.check for f in report.findings if f.indication is Indication.TOTAL_FAILED}
        )
        raise RuleRefusal("ISSUE-FAILS-VERIFICATION", document=record_id, checks=", ".join(checks))
    record = decode_record(claims.record_xml)
    if not isinstance(record, Transcript) or record.pupil.code != stored.key.pupil:
        raise RuleRefusal("ISSUE-OTHER-PUPIL", document=record_id)
    return record


def _trust_files(trust: TrustMaterial) -> Iterator[tuple[str, bytes]]:
    """Yield the certificates and lists that the receiving school needs, each by its digest."""
    for folder, ending, items in (
        ("anchors", "der", trust.anchors),
        ("seals", "der", trust.seals),
        ("certificates", "der", trust.certificates),
        ("crls", "crl", trust.crls),
    ):
        for der in items:
            yield f"trust/{folder}/{fingerprint(der)[:16]}.{ending}", der


def _covering_note(
    transcript: Transcript, files: list[tuple[str, bytes]], recipient: str, at: datetime
) -> CoveringNote:
    """Compose the note: one page, so of the trust material only what is compared by hand.

    Every file of the dossier stands in the lists of digests beside the note.
    """
    return CoveringNote(
        record_id=f"{RecordClass.COVERING_NOTE.value}.{transcript.pupil.code}",
        version=1,
        form="thu-gui-kem",
        document_number="",
        school=transcript.school,
        pupil=transcript.pupil,
        class_name=transcript.years[-1].class_name,
        school_years=tuple(year.school_year for year in transcript.years),
        document_date=at.date(),
        enclosed=tuple(
            EnclosedFile(name, hashlib.sha256(content).hexdigest(), title)
            for name, content in files
            if (title := _title(name))
        ),
        recipient=recipient,
        signer_title=transcript.school.kind.head_title,
    )


def _title(name: str) -> str:
    """Say in Vietnamese what an enclosed file is; empty for what only the program reads."""
    match name.split("/"):
        case [file]:
            return "Học bạ đã ký số" if file.endswith(".pdf") else "Dữ liệu học bạ (XML)"
        case ["trust", "anchors", _]:
            return "Chứng thư gốc"
        case ["trust", "seals", _]:
            return "Chứng thư con dấu của trường"
        case _:
            return ""


def _free_folder(target: Path, pupil: str, at: datetime) -> Path:
    number = 1
    while (folder := target / dossier_folder(pupil, at.date(), number)).exists():
        number += 1
    return folder
