"""Judges one signed document: the numbered procedure, run to its end whatever a step finds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from preserve.model.records import Record, Transcript
from preserve.model.verification import Finding, Indication, SubIndication, VerificationReport
from preserve.policy.signing import PadesLevel
from preserve.verify.byte_ranges import ClaimedSignature, count_byte_ranges, judge_byte_ranges
from preserve.verify.certificates import read_facts
from preserve.verify.checks import Check
from preserve.verify.cms import read_cms, unreadable_cms
from preserve.verify.contents import judge_contents
from preserve.verify.context import VerificationContext
from preserve.verify.differences import judge_differences, locks_everything
from preserve.verify.findings import failed, passed, undetermined
from preserve.verify.guard import ReaderFault, attempt
from preserve.verify.material import MAX_HELPERS
from preserve.verify.parsing import (
    ParsedDocument,
    SignedField,
    is_encrypted,
    outline_by_second_parser,
    parse_document,
)
from preserve.verify.pdfa import PageValidationJudge
from preserve.verify.predecessor import MAX_DEPTH, judge_predecessor
from preserve.verify.roles import PlacedSignature, judge_roles, policy_of, step_of
from preserve.verify.signature import describe_valid, judge_signature
from preserve.verify.tail import updates_lie_plain
from preserve.verify.timeline import judge_time_order
from preserve.verify.timestamps import judge_document_timestamp

_SUBFILTER = "/ETSI.CAdES.detached"
_TIMESTAMP_SUBFILTER = "/ETSI.RFC3161"
_FORMAT = SubIndication.FORMAT_FAILURE


@dataclass(frozen=True, slots=True)
class DocumentVerdict:
    """Everything found about a document, with the record it holds."""

    record: Record | None
    findings: tuple[Finding, ...]


def verify_document(pdf: bytes, subject: str, context: VerificationContext) -> VerificationReport:
    """Judge a document by the following steps; every step runs, none stops the others.

    1. read with two parsers, which must agree;
    2. list the signatures from the form, from the objects and from the bytes: the lists must agree;
    3. byte ranges;
    4. integrity and signed attributes of each signature;
    5. what every later revision changed, and whether a lock forbade it;
    6. time-stamps of the signatures and of the document;
    7. the signers' certificates at the proven times;
    8. algorithms;
    9. roles, order, persons and seal by the signing policy;
    10. the embedded record and the file of the year before;
    11. PDF/A-3a and PDF/UA-1.

    Sources: ETSI EN 319 102-1 clause 5, EN 319 142-1 clause 6, TT 15/2025/TT-BKHCN Art. 6.
    """
    verdict = judge_document(pdf, subject, context)
    return VerificationReport(subject, context.at, context.policy_name, verdict.findings)


def judge_document(
    pdf: bytes, subject: str, context: VerificationContext, depth: int = 0
) -> DocumentVerdict:
    """Judge a document and return its record too; ``depth`` counts embedded earlier years."""
    # Step 1.
    parsed = attempt(lambda: parse_document(pdf))
    if isinstance(parsed, ReaderFault):
        return DocumentVerdict(None, (_malformed(subject, parsed),))
    # Whatever a lazy reader raises later still speaks about these bytes.
    verdict = attempt(lambda: _judge_parsed(pdf, parsed, subject, context, depth))
    if isinstance(verdict, ReaderFault):
        return DocumentVerdict(None, (_malformed(subject, verdict),))
    return verdict


def _judge_parsed(
    pdf: bytes, parsed: ParsedDocument, subject: str, context: VerificationContext, depth: int
) -> DocumentVerdict:
    findings = list(_judge_readers(pdf, parsed, subject))
    context = _with_store(parsed, context)
    # Step 3; steps 4, 6, 7 and 8 follow per signature, once the policy is known.
    claimed = [_claim(field, subject) for field in parsed.signed]
    differences = judge_differences(parsed, subject)
    plain = not differences and _tail_is_plain(pdf, parsed, claimed)
    ranges = judge_byte_ranges(pdf, claimed, tail_is_plain=plain)
    findings.extend(ranges)
    # Step 5.
    findings.extend(differences)
    # Step 10, first half.
    contents = judge_contents(parsed, subject)
    findings.extend(contents.findings)
    record = contents.record
    # Steps 4, 6, 7, 8.
    placed, about_signatures = _judge_signatures(pdf, parsed, record, subject, context)
    findings.extend(about_signatures)
    findings.extend(_judge_timestamps(pdf, parsed, subject, context))
    findings.extend(judge_time_order(placed, subject))
    # Step 9.
    if record is not None:
        findings.extend(judge_roles(record, placed, subject, context))
    # Step 10, second half.
    if isinstance(record, Transcript) and record.predecessor is not None:
        findings.extend(_judge_earlier(parsed, record, subject, context, depth))
    # Step 11.
    findings.extend(_judge_conformity(pdf, subject, context, ranges_hold=not ranges))
    findings.extend(_describe_valid(placed, findings, subject))
    return DocumentVerdict(record, tuple(findings))


def _judge_readers(pdf: bytes, parsed: ParsedDocument, subject: str) -> list[Finding]:
    findings = []
    if is_encrypted(parsed):
        findings.append(failed(Check.PDF_ENCRYPTED, subject, _FORMAT))
    second = attempt(lambda: outline_by_second_parser(pdf))
    if isinstance(second, ReaderFault):
        return [*findings, _malformed(subject, second)]
    first = parsed.outline
    agree = (first.pages, first.fields, first.annotations, first.attachments) == (
        second.pages,
        second.fields,
        second.annotations,
        second.attachments,
    )
    if not agree:
        findings.append(failed(Check.PDF_PARSERS_DISAGREE, subject, _FORMAT))
    if parsed.has_hidden_parts:
        findings.append(failed(Check.PDF_HIDDEN, subject, _FORMAT))
    # Step 2.
    count = len(parsed.signed)
    in_bytes = _count_in_bytes(pdf, parsed)
    if count != second.signature_dictionaries or count != in_bytes:
        findings.append(failed(Check.SIG_ENUMERATION, subject, _FORMAT, form=count, bytes=in_bytes))
    if not findings:
        findings.append(passed(Check.PDF_READ, subject, pages=len(first.pages)))
    return findings


def _count_in_bytes(pdf: bytes, parsed: ParsedDocument) -> int:
    count = count_byte_ranges(pdf)
    if count == len(parsed.signed):
        return count
    # An embedded file may hold signatures of its own, and deflate may store bytes as they are.
    return count_byte_ranges(pdf, parsed.attachment_spans(pdf))


def _claim(field: SignedField, subject: str) -> ClaimedSignature:
    return ClaimedSignature(
        subject=f"{subject}#{field.name}",
        byte_range=tuple(int(number) for number in field.embedded.byte_range),
        contents=field.embedded.pkcs7_content,
        offset=field.offset,
    )


def _tail_is_plain(pdf: bytes, parsed: ParsedDocument, claimed: list[ClaimedSignature]) -> bool:
    end = claimed[-1].end if claimed else len(pdf)
    if not 0 < end < len(pdf):
        return False
    return attempt(lambda: updates_lie_plain(pdf, parsed.reader, end)) is True


def _judge_signatures(
    pdf: bytes,
    parsed: ParsedDocument,
    record: Record | None,
    subject: str,
    context: VerificationContext,
) -> tuple[list[PlacedSignature], list[Finding]]:
    placed: list[PlacedSignature] = []
    groups: list[list[Finding]] = []
    existed: datetime | None = None
    # The youngest first: its time-stamp says when those that it covers existed at the latest.
    for field in reversed(parsed.signatures):
        findings: list[Finding] = []
        groups.append(findings)
        named = f"{subject}#{field.name}"
        if field.embedded.sig_object.get("/SubFilter") != _SUBFILTER:
            findings.append(failed(Check.SIG_SUBFILTER, named, _FORMAT))
        read = attempt(lambda one=field: read_cms(one.embedded.pkcs7_content, padded=True))  # type: ignore[misc]
        if isinstance(read, ReaderFault):
            findings.append(unreadable_cms(named, read))
            continue
        judged = judge_signature(
            read,
            _digest_of(pdf, field),
            named,
            context,
            needs_timestamp=_needs_timestamp(field, record, context),
            existed_at=existed,
        )
        findings.extend(judged.findings)
        placed.append(PlacedSignature(field.name, judged, locks_everything(field.embedded)))
        if judged.dates_what_it_covers:
            existed = min(existed or judged.time, judged.time)
    return placed[::-1], [finding for group in reversed(groups) for finding in group]


def _judge_timestamps(
    pdf: bytes, parsed: ParsedDocument, subject: str, context: VerificationContext
) -> Iterator[Finding]:
    for field in parsed.timestamps:
        named = f"{subject}#{field.name}"
        if field.embedded.sig_object.get("/SubFilter") != _TIMESTAMP_SUBFILTER:
            yield failed(Check.SIG_SUBFILTER, named, _FORMAT)
        mark = judge_document_timestamp(
            field.embedded.pkcs7_content, _digest_of(pdf, field), named, context
        )
        yield from mark.findings
        if mark.proves and mark.time is not None:
            yield passed(Check.SIG_DOCUMENT_TIMESTAMP, named, time=mark.time.isoformat())


def _with_store(parsed: ParsedDocument, context: VerificationContext) -> VerificationContext:
    """Add what the document brings along: helpers, never anchors.

    What the verifier holds already is left out, so that documents with the same material share
    what was read of it once.
    """
    store = attempt(lambda: parsed.store)
    if isinstance(store, ReaderFault):
        return context
    trust, pairs = context.trust, []
    for brought, held in (
        (store.certificates, (*trust.certificates, *trust.anchors)),
        (store.crls, trust.crls),
        (store.ocsps, trust.ocsps),
    ):
        pairs.append(tuple(der for der in brought[:MAX_HELPERS] if der not in held))
    if not any(pairs):
        return context
    certificates, crls, ocsps = pairs
    good = tuple(
        der
        for der in certificates
        if not isinstance(attempt(lambda der=der: read_facts(der)), ReaderFault)  # type: ignore[misc]
    )
    return replace(context, trust=trust.with_validation_material(good, crls, ocsps))


def _digest_of(pdf: bytes, field: SignedField) -> Callable[[str], bytes]:
    _, gap, after, length = (int(number) for number in field.embedded.byte_range)

    def digest(algorithm: str) -> bytes:
        signed = hashlib.new(algorithm, memoryview(pdf)[:gap])
        signed.update(memoryview(pdf)[after : after + length])
        return signed.digest()

    return digest


def _needs_timestamp(
    field: SignedField, record: Record | None, context: VerificationContext
) -> bool:
    policy = policy_of(record, context) if record is not None else None
    found = step_of(field.name, record.signatories, policy) if record and policy else None
    return found is None or found[1].level is not PadesLevel.B_B


def _judge_earlier(
    parsed: ParsedDocument,
    record: Transcript,
    subject: str,
    context: VerificationContext,
    depth: int,
) -> tuple[Finding, ...]:
    if depth >= MAX_DEPTH:
        return (failed(Check.CMP_PREDECESSOR_DEPTH, subject, _FORMAT, limit=MAX_DEPTH),)

    def judge(pdf: bytes, name: str) -> tuple[Record | None, tuple[Finding, ...]]:
        verdict = judge_document(pdf, f"{subject}!{name}", context, depth + 1)
        return verdict.record, verdict.findings

    return judge_predecessor(parsed, record, subject, judge)


def _judge_conformity(
    pdf: bytes, subject: str, context: VerificationContext, *, ranges_hold: bool
) -> tuple[Finding, ...]:
    if context.check_pdfa:
        return PageValidationJudge().judge(pdf, subject, ranges_hold=ranges_hold)
    reason = SubIndication.POLICY_PROCESSING_ERROR
    return (undetermined(Check.PDF_NOT_JUDGED, subject, reason, profile="-", kind="-"),)


def _describe_valid(
    placed: Sequence[PlacedSignature], findings: Sequence[Finding], subject: str
) -> list[Finding]:
    """Name a signature valid only when nothing at all speaks against it or the file around it."""
    bad = {one.subject for one in findings if one.indication is not Indication.TOTAL_PASSED}
    return [
        describe_valid(one.judged, Check.SIG_VALID, f"{subject}#{one.field_name}")
        for one in placed
        if f"{subject}#{one.field_name}" not in bad
    ]


def _malformed(subject: str, fault: ReaderFault) -> Finding:
    return failed(Check.PDF_MALFORMED, subject, _FORMAT, kind=fault.kind)
