"""``preserve augment``: adds to signed documents what proves their signatures years later.

Level B-LT puts certificates and revocation data into the file, gathered after the signatures were
made; level B-LTA puts a document time-stamp over all of it. Nobody's key is needed. The result is
the next file of the document, which begins with the bytes of the former one; what a document holds
already is seen in the file itself, so a batch that was stopped goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache, partial

from preserve.durable import write_new
from preserve.errors import SigningError
from preserve.model.overview import Scope
from preserve.model.verification import Indication
from preserve.policy.packaging import load_packaging_policy
from preserve.policy.signing import PadesLevel
from preserve.sign.augment import ends_with_timestamp, timestamp_pdf
from preserve.sign.augment_evidence import gather_evidence
from preserve.sign.dss import augment_pdf
from preserve.sign.preconditions import SigningWarning
from preserve.trust.store import load_trust
from preserve.trust.timestamping import TimeStamper
from preserve.verify.context import VerificationContext
from preserve.verify.document import verify_document
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.documents import StoredDocument, stored_documents
from preserve.workflow.occasion import Occasion, record_event
from preserve.workflow.open_keys import find_timestamper
from preserve.workflow.parallel import run_each, running_clock
from preserve.workflow.verification import verification_context

STEP_NAME = "augmented"
"""What the file of this act is called: ``04_augmented.pdf``."""
LEVELS = (PadesLevel.B_LT, PadesLevel.B_LTA)


class AugmentOutcome(StrEnum):
    """What became of one document."""

    AUGMENTED = "augmented"
    COMPLETE = "complete"
    """It holds everything already."""
    UNSIGNED = "unsigned"
    """A signature is still to come."""
    WITHOUT_EVIDENCE = "without_evidence"
    """Revocation data for a certificate is not at hand yet; nothing was written."""


@dataclass(frozen=True, slots=True)
class AugmentResult:
    """One document of a batch."""

    school_year: str
    record_id: str
    outcome: AugmentOutcome
    missing: tuple[str, ...] = ()
    """Fingerprints of certificates whose status or path is not at hand."""
    left_out: tuple[str, ...] = ()
    """Digests of CRLs that are too large for the document."""


@dataclass(frozen=True, slots=True)
class AugmentBatch:
    """What became of a batch."""

    results: tuple[AugmentResult, ...]
    warnings: tuple[SigningWarning, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all documents of a batch have in common; a process opens it once."""

    archive: Archive
    level: PadesLevel
    at: datetime


@dataclass(frozen=True, slots=True)
class _Instruments:
    timestamper: TimeStamper | None
    context: VerificationContext
    largest_crl: int


def augment_documents(
    archive: Archive, scope: Scope, level: PadesLevel, occasion: Occasion
) -> AugmentBatch:
    """Raise every signed document of the scope to a level, with the trust folder's material.

    Args:
        archive: the archive.
        scope: which documents.
        level: B-LT, or B-LTA with a time-stamp over the whole document.
        occasion: its time counts as now.

    Raises:
        InputError: the scope is empty.
        SigningError: a document fails verification, the time-stamping authority failed, or the
            result would not be PDF/A any more; documents before it are complete.
        StorageError: a file could not be written; those before it are complete.
    """
    if level not in LEVELS:
        raise SigningError("AUGMENT-LEVEL", level=level)
    documents = tuple(stored_documents(archive, scope))
    done: list[AugmentResult] = []
    try:
        work = partial(_augment, _Frame(archive, level, occasion.at))
        for result in run_each(occasion.executor, work, documents):
            done.append(result)
            occasion.progress("augment", len(done), len(documents))
    finally:
        _record(archive, level, done, occasion)
    return AugmentBatch(tuple(done), tuple(_warnings(archive, done)))


def refuse_incomplete(batch: AugmentBatch) -> None:
    """Say with an error that some documents could not be augmented, after the others were.

    Raises:
        SigningError: revocation data is not at hand; the message names documents and certificates.
    """
    waiting = [r for r in batch.results if r.outcome is AugmentOutcome.WITHOUT_EVIDENCE]
    if waiting:
        raise SigningError(
            "AUGMENT-WITHOUT-EVIDENCE",
            count=len(waiting),
            documents=", ".join(r.record_id for r in waiting),
            certificates=", ".join(sorted({f for r in waiting for f in r.missing})),
        )


@lru_cache(maxsize=1)
def _open(frame: _Frame) -> _Instruments:
    archive = frame.archive
    stamps = frame.level is PadesLevel.B_LTA
    return _Instruments(
        find_timestamper(archive, running_clock(frame.at)) if stamps else None,
        verification_context(load_trust(archive.trust), frame.at),
        load_packaging_policy(archive.policies).largest_embedded_crl,
    )


def _augment(frame: _Frame, stored: StoredDocument) -> AugmentResult:
    """Augment one document into a new file.

    Steps:
        1. Leave a document that waits for a signature, refuse one that fails verification.
        2. Gather the evidence; write nothing while a part of it is not at hand.
        3. Add what the document lacks, and a time-stamp over it where the level asks for one.
        4. Verify what came out, PDF/A and PDF/UA included, and write it.
    """
    content = stored.newest.read_bytes()
    if read_claims(content).empty:  # 1
        return _result(stored, AugmentOutcome.UNSIGNED)
    instruments = _open(frame)
    _refuse_failed("AUGMENT-DOCUMENT-FAILS", content, stored, instruments.context)
    trust = instruments.context.trust
    gathered = gather_evidence(content, trust, frame.at, largest_crl=instruments.largest_crl)  # 2
    if gathered.missing:
        return _result(stored, AugmentOutcome.WITHOUT_EVIDENCE, gathered.missing, gathered.left_out)
    augmented = augment_pdf(content, gathered.evidence)  # 3
    stamper = instruments.timestamper
    if stamper is not None and not ends_with_timestamp(augmented):
        augmented = timestamp_pdf(augmented, stamper)
    if augmented == content:
        return _result(stored, AugmentOutcome.COMPLETE, (), gathered.left_out)
    _refuse_failed("AUGMENT-BREAKS", augmented, stored, instruments.context)  # 4
    write_new(stored.next_file(STEP_NAME), augmented)
    return _result(stored, AugmentOutcome.AUGMENTED, (), gathered.left_out)


def _refuse_failed(
    code: str, content: bytes, stored: StoredDocument, context: VerificationContext
) -> None:
    """Refuse a document that fails; one that nobody can tell about may lack just the evidence."""
    report = verify_document(content, stored.key.record_id, context)
    if report.indication is Indication.TOTAL_FAILED:
        checks = {f.check for f in report.findings if f.indication is Indication.TOTAL_FAILED}
        raise SigningError(code, document=stored.key.record_id, checks=", ".join(sorted(checks)))


def _result(
    stored: StoredDocument,
    outcome: AugmentOutcome,
    missing: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
) -> AugmentResult:
    return AugmentResult(stored.key.school_year, stored.key.record_id, outcome, missing, left_out)


def _warnings(archive: Archive, results: list[AugmentResult]) -> Iterator[SigningWarning]:
    """Name each list that was left to the bundle once, with its file in the trust folder."""
    left_out = dict.fromkeys(digest for result in results for digest in result.left_out)
    limit = load_packaging_policy(archive.policies).largest_embedded_crl
    for digest in left_out:
        yield SigningWarning("AUGMENT-CRL-LEFT-OUT", (("digest", digest), ("limit", str(limit))))


def _record(
    archive: Archive, level: PadesLevel, done: list[AugmentResult], occasion: Occasion
) -> None:
    made = [result for result in done if result.outcome is AugmentOutcome.AUGMENTED]
    if made:
        record_event(
            archive.journal,
            occasion,
            "signature augmentation",
            tuple(f"{result.school_year}/{result.record_id}" for result in made),
            (("level", level.value),),
        )
