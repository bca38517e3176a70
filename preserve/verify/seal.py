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


def judge_seal(bag: Bag, context: VerificationContext, *, in_full: bool) -> SealVerdict:
    """Judge the seal.

    Args:
        bag: the bundle.
        context: trust, policies and time.
        in_full: also path, revocation, time-stamp and algorithms; without it only that the seal
            fits the bytes and, where the verifier pins a seal, that it is that one.
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
    if in_full:
        return _judge_in_full(read, manifest, context)
    return _judge_fit(read, manifest, context)


def _judge_fit(
    signature: UnverifiedCms, manifest: bytes, context: VerificationContext
) -> SealVerdict:
    broken = judge_integrity(signature, _digest_of(manifest), SEAL, demand_v2=True)
    pins = judge_pin(signature.certificate, SEAL, context.trust) if context.trust.seals else ()
    return _verdict((*broken, *pins))


def _judge_in_full(
    signature: UnverifiedCms, manifest: bytes, context: VerificationContext
) -> SealVerdict:
    judged = judge_signature(
        signature, _digest_of(manifest), SEAL, context, needs_timestamp=True
    )
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
    return _verdict(tuple(findings))


def _verdict(findings: tuple[Finding, ...]) -> SealVerdict:
    """Blame the tag manifest when the signature is sound and only the signed bytes differ."""
    differs = [one for one in findings if one.check == Check.SIG_DIGEST]
    moved = failed(Check.FIX_DIGEST, TAG_MANIFEST, SubIndication.HASH_FAILURE)
    return SealVerdict(holds=not differs, findings=(*findings, *([moved] if differs else ())))


def _digest_of(manifest: bytes) -> Callable[[str], bytes]:
    return lambda name: hashlib.new(name, manifest).digest()
