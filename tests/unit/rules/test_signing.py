"""Who signs what: the signatories of a class's documents and of minutes, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from preserve.model.records import RecordClass
from preserve.model.roles import Appointment, Signatory, SignerRole
from preserve.model.school import StaffMember
from preserve.policy.files import policy_folders
from preserve.policy.signing import load_signing_policy
from preserve.rules.signing import (
    appointment_of,
    minutes_signatories,
    next_fields,
    role_of_field,
)

DAY = date(2025, 1, 11)
SCHOOL = "Trường THCS Ví Dụ"
REQUESTER = StaffMember("GV05", "Giáo Viên Đề Nghị", "Giáo viên")
PRINCIPAL = StaffMember("GV01", "Hiệu Trưởng Ví Dụ", "Hiệu trưởng")
CLERK = StaffMember("VT01", "Văn Thư Ví Dụ", "Văn thư")
WITNESSES = (StaffMember("GV02", "Chứng Kiến Một"), StaffMember("GV16", "Chứng Kiến Hai"))
Present = Mapping[SignerRole, Sequence[StaffMember]]
AT_AMENDMENT: Present = {
    SignerRole.REQUESTER: (REQUESTER,),
    SignerRole.WITNESS: WITNESSES,
    SignerRole.PRINCIPAL: (PRINCIPAL,),
}


def appointed(role: SignerRole, person: StaffMember, *, until: date | None = None) -> Appointment:
    """Return an appointment of a year, with a certificate."""
    return Appointment(
        role=role,
        person_code=person.code,
        person_name=person.name,
        title=f"{person.position or 'Thành viên'} theo quyết định",
        certificates=(f"{person.code:0>64}",),
        decision="01/QĐ-VD",
        held_from=date(2024, 8, 1),
        held_until=until,
    )


def minutes_of(
    record_class: RecordClass, present: Present, appointments: Sequence[Appointment] = ()
) -> tuple[Signatory, ...]:
    """Return the signatories by the packaged policy."""
    return minutes_signatories(
        load_signing_policy(record_class, "", policy_folders()),
        present,
        appointments,
        DAY,
        year="2024-2025",
        seal_name=SCHOOL,
    )


def test_amendment_is_signed_by_everybody_in_the_policys_order() -> None:
    """Requester, each witness, principal; the seal comes last."""
    found = minutes_of(RecordClass.AMENDMENT_DOSSIER, AT_AMENDMENT)
    assert [(s.field_name, s.person_code) for s in found] == [
        ("REQUESTER_1_2024-2025", "GV05"),
        ("WITNESS_1_2024-2025", "GV02"),
        ("WITNESS_2_2024-2025", "GV16"),
        ("PRINCIPAL_1_2024-2025", "GV01"),
        ("SEAL_1_2024-2025", ""),
    ]
    assert found[-1].person_name == SCHOOL


def test_order_does_not_follow_the_mapping() -> None:
    """The policy decides the order, not who was named first."""
    turned = dict(reversed(list(AT_AMENDMENT.items())))
    assert minutes_of(RecordClass.AMENDMENT_DOSSIER, turned) == minutes_of(
        RecordClass.AMENDMENT_DOSSIER, AT_AMENDMENT
    )


def test_sealing_is_signed_by_clerk_witnesses_principal_and_seal() -> None:
    """The clerk comes first, because he keeps the carriers."""
    present = {SignerRole.CLERK: (CLERK,), SignerRole.WITNESS: WITNESSES}
    found = minutes_of(RecordClass.SEALING_MINUTES, present)
    assert [s.role for s in found] == [
        SignerRole.CLERK,
        SignerRole.WITNESS,
        SignerRole.WITNESS,
        SignerRole.PRINCIPAL,
        SignerRole.SCHOOL_SEAL,
    ]


def test_office_that_is_left_out_comes_from_the_appointments() -> None:
    """Who holds an office alone need not be named; nobody else's appointment is taken."""
    present = {SignerRole.CLERK: (CLERK,)}
    appointments = (
        appointed(SignerRole.PRINCIPAL, REQUESTER, until=date(2024, 12, 31)),
        appointed(SignerRole.PRINCIPAL, PRINCIPAL),
        appointed(SignerRole.SCHOOL_SEAL, StaffMember("DAU", SCHOOL)),
    )
    found = {s.role: s for s in minutes_of(RecordClass.SEALING_MINUTES, present, appointments)}
    assert found[SignerRole.PRINCIPAL].person_code == "GV01"
    assert found[SignerRole.SCHOOL_SEAL].person_code == "DAU"
    assert found[SignerRole.SCHOOL_SEAL].certificates == ("DAU".rjust(64, "0"),)


def test_office_that_nobody_holds_keeps_its_field() -> None:
    """The minutes can be made and read; they cannot be signed until somebody is appointed."""
    found = {s.role: s for s in minutes_of(RecordClass.SEALING_MINUTES, {})}
    assert set(found) == {
        SignerRole.CLERK,
        SignerRole.WITNESS,
        SignerRole.PRINCIPAL,
        SignerRole.SCHOOL_SEAL,
    }
    assert found[SignerRole.PRINCIPAL].person_name == ""
    assert found[SignerRole.PRINCIPAL].certificates == ()


def test_person_present_brings_any_office_of_the_own() -> None:
    """A witness signs with the certificate of whatever office the witness holds, never the seal."""
    appointments = (
        appointed(SignerRole.SCHOOL_SEAL, WITNESSES[0]),
        appointed(SignerRole.HOMEROOM_TEACHER, WITNESSES[1]),
    )
    found = minutes_of(RecordClass.AMENDMENT_DOSSIER, AT_AMENDMENT, appointments)
    first, second = (s for s in found if s.role is SignerRole.WITNESS)
    assert first.certificates == ()
    assert second.title == "Người chứng kiến"
    assert second.certificates == ("GV16".rjust(64, "0"),)
    assert second.decision == "01/QĐ-VD"
    assert appointment_of(first, appointments, DAY) is None
    assert appointment_of(second, appointments, DAY) is appointments[1]


def test_ended_appointment_counts_no_longer() -> None:
    """On the day of the minutes the appointment must hold."""
    ended = appointed(SignerRole.REQUESTER, REQUESTER, until=date(2025, 1, 10))
    first = minutes_of(RecordClass.AMENDMENT_DOSSIER, AT_AMENDMENT, (ended,))[0]
    assert (first.certificates, first.decision) == ((), "")


def test_witnesses_sign_in_any_order_and_nobody_before_them() -> None:
    """The empty fields of the first role that is not complete may be filled."""
    expected = minutes_of(RecordClass.AMENDMENT_DOSSIER, AT_AMENDMENT)
    assert [s.field_name for s in next_fields(expected, ())] == ["REQUESTER_1_2024-2025"]
    filled = ["REQUESTER_1_2024-2025", "WITNESS_2_2024-2025"]
    assert [s.field_name for s in next_fields(expected, filled)] == ["WITNESS_1_2024-2025"]
    assert next_fields(expected, [s.field_name for s in expected]) == ()


@pytest.mark.parametrize(
    "record_class", [RecordClass.AMENDMENT_DOSSIER, RecordClass.SEALING_MINUTES]
)
def test_fields_are_distinct_and_tell_their_role(record_class: RecordClass) -> None:
    """A field's name holds role, number and year, and no person."""
    present = {**AT_AMENDMENT, SignerRole.CLERK: (CLERK,)}
    found = minutes_of(record_class, present)
    names = [s.field_name for s in found]
    assert len(set(names)) == len(names)
    assert [role_of_field(name) for name in names] == [s.role for s in found]


def test_foreign_field_has_no_role() -> None:
    """A name that the program does not make stands for nobody."""
    assert role_of_field("Signature1") is None
