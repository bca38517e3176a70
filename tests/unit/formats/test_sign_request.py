"""Files of deferred signing as bytes: one spelling, no change unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import FormatError, PreserveError, SigningError
from preserve.formats.sign_request import (
    BINDING_DOMAIN,
    GivenSignature,
    RequestedSignature,
    SignAnswer,
    SignRequest,
    _canonical,
    binding_message,
    decode_answer,
    decode_request,
    digest_of_file,
    encode_answer,
    encode_request,
)
from preserve.model.roles import SignerRole

NOW = datetime(2026, 5, 31, 7, 5, 9, tzinfo=UTC)
ASKED = RequestedSignature(
    "2025-2026", "hoc-ba.6A.9900000001", "PRINCIPAL_2025-2026", "a" * 64, "sha256", "b" * 64, b"1"
)
REQUEST = SignRequest(
    "00000002",
    "Trường THCS Thử Nghiệm",
    SignerRole.PRINCIPAL,
    "c" * 64,
    NOW,
    NOW + timedelta(days=7),
    (ASKED, replace(ASKED, record_id="hoc-ba.6A.9900000002")),
)
ANSWER = SignAnswer(
    digest_of_file(encode_request(REQUEST)),
    b"certificate",
    (b"issuer",),
    "ecdsa",
    NOW,
    tuple(GivenSignature(*one.identity, b"signature") for one in REQUEST.signatures),
    b"binding",
)


def resealed(content: bytes, change: Callable[[Any], object]) -> bytes:
    """Change a file as somebody would who also mends the digest inside."""
    table = json.loads(content)
    change(table["content"])
    table["sha256"] = digest_of_file(_canonical(table["content"]))
    return _canonical(table)


def test_both_files_come_back_as_they_were() -> None:
    """Decoding undoes encoding."""
    assert decode_request(encode_request(REQUEST)) == REQUEST
    assert decode_answer(encode_answer(ANSWER)) == ANSWER


@given(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60).filter(
        str.isprintable
    ),
    st.sampled_from(SignerRole),
    st.binary(max_size=200),
    st.sampled_from([("sha256", 64), ("sha384", 96), ("sha512", 128)]),
    st.datetimes(timezones=st.just(UTC)),
)
def test_any_request_comes_back(
    name: str, role: SignerRole, attributes: bytes, digest: tuple[str, int], at: datetime
) -> None:
    """Whatever the school, the role, the time and the algorithm."""
    asked = replace(
        ASKED,
        attributes=attributes,
        digest_algorithm=digest[0],
        document_digest="d" * digest[1],
    )
    request = replace(REQUEST, school_name=name, role=role, created_at=at, signatures=(asked,))
    assert decode_request(encode_request(request)) == request


@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    """A bit turned over, a byte lost or added: the file is refused, never read otherwise."""
    content = encode_request(REQUEST)
    place = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(
        st.sampled_from(
            [
                content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :],
                content[:place] + content[place + 1 :],
                content[:place] + b" " + content[place:],
            ]
        )
    )
    if other != content:
        with pytest.raises(PreserveError) as caught:
            decode_request(other)
        assert caught.value.code in {"SIGN-FILE-FORMAT", "SIGN-FILE-CHANGED"}


def test_a_change_has_its_own_sentence() -> None:
    """A file that can be read and differs from its digest was changed: exit code 3."""
    content = encode_request(REQUEST).replace(b"9900000001", b"9900000009", 1)
    with pytest.raises(SigningError) as caught:
        decode_request(content)
    assert (caught.value.code, caught.value.exit_code) == ("SIGN-FILE-CHANGED", 3)


def test_a_second_spelling_is_refused() -> None:
    """The same values in another order, or a key given twice, are another file."""
    table = json.loads(encode_request(REQUEST))
    compact = json.dumps(table).encode()
    twice = encode_request(REQUEST).replace(
        b'"role": "principal"', b'"role": "clerk",\n  "role": "principal"'
    )
    for other in (compact, twice):
        with pytest.raises(SigningError):
            decode_request(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(signatures=[]),
        lambda c: c["signatures"].append(c["signatures"][0]),
        lambda c: c["signatures"][0].update(record="../../etc"),
        lambda c: c["signatures"][0].update(record="\x1b[2J"),
        lambda c: c["signatures"][0].update(document_digest="b" * 63),
        lambda c: c["signatures"][0].update(document_digest="g" * 64),
        lambda c: c["signatures"][0].update(digest_algorithm="sha1"),
        lambda c: c["signatures"][0].update(signed_attributes="*"),
        lambda c: c["school"].update(name="\x1b[2J"),
        lambda c: c["school"].update(name=7),
        lambda c: c.update(role="headmaster"),
        lambda c: c.update(created_at="2026-05-31T07:05:09"),
        lambda c: c.update(created_at=None),
        lambda c: c.pop("expires_at"),
        lambda c: c.update(signatures="x"),
    ],
)
def test_a_wellformed_file_with_bad_values_is_refused(change: Callable[[Any], object]) -> None:
    """Names that lead elsewhere or steer a terminal, wrong lengths, missing values."""
    with pytest.raises(FormatError):
        decode_request(resealed(encode_request(REQUEST), change))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000])
def test_other_files_are_refused(content: bytes) -> None:
    """What is no such file is told so, in both directions."""
    for decode in (decode_request, decode_answer):
        with pytest.raises(FormatError):
            decode(content)
    with pytest.raises(FormatError):
        decode_answer(encode_request(REQUEST))


def test_a_binding_names_everything_that_it_binds() -> None:
    """Another request, certificate, way of signing or time is another message."""
    messages = {
        binding_message("a" * 64, b"c", "ecdsa", NOW),
        binding_message("b" * 64, b"c", "ecdsa", NOW),
        binding_message("a" * 64, b"d", "ecdsa", NOW),
        binding_message("a" * 64, b"c", "rsassa_pss", NOW),
        binding_message("a" * 64, b"c", "ecdsa", NOW + timedelta(seconds=1)),
    }
    assert len(messages) == 5
    assert all(message.startswith(BINDING_DOMAIN) for message in messages)
    assert BINDING_DOMAIN[0] != 0x31
