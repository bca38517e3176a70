"""Judges what every revision after the first signature changed, and whether a lock forbade it.

Each revision is compared with the one before it. After a signature a revision may fill signature
fields, add validation data or a document time-stamp, and nothing else; changed document
information or metadata is refused too, since our own writers never touch them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from preserve.model.verification import Finding, SubIndication
from preserve.verify.checks import Check
from preserve.verify.findings import failed
from preserve.verify.guard import ReaderFault, attempt
from preserve.verify.parsing import ParsedDocument, SignedField
from preserve.verify.revisions import History, Update

_WHOLE_REVISION = (SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE)


def judge_differences(parsed: ParsedDocument, subject: str) -> tuple[Finding, ...]:
    """Return what was changed after a signature and must not be; nothing when all is well."""
    findings: list[Finding] = []
    for field in parsed.signed:
        coverage = attempt(field.embedded.evaluate_signature_coverage)
        if coverage not in _WHOLE_REVISION:
            named = f"{subject}#{field.name}"
            findings.append(failed(Check.SIG_RANGE, named, SubIndication.FORMAT_FAILURE))
    findings.extend(_judge_revisions(parsed, subject))
    return tuple(findings)


def locks_everything(embedded: EmbeddedPdfSignature) -> bool:
    """Tell whether a signature forbids every later change: all fields, and level 1."""
    lock = attempt(lambda: _lock_of(embedded))
    if isinstance(lock, ReaderFault):
        return False
    return (
        lock.fields is not None
        and lock.fields.action is FieldMDPAction.ALL
        and lock.level == MDPPerm.NO_CHANGES.value
    )


@dataclass(frozen=True, slots=True)
class _Lock:
    fields: FieldMDPSpec | None
    level: int | None
    """1 nothing may change, 2 forms may be filled, 3 notes may be added."""


def _lock_of(embedded: EmbeddedPdfSignature) -> _Lock:
    """Read a lock from the signed signature dictionary (ISO 32000-2 clauses 12.8.2.2, 12.8.2.4).

    A field lock carries its level in ``/P`` of the FieldMDP parameters.
    """
    references = [one.get_object() for one in embedded.sig_object.get("/Reference", ())]
    parameters = [one["/TransformParams"] for one in references if "/TransformParams" in one]
    stated = [int(one["/P"]) for one in parameters if "/P" in one]
    if embedded.docmdp_level is not None:
        stated.append(embedded.docmdp_level.value)
    return _Lock(embedded.fieldmdp, min(stated, default=None))


def _judge_revisions(parsed: ParsedDocument, subject: str) -> Iterator[Finding]:
    if not parsed.signatures:
        return
    history = History(parsed.reader)
    first = parsed.signatures[0].embedded.signed_revision
    for revision in range(first + 1, parsed.reader.xrefs.total_revisions):
        bound = [field for field in parsed.signed if field.embedded.signed_revision < revision]
        update = attempt(lambda at=revision: history.examine(at))  # type: ignore[misc]
        yield from _judge_update(update, bound, revision, subject)


def _judge_update(
    update: Update | ReaderFault, bound: Sequence[SignedField], revision: int, subject: str
) -> Iterator[Finding]:
    for field in bound:
        named = f"{subject}#{field.name}"
        if isinstance(update, ReaderFault):
            yield failed(Check.SIG_MODIFIED, named, SubIndication.HASH_FAILURE, revision=revision)
        elif _breaks_lock(field.embedded, update):
            reason = SubIndication.SIG_CONSTRAINTS_FAILURE
            yield failed(Check.SIG_LOCK_BROKEN, named, reason, revision=revision)


def _breaks_lock(embedded: EmbeddedPdfSignature, update: Update) -> bool:
    """Tell whether an update fills a field that a signature has locked.

    Validation data and document time-stamps may be added whatever the lock says (ISO 32000-2
    clause 12.8.2.2.2, level 1).
    """
    lock = _lock_of(embedded)
    locked = lock.fields is not None and any(lock.fields.is_locked(n) for n in update.filled)
    return locked or (bool(update.filled) and lock.level == MDPPerm.NO_CHANGES.value)
