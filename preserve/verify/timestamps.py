"""Judges time-stamps (RFC 3161, RFC 5816): of a signature value, or of a whole document.

1. exactly one token, a CMS SignedData over a TSTInfo, whose own signature holds;
2. its imprint is the digest of this very signature value, or of the bytes that the document's
   time-stamp covers: a token copied from elsewhere fails;
3. its time is not later than the time of the verdict;
4. the authority's certificate is for time stamping alone and counts at the time of the verdict;
5. its algorithms still count at the time of the verdict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import tsp

from preserve.model.verification import Finding, Indication, SubIndication
from preserve.rules.algorithms import AlgorithmUse, acceptable
from preserve.verify.checks import Check
from preserve.verify.cms import UnverifiedCms, judge_integrity, read_cms
from preserve.verify.context import VerificationContext
from preserve.verify.findings import failed, undetermined
from preserve.verify.guard import ReaderFault, attempt
from preserve.verify.trusting import Purpose, Question, judge_algorithm, judge_certificate

_TOKEN_CONTENT = "tst_info"  # noqa: S105  (a content type, no secret)


@dataclass(frozen=True, slots=True)
class TimeMark:
    """What a time-stamp says and what speaks against it."""

    time: datetime | None
    """Time in the token, ``None`` when there is none that could be read."""
    findings: tuple[Finding, ...]

    @property
    def proves(self) -> bool:
        """Whether the time counts as proven."""
        return self.time is not None and all(
            finding.indication is Indication.TOTAL_PASSED for finding in self.findings
        )


def judge_timestamp(
    signature: UnverifiedCms, subject: str, context: VerificationContext
) -> TimeMark:
    """Judge the time-stamp of a signature that has at least one."""
    # Step 1.
    if len(signature.tokens) != 1:
        return TimeMark(None, (_invalid(subject, "count"),))
    (token,) = signature.tokens
    value = signature.value
    return _judge_token(
        lambda: read_cms(token), lambda name: hashlib.new(name, value).digest(), subject, context
    )


def judge_document_timestamp(
    contents: bytes, digest: Callable[[str], bytes], subject: str, context: VerificationContext
) -> TimeMark:
    """Judge a document time-stamp (ETSI EN 319 142-1 clause 5.4.3).

    Args:
        contents: the ``/Contents`` of its dictionary, with the zeros at the end.
        digest: computes the digest of the covered bytes by an algorithm's name.
        subject: what the findings are about.
        context: time, trust and policies.
    """
    return _judge_token(lambda: read_cms(contents, padded=True), digest, subject, context)


def _judge_token(
    read_message: Callable[[], UnverifiedCms],
    imprint: Callable[[str], bytes],
    subject: str,
    context: VerificationContext,
) -> TimeMark:
    read = attempt(lambda: _read_token(read_message()))
    if isinstance(read, ReaderFault):
        return TimeMark(None, (_invalid(subject, read.kind),))
    stamp, info = read
    content = stamp.content or b""
    broken = judge_integrity(
        stamp, lambda name: hashlib.new(name, content).digest(), subject, demand_v2=False
    )
    if broken:
        return TimeMark(None, (_invalid(subject, broken[0].check),))
    # Step 2.
    if not _imprint_matches(info, imprint):
        return TimeMark(None, (_invalid(subject, "imprint"),))
    time = info["gen_time"].native
    return TimeMark(time, (*_judge_authority(stamp, info, time, subject, context),))


def _judge_authority(
    stamp: UnverifiedCms,
    info: tsp.TSTInfo,
    time: datetime,
    subject: str,
    context: VerificationContext,
) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    # Step 3.
    if time > context.at:
        reason = SubIndication.TIMESTAMP_ORDER_FAILURE
        findings.append(
            undetermined(
                Check.SIG_TIMESTAMP_FUTURE,
                subject,
                reason,
                time=time.isoformat(),
                at=context.at.isoformat(),
            )
        )
    # Step 4.
    question = Question(
        subject=subject,
        certificate=stamp.certificate,
        helpers=stamp.helpers,
        purpose=Purpose.TIME_STAMPING,
        moment=context.at,
        proven=False,
    )
    findings.extend(judge_certificate(question, context))
    # Step 5.
    findings.extend(judge_algorithm(stamp.use, context.at, subject, context))
    findings.extend(_judge_imprint_algorithm(info, stamp.use, subject, context))
    return tuple(findings)


def _judge_imprint_algorithm(
    info: tsp.TSTInfo, use: AlgorithmUse, subject: str, context: VerificationContext
) -> tuple[Finding, ...]:
    digest = _imprint_digest(info)
    if acceptable(digest, 0, context.at.date(), context.algorithms).acceptable:
        return ()
    return judge_algorithm(AlgorithmUse(use.scheme, use.bits, digest), context.at, subject, context)


def _read_token(stamp: UnverifiedCms) -> tuple[UnverifiedCms, tsp.TSTInfo]:
    if stamp.content_type != _TOKEN_CONTENT or stamp.content is None:
        raise ValueError("no time-stamp token")
    return stamp, tsp.TSTInfo.load(stamp.content, strict=True)


def _imprint_digest(info: tsp.TSTInfo) -> str:
    return str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)


def _imprint_matches(info: tsp.TSTInfo, digest: Callable[[str], bytes]) -> bool:
    stated = bytes(info["message_imprint"]["hashed_message"].native)
    return stated == attempt(lambda: digest(_imprint_digest(info)))


def _invalid(subject: str, problem: str) -> Finding:
    return failed(
        Check.SIG_TIMESTAMP_INVALID, subject, SubIndication.SIG_CRYPTO_FAILURE, problem=problem
    )
