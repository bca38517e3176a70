"""What the shipped signing policies ask for, which variant is found, and what no policy may say."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from preserve.errors import PolicyError, RuleRefusal
from preserve.model.records import RecordClass
from preserve.model.roles import Appointment, Delegation, SignerRole
from preserve.model.school import (
    AssessmentKind,
    ClassGroup,
    StaffMember,
    Subject,
    TeachingAssignment,
)
from preserve.policy.files import PolicyFile, policy_folders, read_policies
from preserve.policy.signing import (
    CertificateClass,
    KeyUsage,
    PadesLevel,
    SigningPolicy,
    StepCount,
    load_signing_policy,
    parse_signing_policy,
)
from preserve.rules.signing import check_chain, minutes_signatories, signatories

FOLDERS = policy_folders()
SHIPPED = [parse_signing_policy(file) for file in read_policies("signing", FOLDERS)]
FORM = "TT22-2021-THCS"
DAY = date(2026, 5, 31)
BODY = """
id = "x/1"
record_class = "hoc-ba"
title_vi = "x"
title_en = "x"
digest_algorithm = "sha256"
[[steps]]
role = "principal"
required = true
level = "B-T"
certificate_class = "person"
citation = "x"
status = "seen"
[[steps]]
role = "school_seal"
required = true
level = "B-T"
certificate_class = "organisation"
locks = true
citation = "x"
status = "seen"
"""


def policy_file(text: str) -> PolicyFile:
    """Return a policy file with a text."""
    return PolicyFile("signing", "x", Path("x.toml"), text.encode(), tomllib.loads(text))


def transcript_policy(variant: str = "standard") -> SigningPolicy:
    """Return the shipped policy of the secondary transcript."""
    return load_signing_policy(RecordClass.TRANSCRIPT, FORM, FOLDERS, variant)


def changed(*pairs: tuple[str, str]) -> str:
    """Return the body with words replaced; each must stand in it."""
    text = BODY
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.policy_id)
def test_shipped_policies_seal_last_after_the_head(policy: SigningPolicy) -> None:
    """The organisation signs once, at the end, with a time-stamp, and locks the document."""
    *persons, seal = policy.steps
    assert (seal.role, seal.locks, seal.certificate_class) == (
        SignerRole.SCHOOL_SEAL,
        True,
        CertificateClass.ORGANISATION,
    )
    assert seal.level is PadesLevel.B_T
    assert persons[-1].role is SignerRole.PRINCIPAL
    assert all(step.certificate_class is CertificateClass.PERSON for step in persons)
    assert all(step.appointed_by and step.citation for step in policy.steps)
    assert {one.scheme for one in seal.algorithms} == {"rsassa_pss", "ecdsa", "rsassa_pkcs1v15"}


def test_shipped_policies_leave_no_doubt_which_applies() -> None:
    """No two policies are for the same record, form and variant."""
    keys = [
        (policy.record_class, form, policy.variant)
        for policy in SHIPPED
        for form in policy.forms or ("",)
    ]
    assert len(set(keys)) == len(keys)


def test_default_is_the_standard_chain() -> None:
    """Homeroom teacher, principal, seal (docs/adr/0015)."""
    assert [step.role for step in transcript_policy().steps] == [
        SignerRole.HOMEROOM_TEACHER,
        SignerRole.PRINCIPAL,
        SignerRole.SCHOOL_SEAL,
    ]


def test_full_variant_begins_with_every_subject_teacher() -> None:
    """The chain of TT 70/2026/TT-BGDĐT Art. 9(1)."""
    policy = transcript_policy("full")
    first = policy.steps[0]
    assert (first.role, first.count) == (
        SignerRole.SUBJECT_TEACHER,
        StepCount.EVERY_SUBJECT_TEACHER,
    )
    assert [step.role for step in policy.steps[1:]] == [s.role for s in transcript_policy().steps]


def test_economy_variant_time_stamps_the_seal_alone() -> None:
    """Same roles, persons at B-B."""
    standard, economy = transcript_policy(), transcript_policy("economy")
    assert [s.role for s in economy.steps] == [s.role for s in standard.steps]
    assert [s.level.value for s in economy.steps] == ["B-B", "B-B", "B-T"]


@pytest.mark.parametrize("variant", ["full", "economy"])
def test_record_without_the_variant_keeps_its_standard_policy(variant: str) -> None:
    """Minutes have one chain, whatever the school chose for transcripts."""
    chosen = load_signing_policy(RecordClass.SEALING_MINUTES, "", FOLDERS, variant)
    assert chosen == load_signing_policy(RecordClass.SEALING_MINUTES, "", FOLDERS)


def test_variant_that_no_policy_has_is_refused() -> None:
    """A slip of the pen must not silently mean the standard one."""
    with pytest.raises(PolicyError) as caught:
        transcript_policy("ful")
    assert caught.value.code == "POLICY-VARIANT"
    assert caught.value.parameters["known"] == "economy, full, standard"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (changed(("locks = true\n", "")), "POLICY-LOCK-LAST"),
        (changed(("required = true", "required = false")), "POLICY-SEAL-ALONE"),
        (changed(('"principal"', '"homeroom_teacher"')), "POLICY-SEAL-ALONE"),
        (changed(('"principal"', '"school_seal"')), "POLICY-ROLE-TWICE"),
        (changed(('"person"', '"animal"')), "POLICY-CONTENT"),
        (changed(('"B-T"', '"B-X"')), "POLICY-CONTENT"),
        (changed(('"sha256"', '"sha256"\nalgorithms = ["dsa-2048"]')), "POLICY-CONTENT"),
        (changed(('"sha256"', '"sha256"\nalgorithms = ["ecdsa"]')), "POLICY-CONTENT"),
        (changed(('"person"', '"person"\nkey_usage = ["crl_sign"]')), "POLICY-CONTENT"),
        (changed(('"person"', '"person"\nkey_usage = 7')), "POLICY-CONTENT"),
        (changed(('"person"', '"person"\ncount = "two"')), "POLICY-CONTENT"),
    ],
)
def test_policy_that_contradicts_the_law_or_itself_is_refused(text: str, code: str) -> None:
    """Each with its own sentence."""
    with pytest.raises(PolicyError) as caught:
        parse_signing_policy(policy_file(text))
    assert caught.value.code == code


def test_key_usage_may_demand_both_bits() -> None:
    """A plus joins bits of one alternative; several alternatives stand side by side."""
    text = changed(('"person"', '"person"\nkey_usage = ["digital_signature+non_repudiation"]'))
    step = parse_signing_policy(policy_file(text)).steps[0]
    assert step.key_usage == (frozenset(KeyUsage),)
    assert parse_signing_policy(policy_file(BODY)).steps[0].key_usage == tuple(
        frozenset({usage}) for usage in KeyUsage
    )


def staff(code: str) -> StaffMember:
    """Return a made-up person."""
    return StaffMember(code, f"Người Ký {code}")


GROUP = ClassGroup(
    school_year="2025-2026",
    name="6A",
    grade=6,
    regulation="TT22-2021",
    subjects=(
        Subject("Toán", "toan", AssessmentKind.MARKS),
        Subject("Lịch sử và Địa lí", "lich-su-dia-li", AssessmentKind.MARKS),
    ),
    homeroom_teacher=staff("GV01"),
    assignments=(
        TeachingAssignment(staff("GV02"), "Toán"),
        TeachingAssignment(staff("GV03"), "Lịch sử và Địa lí", "Lịch sử"),
        TeachingAssignment(staff("GV04"), "Lịch sử và Địa lí", "Địa lí"),
    ),
)


@pytest.fixture
def held() -> Callable[..., Appointment]:
    """Give a function that appoints somebody."""

    def appoint(role: SignerRole, code: str, **changes: Any) -> Appointment:
        appointment = Appointment(role, code, f"Người Ký {code}", "Chức vụ", (), "1", DAY)
        return replace(appointment, **changes)

    return appoint


def test_full_chain_has_a_field_for_each_teacher_of_each_part() -> None:
    """A subject that two teachers share has two fields; each says its variant."""
    found = signatories(transcript_policy("full"), GROUP, (), DAY, seal_name="Trường Ví Dụ")
    assert [s.field_name for s in found] == [
        "SUBJECT_toan_1_2025-2026",
        "SUBJECT_lich-su-dia-li_1_2025-2026",
        "SUBJECT_lich-su-dia-li_2_2025-2026",
        "HOMEROOM_2025-2026",
        "PRINCIPAL_2025-2026",
        "SEAL_2025-2026",
    ]
    assert {s.variant for s in found} == {"full"}


def test_standard_chain_says_no_variant() -> None:
    """Records of the standard chain stay as they always were."""
    found = signatories(transcript_policy(), GROUP, (), DAY, seal_name="Trường Ví Dụ")
    assert {s.variant for s in found} == {None}


def test_deputy_with_an_order_in_force_is_who_signs(held: Callable[..., Appointment]) -> None:
    """While the order holds the document is made for the deputy, with the order in the record."""
    order = Delegation("15/GUQ", DAY, "HT01", DAY, DAY)
    head = held(SignerRole.PRINCIPAL, "HT01")
    deputy = held(SignerRole.PRINCIPAL, "PHT1", delegation=order)
    policy = transcript_policy()
    for day, code, told in ((DAY, "PHT1", order), (date(2026, 6, 1), "HT01", None)):
        found = signatories(policy, GROUP, (head, deputy), day, seal_name="Trường Ví Dụ")
        principal = next(s for s in found if s.role is SignerRole.PRINCIPAL)
        assert (principal.person_code, principal.delegation) == (code, told)


def test_order_that_is_not_in_force_names_nobody(held: Callable[..., Appointment]) -> None:
    """Without a head and without an order in force the field stays without a person."""
    order = Delegation("15/GUQ", DAY, "HT01", date(2026, 6, 1))
    deputy = held(SignerRole.PRINCIPAL, "PHT1", delegation=order)
    found = signatories(transcript_policy(), GROUP, (deputy,), DAY, seal_name="Trường Ví Dụ")
    assert next(s for s in found if s.role is SignerRole.PRINCIPAL).person_code == ""


def test_minutes_name_one_person_for_a_role_of_one() -> None:
    """Two heads of a school in one paper are a mistake of whoever wrote it."""
    policy = load_signing_policy(RecordClass.SEALING_MINUTES, "", FOLDERS)
    present = {SignerRole.PRINCIPAL: (staff("HT01"), staff("HT02"))}
    with pytest.raises(RuleRefusal) as caught:
        minutes_signatories(policy, present, (), DAY, year="2025-2026", seal_name="Trường Ví Dụ")
    assert caught.value.code == "SIGN-ROLE-ONE"


def test_document_of_another_chain_is_refused() -> None:
    """What is missing and what is too many is named."""
    made = signatories(transcript_policy(), GROUP, (), DAY, seal_name="Trường Ví Dụ")
    check_chain(transcript_policy("economy"), made)
    with pytest.raises(RuleRefusal) as caught:
        check_chain(transcript_policy("full"), made)
    assert caught.value.parameters["missing"] == "subject_teacher"
    assert caught.value.parameters["foreign"] == "-"
