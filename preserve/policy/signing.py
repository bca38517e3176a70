"""Signing policies: who signs a kind of record, in which order, at which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from preserve.errors import PolicyError
from preserve.model.records import RecordClass
from preserve.model.retention import SourceStatus
from preserve.model.roles import SignerRole
from preserve.policy.files import PolicyFile, read_policies


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

    def step(self, role: SignerRole) -> SigningStep | None:
        """Return the step of a role, or ``None`` when the policy does not name it."""
        return next((step for step in self.steps if step.role is role), None)


def load_signing_policy(
    record_class: RecordClass, form: str, folders: Sequence[Path]
) -> SigningPolicy:
    """Return the policy for a kind of record and a form version.

    Raises:
        PolicyError: none applies, or a file contradicts itself.
    """
    for file in read_policies("signing", folders):
        policy = parse_signing_policy(file)
        if policy.record_class is record_class and (not policy.forms or form in policy.forms):
            return policy
    raise PolicyError("POLICY-NO-SIGNING", record_class=record_class, form=form)


def parse_signing_policy(file: PolicyFile) -> SigningPolicy:
    """Turn one file into a policy.

    Raises:
        PolicyError: a key is missing, a value is unknown, or the lock is not the last step.
    """
    try:
        table = file.table
        policy = SigningPolicy(
            policy_id=table["id"],
            record_class=RecordClass(table["record_class"]),
            forms=tuple(table.get("forms", ())),
            title_vi=table["title_vi"],
            title_en=table["title_en"],
            digest_algorithm=table["digest_algorithm"],
            steps=tuple(
                SigningStep(
                    role=SignerRole(step["role"]),
                    required=step["required"],
                    count=StepCount(step.get("count", "one")),
                    level=PadesLevel(step["level"]),
                    certificate_class=CertificateClass(step["certificate_class"]),
                    locks=step.get("locks", False),
                    citation=step["citation"],
                    status=SourceStatus(step["status"]),
                )
                for step in table["steps"]
            ),
            sha256=file.sha256,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error
    if [step.locks for step in policy.steps] != [False] * (len(policy.steps) - 1) + [True]:
        raise PolicyError("POLICY-LOCK-LAST", path=file.path)
    return policy
