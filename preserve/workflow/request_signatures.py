"""``preserve sign-request``: asks one person, who signs on another computer, for signatures.

The file that leaves the archive is small: digests and what the key must sign, no documents. The
prepared documents wait beside the archive's records, which stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from preserve.durable import storage_faults, write_new
from preserve.errors import InputError
from preserve.formats.sign_request import (
    RequestedSignature,
    SignRequest,
    decode_request,
    digest_of_file,
)
from preserve.model.overview import Scope
from preserve.model.roles import SignerRole
from preserve.sign.deferred_key import AbsentKey, absent_key
from preserve.sign.deferred_pdf import prepare_signature
from preserve.sign.preconditions import SigningWarning
from preserve.trust.store import fingerprint
from preserve.workflow.archive import Archive
from preserve.workflow.documents import stored_documents
from preserve.workflow.occasion import Occasion
from preserve.workflow.pending_signatures import (
    keep_pending,
    pending_folder,
    remove_overdue,
    remove_pending,
)
from preserve.workflow.record_signatures import SignResult
from preserve.workflow.sign_documents import SignPlan, plan_signatures
from preserve.workflow.signer_certificate import signer_certificate

USUAL_DAYS = 7
"""Days that a request holds unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class RequestOrder:
    """What is asked for."""

    role: SignerRole
    certificate: Path | None = None
    """File with the certificate of the person who will sign; ``None`` to find it."""
    days: int = USUAL_DAYS
    """How long the request holds."""
    ready_only: bool = False
    unchecked_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class RequestMade:
    """A request that was written."""

    request: SignRequest
    sha256: str
    results: tuple[SignResult, ...]
    """What is to become of every document of the scope."""
    warnings: tuple[SigningWarning, ...]
    later: int
    """Signatures of the same person that need a request of their own, after this one's answer."""


def request_signatures(
    archive: Archive, scope: Scope, order: RequestOrder, target: Path, occasion: Occasion
) -> RequestMade:
    """Prepare every document of the scope that waits for a certificate, and write the request.

    Where one person fills several fields of a document, the first of them is prepared: the next
    signature covers the one before and cannot be prepared without it.

    Raises:
        InputError: the scope is empty, nothing waits, or the certificate is not known.
        RuleRefusal: out of order, or the certificate is not that role's; nothing was written.
        SigningError: the certificate may not sign, or a document cannot be signed.
        StorageError: the request or a prepared file could not be written.
    """
    key = absent_key(signer_certificate(archive, order.role, order.certificate, occasion.at))
    plan = plan_signatures(
        archive,
        tuple(stored_documents(archive, scope)),
        order.role,
        key,
        occasion.at,
        ready_only=order.ready_only,
        unchecked_confirmed=order.unchecked_confirmed,
    )
    if not plan.tasks:
        raise InputError("SIGN-REQUEST-EMPTY", role=order.role)
    remove_overdue(archive, occasion.at)
    content = keep_pending(
        archive,
        _prepared(plan, key, occasion),
        lambda asked: _request(archive, order, key, asked, occasion),
    )
    _hand_over(archive, content, target)
    later = sum(len(task.steps) - 1 for task in plan.tasks)
    return RequestMade(
        decode_request(content), digest_of_file(content), plan.results, plan.warnings, later
    )


def _prepared(
    plan: SignPlan, key: AbsentKey, occasion: Occasion
) -> Iterator[tuple[RequestedSignature, bytes]]:
    for done, task in enumerate(plan.tasks, start=1):
        with storage_faults(task.source):
            base = task.source.read_bytes()
        _, wanted = task.steps[0]
        made = prepare_signature(base, wanted, key)
        requested = RequestedSignature(
            school_year=task.result.school_year,
            record_id=task.result.record_id,
            field=wanted.field_name,
            base_sha256=hashlib.sha256(base).hexdigest(),
            digest_algorithm=wanted.digest_algorithm,
            document_digest=made.document_digest.hex(),
            attributes=made.attributes,
        )
        yield requested, made.pdf
        occasion.progress("sign-request", done, len(plan.tasks))


def _request(
    archive: Archive,
    order: RequestOrder,
    key: AbsentKey,
    asked: tuple[RequestedSignature, ...],
    occasion: Occasion,
) -> SignRequest:
    school = archive.configuration.school
    return SignRequest(
        school_code=school.code,
        school_name=school.name,
        role=order.role,
        certificate=fingerprint(key.certificate),
        created_at=occasion.at,
        expires_at=occasion.at + timedelta(days=order.days),
        signatures=asked,
    )


def _hand_over(archive: Archive, content: bytes, target: Path) -> None:
    """Write the file that leaves; a request that nobody gets leaves nothing behind."""
    try:
        write_new(target, content)
    except BaseException:
        remove_pending(pending_folder(archive, digest_of_file(content)))
        raise
