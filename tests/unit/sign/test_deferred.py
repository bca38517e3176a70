"""Signatures in two halves: the room here, the key there, every change in between noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.errors import FormatError, PreserveError, SigningError
from preserve.sign.deferred_attributes import check_attributes
from preserve.sign.deferred_key import AbsentKey, absent_key
from preserve.sign.deferred_pdf import (
    ROOM_FOR_CHAIN,
    PreparedSignature,
    bears,
    fill_signature,
    fitting_chain,
    prepare_signature,
    prepared_digest,
)
from preserve.sign.deferred_signing import holds, sign_each
from preserve.sign.engine import sign_pdf
from preserve.sign.keys import SigningKey
from preserve.trust.store import fingerprint
from tests.unit.sign.conftest import FIELDS, NOW
from tests.unit.sign.test_engine import request_for, validate

MakePdf = Callable[..., bytes]


@pytest.fixture(scope="module")
def rendered(make_pdf: MakePdf) -> bytes:
    """A document without signatures."""
    return make_pdf()


@pytest.fixture(scope="module")
def prepared(rendered: bytes, teacher: SigningKey) -> PreparedSignature:
    """The document with room for the homeroom teacher's signature."""
    wanted = request_for(FIELDS[0], timestamped=True)
    return prepare_signature(rendered, wanted, absent_key(teacher.certificate))


def answered(
    key: SigningKey, prepared: PreparedSignature, digest_algorithm: str = "sha256"
) -> AbsentKey:
    """Sign with a key and return what stands for it at the other end."""
    (value,) = sign_each(key, (prepared.attributes,), digest_algorithm)
    return replace(
        absent_key(key.certificate),
        chain=key.chain,
        mechanism=key.mechanism,
        given={prepared.attributes: value},
    )


@pytest.mark.parametrize("code", ["GV01", SEAL_CODE])
@pytest.mark.parametrize("padding", ["pss", "pkcs1v15"])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_both_halves_make_a_valid_signature(
    rendered: bytes,
    authority: DemoAuthority,
    tmp_path: Path,
    code: str,
    padding: str,
    digest: str,
) -> None:
    """Every kind of key; how an RSA key signs is known only when its signature comes."""
    key = authority.open_demo_key(code, prefer_pss=padding == "pss")
    wanted = request_for(FIELDS[0], digest_algorithm=digest, timestamped=True)
    made = prepare_signature(rendered, wanted, absent_key(key.certificate))
    signed = fill_signature(
        made.pdf,
        FIELDS[0],
        made.attributes,
        answered(key, made, digest),
        authority.timestamper(NOW),
        digest_algorithm=digest,
    )
    assert signed.startswith(rendered)
    (status,) = validate(signed, authority, tmp_path)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert bears(signed, FIELDS[0], made.document_digest.hex(), digest)


def test_signatures_here_and_there_go_on_one_another(
    rendered: bytes,
    authority: DemoAuthority,
    principal: SigningKey,
    seal: SigningKey,
    tmp_path: Path,
) -> None:
    """A deferred signature follows one made here, and the seal follows it."""
    stamps = authority.timestamper(NOW)
    first = sign_pdf(rendered, request_for(FIELDS[0]), authority.open_demo_key("GV01"), stamps)
    made = prepare_signature(first, request_for(FIELDS[1]), absent_key(principal.certificate))
    second = fill_signature(
        made.pdf,
        FIELDS[1],
        made.attributes,
        answered(principal, made),
        None,
        digest_algorithm="sha256",
    )
    third = sign_pdf(second, request_for(FIELDS[2]), seal, stamps)
    assert [s.bottom_line for s in validate(third, authority, tmp_path)] == [True] * 3


def test_only_the_room_changes(
    prepared: PreparedSignature, teacher: SigningKey, authority: DemoAuthority
) -> None:
    """Filling writes hexadecimal digits into the room and touches no other byte."""
    signed = fill_signature(
        prepared.pdf,
        FIELDS[0],
        prepared.attributes,
        answered(teacher, prepared),
        authority.timestamper(NOW),
        digest_algorithm="sha256",
    )
    changed = [n for n, (a, b) in enumerate(zip(prepared.pdf, signed, strict=True)) if a != b]
    room = prepared.pdf[changed[0] : changed[-1] + 1]
    assert set(room) == {ord("0")}
    assert prepared_digest(signed, FIELDS[0], "sha256") == prepared.document_digest


def test_what_is_signed_names_document_and_certificate(
    prepared: PreparedSignature, teacher: SigningKey
) -> None:
    """The attributes are those that the signer's side accepts."""
    check_attributes(
        prepared.attributes,
        prepared.document_digest.hex(),
        fingerprint(teacher.certificate),
        teacher.certificate,
    )


@pytest.mark.parametrize(
    "changed", ["digest", "certificate", "content_type", "added", "missing", "trailing", "empty"]
)
def test_the_signers_side_refuses_to_sign_anything_else(
    prepared: PreparedSignature, teacher: SigningKey, changed: str
) -> None:
    """Another digest, certificate or content type, an attribute more or less, other bytes."""
    der, digest, mine = (
        prepared.attributes,
        prepared.document_digest.hex(),
        fingerprint(teacher.certificate),
    )
    attributes = list(cms.CMSAttributes.load(der))
    match changed:
        case "digest":
            digest = "0" * 64
        case "certificate":
            mine = "0" * 64
        case "content_type":
            wrong = {"type": "content_type", "values": ["signed_data"]}
            attributes = [cms.CMSAttribute(wrong), *attributes[1:]]
            der = cms.CMSAttributes(attributes).dump()
        case "added":
            time = cms.Time({"utc_time": datetime(2026, 1, 1, tzinfo=UTC)})
            extra = cms.CMSAttribute({"type": "signing_time", "values": [time]})
            der = cms.CMSAttributes([*attributes, extra]).dump()
        case "missing":
            der = cms.CMSAttributes(attributes[:-1]).dump()
        case "trailing":
            der += b"\x00"
        case "empty":
            der = b""
    with pytest.raises(SigningError) as caught:
        check_attributes(der, digest, mine)
    assert caught.value.code == "SIGN-REQUEST-ATTRIBUTES"


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_of_what_is_signed_can_be_changed(
    prepared: PreparedSignature, teacher: SigningKey, bit: int
) -> None:
    """Turned over, any bit of the attributes makes the signer's side refuse."""
    for place in range(len(prepared.attributes)):
        _refuses_turned(prepared, teacher, place, bit)


def _refuses_turned(prepared: PreparedSignature, teacher: SigningKey, place: int, bit: int) -> None:
    der = bytearray(prepared.attributes)
    der[place] ^= 1 << bit
    mine = teacher.certificate
    with pytest.raises(SigningError):
        check_attributes(bytes(der), prepared.document_digest.hex(), fingerprint(mine), mine)


def test_a_changed_prepared_file_is_refused(
    prepared: PreparedSignature, teacher: SigningKey
) -> None:
    """A page changed while the signature was away: the new signature does not hold."""
    at = prepared.pdf.index(b"/MediaBox")
    pdf = prepared.pdf[:at] + b"/MediaBoy" + prepared.pdf[at + 9 :]
    key = answered(teacher, prepared)
    assert prepared_digest(pdf, FIELDS[0], "sha256") != prepared.document_digest
    with pytest.raises(PreserveError) as caught:
        fill_signature(pdf, FIELDS[0], prepared.attributes, key, None, digest_algorithm="sha256")
    assert caught.value.code in {"SIGN-PDF-CHANGED", "SIGN-PDF-UNREADABLE"}


def test_another_persons_signature_is_refused(
    prepared: PreparedSignature, teacher: SigningKey, principal: SigningKey
) -> None:
    """A signature of another key over the same attributes goes into no document."""
    (value,) = sign_each(principal, (prepared.attributes,), "sha256")
    key = replace(absent_key(teacher.certificate), given={prepared.attributes: value})
    assert not holds(value, prepared.attributes, teacher.certificate, "ecdsa", "sha256")
    with pytest.raises(SigningError) as caught:
        fill_signature(
            prepared.pdf, FIELDS[0], prepared.attributes, key, None, digest_algorithm="sha256"
        )
    assert caught.value.code == "SIGN-PDF-CHANGED"


def test_a_key_that_is_elsewhere_signs_nothing(teacher: SigningKey) -> None:
    """Only what came in the answer is there."""
    with pytest.raises(SigningError) as caught:
        absent_key(teacher.certificate).sign(b"anything", "sha256")
    assert caught.value.code == "SIGN-KEY-ABSENT"


def test_a_filled_or_unknown_field_is_not_prepared(rendered: bytes, teacher: SigningKey) -> None:
    """The checks of signing here hold for the first half too."""
    key = absent_key(teacher.certificate)
    signed = sign_pdf(rendered, request_for(FIELDS[0]), teacher, None)
    for pdf, field, code in (
        (signed, FIELDS[0], "SIGN-FIELD-FILLED"),
        (rendered, "CLERK_2025-2026", "SIGN-FIELD-MISSING"),
    ):
        with pytest.raises(SigningError) as caught:
            prepare_signature(pdf, request_for(field, certifies=False), key)
        assert caught.value.code == code


def test_a_long_chain_is_cut_to_the_room() -> None:
    """The nearest certificates stay."""
    chain = tuple(bytes([n]) * 1500 for n in range(5))
    assert fitting_chain(chain) == chain[: ROOM_FOR_CHAIN // 1500]


def test_a_mechanism_that_the_key_has_not_is_refused(teacher: SigningKey) -> None:
    """An answer cannot call an elliptic curve RSA."""
    value = teacher.sign(b"x", "sha256")
    with pytest.raises(SigningError) as caught:
        holds(value, b"x", teacher.certificate, "rsassa_pss", "sha256")
    assert caught.value.code == "SIGN-ANSWER-CHANGED"


def test_bytes_that_are_no_certificate_are_refused() -> None:
    """A file from elsewhere may hold anything."""
    with pytest.raises(FormatError):
        absent_key(b"no certificate")
