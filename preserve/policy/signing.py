"""Signing policies: who signs a kind of record, in which order, at which level, with which key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.records import RecordClass
from preserve.model.retention import SourceStatus
from preserve.model.roles import SignerRole
from preserve.policy.files import PolicyFile, read_policies

STANDARD = "standard"
"""The variant that applies where a school chooses none."""


class PadesLevel(StrEnum):
    """PAdES baseline level (ETSI EN 319 142-1 clause 6)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


class CertificateClass(StrEnum):
    """Whose certificate it must be."""

    PERSON = "person"
    ORGANISATION = "organisation"


class StepCount(StrEnum):
    """How many signatures a step asks for."""

    ONE = "one"
    EVERY_SUBJECT_TEACHER = "every_subject_teacher"
    """One for each teacher of each subject of the class."""
    EVERY_PERSON_PRESENT = "every_person_present"
    """One for each person whom the minutes name in that role."""


class KeyUsage(StrEnum):
    """Bit of a certificate's key usage that lets a key sign (RFC 5280 section 4.2.1.3)."""

    DIGITAL_SIGNATURE = "digital_signature"
    NON_REPUDIATION = "non_repudiation"


@dataclass(frozen=True, slots=True)
class AllowedAlgorithm:
    """A way of signing with the shortest key that it allows."""

    scheme: str
    """``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``."""
    bits: int


ALGORITHMS = (
    AllowedAlgorithm("rsassa_pss", 2048),
    AllowedAlgorithm("ecdsa", 256),
    AllowedAlgorithm("rsassa_pkcs1v15", 2048),
)
"""TT 15/2025/TT-BKHCN Annex I 1.2; the last one is what many tokens can do (RFC 8017 8.2)."""
EITHER_USAGE = tuple(frozenset({usage}) for usage in KeyUsage)
_SCHEMES = {allowed.scheme for allowed in ALGORITHMS}


@dataclass(frozen=True, slots=True)
class SigningStep:
    """One role of the chain."""

    role: SignerRole
    required: bool
    count: StepCount
    level: PadesLevel
    certificate_class: CertificateClass
    locks: bool
    """True for the step after which nothing may be signed any more."""
    citation: str
    status: SourceStatus
    key_usage: tuple[frozenset[KeyUsage], ...] = EITHER_USAGE
    """Alternatives: the certificate must state every bit of one of them."""
    algorithms: tuple[AllowedAlgorithm, ...] = ALGORITHMS
    appointed_by: str = ""
    """The decision by which a person comes into the role, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class SigningPolicy:
    """The chain of signatures that one kind of record needs."""

    policy_id: str
    record_class: RecordClass
    forms: tuple[str, ...]
    """Form versions it applies to; empty means all."""
    title_vi: str
    title_en: str
    digest_algorithm: str
    """Digest of the signatures, for example ``sha256``."""
    steps: tuple[SigningStep, ...]
    sha256: str
    """Digest of the policy file."""
    variant: str = STANDARD
    """The choice of a school that it is for: ``standard``, ``full``, ``economy``."""

    def step(self, role: SignerRole) -> SigningStep | None:
        """Return the step of a role, or ``None`` when the policy does not name it."""
        return next((step for step in self.steps if step.role is role), None)

    def applies_to(self, record_class: str, form: str, variant: str) -> bool:
        """Tell whether it is for a kind of record, a form version and a school's choice."""
        fits = self.record_class.value == record_class and self.variant == variant
        return fits and (not self.forms or form in self.forms)


def load_signing_policy(
    record_class: RecordClass, form: str, folders: Sequence[Path], variant: str = STANDARD
) -> SigningPolicy:
    """Return the policy for a kind of record, a form version and a school's choice.

    A kind of record without the chosen variant keeps its standard one.

    Raises:
        PolicyError: none applies, no policy has that variant, or a file contradicts itself.
    """
    policies = [parse_signing_policy(file) for file in read_policies("signing", folders)]
    known = sorted({STANDARD, *(policy.variant for policy in policies)})
    if variant not in known:
        raise PolicyError("POLICY-VARIANT", variant=variant, known=", ".join(known))
    for wanted in (variant, STANDARD):
        for policy in policies:
            if policy.applies_to(record_class.value, form, wanted):
                return policy
    raise PolicyError("POLICY-NO-SIGNING", record_class=record_class, form=form)


def parse_signing_policy(file: PolicyFile) -> SigningPolicy:
    """Turn one file into a policy.

    Raises:
        PolicyError: a key is missing, a value is unknown, the lock is not the last step, or the
            seal could be set before a required signature of a person.
    """
    try:
        policy = _policy(file)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error
    if [step.locks for step in policy.steps] != [False] * (len(policy.steps) - 1) + [True]:
        raise PolicyError("POLICY-LOCK-LAST", path=file.path)
    _check_roles(policy, file.path)
    return policy


def _policy(file: PolicyFile) -> SigningPolicy:
    table = file.table
    listed = table.get("algorithms")
    algorithms = ALGORITHMS if listed is None else tuple(map(_algorithm, listed))
    return SigningPolicy(
        policy_id=table["id"],
        record_class=RecordClass(table["record_class"]),
        forms=tuple(table.get("forms", ())),
        title_vi=table["title_vi"],
        title_en=table["title_en"],
        digest_algorithm=table["digest_algorithm"],
        steps=tuple(_step(step, algorithms) for step in table["steps"]),
        sha256=file.sha256,
        variant=str(table.get("variant", STANDARD)),
    )


def _step(table: dict[str, Any], algorithms: tuple[AllowedAlgorithm, ...]) -> SigningStep:
    usage = table.get("key_usage")
    return SigningStep(
        role=SignerRole(table["role"]),
        required=table["required"],
        count=StepCount(table.get("count", "one")),
        level=PadesLevel(table["level"]),
        certificate_class=CertificateClass(table["certificate_class"]),
        locks=table.get("locks", False),
        citation=table["citation"],
        status=SourceStatus(table["status"]),
        key_usage=EITHER_USAGE if usage is None else tuple(map(_usage, usage)),
        algorithms=algorithms,
        appointed_by=table.get("appointed_by", ""),
    )


def _usage(text: str) -> frozenset[KeyUsage]:
    """Read one alternative, for example ``digital_signature+non_repudiation``."""
    return frozenset(KeyUsage(part) for part in text.split("+"))


def _algorithm(text: str) -> AllowedAlgorithm:
    """Read a scheme with its shortest key, for example ``rsassa_pss-2048``."""
    scheme, _, bits = text.partition("-")
    if scheme not in _SCHEMES:
        raise ValueError(text)
    return AllowedAlgorithm(scheme, int(bits))


def _check_roles(policy: SigningPolicy, path: Path) -> None:
    """Refuse a role that stands twice, and a seal on a paper that nobody needs to sign.

    Source: NĐ 30/2020/NĐ-CP Art. 32(2)(d): the seal is set on what the competent person signed.
    """
    roles = [step.role for step in policy.steps]
    if len(set(roles)) != len(roles):
        raise PolicyError("POLICY-ROLE-TWICE", path=path)
    head = policy.step(SignerRole.PRINCIPAL)
    if SignerRole.SCHOOL_SEAL in roles and (head is None or not head.required):
        raise PolicyError("POLICY-SEAL-ALONE", path=path)
