"""Delegations, variants of the policy, and certificates that are named in other ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from asn1crypto import x509

from preserve.model.certificates import normalise_certificate_name
from preserve.model.records import Transcript
from preserve.model.roles import Delegation, Signatory, SignerRole
from preserve.model.verification import Indication, VerificationReport
from preserve.verify.document import verify_document
from tests.unit.verify.conftest import SIGNED_AT

SIGNING_DAY = SIGNED_AT.date()
DEPUTY = "Phó Hiệu trưởng, ký thay (KT.) Hiệu trưởng"
ORDER = Delegation("15/GUQ-BIA", date(2026, 5, 1), "GV03", date(2026, 5, 1), date(2026, 6, 30))


def doubts(report: VerificationReport) -> set[str]:
    """Ids of everything that could not be told."""
    return {f.check for f in report.findings if f.indication is Indication.INDETERMINATE}


def failures(report: VerificationReport) -> set[str]:
    """Ids of everything that is proven wrong."""
    return {f.check for f in report.findings if f.indication is Indication.TOTAL_FAILED}


def of_variant(transcript: Transcript, variant: str) -> Transcript:
    """Let a record say by which variant its signatures were asked."""
    named = tuple(replace(one, variant=variant) for one in transcript.signatories)
    return replace(transcript, signatories=named)


def judge(world: Any, transcript: Transcript) -> VerificationReport:
    """Render, let everybody sign, and judge."""
    return verify_document(world.sign_all(transcript), "a.pdf", world.context)


def test_deputy_with_an_order_in_force_passes(world: Any) -> None:
    """The order stands in the record, which the seal covers."""
    transcript = world.with_appointment(world.transcript(), 1, title=DEPUTY, delegation=ORDER)
    assert judge(world, transcript).indication is Indication.TOTAL_PASSED


@pytest.mark.parametrize("title", [DEPUTY, "KT. Hiệu trưởng", "phó giám đốc", "TUQ. Hiệu trưởng"])
def test_deputy_without_an_order_is_undecided(world: Any, title: str) -> None:
    """Whether somebody let the deputy sign cannot be told from the document."""
    transcript = world.with_appointment(world.transcript(), 1, title=title)
    report = judge(world, transcript)
    assert doubts(report) == {"SIG-DELEGATION-MISSING"}
    assert not failures(report)


@pytest.mark.parametrize(
    "changes",
    [
        {"held_from": SIGNING_DAY + timedelta(days=1)},
        {"day": SIGNING_DAY + timedelta(days=1)},
        {"held_until": SIGNING_DAY - timedelta(days=1)},
    ],
    ids=["begins later", "was given later", "ended before"],
)
def test_order_that_was_not_in_force_fails(world: Any, changes: dict[str, Any]) -> None:
    """The time-stamp proves that the deputy signed outside of the order's days."""
    order = replace(ORDER, **changes)
    transcript = world.with_appointment(world.transcript(), 1, title=DEPUTY, delegation=order)
    assert failures(judge(world, transcript)) == {"SIG-OUTSIDE-APPOINTMENT"}


def test_certificates_may_be_named_by_key_or_serial_number(world: Any) -> None:
    """The verifier computes both from the certificate itself."""
    transcript = world.transcript()
    for place, code in enumerate(("GV01", "GV02")):
        certificate = x509.Certificate.load(world.keys[code].certificate)
        issuer = ",".join(
            f"{part['type'].dotted}={part['value'].native}"
            for relative in certificate.issuer.chosen
            for part in relative
        )
        written = (
            f"serial:{certificate.serial_number:x}@{issuer}",
            f"key:{certificate.public_key.sha1.hex()}",
        )[place]
        names = (normalise_certificate_name(written),)
        transcript = world.with_appointment(transcript, place, certificates=names)
    assert judge(world, transcript).indication is Indication.TOTAL_PASSED


def test_another_key_of_the_same_kind_of_name_fails(world: Any) -> None:
    """A key identifier that is not this key's names nobody."""
    transcript = world.with_appointment(world.transcript(), 0, certificates=("key:" + "0" * 40,))
    assert "SIG-WRONG-SIGNER" in failures(judge(world, transcript))


def economy(world: Any) -> bytes:
    """Sign a transcript of the economy variant: only the seal is time-stamped."""
    transcript = of_variant(world.transcript(), "economy")
    pdf = world.render(transcript)
    for place, signatory in enumerate(transcript.signatories):
        seal = signatory.role is SignerRole.SCHOOL_SEAL
        pdf = world.sign(pdf, signatory, at=SIGNED_AT if seal else None, certifies=place == 0)
    return bytes(pdf)


def test_economy_document_passes_and_says_what_is_claimed(world: Any) -> None:
    """Persons at B-B, the seal at B-T: the report names the times that are only claimed."""
    report = verify_document(economy(world), "a.pdf", world.context)
    assert report.indication is Indication.TOTAL_PASSED
    claimed = [f.subject for f in report.findings if f.check == "SIG-TIME-CLAIMED"]
    assert claimed == ["a.pdf#HOMEROOM_2025-2026", "a.pdf#PRINCIPAL_2025-2026"]


def test_standard_document_without_time_stamps_stays_undecided(world: Any) -> None:
    """Nobody gets the economy variant who does not say so in the record."""
    transcript = world.transcript()
    pdf = world.sign(world.render(transcript), transcript.signatories[0], at=None, certifies=True)
    assert "SIG-TIMESTAMP-MISSING" in doubts(verify_document(pdf, "a.pdf", world.context))


@pytest.mark.parametrize("variant", ["nothing-of-the-kind", "full"])
def test_variant_that_the_verifier_does_not_know_or_that_does_not_fit(
    world: Any, variant: str
) -> None:
    """An unknown variant is no policy; a chain that lacks a role is not complete."""
    report = judge(world, of_variant(world.transcript(), variant))
    assert report.indication is Indication.INDETERMINATE
    assert doubts(report) == {"SIG-POLICY-NONE" if variant != "full" else "SIG-ROLE-MISSING"}


def test_signatories_of_two_variants_have_no_policy(world: Any) -> None:
    """A record is made by one policy; a mixture was not made by the program."""
    transcript = world.with_appointment(world.transcript(), 1, variant="economy")
    assert "SIG-POLICY-NONE" in doubts(judge(world, transcript))


def test_full_chain_passes(world: Any) -> None:
    """Subject teacher, homeroom teacher, principal and seal, each in a field on the page."""
    transcript = of_variant(world.transcript(), "full")
    first = transcript.signatories[0]
    teacher: Signatory = replace(
        first,
        field_name="SUBJECT_toan_1_2025-2026",
        role=SignerRole.SUBJECT_TEACHER,
        title="Giáo viên môn Toán",
        subject="Toán",
    )
    transcript = replace(transcript, signatories=(teacher, *transcript.signatories))
    pdf = world.render(transcript)
    for place, signatory in enumerate(transcript.signatories):
        key = "GV01" if signatory.role is SignerRole.SUBJECT_TEACHER else None
        pdf = world.sign(pdf, signatory, key=key, certifies=place == 0)
    report = verify_document(pdf, "a.pdf", world.context)
    assert report.indication is Indication.TOTAL_PASSED
    assert any("full" in dict(f.parameters).get("policy", "") for f in report.findings)


def test_seal_proves_when_the_persons_signatures_existed(world: Any) -> None:
    """The seal's time-stamp covers what lies below it, and dates it."""
    report = verify_document(economy(world), "a.pdf", world.context)
    sources = [
        (dict(f.parameters)["time_source"], dict(f.parameters)["signing_time"][:10])
        for f in report.findings
        if f.check == "SIG-VALID"
    ]
    day = SIGNING_DAY.isoformat()
    assert sources == [("later signature", day), ("later signature", day), ("timestamp", day)]


def test_seal_that_does_not_hold_dates_nothing(world: Any) -> None:
    """A signature over other bytes says nothing of what it seems to cover."""
    pdf = bytearray(economy(world))
    at = pdf.rindex(b"202606")
    pdf[at : at + 4] = b"2025"
    report = verify_document(bytes(pdf), "a.pdf", world.context)
    assert "SIG-DIGEST" in failures(report)
    times = {
        dict(f.parameters).get("time_source") for f in report.findings if f.check == "SIG-VALID"
    }
    assert times <= {"verification"}
