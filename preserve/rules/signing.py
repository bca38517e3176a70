"""Who signs a document, in which fields, and whose turn it is: pure functions of policy and facts.

Order and roles: TT 70/2026/TT-BGDĐT Art. 9(1), 9(3); NĐ 30/2020/NĐ-CP Art. 32(2)(d).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from preserve.errors import RuleRefusal
from preserve.model.roles import Appointment, Signatory, SignerRole
from preserve.model.school import ClassGroup, StaffMember
from preserve.policy.signing import STANDARD, SigningPolicy, SigningStep, StepCount

_FIELD_PREFIX = {
    SignerRole.SUBJECT_TEACHER: "SUBJECT",
    SignerRole.HOMEROOM_TEACHER: "HOMEROOM",
    SignerRole.PRINCIPAL: "PRINCIPAL",
    SignerRole.CLERK: "CLERK",
    SignerRole.SCHOOL_SEAL: "SEAL",
    SignerRole.REQUESTER: "REQUESTER",
    SignerRole.WITNESS: "WITNESS",
}
_TAKING_PART = {
    SignerRole.REQUESTER: "Người đề nghị",
    SignerRole.WITNESS: "Người chứng kiến",
}
"""Roles of one occasion: whoever holds any office at the school signs in them as that person."""


def role_of_field(field_name: str) -> SignerRole | None:
    """Return the role that a field name stands for, or ``None`` for a foreign name."""
    prefix = field_name.split("_", 1)[0]
    return next((role for role, value in _FIELD_PREFIX.items() if value == prefix), None)


def signatories(
    policy: SigningPolicy,
    class_group: ClassGroup,
    appointments: Sequence[Appointment],
    day: date,
    *,
    seal_name: str,
) -> tuple[Signatory, ...]:
    """List the signatures that a document of a class needs, in the order of the policy.

    A role without an appointment on ``day`` still gets its field, with an empty person: the
    document can be made and read, and cannot be signed until somebody is appointed.

    Args:
        policy: the chain of roles.
        class_group: the class, with its homeroom teacher and teaching assignments.
        appointments: every appointment of the school.
        day: the date of the document.
        seal_name: the name printed for the school's seal, that is, the school's name.
    """
    result: list[Signatory] = []
    for step in policy.steps:
        match step.count:
            case StepCount.EVERY_SUBJECT_TEACHER:
                result.extend(_subject_signatories(step, class_group, appointments, day))
            case StepCount.ONE:
                result.append(_single_signatory(step, class_group, appointments, day, seal_name))
            case StepCount.EVERY_PERSON_PRESENT:
                pass  # A class's document is no minutes: nobody was present at it.
    return _of_variant(policy, result)


def minutes_signatories(
    policy: SigningPolicy,
    present: Mapping[SignerRole, Sequence[StaffMember]],
    appointments: Sequence[Appointment],
    day: date,
    *,
    year: str,
    seal_name: str,
) -> tuple[Signatory, ...]:
    """List the signatures under minutes: the persons who were present, in the policy's order.

    Args:
        policy: the chain of roles.
        present: who was present in which role; the seal and whoever holds an office alone may
            be left to the appointments.
        appointments: every appointment of the school.
        day: the date of the minutes.
        year: the school year, for the names of the fields.
        seal_name: the name printed for the school's seal.

    Raises:
        RuleRefusal: several persons are named for a role that one person has.
    """
    result: list[Signatory] = []
    for step in policy.steps:
        persons = present.get(step.role) or (None,)
        if len(persons) > 1 and step.count is StepCount.ONE:
            raise RuleRefusal("SIGN-ROLE-ONE", role=step.role, count=len(persons))
        for index, person in enumerate(persons, start=1):
            label = f"{_FIELD_PREFIX[step.role]}_{index}_{year}"
            found = _find(appointments, step.role, person.code if person else None, None, day)
            if person is None:
                name = seal_name if step.role is SignerRole.SCHOOL_SEAL else ""
                person = _appointed(found, name)  # noqa: PLW2901  (the person is found out here)
            result.append(_signatory(label, step.role, person, found))
    return _of_variant(policy, result)


def check_chain(policy: SigningPolicy, expected: Sequence[Signatory]) -> None:
    """Refuse a document that was made for other roles than the policy asks for.

    That happens when the school chose another variant after the document was made.

    Raises:
        RuleRefusal: a role of the document is not in the policy, or a required one has no field.
    """
    present = {signatory.role for signatory in expected}
    missing = [step.role for step in policy.steps if step.required and step.role not in present]
    foreign = sorted(role for role in present if policy.step(role) is None)
    if missing or foreign:
        raise RuleRefusal(
            "SIGN-CHAIN",
            policy=policy.policy_id,
            missing=", ".join(missing) or "-",
            foreign=", ".join(foreign) or "-",
        )


def next_fields(expected: Sequence[Signatory], filled: Iterable[str]) -> tuple[Signatory, ...]:
    """Return the signatures that may be made now.

    These are the empty fields of the first role that is not complete; nothing after the last
    role is complete. Several subject teachers may sign in any order among themselves.
    """
    done = set(filled)
    for signatory in expected:
        if signatory.field_name not in done:
            role = signatory.role
            return tuple(s for s in expected if s.role is role and s.field_name not in done)
    return ()


def appointment_of(
    signatory: Signatory, appointments: Iterable[Appointment], day: date
) -> Appointment | None:
    """Return the appointment by which a signatory's person holds the role on ``day``."""
    return next(
        (
            appointment
            for appointment in appointments
            if serves(appointment, signatory.role)
            and appointment.person_code == signatory.person_code
            and appointment.holds_on(day)
        ),
        None,
    )


def serves(appointment: Appointment, role: SignerRole) -> bool:
    """Tell whether an appointment proves who signs in a role; the seal is nobody's person."""
    taking_part = role in _TAKING_PART and appointment.role is not SignerRole.SCHOOL_SEAL
    return appointment.role is role or taking_part


def _subject_signatories(
    step: SigningStep, class_group: ClassGroup, appointments: Sequence[Appointment], day: date
) -> list[Signatory]:
    result = []
    for subject in class_group.subjects:
        teachers = [a for a in class_group.assignments if a.subject == subject.name]
        for index, assignment in enumerate(teachers, start=1):
            label = f"SUBJECT_{subject.code}_{index}_{class_group.school_year}"
            found = _find(appointments, step.role, assignment.teacher.code, class_group.name, day)
            result.append(
                _signatory(
                    label,
                    step.role,
                    assignment.teacher,
                    found,
                    subject=subject.name,
                    part=assignment.part,
                )
            )
    return result


def _single_signatory(
    step: SigningStep,
    class_group: ClassGroup,
    appointments: Sequence[Appointment],
    day: date,
    seal_name: str,
) -> Signatory:
    label = f"{_FIELD_PREFIX[step.role]}_{class_group.school_year}"
    if step.role is SignerRole.HOMEROOM_TEACHER and class_group.homeroom_teacher is not None:
        person = class_group.homeroom_teacher
        found = _find(appointments, step.role, person.code, class_group.name, day)
        return _signatory(label, step.role, person, found)
    found = _find(appointments, step.role, None, class_group.name, day)
    name = seal_name if step.role is SignerRole.SCHOOL_SEAL else ""
    return _signatory(label, step.role, _appointed(found, name), found)


def _appointed(found: Appointment | None, name: str) -> StaffMember:
    return StaffMember(found.person_code, found.person_name) if found else StaffMember("", name)


def _find(
    appointments: Sequence[Appointment],
    role: SignerRole,
    person_code: str | None,
    class_name: str | None,
    day: date,
) -> Appointment | None:
    if person_code is None and role in _TAKING_PART:
        return None
    held = [
        appointment
        for appointment in appointments
        if serves(appointment, role)
        and appointment.holds_on(day)
        and (person_code is None or appointment.person_code == person_code)
        and (role in _TAKING_PART or appointment.class_name in {None, class_name})
    ]
    # Who signs in another's place today is meant to; an order that is not in force names nobody.
    standing_in = [a for a in held if a.delegation and a.delegation.holds_on(day)]
    own = [a for a in held if a.delegation is None]
    return next(iter((*standing_in, *own)), None)


def _title(role: SignerRole, appointment: Appointment | None) -> str:
    """Return the printed title; without an appointment the form's own word stands there."""
    if appointment is None:
        return ""
    return _TAKING_PART.get(role, appointment.title)


def _signatory(
    field_name: str,
    role: SignerRole,
    person: StaffMember,
    appointment: Appointment | None,
    *,
    subject: str | None = None,
    part: str | None = None,
) -> Signatory:
    return Signatory(
        field_name=field_name,
        role=role,
        person_code=person.code,
        person_name=person.name,
        title=_title(role, appointment),
        subject=subject,
        part=part,
        certificates=appointment.certificates if appointment else (),
        decision=appointment.decision if appointment else "",
        held_from=appointment.held_from if appointment else None,
        held_until=appointment.held_until if appointment else None,
        delegation=appointment.delegation if appointment else None,
    )


def _of_variant(policy: SigningPolicy, found: Sequence[Signatory]) -> tuple[Signatory, ...]:
    """Let the record say by which variant it is to be judged; the standard one says nothing."""
    if policy.variant == STANDARD:
        return tuple(found)
    return tuple(replace(signatory, variant=policy.variant) for signatory in found)
