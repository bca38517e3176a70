"""Who decided: every act that needs a decision names the principal who was in office that day."""

from __future__ import annotations

from datetime import date

from preserve.errors import InputError, RuleRefusal
from preserve.model.acts import Decision
from preserve.model.roles import SignerRole
from preserve.workflow.archive import Archive
from preserve.workflow.occasion import Occasion


def principals_decision(archive: Archive, number: str, on: date, occasion: Occasion) -> Decision:
    """Return a decision with the principal of its day.

    Only the principal decides (Quy chế sử dụng sổ điểm điện tử, Đ.9.4).

    Raises:
        InputError: the number is empty, or the day is still to come.
        RuleRefusal: nobody was appointed principal on that day.
    """
    if not number.strip():
        raise InputError("DECISION-NO-NUMBER")
    if on > occasion.at.date():
        raise InputError("DECISION-FUTURE", number=number, day=on.isoformat())
    for appointment in archive.configuration.appointments:
        if appointment.role is SignerRole.PRINCIPAL and appointment.holds_on(on):
            return Decision(number.strip(), on, appointment.person_code)
    raise RuleRefusal("DECISION-NO-PRINCIPAL", number=number, day=on.isoformat())
