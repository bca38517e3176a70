"""Reading ``pkcs11:`` URIs: what RFC 7512 says, what is refused, and that no PIN is repeated."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import SigningError
from preserve.sign.pkcs11_uri import TOKEN_ATTRIBUTES, Pkcs11Uri, is_pkcs11, parse_pkcs11_uri

MODULE = "?module-path=/opt/token.so"
DIGEST = "5f" * 32

_values = st.dictionaries(
    st.sampled_from(TOKEN_ATTRIBUTES), st.text(min_size=1), min_size=1, max_size=4
)


def _code(uri: str) -> str:
    with pytest.raises(SigningError) as caught:
        parse_pkcs11_uri(uri)
    return caught.value.code


def test_a_full_uri_is_understood() -> None:
    """Every attribute that is supported reaches its field, escapes and Vietnamese letters too."""
    uri = (
        "pkcs11:token=Tr%E1%BA%A7n;serial=0123;slot-id=7;object=TRẦN NGỌC TÚ's khóa;"
        "id=%01%ff;type=private?module-path=/opt/token%20v6.so&pin-source=file:/etc/pin"
        f"&preserve-certificate={DIGEST.upper()}&preserve-padding=pkcs1"
    )
    assert parse_pkcs11_uri(uri) == Pkcs11Uri(
        module=Path("/opt/token v6.so"),
        token=(("token", "Trần"), ("serial", "0123"), ("slot-id", "7")),
        label="TRẦN NGỌC TÚ's khóa",
        id=b"\x01\xff",
        pin_file=Path("/etc/pin"),
        certificate=DIGEST,
        prefer_pss=False,
    )


def test_a_uri_may_name_the_library_alone() -> None:
    """Nothing but the library is needed where one token with one key is plugged in."""
    assert parse_pkcs11_uri(f"pkcs11:{MODULE}") == Pkcs11Uri(Path("/opt/token.so"))
    assert is_pkcs11(f"pkcs11:{MODULE}")
    assert not is_pkcs11("pkcs12:khoa.p12")


@given(_values, st.binary(max_size=40), st.text())
def test_whatever_is_escaped_comes_back(
    token: dict[str, str], identifier: bytes, label: str
) -> None:
    """Percent-encoding carries any text and any bytes through the URI."""
    path = ";".join(f"{name}={quote(value, safe='')}" for name, value in token.items())
    uri = f"pkcs11:{path};id={quote(identifier, safe='')};object={quote(label, safe='')}{MODULE}"
    parsed = parse_pkcs11_uri(uri)
    assert dict(parsed.token) == token
    assert parsed.id == identifier
    assert parsed.label == label


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but our own error leaves the parser."""
    try:
        parse_pkcs11_uri(f"pkcs11:{text}")
    except SigningError as error:
        assert error.code.startswith("SIGN-")  # noqa: PT017  (either outcome is right)


@pytest.mark.parametrize(
    "uri",
    [
        f"pkcs11:pin-value=135791{MODULE}",
        f"pkcs11:token=x{MODULE}&pin-value=135791",
    ],
)
def test_a_pin_in_the_uri_is_refused_and_not_repeated(uri: str) -> None:
    """``pin-value`` is an error whose text holds nothing of the URI."""
    with pytest.raises(SigningError) as caught:
        parse_pkcs11_uri(uri)
    assert caught.value.code == "SIGN-URI-PIN"
    assert "135791" not in f"{caught.value!r} {caught.value.parameters}"


@pytest.mark.parametrize(
    "uri",
    [
        f"pkcs11:token{MODULE}",
        f"pkcs11:token=a;token=b{MODULE}",
        f"pkcs11:token=%zz{MODULE}",
        f"pkcs11:token=%C3%28{MODULE}",
        f"pkcs11:colour=red{MODULE}",
        f"pkcs11:type=public{MODULE}",
        f"pkcs11:{MODULE}&pin-source=|/bin/pin",
        f"pkcs11:{MODULE}&preserve-certificate=12",
        f"pkcs11:{MODULE}&preserve-padding=none",
    ],
)
def test_what_cannot_be_meant_is_refused(uri: str) -> None:
    """Typing errors never widen or narrow the choice silently; no program is run for a PIN."""
    assert _code(uri) == "SIGN-URI-MALFORMED"


def test_an_unknown_query_attribute_is_left_alone() -> None:
    """Other programs' attributes in the query choose nothing (RFC 7512 section 2.4)."""
    assert parse_pkcs11_uri(f"pkcs11:{MODULE}&vendor-x=1").module == Path("/opt/token.so")


@pytest.mark.parametrize("uri", ["pkcs11:", "pkcs11:token=x", "pkcs11:?module-name=softhsm2"])
def test_a_uri_without_a_library_is_refused(uri: str) -> None:
    """No library is searched for: it would run whatever lies first on the path."""
    assert _code(uri) == "SIGN-MODULE-UNNAMED"


def test_the_repr_does_not_tell_where_the_pin_lies() -> None:
    """The file that holds the PIN stays out of logs."""
    parsed = parse_pkcs11_uri(f"pkcs11:{MODULE}&pin-source=file:///etc/secret")
    assert parsed.pin_file == Path("/etc/secret")
    assert "secret" not in repr(parsed)
