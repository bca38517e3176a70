"""Judges the school's seal over a bundle: CAdES detached over the tag manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from preserve.model.verification import Finding, Indication, SubIndication
from preserve.policy.signing import CertificateClass
from preserve.verify.bag import SEAL, TAG_MANIFEST, Bag
from preserve.verify.certificates import read_facts
from preserve.verify.checks import Check
from preserve.verify.cms import UnverifiedCms, judge_integrity, read_cms, unreadable_cms
from preserve.verify.context import VerificationContext
from preserve.verify.findings import failed, undetermined
from preserve.verify.guard import ReaderFault, attempt
from preserve.verify.roles import judge_pin
from preserve.verify.signature import describe_valid, judge_signature

_DETACHED = "data"


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What the seal says about the tag manifest."""

    holds: bool
    """False only when a seal is there and does not fit the tag manifest."""
    findings: tuple[Finding, ...]


def judge_seal(
    bag: Bag, context: VerificationContext, *, in_full: bool, unhurt: bool
) -> SealVerdict:
    """Judge the seal.

    Args:
        bag: the bundle.
        context: trust, policies and time.
        in_full: also path, revocation, time-stamp and algorithms; without it only that the seal
            fits the bytes and, where the verifier pins a seal, that it is that one.
        unhurt: whether the seal's own file has the digest that lies beside it; a damaged seal says
            nothing about the tag manifest.
    """
    if SEAL not in bag.files:
        reason = SubIndication.SIG_CONSTRAINTS_FAILURE
        return SealVerdict(holds=True, findings=(undetermined(Check.SEL_NONE, SEAL, reason),))
    content, manifest = bag.texts.get(SEAL), bag.texts.get(TAG_MANIFEST)
    if content is None or manifest is None:
        # Missing or unreadable, and reported as such; the seal then decides nothing.
        return SealVerdict(holds=content is None, findings=())
    read = attempt(lambda: read_cms(content))
    if isinstance(read, ReaderFault):
        return SealVerdict(holds=True, findings=(unreadable_cms(SEAL, read),))
    if read.content_type != _DETACHED or read.content is not None:
        finding = failed(Check.SIG_CMS, SEAL, SubIndication.FORMAT_FAILURE, kind="attached")
        return SealVerdict(holds=True, findings=(finding,))
    judge = _judge_in_full if in_full else _judge_fit
    findings = judge(read, manifest, context)
    if unhurt and any(one.check == Check.SIG_DIGEST for one in findings):
        moved = failed(Check.FIX_DIGEST, TAG_MANIFEST, SubIndication.HASH_FAILURE)
        return SealVerdict(holds=False, findings=(*findings, moved))
    return SealVerdict(holds=True, findings=findings)


def _judge_fit(
    signature: UnverifiedCms, manifest: bytes, context: VerificationContext
) -> tuple[Finding, ...]:
    broken = judge_integrity(signature, _digest_of(manifest), SEAL, demand_v2=True)
    pins = judge_pin(signature.certificate, SEAL, context.trust) if context.trust.seals else ()
    return (*broken, *pins)


def _judge_in_full(
    signature: UnverifiedCms, manifest: bytes, context: VerificationContext
) -> tuple[Finding, ...]:
    judged = judge_signature(signature, _digest_of(manifest), SEAL, context, needs_timestamp=True)
    findings = [*judged.findings, *judge_pin(signature.certificate, SEAL, context.trust)]
    found = read_facts(signature.certificate).certificate_class
    if found is not CertificateClass.ORGANISATION:
        findings.append(
            failed(
                Check.SIG_CERTIFICATE_CLASS,
                SEAL,
                SubIndication.SIG_CONSTRAINTS_FAILURE,
                role="school_seal",
                expected=CertificateClass.ORGANISATION,
                found=found,
            )
        )
    if all(finding.indication is Indication.TOTAL_PASSED for finding in findings):
        findings.append(describe_valid(judged, Check.SEL_VALID, SEAL))
    return tuple(findings)


def _digest_of(manifest: bytes) -> Callable[[str], bytes]:
    return lambda name: hashlib.new(name, manifest).digest()
