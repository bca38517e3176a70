"""Judges the signatures of a document together: roles, order, persons, seal (TT 70/2026 Art. 9).

The list of signatories comes from the record inside the document. It can be believed because the
school's seal covers it and the verifier pins the certificate of that seal: without a pinned seal
the verdict is never better than INDETERMINATE.

1. every signed field is one of the record's, its role that of the field's name and of the policy;
2. the order is that of the policy, and nobody signed before the roles before them were complete;
3. every required signature is there;
4. the certificate is one of those listed for the person, of the class the policy asks for, and
   the signing time lies within the appointment; whoever signs in another's place has a written
   order that was in force then;
5. the last signature is the locking one, its certificate is pinned, and it locks everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from preserve.model.certificates import CertificateIdentity, canonical_name
from preserve.model.records import Record
from preserve.model.roles import Signatory
from preserve.model.verification import Finding, Indication, SubIndication
from preserve.policy.signing import STANDARD, SigningPolicy, SigningStep
from preserve.rules.signing import role_of_field
from preserve.rules.signing_authority import needs_delegation
from preserve.trust.store import TrustMaterial
from preserve.verify.certificates import load_certificate, read_facts
from preserve.verify.checks import Check
from preserve.verify.context import VerificationContext
from preserve.verify.findings import failed, passed, undetermined
from preserve.verify.identity import identity_of
from preserve.verify.signature import VIETNAM_TIME, JudgedSignature

_WRONG = SubIndication.SIG_CONSTRAINTS_FAILURE


@dataclass(frozen=True, slots=True)
class PlacedSignature:
    """A judged signature in its field."""

    field_name: str
    judged: JudgedSignature
    locks: bool
    """Whether it forbids every later change."""


def policy_of(record: Record, context: VerificationContext) -> SigningPolicy | None:
    """Return the verifier's signing policy for a record, or ``None`` when there is none.

    The record names the variant that its signatures were asked by; what the variant asks for is
    said by the verifier's own policy files. Without such a file nothing can be told.
    """
    variants = {signatory.variant or STANDARD for signatory in record.signatories} or {STANDARD}
    if len(variants) > 1:
        return None
    (variant,) = variants
    record_class = identity_of(record).record_class
    return next(
        (
            policy
            for policy in context.signing_policies
            if policy.applies_to(record_class, record.form, variant)
        ),
        None,
    )


def judge_roles(
    record: Record,
    signatures: Sequence[PlacedSignature],
    subject: str,
    context: VerificationContext,
) -> tuple[Finding, ...]:
    """Judge the chain of signatures of one record; ``signatures`` in the order of the file."""
    policy = policy_of(record, context)
    if policy is None:
        reason = SubIndication.POLICY_PROCESSING_ERROR
        return (undetermined(Check.SIG_POLICY_NONE, subject, reason, form=record.form),)
    findings = [
        *_judge_order(record.signatories, signatures, policy, subject),
        *_judge_missing(record.signatories, signatures, policy, subject),
        *_judge_persons(record.signatories, signatures, policy, subject),
        *_judge_lock(record.signatories, signatures, policy, subject, context.trust),
    ]
    if all(finding.indication is Indication.TOTAL_PASSED for finding in findings):
        findings.append(
            passed(Check.SIG_POLICY_MET, subject, policy=policy.policy_id, count=len(signatures))
        )
    return tuple(findings)


def step_of(
    field_name: str, signatories: Sequence[Signatory], policy: SigningPolicy
) -> tuple[Signatory, SigningStep] | None:
    """Return who a field is for and the policy's step, when record, name and policy agree."""
    signatory = next((one for one in signatories if one.field_name == field_name), None)
    if signatory is None or role_of_field(field_name) is not signatory.role:
        return None
    step = policy.step(signatory.role)
    return (signatory, step) if step is not None else None


def _judge_order(
    signatories: Sequence[Signatory],
    signatures: Sequence[PlacedSignature],
    policy: SigningPolicy,
    subject: str,
) -> Iterator[Finding]:
    done: set[str] = set()
    latest = 0
    for placed in signatures:
        named = f"{subject}#{placed.field_name}"
        # Step 1.
        found = step_of(placed.field_name, signatories, policy)
        if found is None:
            known = any(one.field_name == placed.field_name for one in signatories)
            check = Check.SIG_ROLE_MISMATCH if known else Check.SIG_FIELD_FOREIGN
            yield failed(check, named, _WRONG)
            continue
        # Step 2.
        place = policy.steps.index(found[1])
        open_before = _open_fields(signatories, policy, place, done)
        if place < latest or open_before:
            missing = ", ".join(open_before) or "-"
            yield failed(Check.SIG_ORDER, named, _WRONG, role=found[0].role, missing=missing)
        latest = max(latest, place)
        done.add(placed.field_name)


def _open_fields(
    signatories: Sequence[Signatory], policy: SigningPolicy, place: int, done: set[str]
) -> list[str]:
    before = {step.role for step in policy.steps[:place] if step.required}
    return [
        one.field_name for one in signatories if one.role in before and one.field_name not in done
    ]


def _judge_missing(
    signatories: Sequence[Signatory],
    signatures: Sequence[PlacedSignature],
    policy: SigningPolicy,
    subject: str,
) -> Iterator[Finding]:
    # Step 3: an incomplete document is "not yet enough", not a forgery.
    signed = {placed.field_name for placed in signatures}
    for step in policy.steps:
        fields = [one.field_name for one in signatories if one.role is step.role]
        missing = [name for name in fields if name not in signed]
        if step.required and (missing or not fields):
            yield undetermined(
                Check.SIG_ROLE_MISSING,
                subject,
                _WRONG,
                role=step.role,
                fields=", ".join(missing) or "-",
                citation=step.citation,
            )


def _judge_persons(
    signatories: Sequence[Signatory],
    signatures: Sequence[PlacedSignature],
    policy: SigningPolicy,
    subject: str,
) -> Iterator[Finding]:
    # Step 4.
    for placed in signatures:
        found = step_of(placed.field_name, signatories, policy)
        if found is not None:
            yield from _judge_person(*found, placed.judged, f"{subject}#{placed.field_name}")


def _judge_person(
    signatory: Signatory, step: SigningStep, judged: JudgedSignature, named: str
) -> Iterator[Finding]:
    facts = read_facts(judged.certificate)
    role = signatory.role
    if not signatory.certificates or signatory.held_from is None:
        yield undetermined(Check.SIG_SIGNER_UNLISTED, named, _WRONG, role=role)
    named_there = _identity(judged.certificate).is_named_in(signatory.certificates)
    if signatory.certificates and not named_there:
        yield failed(Check.SIG_WRONG_SIGNER, named, _WRONG, role=role, signer=facts.common_name)
    if facts.certificate_class is not step.certificate_class:
        yield failed(
            Check.SIG_CERTIFICATE_CLASS,
            named,
            _WRONG,
            role=role,
            expected=step.certificate_class,
            found=facts.certificate_class,
        )
    time = judged.time if judged.proven else judged.claimed_time or judged.time
    yield from _judge_time(signatory, time.astimezone(VIETNAM_TIME).date(), named)


def _judge_time(signatory: Signatory, day: date, named: str) -> Iterator[Finding]:
    """Judge whether the person held the role on the day, in the own or in another's right."""
    order = signatory.delegation
    spans = [(signatory.held_from, signatory.held_until)]
    if order is not None:
        spans.append((max(order.day, order.held_from), order.held_until))
    for since, until in spans:
        if (since is not None and day < since) or (until is not None and until < day):
            yield failed(
                Check.SIG_OUTSIDE_APPOINTMENT,
                named,
                _WRONG,
                role=signatory.role,
                day=day,
                held_from=since or "-",
                held_until=until or "-",
            )
    if order is None and needs_delegation(signatory.role, signatory.title):
        yield undetermined(Check.SIG_DELEGATION_MISSING, named, _WRONG, role=signatory.role)


def _identity(der: bytes) -> CertificateIdentity:
    """Return everything by which a record can name a certificate."""
    certificate = load_certificate(der)
    issuer = [
        (str(part["type"].dotted), str(part["value"].native))
        for relative in certificate.issuer.chosen
        for part in relative
    ]
    key = certificate.public_key
    bits = hashlib.sha1(bytes(key["public_key"]), usedforsecurity=False)
    return CertificateIdentity(
        sha256=hashlib.sha256(der).hexdigest(),
        serial=certificate.serial_number,
        issuer=canonical_name(issuer),
        keys=(bits.hexdigest(), hashlib.sha256(key.dump()).hexdigest()),
    )


def _judge_lock(
    signatories: Sequence[Signatory],
    signatures: Sequence[PlacedSignature],
    policy: SigningPolicy,
    subject: str,
    trust: TrustMaterial,
) -> Iterator[Finding]:
    # Step 5.
    for place, placed in enumerate(signatures):
        found = step_of(placed.field_name, signatories, policy)
        if found is None or not found[1].locks:
            continue
        named = f"{subject}#{placed.field_name}"
        if place != len(signatures) - 1:
            last = signatures[-1].field_name
            yield failed(Check.SIG_ORDER, f"{subject}#{last}", _WRONG, role="-", missing="-")
        if not placed.locks:
            yield failed(Check.SIG_LOCK_MISSING, named, _WRONG)
        yield from judge_pin(placed.judged.certificate, named, trust)


def judge_pin(certificate: bytes, named: str, trust: TrustMaterial) -> Iterator[Finding]:
    """Judge whether a seal is the one that the verifier expects."""
    facts = read_facts(certificate)
    if not trust.seals:
        yield undetermined(Check.SEL_UNPINNED, named, _WRONG, sha256=facts.sha256)
    elif certificate not in trust.seals:
        yield failed(Check.SEL_FOREIGN, named, _WRONG, sha256=facts.sha256)
