"""A really rendered and signed transcript, judged under every circumstance that changes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509

from preserve.model.records import Predecessor
from preserve.model.verification import Finding, Indication, VerificationReport
from preserve.trust.store import TrustMaterial, load_trust
from preserve.verify.document import verify_document

SIGNED_AT = datetime(2026, 6, 1, 3, 0, 0, tzinfo=UTC)


def checks(findings: Iterable[Finding], indication: Indication) -> set[str]:
    """Ids of the findings with an indication."""
    return {finding.check for finding in findings if finding.indication is indication}


def failures(report: VerificationReport) -> set[str]:
    """Ids of failed checks."""
    return checks(report.findings, Indication.TOTAL_FAILED)


def doubts(report: VerificationReport) -> set[str]:
    """Ids of undecided checks."""
    return checks(report.findings, Indication.INDETERMINATE)


def test_a_complete_transcript_passes(world: Any, signed: bytes) -> None:
    """Three signatures in order, a pinned seal, fresh revocation lists: TOTAL_PASSED."""
    report = verify_document(signed, "a.pdf", world.context)
    assert not failures(report)
    assert not doubts(report)
    assert [f.check for f in report.findings].count("SIG-VALID") == 3
    assert "SIG-POLICY-MET" in checks(report.findings, Indication.TOTAL_PASSED)


def test_a_valid_signature_shows_the_seven_facts_of_the_law(world: Any, signed: bytes) -> None:
    """TT 15/2025/TT-BKHCN Art. 6(4)(b): seven named values, none of them empty."""
    report = verify_document(signed, "a.pdf", world.context)
    for finding in report.findings:
        if finding.check == "SIG-VALID":
            values = dict(finding.parameters)
            for name in (
                "issuing_organisation",
                "signer",
                "managing_unit",
                "signing_time",
                "integrity",
                "validity_at_signing",
                "certificate_validity",
            ):
                assert values[name]


def test_no_pupil_is_named_in_a_report(world: Any, signed: bytes) -> None:
    """Neither name nor birth date of the pupil leaves the document."""
    report = verify_document(signed, "a.pdf", world.context)
    assert "Không Có Thật" not in repr(report)
    assert "2012" not in repr(report)


def test_an_empty_trust_store_never_passes(world: Any, signed: bytes) -> None:
    """Without anchors and pins everything stays undecided (TRU-01)."""
    context = replace(world.context, trust=TrustMaterial())
    report = verify_document(signed, "a.pdf", context)
    assert report.indication is Indication.INDETERMINATE
    assert {"SIG-NO-ANCHORS", "SEL-UNPINNED"} <= doubts(report)
    assert "SIG-VALID" not in checks(report.findings, Indication.TOTAL_PASSED)


def test_without_a_pin_the_seal_is_undecided(world: Any, signed: bytes) -> None:
    """A valid seal that the verifier does not expect by certificate proves nothing."""
    context = replace(world.context, trust=replace(world.context.trust, seals=()))
    report = verify_document(signed, "a.pdf", context)
    assert report.indication is Indication.INDETERMINATE
    assert doubts(report) == {"SEL-UNPINNED"}


def test_another_seal_than_the_pinned_one_fails(world: Any, signed: bytes) -> None:
    """A seal of another school, however valid, is refused."""
    other = world.keys["GV01"].certificate
    context = replace(world.context, trust=replace(world.context.trust, seals=(other,)))
    assert failures(verify_document(signed, "a.pdf", context)) == {"SEL-FOREIGN"}


def test_without_revocation_lists_the_status_is_unknown(world: Any, signed: bytes) -> None:
    """No CRL: TRY_LATER, never a pass."""
    context = replace(world.context, trust=replace(world.context.trust, crls=()))
    report = verify_document(signed, "a.pdf", context)
    assert report.indication is Indication.INDETERMINATE
    assert doubts(report) == {"SIG-STATUS-UNKNOWN"}


def old_lists(world: Any, at: datetime) -> TrustMaterial:
    """Trust whose lists are not newer than ``at``."""
    trust = load_trust(world.trust_folder)
    folder = world.authority.folder / "crls"
    ders = [path.read_bytes() for path in sorted(folder.iterdir())]
    lists = [x509.load_der_x509_crl(der) for der in ders]
    old = tuple(der for der, one in zip(ders, lists, strict=True) if one.last_update_utc <= at)
    return replace(trust, crls=old)


def test_a_list_older_than_the_signature_is_too_old(world: Any, signed: bytes) -> None:
    """A revocation of the last hours would not stand in it: undecided until the next list."""
    trust = old_lists(world, SIGNED_AT)
    report = verify_document(signed, "a.pdf", replace(world.context, trust=trust))
    assert doubts(report) == {"SIG-STATUS-OLD"}
    relaxed = replace(world.context, trust=trust, revocation_after_signing=False)
    assert verify_document(signed, "a.pdf", relaxed).indication is Indication.TOTAL_PASSED


def test_verifying_before_the_signature_was_made_is_undecided(world: Any, signed: bytes) -> None:
    """A time-stamp from the future proves nothing."""
    context = replace(world.context, at=SIGNED_AT - timedelta(hours=1))
    assert "SIG-TIMESTAMP-FUTURE" in doubts(verify_document(signed, "a.pdf", context))


def test_an_algorithm_whose_term_ended_is_undecided(world: Any, signed: bytes) -> None:
    """RSA-2048 ends on 2029-01-01: the time-stamps then need another proof of existence."""
    context = replace(world.context, at=datetime(2029, 1, 2, tzinfo=UTC))
    report = verify_document(signed, "a.pdf", context)
    assert report.indication is Indication.INDETERMINATE
    assert "SIG-ALGORITHM-ENDED" in doubts(report)


def test_without_the_conformity_judge_nothing_passes(world: Any, signed: bytes) -> None:
    """A check that was left out is undecided."""
    report = verify_document(signed, "a.pdf", replace(world.context, check_pdfa=False))
    assert doubts(report) == {"PDF-NOT-JUDGED"}


def test_without_a_signing_policy_nothing_passes(world: Any, signed: bytes) -> None:
    """The verifier must say who has to sign."""
    report = verify_document(signed, "a.pdf", replace(world.context, signing_policies=()))
    assert "SIG-POLICY-NONE" in doubts(report)


def test_an_unsigned_document_is_not_yet_enough(world: Any) -> None:
    """A rendered document is no forgery: INDETERMINATE, each role named."""
    report = verify_document(world.render(world.transcript()), "a.pdf", world.context)
    assert report.indication is Indication.INDETERMINATE
    roles = [dict(f.parameters)["role"] for f in report.findings if f.check == "SIG-ROLE-MISSING"]
    assert roles == ["homeroom_teacher", "principal", "school_seal"]


def test_a_document_without_a_record_is_undecided_or_failed_never_passed(world: Any) -> None:
    """Bytes that are no PDF, or a PDF of somebody else, never pass."""
    report = verify_document(b"%PDF-1.7 nothing", "a.pdf", world.context)
    assert report.indication is Indication.TOTAL_FAILED


@pytest.mark.parametrize(("order", "bad"), [((1, 0, 2), 1), ((2, 0, 1), 2), ((0, 2, 1), 2)])
def test_signatures_out_of_order_fail(world: Any, order: tuple[int, ...], bad: int) -> None:
    """A role that signs before the roles before it are complete breaks the order."""
    transcript = world.transcript()
    pdf = world.render(transcript)
    for place in order:
        pdf = world.sign(pdf, transcript.signatories[place], locks=False)
    report = verify_document(pdf, "a.pdf", world.context)
    named = {f.subject for f in report.findings if f.check == "SIG-ORDER"}
    assert f"a.pdf#{transcript.signatories[bad].field_name}" in named


def test_a_seal_without_lock_fails(world: Any) -> None:
    """The last signature must forbid every later one."""
    transcript = world.transcript()
    pdf = world.render(transcript)
    for signatory in transcript.signatories:
        pdf = world.sign(pdf, signatory, locks=False)
    assert "SIG-LOCK-MISSING" in failures(verify_document(pdf, "a.pdf", world.context))


def test_somebody_elses_certificate_fails(world: Any) -> None:
    """The homeroom teacher's field signed by the principal, and a person's in the seal's."""
    transcript = world.transcript()
    pdf = world.render(transcript)
    pdf = world.sign(pdf, transcript.signatories[0], key="GV02")
    pdf = world.sign(pdf, transcript.signatories[1])
    pdf = world.sign(pdf, transcript.signatories[2], key="GV01")
    found = failures(verify_document(pdf, "a.pdf", world.context))
    assert {"SIG-WRONG-SIGNER", "SIG-CERTIFICATE-CLASS", "SEL-FOREIGN"} <= found


def test_a_past_appointment_fails(world: Any) -> None:
    """Signed a day after the appointment ended, by the time-stamp."""
    transcript = world.with_appointment(world.transcript(), 1, held_until=date(2026, 5, 31))
    report = verify_document(world.sign_all(transcript), "a.pdf", world.context)
    assert failures(report) == {"SIG-OUTSIDE-APPOINTMENT"}


def test_a_role_without_listed_certificates_is_undecided(world: Any) -> None:
    """When the record names no certificate for a role, nobody can be held to it."""
    transcript = world.with_appointment(world.transcript(), 0, certificates=(), held_from=None)
    report = verify_document(world.sign_all(transcript), "a.pdf", world.context)
    assert doubts(report) == {"SIG-SIGNER-UNLISTED"}


def test_a_field_under_another_roles_name_fails(world: Any) -> None:
    """Name of the field and role of the record must agree."""
    transcript = world.with_appointment(world.transcript(), 0, field_name="PRINCIPAL_2025-2026_2")
    pdf = world.sign(world.render(transcript), transcript.signatories[0])
    assert "SIG-ROLE-MISMATCH" in failures(verify_document(pdf, "a.pdf", world.context))


def test_a_signature_without_time_stamp_is_undecided(world: Any) -> None:
    """NO_POE: the claimed time proves nothing where the policy asks for B-T."""
    transcript = world.transcript()
    pdf = world.sign(world.render(transcript), transcript.signatories[0], at=None)
    assert "SIG-TIMESTAMP-MISSING" in doubts(verify_document(pdf, "a.pdf", world.context))


def test_time_stamps_that_run_backwards_are_undecided(world: Any) -> None:
    """The principal's token is a day older than that of the signature below it."""
    transcript = world.transcript()
    pdf = world.sign(world.render(transcript), transcript.signatories[0])
    early = SIGNED_AT - timedelta(days=1)
    pdf = world.sign(pdf, transcript.signatories[1], at=early)
    assert "SIG-TIME-ORDER" in doubts(verify_document(pdf, "a.pdf", world.context))


def test_the_file_of_the_year_before_is_judged_too(world: Any) -> None:
    """A transcript carries last year's signed file; its findings name both files."""
    first = world.transcript(years=("2024-2025",))
    old = world.sign_all(first)
    name = "hoc-ba.8A.9900000001_2024-2025.pdf"
    digest = hashlib.sha512(old).hexdigest()
    predecessor = Predecessor(first.record_id, "2024-2025", digest, name)
    second = world.transcript(years=("2024-2025", "2025-2026"), predecessor=predecessor)
    new = world.sign_all(second, old)
    report = verify_document(new, "b.pdf", world.context)
    assert report.indication is Indication.TOTAL_PASSED
    assert any(f.subject.startswith(f"b.pdf!{name}#") for f in report.findings)

    changed = replace(second.years[0], outcome="Không được lên lớp")
    lie = replace(second, years=(changed, second.years[1]))
    report = verify_document(world.sign_all(lie, old), "b.pdf", world.context)
    assert failures(report) == {"CMP-PREDECESSOR-CONTENT"}
