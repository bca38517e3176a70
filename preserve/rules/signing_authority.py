"""Whether a person may sign in a role on a day: appointments, delegations, the keeper of the seal.

Sources: TT 70/2026/TT-BGDĐT Art. 9(1) ("hoặc người được phân công, ủy quyền"); NĐ 30/2020/NĐ-CP
Art. 13 (signing in another's place) and Art. 32(2)(a)-(c) (the clerk keeps the seal and sets it
in person, another only by written order).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from preserve.errors import RuleRefusal
from preserve.model.roles import Appointment, Delegation, Signatory, SignerRole
from preserve.rules.signing import serves

_DEPUTY_TITLES = ("phó ", "kt.", "tuq.")
"""Beginnings of titles, in lower case, of a person who signs in the head's place (NĐ 30/2020,
Annex I part I section II.7)."""


def find_authority(
    signatory: Signatory, appointments: Sequence[Appointment], day: date
) -> Appointment:
    """Return the appointment by which a signatory's person may sign on ``day``.

    Steps:
        1. the person is appointed to the role at all;
        2. on that day;
        3. whoever signs in another's place has a written order for it that was given by
           somebody who could, and is in force;
        4. the seal is kept by an appointed clerk, where the school appoints clerks.

    Raises:
        RuleRefusal: one of these does not hold; the sentence says which.
    """
    own = [
        appointment
        for appointment in appointments
        if serves(appointment, signatory.role) and appointment.person_code == signatory.person_code
    ]
    if not own:  # 1
        raise RuleRefusal("SIGN-NOBODY-APPOINTED", role=signatory.role.value, date=day)
    held = [appointment for appointment in own if appointment.holds_on(day)]
    if not held:  # 2
        raise _outside(own, signatory.role, day)
    refusals = [_refusal(one, signatory.role, appointments, day) for one in held]
    for appointment, refusal in zip(held, refusals, strict=True):
        if refusal is None:
            return appointment
    raise next(refusal for refusal in refusals if refusal is not None)


def is_deputy_title(title: str) -> bool:
    """Tell whether a title says that its holder signs in another's place."""
    return title.strip().casefold().startswith(_DEPUTY_TITLES)


def needs_delegation(role: SignerRole, title: str) -> bool:
    """Tell whether somebody with that title signs in that role only by a written order."""
    return role is SignerRole.PRINCIPAL and is_deputy_title(title)


def _outside(own: Sequence[Appointment], role: SignerRole, day: date) -> RuleRefusal:
    """Say whether the person's time is over or has not begun; over, when both are true."""
    ended = [a.held_until for a in own if a.held_until is not None and a.held_until < day]
    named = {"role": role.value, "person": own[0].person_code, "date": day}
    if ended:
        return RuleRefusal("SIGN-APPOINTMENT-ENDED", **named, until=max(ended))
    return RuleRefusal("SIGN-APPOINTMENT-EARLY", **named, since=min(a.held_from for a in own))


def _refusal(
    appointment: Appointment, role: SignerRole, appointments: Sequence[Appointment], day: date
) -> RuleRefusal | None:
    order, person = appointment.delegation, appointment.person_code
    named = {"role": role.value, "person": person, "date": day}
    if order is not None:
        refusal = _order_refusal(order, named, day)
        if refusal is None and not _could_be_given(order, person, role, appointments):
            refusal = RuleRefusal("SIGN-DELEGATION-GIVER", **named, giver=order.delegated_by)
        return refusal
    if needs_delegation(role, appointment.title):
        return RuleRefusal("SIGN-DELEGATION-MISSING", **named)
    if role is SignerRole.SCHOOL_SEAL and not _is_clerk(person, appointments, day):
        return RuleRefusal("SIGN-SEAL-KEEPER", **named)
    return None


def _order_refusal(order: Delegation, named: Mapping[str, object], day: date) -> RuleRefusal | None:
    """Say that a written order is not in force, or nothing."""
    begins = max(order.day, order.held_from)
    if day < begins:
        return RuleRefusal("SIGN-DELEGATION-EARLY", **named, number=order.number, since=begins)
    if not order.holds_on(day):
        until = order.held_until
        return RuleRefusal("SIGN-DELEGATION-ENDED", **named, number=order.number, until=until)
    return None


def _could_be_given(
    order: Delegation, receiver: str, role: SignerRole, appointments: Sequence[Appointment]
) -> bool:
    """Tell whether who gave the order held the role, or headed the school, when it was given."""
    return any(
        giver.person_code == order.delegated_by != receiver
        and giver.role in {role, SignerRole.PRINCIPAL}
        and giver.delegation is None
        and not needs_delegation(giver.role, giver.title)
        and giver.holds_on(order.day)
        for giver in appointments
    )


def _is_clerk(person: str, appointments: Sequence[Appointment], day: date) -> bool:
    """Tell whether a person is a clerk; a school that appoints none cannot be asked."""
    clerks = [appointment for appointment in appointments if appointment.role is SignerRole.CLERK]
    return not clerks or any(
        clerk.person_code == person and clerk.holds_on(day) for clerk in clerks
    )
