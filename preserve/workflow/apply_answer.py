"""``preserve sign-apply``: puts signatures that were made elsewhere into the waiting documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from preserve.durable import storage_faults, write_new
from preserve.errors import RuleRefusal, SigningError
from preserve.formats.sign_request import (
    SignAnswer,
    SignRequest,
    binding_message,
    decode_answer,
    decode_request,
    digest_of_file,
)
from preserve.sign.deferred_key import AbsentKey, absent_key
from preserve.sign.deferred_pdf import fill_signature, fitting_chain
from preserve.sign.deferred_signing import holds
from preserve.sign.preconditions import SigningWarning
from preserve.trust.authorities import OrderedTimestampers
from preserve.trust.store import fingerprint
from preserve.workflow.answer_request import binding_algorithm
from preserve.workflow.answered_documents import AnsweredDocument, answered_documents
from preserve.workflow.archive import Archive
from preserve.workflow.before_sealing import refuse_unsound
from preserve.workflow.occasion import Occasion
from preserve.workflow.open_keys import find_timestamper
from preserve.workflow.parallel import running_clock
from preserve.workflow.pending_signatures import kept_request, pending_folder, remove_prepared
from preserve.workflow.record_signatures import SignResult, record_signatures, signed_file
from preserve.workflow.recover_journal import recover_journal
from preserve.workflow.sign_documents import (
    SignPlan,
    SignTask,
    judge_pages,
    plan_signatures,
)
from preserve.workflow.unchecked_status import status_details


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an answer."""

    results: tuple[SignResult, ...]
    warnings: tuple[SigningWarning, ...]


def apply_answer(
    archive: Archive, file: Path, occasion: Occasion, *, unchecked_confirmed: bool = False
) -> Applied:
    """Check an answer against its request and write the next file of each document.

    Steps:
        1. The answer belongs to a request of this archive that is not over.
        2. It was made with the certificate that was asked for, for this very request, and every
           signature in it holds.
        3. No document changed since the request; those that bear their signature already, because
           a run was stopped, are left alone.
        4. The signer may sign in that role today.
        5. Each signature goes into its prepared file, with a time-stamp where the policy asks.

    Args:
        archive: the archive that made the request.
        file: the answer.
        occasion: its time is the time of applying.
        unchecked_confirmed: go on although nobody can tell whether the certificate was revoked.

    Raises:
        FormatError: it is no answer file.
        RuleRefusal: the request is over, overtaken or already answered, or the key was another
            person's; nothing was written.
        SigningError: the answer or a prepared file was changed, or the certificate may not sign.
        StorageError: a signed file could not be written; those before it are complete.
    """
    recover_journal(archive, occasion)
    with storage_faults(file):
        answer = decode_answer(file.read_bytes())
    folder = pending_folder(archive, answer.request_sha256)
    request = _request_of(folder, answer, occasion.at)  # 1
    key = _key_of(request, answer)  # 2
    waiting = answered_documents(archive, request, folder)  # 3
    documents = tuple(one.stored for one in waiting)
    plan = plan_signatures(  # 4
        archive,
        documents,
        request.role,
        key,
        occasion.at,
        ready_only=True,
        unchecked_confirmed=unchecked_confirmed,
    )
    paired = _paired(waiting, plan)
    made: list[SignResult] = []
    try:
        for result in _put_in(archive, key, paired, occasion.at):  # 5
            made.append(result)
            occasion.progress(request.role.value, len(made), len(paired))
    finally:
        details = (
            ("request", answer.request_sha256),
            ("signed-at", answer.signed_at.isoformat()),
            *status_details(plan.warnings),
        )
        record_signatures(archive, request.role, made, occasion, details)
    remove_prepared(folder)
    return Applied(tuple(made), plan.warnings)


def _request_of(folder: Path, answer: SignAnswer, at: datetime) -> SignRequest:
    content = kept_request(folder)
    if content is None:
        raise SigningError("SIGN-ANSWER-UNKNOWN", request=answer.request_sha256)
    if digest_of_file(content) != answer.request_sha256:
        raise SigningError("SIGN-PENDING-CHANGED", file=folder)
    request = decode_request(content)
    if at > request.expires_at:
        raise RuleRefusal("SIGN-REQUEST-EXPIRED", until=request.expires_at.isoformat())
    return request


def _key_of(request: SignRequest, answer: SignAnswer) -> AbsentKey:
    """Return what stands for the signer's key, once everything that it signed was verified."""
    found = fingerprint(answer.certificate)
    if found != request.certificate:
        raise RuleRefusal("SIGN-REQUEST-PERSON", wanted=request.certificate, found=found)
    binding = binding_message(
        answer.request_sha256, answer.certificate, answer.mechanism, answer.signed_at
    )
    _verify(answer, answer.binding, binding, binding_algorithm(request))
    values = {one.identity: one.value for one in answer.signatures}
    if values.keys() != {one.identity for one in request.signatures}:
        raise SigningError("SIGN-ANSWER-CHANGED", problem="documents")
    for one in request.signatures:
        _verify(answer, values[one.identity], one.attributes, one.digest_algorithm)
    return replace(
        absent_key(answer.certificate),
        chain=fitting_chain(answer.chain),
        mechanism=answer.mechanism,
        given={one.attributes: values[one.identity] for one in request.signatures},
    )


def _verify(answer: SignAnswer, value: bytes, data: bytes, digest_algorithm: str) -> None:
    if not holds(value, data, answer.certificate, answer.mechanism, digest_algorithm):
        raise SigningError("SIGN-ANSWER-CHANGED", problem="signature")


def _paired(
    waiting: tuple[AnsweredDocument, ...], plan: SignPlan
) -> tuple[tuple[AnsweredDocument, SignTask], ...]:
    """Put each document beside its task; a field whose turn has passed is refused."""
    tasks = {(task.result.school_year, task.result.record_id): task for task in plan.tasks}
    paired = []
    for one in waiting:
        task = tasks.get((one.asked.school_year, one.asked.record_id))
        if task is None or task.steps[0][1].field_name != one.asked.field:
            document = one.asked.record_id
            raise RuleRefusal("SIGN-REQUEST-OVERTAKEN", count=1, documents=document)
        paired.append((one, task))
    return tuple(paired)


def _put_in(
    archive: Archive,
    key: AbsentKey,
    paired: tuple[tuple[AnsweredDocument, SignTask], ...],
    at: datetime,
) -> Iterator[SignResult]:
    """Write the next file of each document; whatever was changed stops it before the first."""
    for one, _ in paired:
        one.read_prepared()
    stamped = any(task.steps[0][1].timestamped for _, task in paired)
    timestamper = find_timestamper(archive, running_clock(at)) if stamped else None
    for one, task in paired:
        target, wanted = task.steps[0]
        if wanted.locks:
            refuse_unsound(archive, task.source.read_bytes(), task.result.record_id, at)
        before = len(timestamper.answered) if timestamper else 0
        content = _filled(one, key, timestamper if wanted.timestamped else None)
        if task.judged:
            judge_pages(content, task.result.record_id)
        write_new(target, content)
        answered = tuple(timestamper.answered[before:]) if timestamper else ()
        files = (signed_file(target, content),)
        yield replace(task.result, fields=(one.asked.field,), timestamped_by=answered, files=files)


def _filled(
    one: AnsweredDocument, key: AbsentKey, timestamper: OrderedTimestampers | None
) -> bytes:
    return fill_signature(
        one.read_prepared(),
        one.asked.field,
        one.asked.attributes,
        key,
        timestamper,
        digest_algorithm=one.asked.digest_algorithm,
    )
