"""Judges one signature: mathematics, time, certificate, algorithms (ETSI EN 319 102-1 clause 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from preserve.model.verification import Finding, SubIndication
from preserve.verify.certificates import read_facts
from preserve.verify.checks import Check
from preserve.verify.cms import UnverifiedCms, judge_integrity
from preserve.verify.context import VerificationContext
from preserve.verify.findings import passed, undetermined
from preserve.verify.timestamps import TimeMark, judge_timestamp
from preserve.verify.trusting import Purpose, Question, judge_algorithm, judge_certificate

VIETNAM_TIME = timezone(timedelta(hours=7))
"""Legal time of Viet Nam, fixed: reports never use the machine's zone."""


@dataclass(frozen=True, slots=True)
class JudgedSignature:
    """A signature with everything that speaks about it."""

    certificate: bytes
    time: datetime
    """Time of signing: the time-stamp's; without one the time of the verdict."""
    proven: bool
    """Whether a valid time-stamp proves the time."""
    claimed_time: datetime | None
    findings: tuple[Finding, ...]
    """Nothing but what speaks against it, and remarks."""


def judge_signature(
    signature: UnverifiedCms,
    digest: Callable[[str], bytes],
    subject: str,
    context: VerificationContext,
    *,
    needs_timestamp: bool,
) -> JudgedSignature:
    """Judge a signature on its own.

    Steps, numbered as in ``verify_document``:

    4. integrity and signed attributes;
    6. the signature time-stamp;
    7. the signer's certificate at the proven time;
    8. the algorithms at the proven time.
    """
    # Step 4.
    findings = list(judge_integrity(signature, digest, subject, demand_v2=True))
    # Step 6.
    mark = _judge_time(signature, subject, context, needs_timestamp=needs_timestamp)
    findings.extend(mark.findings)
    time = mark.time or context.at
    # Step 7.
    question = Question(
        subject=subject,
        certificate=signature.certificate,
        helpers=signature.helpers,
        purpose=Purpose.SIGNING,
        moment=time,
        proven=mark.proves,
    )
    findings.extend(judge_certificate(question, context))
    # Step 8.
    findings.extend(judge_algorithm(signature.use, time, subject, context))
    findings.append(_algorithm_report(signature, subject))
    return JudgedSignature(
        certificate=signature.certificate,
        time=time,
        proven=mark.proves,
        claimed_time=signature.claimed_time,
        findings=tuple(findings),
    )


def describe_valid(judged: JudgedSignature, check: Check, subject: str) -> Finding:
    """Return the finding of a valid signature with the seven facts that the law asks for.

    Source: TT 15/2025/TT-BKHCN Art. 6(4)(b).
    """
    facts = read_facts(judged.certificate)
    first = facts.not_before.astimezone(VIETNAM_TIME).isoformat()
    last = facts.not_after.astimezone(VIETNAM_TIME).isoformat()
    return passed(
        check,
        subject,
        issuing_organisation=facts.issuer_organisation,
        signer=facts.common_name,
        managing_unit=facts.unit or facts.organisation,
        signing_time=judged.time.astimezone(VIETNAM_TIME).isoformat(),
        integrity="intact",
        validity_at_signing="valid",
        certificate_validity=f"{first} – {last}",
        certificate_sha256=facts.sha256,
        time_source="timestamp" if judged.proven else "verification",
    )


def _judge_time(
    signature: UnverifiedCms, subject: str, context: VerificationContext, *, needs_timestamp: bool
) -> TimeMark:
    if signature.tokens:
        return judge_timestamp(signature, subject, context)
    if needs_timestamp:
        reason = SubIndication.NO_POE
        return TimeMark(None, (undetermined(Check.SIG_TIMESTAMP_MISSING, subject, reason),))
    claimed = signature.claimed_time.isoformat() if signature.claimed_time else "-"
    return TimeMark(None, (passed(Check.SIG_TIME_CLAIMED, subject, claimed=claimed),))


def _algorithm_report(signature: UnverifiedCms, subject: str) -> Finding:
    """Say how it was signed: PKCS#1 v1.5 is accepted and named (TT 15/2025/TT-BKHCN, I.1.2)."""
    use = signature.use
    return passed(Check.SIG_ALGORITHM, subject, scheme=use.scheme, bits=use.bits, digest=use.digest)
