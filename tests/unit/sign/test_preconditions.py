"""Whose certificate may sign what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from preserve.demo.authority import SEAL_CODE, DemoAuthority, DemoPerson, create_authority
from preserve.errors import FormatError, PreserveError
from preserve.model.retention import SourceStatus
from preserve.model.roles import Appointment, Signatory, SignerRole
from preserve.policy.signing import CertificateClass, PadesLevel, SigningStep, StepCount
from preserve.sign.preconditions import SigningWarning, check_signer
from preserve.trust.store import TrustMaterial, fingerprint, load_trust
from tests.unit.sign.conftest import NOW, SCHOOL

STEP = SigningStep(
    role=SignerRole.HOMEROOM_TEACHER,
    required=True,
    count=StepCount.ONE,
    level=PadesLevel.B_T,
    certificate_class=CertificateClass.PERSON,
    locks=False,
    citation="",
    status=SourceStatus.SEEN,
)
SIGNATORY = Signatory(
    field_name="HOMEROOM_2025-2026",
    role=SignerRole.HOMEROOM_TEACHER,
    person_code="GV01",
    person_name="Nguyễn Thị Thử",
    title="Giáo viên chủ nhiệm lớp 6A",
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    """An authority of its own: these tests revoke."""
    people = [
        DemoPerson("GV01", "Nguyễn Thị Thử", "Giáo viên"),
        DemoPerson("GV02", "Trần Văn Mẫu"),
        DemoPerson("GV03", "Lê Bị Thu", "Giáo viên"),
        DemoPerson("GV04", "Lê Tạm Dừng", "Giáo viên"),
    ]
    folder = tmp_path_factory.mktemp("own") / "authority"
    authority = create_authority(folder, people, SCHOOL, "0100000000", NOW)
    authority.revoke("GV03", NOW - timedelta(days=1))
    authority.revoke("GV04", NOW - timedelta(days=1), x509.ReasonFlags.certificate_hold)
    authority.publish_crls(NOW)
    return authority


@pytest.fixture(scope="module")
def trust(own: DemoAuthority, tmp_path_factory: pytest.TempPathFactory) -> TrustMaterial:
    """The trust folder of that authority."""
    folder: Path = tmp_path_factory.mktemp("trust")
    own.write_trust(folder)
    return load_trust(folder)


def _appointment(own: DemoAuthority, code: str, **changes: object) -> Appointment:
    appointment = Appointment(
        role=SignerRole.HOMEROOM_TEACHER,
        person_code="GV01",
        person_name="Nguyễn Thị Thử",
        title="Giáo viên chủ nhiệm lớp 6A",
        certificates=(own.certificate_fingerprint(code),),
        decision="01/QĐ",
        held_from=date(2025, 9, 1),
        held_until=date(2026, 5, 31),
    )
    return replace(appointment, **changes)  # type: ignore[arg-type]


def _check(
    own: DemoAuthority, trust: TrustMaterial, code: str = "GV01", **changes: object
) -> tuple[SigningWarning, ...]:
    values: dict[str, object] = {
        "step": STEP,
        "signatory": SIGNATORY,
        "appointment": _appointment(own, code),
        "at": NOW,
        "trust": trust,
    }
    return check_signer(own.certificate(code), (), **(values | changes))  # type: ignore[arg-type]


def _refusal(own: DemoAuthority, trust: TrustMaterial, **changes: object) -> tuple[str, int]:
    with pytest.raises(PreserveError) as caught:
        _check(own, trust, **changes)  # type: ignore[arg-type]
    return caught.value.code, caught.value.exit_code


def test_the_right_certificate_may_sign(own: DemoAuthority, trust: TrustMaterial) -> None:
    """Appointed, in force, trusted, not revoked: nothing to say."""
    assert _check(own, trust) == ()


def test_the_last_day_of_an_appointment_counts_in_viet_nam(
    own: DemoAuthority, trust: TrustMaterial
) -> None:
    """23:30 on the last day is inside, 00:30 of the next is not, whatever the day in UTC."""
    last = NOW.replace(hour=16, minute=30)
    assert _check(own, trust, at=last) == ()
    after = NOW.replace(hour=17, minute=30)
    assert after.date() == last.date()
    assert _refusal(own, trust, at=after) == ("SIGN-ROLE-DATE", 7)


def test_nobody_appointed_is_a_refusal(own: DemoAuthority, trust: TrustMaterial) -> None:
    """Exit code 7."""
    assert _refusal(own, trust, appointment=None) == ("SIGN-NOBODY-APPOINTED", 7)


def test_another_persons_certificate_is_refused(own: DemoAuthority, trust: TrustMaterial) -> None:
    """The appointment names the certificates that count."""
    appointment = _appointment(own, "GV01")
    answer = _refusal(own, trust, code="GV02", appointment=appointment)
    assert answer == ("SIGN-ROLE-CERTIFICATE", 7)


@pytest.mark.parametrize(
    "changes", [{"person_code": "GV02"}, {"role": SignerRole.PRINCIPAL}], ids=["person", "role"]
)
def test_another_appointment_is_refused(
    own: DemoAuthority, trust: TrustMaterial, changes: dict[str, object]
) -> None:
    """Role and person of the appointment must be the signatory's."""
    appointment = _appointment(own, "GV01", **changes)
    assert _refusal(own, trust, appointment=appointment) == ("SIGN-ROLE-PERSON", 7)


def test_the_seals_certificate_is_not_a_persons(own: DemoAuthority, trust: TrustMaterial) -> None:
    """A teacher cannot sign with the organisation's key even if somebody lists it."""
    assert _refusal(own, trust, code=SEAL_CODE) == ("SIGN-CERTIFICATE-CLASS", 7)


def test_a_persons_certificate_is_not_the_seals(own: DemoAuthority, trust: TrustMaterial) -> None:
    """The other way round neither."""
    step = replace(STEP, certificate_class=CertificateClass.ORGANISATION)
    assert _refusal(own, trust, step=step) == ("SIGN-CERTIFICATE-CLASS", 7)


def test_an_expired_certificate_is_refused(own: DemoAuthority, trust: TrustMaterial) -> None:
    """Five years after it was made."""
    late = NOW + timedelta(days=6 * 365)
    appointment = _appointment(own, "GV01", held_until=None)
    answer = _refusal(own, trust, at=late, appointment=appointment)
    assert answer == ("SIGN-CERTIFICATE-EXPIRED", 3)


def test_a_certificate_of_the_future_is_refused(own: DemoAuthority, trust: TrustMaterial) -> None:
    """A year and a day before it was made."""
    early = NOW - timedelta(days=366)
    appointment = _appointment(own, "GV01", held_from=date(2020, 1, 1))
    answer = _refusal(own, trust, at=early, appointment=appointment)
    assert answer == ("SIGN-CERTIFICATE-EARLY", 3)


@pytest.mark.parametrize("code", ["GV03", "GV04"], ids=["revoked", "suspended"])
def test_a_revoked_or_suspended_certificate_is_refused(
    own: DemoAuthority, trust: TrustMaterial, code: str
) -> None:
    """By the list at hand, and by an old list just as well."""
    assert _refusal(own, trust, code=code) == ("SIGN-CERTIFICATE-REVOKED", 3)
    appointment = _appointment(own, code, held_until=None)
    later = NOW + timedelta(days=200)
    answer = _refusal(own, trust, code=code, at=later, appointment=appointment)
    assert answer == ("SIGN-CERTIFICATE-REVOKED", 3)


def test_an_unknown_issuer_is_refused_when_anchors_are_there(
    own: DemoAuthority, trust: TrustMaterial, authority: DemoAuthority
) -> None:
    """A certificate of another authority leads to no anchor of ours."""
    foreign = authority.certificate("GV01")
    appointment = _appointment(own, "GV01", certificates=(fingerprint(foreign),))
    with pytest.raises(PreserveError) as caught:
        check_signer(foreign, (), STEP, SIGNATORY, appointment, NOW, trust)
    assert (caught.value.code, caught.value.exit_code) == ("SIGN-ISSUER-UNKNOWN", 3)


def test_a_forged_issuer_of_the_same_name_is_refused(
    own: DemoAuthority, trust: TrustMaterial, authority: DemoAuthority
) -> None:
    """Names are equal in both authorities; only keys tell them apart."""
    foreign = authority.certificate("GV01")
    chain = (authority.certificate("demo-issuing"), authority.certificate("demo-root"))
    appointment = _appointment(own, "GV01", certificates=(fingerprint(foreign),))
    with pytest.raises(PreserveError) as caught:
        check_signer(foreign, chain, STEP, SIGNATORY, appointment, NOW, trust)
    assert caught.value.exit_code == 3


def test_no_anchors_is_a_warning(own: DemoAuthority, trust: TrustMaterial) -> None:
    """Without anchors nothing can be said about the issuer; it is shown and recorded."""
    for material in (replace(trust, anchors=()), TrustMaterial()):
        codes = [warning.code for warning in _check(own, material)]
        assert codes == ["SIGN-NO-ANCHORS", "SIGN-STATUS-UNKNOWN"]


def test_a_status_that_cannot_be_checked_is_a_warning(
    own: DemoAuthority, trust: TrustMaterial
) -> None:
    """Without lists, and with lists that ended before the day: one warning per certificate."""
    late = NOW + timedelta(days=91)
    for material, at in ((replace(trust, crls=()), NOW), (trust, late)):
        appointment = _appointment(own, "GV01", held_until=None)
        warnings = _check(own, material, at=at, appointment=appointment)
        assert [warning.code for warning in warnings] == ["SIGN-STATUS-UNKNOWN"] * 2


def test_an_authoritys_certificate_cannot_sign(own: DemoAuthority, trust: TrustMaterial) -> None:
    """Key usage without signatures is refused; the class cannot be told."""
    assert _refusal(own, trust, code="demo-issuing") == ("SIGN-CERTIFICATE-USAGE", 3)


def test_missing_title_and_other_names_are_warnings(
    own: DemoAuthority, trust: TrustMaterial
) -> None:
    """Title, name and the list in the document are compared and only reported."""
    warnings = _check(
        own,
        trust,
        code="GV02",
        signatory=replace(SIGNATORY, certificates=("00",)),
        step=STEP,
    )
    codes = [warning.code for warning in warnings]
    assert codes == ["SIGN-CLASS-UNKNOWN", "SIGN-NAME-DIFFERS", "SIGN-CERTIFICATE-NEWER"]
    assert not any("Thử" in value for w in warnings for _, value in w.parameters)


def test_bytes_that_are_no_certificate_are_refused(
    own: DemoAuthority, trust: TrustMaterial
) -> None:
    """A format error, exit code 2."""
    with pytest.raises(FormatError, match="SIGN-CERTIFICATE-UNREADABLE"):
        check_signer(b"0\x03abc", (), STEP, SIGNATORY, _appointment(own, "GV01"), NOW, trust)
