"""Who may sign what: roles, appointments and the signatories of one document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SignerRole(StrEnum):
    """Role in which a document is signed (TT 70/2026/TT-BGDĐT Art. 9; NĐ 30/2020 Art. 32)."""

    SUBJECT_TEACHER = "subject_teacher"
    HOMEROOM_TEACHER = "homeroom_teacher"
    PRINCIPAL = "principal"
    CLERK = "clerk"
    SCHOOL_SEAL = "school_seal"
    REQUESTER = "requester"
    """Who asked for an amendment (người đề nghị sửa điểm)."""
    WITNESS = "witness"
    """Who was present when marks were amended or carriers sealed (người chứng kiến)."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """A written order by which one person signs in the place of another (ký thay, ủy quyền).

    Source: NĐ 30/2020/NĐ-CP Art. 13; for the seal Art. 32(2)(a).
    """

    number: str
    """Number and symbol of the written order, for example ``15/GUQ-THCS``."""
    day: date
    """Day on which it was given."""
    delegated_by: str
    """Person code of the one in whose place is signed."""
    held_from: date
    held_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the order is in force on ``day``, both ends included."""
        begun = max(self.day, self.held_from) <= day
        return begun and (self.held_until is None or day <= self.held_until)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person holds a role, by decision, from one day to another (quyết định phân công)."""

    role: SignerRole
    person_code: str
    person_name: str
    title: str
    """Title printed under the signature, for example ``Giáo viên chủ nhiệm lớp 6A``."""
    certificates: tuple[str, ...]
    """Names of the certificates that count for this appointment, each in the one spelling of
    :mod:`preserve.model.certificates`; a SHA-256 of the DER is the usual one."""
    decision: str
    held_from: date
    held_until: date | None = None
    class_name: str | None = None
    """Class for homeroom and subject teachers; ``None`` means every class."""
    subject: str | None = None
    """Subject name for subject teachers."""
    key: str | None = None
    """URI of the key that this person usually signs with, for example ``demo:GV01``."""
    delegation: Delegation | None = None
    """By which order the person signs in another's place, for example the deputy head's."""

    def holds_on(self, day: date) -> bool:
        """Tell whether the appointment is in force on ``day``, both ends included."""
        return self.held_from <= day and (self.held_until is None or day <= self.held_until)


@dataclass(frozen=True, slots=True)
class Signatory:
    """One signature that a document is made for: its field, its role and its person."""

    field_name: str
    """Name of the PDF signature field, for example ``HOMEROOM_2024-2025``; holds no name."""
    role: SignerRole
    person_code: str
    person_name: str
    title: str
    subject: str | None = None
    part: str | None = None
    certificates: tuple[str, ...] = ()
    """Names of the certificates that count, as in the appointment; empty when not yet known."""
    decision: str = ""
    held_from: date | None = None
    held_until: date | None = None
    delegation: Delegation | None = None
    """The order by which the person signs in another's place."""
    variant: str | None = None
    """Variant of the signing policy that asks for this signature; ``None`` for the standard."""
