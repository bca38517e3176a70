"""Judges one signature: mathematics, time, certificate, algorithms (ETSI EN 319 102-1 clause 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from preserve.model.verification import Finding, Indication, SubIndication
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
    """Time of signing: the time-stamp's; without one the earliest time at which the signature is
    proven to have existed, and else the time of the verdict."""
    proven: bool
    """Whether a valid time-stamp proves the time."""
    claimed_time: datetime | None
    findings: tuple[Finding, ...]
    """Nothing but what speaks against it, and remarks."""
    covered: bool = False
    """Whether the time is the one of a later signature that covers this one."""

    @property
    def dates_what_it_covers(self) -> bool:
        """Tell whether its time-stamp proves that everything below it existed then.

        A signature covers the bytes before it only as far as its mathematics holds.
        """
        failed = any(one.indication is Indication.TOTAL_FAILED for one in self.findings)
        return self.proven and not failed


def judge_signature(
    signature: UnverifiedCms,
    digest: Callable[[str], bytes],
    subject: str,
    context: VerificationContext,
    *,
    needs_timestamp: bool,
    existed_at: datetime | None = None,
) -> JudgedSignature:
    """Judge a signature on its own.

    Where the policy asks for no time-stamp, the one of a later signature over the same file says
    at what time this one existed (ETSI EN 319 102-1 clause 5.6.2.3, proof of existence).

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
    covered = mark.time is None and existed_at is not None and not needs_timestamp
    time = mark.time or (existed_at if covered and existed_at else context.at)
    # Step 7.
    question = Question(
        subject=subject,
        certificate=signature.certificate,
        helpers=signature.helpers,
        purpose=Purpose.SIGNING,
        moment=time,
        proven=mark.proves,
        covered=covered,
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
        covered=covered,
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
        time_source=_time_source(judged),
    )


def _time_source(judged: JudgedSignature) -> str:
    if judged.proven:
        return "timestamp"
    return "later signature" if judged.covered else "verification"


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
