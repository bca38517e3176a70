"""Who may sign what, when, after whom and with which certificate: one row per case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import x509

from preserve.demo.authority import SEAL_CODE, DemoAuthority, DemoPerson, create_authority
from preserve.errors import PreserveError, RuleRefusal
from preserve.model.certificates import normalise_certificate_name
from preserve.model.records import RecordClass
from preserve.model.roles import Appointment, Delegation, Signatory, SignerRole
from preserve.policy.files import policy_folders
from preserve.policy.signing import SigningPolicy, load_signing_policy
from preserve.rules.signing import check_chain, next_fields
from preserve.rules.signing_authority import find_authority
from preserve.sign.preconditions import check_signer
from preserve.trust.store import TrustMaterial, load_trust
from tests.unit.sign.conftest import NOW, SCHOOL

FORM = "TT22-2021-THCS"
TODAY = NOW.date()
YEAR = timedelta(days=365)
HOMEROOM, PRINCIPAL, SEAL, TEACHER, CLERK = (
    SignerRole.HOMEROOM_TEACHER,
    SignerRole.PRINCIPAL,
    SignerRole.SCHOOL_SEAL,
    SignerRole.SUBJECT_TEACHER,
    SignerRole.CLERK,
)
TITLES = {
    HOMEROOM: "Giáo viên chủ nhiệm lớp 6A",
    PRINCIPAL: "Hiệu trưởng",
    SEAL: "Con dấu của nhà trường",
    TEACHER: "Giáo viên môn Toán",
    CLERK: "Văn thư",
}
HOLDERS = {HOMEROOM: "GV01", PRINCIPAL: "HT01", SEAL: "VT01", TEACHER: "GV02", CLERK: "VT01"}
FIELDS = {HOMEROOM: "HOMEROOM_1", PRINCIPAL: "PRINCIPAL_1", SEAL: "SEAL_1", TEACHER: "SUBJECT_1"}
DEPUTY = "Phó Hiệu trưởng, ký thay (KT.) Hiệu trưởng"
ORDER = Delegation("15/GUQ-VD", TODAY, "HT01", TODAY, TODAY + timedelta(days=30))
STANDARD = (HOMEROOM, PRINCIPAL, SEAL)
FULL = (TEACHER, *STANDARD)


def held(role: SignerRole, code: str | None = None, **changes: object) -> Appointment:
    """Return an appointment that began a month ago."""
    code = code or HOLDERS[role]
    appointment = Appointment(
        role=role,
        person_code=code,
        person_name=f"Người Ký {code}",
        title=TITLES[role],
        certificates=("@" + (SEAL_CODE if role is SEAL else code),),
        decision="01/QĐ-VD",
        held_from=TODAY - timedelta(days=30),
    )
    return replace(appointment, **changes)  # type: ignore[arg-type]


def deputy(**changes: object) -> Appointment:
    """Return the deputy's appointment to sign in the head's place."""
    order = replace(ORDER, **changes)  # type: ignore[arg-type]
    return held(PRINCIPAL, "PHT1", title=DEPUTY, delegation=order)


@dataclass(frozen=True)
class Case:
    """One attempt to sign; what is left out is as it should be."""

    name: str
    role: SignerRole
    expected: str
    """Code of the refusal, empty for a signature."""
    filled: tuple[SignerRole, ...] | None = None
    """Roles that signed before; by default everybody who has to."""
    appointments: tuple[Appointment, ...] = field(
        default_factory=lambda: tuple(held(role) for role in (TEACHER, HOMEROOM, PRINCIPAL, SEAL))
    )
    person: str | None = None
    """Whom the document was made for."""
    key: str | None = None
    """Whose certificate is used."""
    variant: str = "standard"
    fields: tuple[SignerRole, ...] = STANDARD
    """Roles that the document has fields for."""
    at: datetime = NOW


def only(*appointments: Appointment) -> tuple[Appointment, ...]:
    """Return the given appointments beside a head of the school who always was."""
    return (held(PRINCIPAL, "HT01", held_from=date(2010, 1, 1)), *appointments)


MISSING, EARLY, ENDED = (
    "SIGN-NOBODY-APPOINTED",
    "SIGN-APPOINTMENT-EARLY",
    "SIGN-APPOINTMENT-ENDED",
)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
CASES = (
    # Order.
    Case("homeroom first", HOMEROOM, ""),
    Case("principal second", PRINCIPAL, ""),
    Case("seal last", SEAL, ""),
    Case("principal before homeroom", PRINCIPAL, "ORDER", filled=()),
    Case("seal on an unsigned document", SEAL, "ORDER", filled=()),
    Case("seal before principal", SEAL, "ORDER", filled=(HOMEROOM,)),
    Case("seal without homeroom", SEAL, "ORDER", filled=(PRINCIPAL,)),
    Case("homeroom again", HOMEROOM, "ORDER", filled=(HOMEROOM,)),
    Case("principal again", PRINCIPAL, "ORDER", filled=(HOMEROOM, PRINCIPAL)),
    Case("principal after the seal", PRINCIPAL, "ORDER", filled=STANDARD),
    Case("seal twice", SEAL, "ORDER", filled=STANDARD),
    # Variants.
    Case("teacher first in the full chain", TEACHER, "", variant="full", fields=FULL),
    Case("homeroom before teacher", HOMEROOM, "ORDER", (), variant="full", fields=FULL),
    Case("homeroom after teacher", HOMEROOM, "", variant="full", fields=FULL),
    Case("full chain on a standard document", HOMEROOM, "SIGN-CHAIN", variant="full"),
    Case("standard chain on a full document", TEACHER, "SIGN-CHAIN", fields=FULL),
    Case("no seal in the document", HOMEROOM, "SIGN-CHAIN", fields=(HOMEROOM, PRINCIPAL)),
    Case("economy", HOMEROOM, "", variant="economy"),
    # Appointments.
    Case("nobody appointed", HOMEROOM, MISSING, appointments=only()),
    Case("another homeroom teacher", HOMEROOM, MISSING, appointments=only(held(HOMEROOM, "GV02"))),
    Case("teacher in another role", HOMEROOM, MISSING, appointments=only(held(TEACHER, "GV01"))),
    Case("begins tomorrow", HOMEROOM, EARLY, appointments=(held(HOMEROOM, held_from=TOMORROW),)),
    Case("begins today", HOMEROOM, "", appointments=(held(HOMEROOM, held_from=TODAY),)),
    Case("ended yesterday", HOMEROOM, ENDED, appointments=(held(HOMEROOM, held_until=YESTERDAY),)),
    Case("ends today", HOMEROOM, "", appointments=(held(HOMEROOM, held_until=TODAY),)),
    Case(
        "ended and renewed",
        HOMEROOM,
        "",
        appointments=(held(HOMEROOM, held_until=YESTERDAY), held(HOMEROOM, held_from=TODAY)),
    ),
    Case(
        "ended and renewed from tomorrow",
        HOMEROOM,
        ENDED,
        appointments=(held(HOMEROOM, held_until=YESTERDAY), held(HOMEROOM, held_from=TOMORROW)),
    ),
    Case(
        "after midnight in Viet Nam",
        HOMEROOM,
        ENDED,
        appointments=(held(HOMEROOM, held_until=TODAY),),
        at=NOW.replace(hour=17, minute=1),
    ),
    # Delegation.
    Case("deputy with order", PRINCIPAL, "", appointments=only(deputy()), person="PHT1"),
    Case(
        "deputy without order",
        PRINCIPAL,
        "SIGN-DELEGATION-MISSING",
        appointments=only(held(PRINCIPAL, "PHT1", title=DEPUTY)),
        person="PHT1",
    ),
    Case(
        "KT. without order",
        PRINCIPAL,
        "SIGN-DELEGATION-MISSING",
        appointments=only(held(PRINCIPAL, "PHT1", title="KT. Hiệu trưởng")),
        person="PHT1",
    ),
    Case(
        "order from tomorrow",
        PRINCIPAL,
        "SIGN-DELEGATION-EARLY",
        appointments=only(deputy(held_from=TOMORROW)),
        person="PHT1",
    ),
    Case(
        "order given tomorrow for today",
        PRINCIPAL,
        "SIGN-DELEGATION-EARLY",
        appointments=only(deputy(day=TOMORROW)),
        person="PHT1",
    ),
    Case(
        "order ended yesterday",
        PRINCIPAL,
        "SIGN-DELEGATION-ENDED",
        appointments=only(
            deputy(day=TODAY - YEAR, held_from=TODAY - YEAR, held_until=YESTERDAY),
        ),
        person="PHT1",
    ),
    Case(
        "order ends today",
        PRINCIPAL,
        "",
        appointments=only(deputy(held_until=TODAY)),
        person="PHT1",
    ),
    Case(
        "order without end",
        PRINCIPAL,
        "",
        appointments=only(deputy(held_until=None)),
        person="PHT1",
    ),
    Case(
        "order by a teacher",
        PRINCIPAL,
        "SIGN-DELEGATION-GIVER",
        appointments=only(deputy(delegated_by="GV01"), held(HOMEROOM)),
        person="PHT1",
    ),
    Case(
        "order by the deputy",
        PRINCIPAL,
        "SIGN-DELEGATION-GIVER",
        appointments=only(deputy(delegated_by="PHT1")),
        person="PHT1",
    ),
    Case(
        "order by another deputy",
        PRINCIPAL,
        "SIGN-DELEGATION-GIVER",
        appointments=only(
            deputy(delegated_by="PHT2"), held(PRINCIPAL, "PHT2", title=DEPUTY, delegation=ORDER)
        ),
        person="PHT1",
    ),
    Case(
        "order by a former head",
        PRINCIPAL,
        "SIGN-DELEGATION-GIVER",
        appointments=(held(PRINCIPAL, held_until=YESTERDAY), deputy()),
        person="PHT1",
    ),
    Case(
        "order by a head who left since",
        PRINCIPAL,
        "",
        appointments=(held(PRINCIPAL, held_until=YESTERDAY), deputy(day=YESTERDAY)),
        person="PHT1",
    ),
    Case(
        "head and deputy both there",
        PRINCIPAL,
        "",
        appointments=only(deputy()),
        person="HT01",
    ),
    # The seal.
    Case("seal kept by the clerk", SEAL, "", appointments=only(held(SEAL), held(CLERK))),
    Case(
        "seal kept by a teacher",
        SEAL,
        "SIGN-SEAL-KEEPER",
        appointments=only(held(SEAL, "GV01"), held(CLERK)),
        person="GV01",
    ),
    Case(
        "seal kept by a former clerk",
        SEAL,
        "SIGN-SEAL-KEEPER",
        appointments=only(held(SEAL), held(CLERK, held_until=YESTERDAY)),
    ),
    Case(
        "seal handed over by the head's order",
        SEAL,
        "",
        appointments=only(held(SEAL, "GV01", delegation=ORDER), held(CLERK)),
        person="GV01",
    ),
    Case(
        "seal handed over by a teacher",
        SEAL,
        "SIGN-DELEGATION-GIVER",
        appointments=only(
            held(SEAL, "GV01", delegation=replace(ORDER, delegated_by="GV02")), held(TEACHER)
        ),
        person="GV01",
    ),
    # Certificates.
    Case("another person's key", HOMEROOM, "SIGN-ROLE-CERTIFICATE", key="GV02"),
    Case("the seal for a person", HOMEROOM, "SIGN-ROLE-CERTIFICATE", key=SEAL_CODE),
    Case(
        "the seal listed for a person",
        HOMEROOM,
        "SIGN-CERTIFICATE-CLASS",
        appointments=only(held(HOMEROOM, certificates=(f"@{SEAL_CODE}",))),
        key=SEAL_CODE,
    ),
    Case(
        "a person listed for the seal",
        SEAL,
        "SIGN-CERTIFICATE-CLASS",
        appointments=only(held(SEAL, certificates=("@VT01",))),
        key="VT01",
    ),
    Case(
        "an authority listed for a person",
        HOMEROOM,
        "SIGN-CERTIFICATE-USAGE",
        appointments=only(held(HOMEROOM, certificates=("@demo-issuing",))),
        key="demo-issuing",
    ),
    Case(
        "revoked",
        HOMEROOM,
        "SIGN-CERTIFICATE-REVOKED",
        appointments=only(held(HOMEROOM, "GV09")),
        person="GV09",
    ),
    Case("expired", HOMEROOM, "SIGN-CERTIFICATE-EXPIRED", at=NOW + 6 * YEAR),
    Case(
        "not yet valid",
        HOMEROOM,
        "SIGN-CERTIFICATE-EARLY",
        appointments=only(held(HOMEROOM, held_from=date(2010, 1, 1))),
        at=NOW - 2 * YEAR,
    ),
    Case(
        "named by its public key",
        HOMEROOM,
        "",
        appointments=only(held(HOMEROOM, certificates=("key@GV01",))),
    ),
    Case(
        "named by issuer and serial number",
        HOMEROOM,
        "",
        appointments=only(held(HOMEROOM, certificates=("serial@GV01",))),
    ),
    Case(
        "another one's serial number",
        HOMEROOM,
        "SIGN-ROLE-CERTIFICATE",
        appointments=only(held(HOMEROOM, certificates=("serial@GV02",))),
    ),
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    """An authority of its own: one of its certificates is revoked."""
    codes = ("GV01", "GV02", "GV09", "HT01", "PHT1", "VT01")
    people = [DemoPerson(code, f"Người Ký {code}", "Giáo viên") for code in codes]
    folder = tmp_path_factory.mktemp("table") / "authority"
    authority = create_authority(folder, people, SCHOOL, "0100000000", NOW)
    authority.revoke("GV09", NOW - timedelta(days=1))
    authority.publish_crls(NOW)
    return authority


@pytest.fixture(scope="module")
def trust(own: DemoAuthority, tmp_path_factory: pytest.TempPathFactory) -> TrustMaterial:
    """The trust folder of that authority."""
    folder: Path = tmp_path_factory.mktemp("trust")
    own.write_trust(folder)
    return load_trust(folder)


def resolved(appointment: Appointment, own: DemoAuthority) -> Appointment:
    """Put the real names of certificates into an appointment."""
    names = []
    for name in appointment.certificates:
        kind, _, code = name.partition("@")
        if not code or code not in {p.stem for p in (own.folder / "certificates").iterdir()}:
            names.append("0" * 64)
            continue
        certificate = x509.Certificate.load(own.certificate(code))
        issuer = ", ".join(
            f"{part['type'].dotted}={part['value'].native}"
            for relative in certificate.issuer.chosen
            for part in relative
        )
        written = {
            "": own.certificate_fingerprint(code),
            "key": "key:" + certificate.public_key.sha1.hex(":").upper(),
            "serial": f"serial:{certificate.serial_number:X}@{issuer}",
        }[kind]
        names.append(normalise_certificate_name(written))
    return replace(appointment, certificates=tuple(names))


def decide(case: Case, own: DemoAuthority, trust: TrustMaterial) -> tuple[str, int]:
    """Ask the rules in the order in which the command asks them; return code and exit code."""
    policy: SigningPolicy = load_signing_policy(
        RecordClass.TRANSCRIPT, FORM, policy_folders(), case.variant
    )
    appointments = tuple(resolved(one, own) for one in case.appointments)
    expected = tuple(
        Signatory(FIELDS[r], r, (case.person if r is case.role else None) or HOLDERS[r], "", "")
        for r in case.fields
    )
    signatory = next(one for one in expected if one.role is case.role)
    before = case.fields[: case.fields.index(case.role)] if case.filled is None else case.filled
    turn = next_fields(expected, [FIELDS[role] for role in before])
    code = SEAL_CODE if case.role is SEAL else signatory.person_code
    try:
        check_chain(policy, expected)
        if signatory not in turn:
            return "ORDER", RuleRefusal.exit_code
        day = (case.at + timedelta(hours=7)).date()
        appointment = find_authority(signatory, appointments, day)
        step = policy.step(case.role)
        assert step is not None
        der = own.certificate(case.key or code)
        check_signer(der, (), step, signatory, appointment, case.at, trust)
    except PreserveError as error:
        return error.code, error.exit_code
    return "", 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_decision_is_the_expected_one(case: Case, own: DemoAuthority, trust: TrustMaterial) -> None:
    """Each row of the table is decided as it says, with the exit code of its kind."""
    code, exit_code = decide(case, own, trust)
    assert code == case.expected
    assert exit_code in ({3, 7} if case.expected else {0})


def test_table_is_large_and_knows_both_answers() -> None:
    """Enough rows, no name twice, and signatures that are allowed among them."""
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)
    assert sum(case.expected == "" for case in CASES) >= 10
