"""Judges a certificate at a moment: path, revocation, key usage, terms of algorithms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import pairwise

from preserve.model.verification import Finding, SubIndication
from preserve.rules.algorithms import AlgorithmUse, use_acceptable
from preserve.verify.certificates import certificate_algorithm, read_facts
from preserve.verify.checks import Check
from preserve.verify.context import VerificationContext
from preserve.verify.findings import failed, undetermined
from preserve.verify.paths import PathFault, path_finder
from preserve.verify.revocation import Standing, Status, revocation_lists


class Purpose(Enum):
    """What a certificate was used for."""

    SIGNING = auto()
    TIME_STAMPING = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a certificate counted, for what and when."""

    subject: str
    """What the findings are about."""
    certificate: bytes
    helpers: tuple[bytes, ...]
    purpose: Purpose
    moment: datetime
    proven: bool
    """Whether a valid time-stamp proves the moment; a claim can only lead to INDETERMINATE."""
    covered: bool = False
    """Whether the time-stamp of a later signature, which covers this one, proves that it existed at
    the moment. When it was made stays unknown, so nothing can be proven against it."""


def judge_certificate(question: Question, context: VerificationContext) -> tuple[Finding, ...]:
    """Return what speaks against a certificate; nothing when it counted."""
    if not context.trust.anchors:
        reason = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
        return (undetermined(Check.SIG_NO_ANCHORS, question.subject, reason),)
    answer = path_finder(context.trust).find(
        question.certificate, question.helpers, question.moment
    )
    if answer.fault is not None:
        return (_path_finding(question, answer.fault),)
    return (
        *_judge_usage(question),
        *_judge_revocation(question, answer.chain, context),
        *_judge_terms(question, answer.chain, context),
    )


def judge_algorithm(
    use: AlgorithmUse, moment: datetime, subject: str, context: VerificationContext
) -> tuple[Finding, ...]:
    """Return what speaks against an algorithm at a moment; nothing when it still counted."""
    answer = use_acceptable(use, moment.date(), context.algorithms)
    if answer.acceptable:
        return ()
    return (
        undetermined(
            Check.SIG_ALGORITHM_ENDED,
            subject,
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
            scheme=use.scheme,
            bits=use.bits,
            digest=use.digest,
            until=answer.until or "-",
            moment=moment.date(),
        ),
    )


def _path_finding(question: Question, fault: PathFault) -> Finding:
    facts = read_facts(question.certificate)
    subject, moment = question.subject, question.moment.isoformat()
    match fault:
        case PathFault.NOT_FOUND:
            reason = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
            return undetermined(Check.SIG_PATH, subject, reason, certificate=facts.common_name)
        case PathFault.INVALID:
            reason = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
            return undetermined(Check.SIG_PATH, subject, reason, certificate=facts.common_name)
        case PathFault.EXPIRED:
            check, reason = Check.SIG_EXPIRED, SubIndication.EXPIRED
            bound = facts.not_after
        case PathFault.NOT_YET_VALID:
            check, reason = Check.SIG_NOT_YET_VALID, SubIndication.NOT_YET_VALID
            bound = facts.not_before
    named = {"certificate": facts.common_name, "moment": moment, "bound": bound.isoformat()}
    if question.proven:
        return failed(check, subject, reason, **named)
    return undetermined(check, subject, SubIndication.OUT_OF_BOUNDS_NO_POE, **named)


def _judge_usage(question: Question) -> Iterator[Finding]:
    facts = read_facts(question.certificate)
    fits = facts.may_sign if question.purpose is Purpose.SIGNING else facts.stamps_time
    if not fits:
        reason = SubIndication.CHAIN_CONSTRAINTS_FAILURE
        yield undetermined(
            Check.SIG_KEY_USAGE, question.subject, reason, certificate=facts.common_name
        )


def _judge_revocation(
    question: Question, chain: tuple[bytes, ...], context: VerificationContext
) -> Iterator[Finding]:
    lists = revocation_lists(context.trust)
    for place, (certificate, issuer) in enumerate(pairwise(chain)):
        leaf = place == 0
        status = lists.status(
            certificate,
            issuer,
            question.moment,
            context.algorithms,
            # Authorities publish lists of authorities once in months: current is enough there.
            issued_after=leaf
            and context.revocation_after_signing
            and question.purpose is Purpose.SIGNING
            and (question.proven or question.covered),
        )
        if status.standing is not Standing.GOOD:
            yield _status_finding(question, certificate, status, leaf=leaf)


def _status_finding(
    question: Question, certificate: bytes, status: Status, *, leaf: bool
) -> Finding:
    subject = question.subject
    named = {
        "certificate": read_facts(certificate).common_name,
        "moment": question.moment.isoformat(),
        "since": status.since.isoformat() if status.since else "-",
        "issued": status.list_issued.isoformat() if status.list_issued else "-",
    }
    match status.standing:
        case Standing.REVOKED:
            if leaf and question.proven and question.purpose is Purpose.SIGNING:
                return failed(Check.SIG_REVOKED, subject, SubIndication.REVOKED, **named)
            reason = SubIndication.REVOKED_NO_POE
            return undetermined(Check.SIG_REVOKED, subject, reason, **named)
        case Standing.ON_HOLD:
            return undetermined(Check.SIG_HOLD, subject, SubIndication.TRY_LATER, **named)
        case Standing.TOO_OLD:
            return undetermined(Check.SIG_STATUS_OLD, subject, SubIndication.TRY_LATER, **named)
        case _:
            return undetermined(Check.SIG_STATUS_UNKNOWN, subject, SubIndication.TRY_LATER, **named)


def _judge_terms(
    question: Question, chain: tuple[bytes, ...], context: VerificationContext
) -> Iterator[Finding]:
    for certificate, issuer in pairwise(chain):
        use = certificate_algorithm(certificate, issuer)
        yield from judge_algorithm(use, question.moment, question.subject, context)
