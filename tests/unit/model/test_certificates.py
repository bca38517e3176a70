"""How certificates are named: three ways, one spelling each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.model.certificates import (
    CertificateIdentity,
    canonical_name,
    normalise_certificate_name,
)

ISSUER = (("2.5.4.6", "VN"), ("2.5.4.10", "Ví Dụ, Hà Nội"), ("2.5.4.3", "CA Ví Dụ"))
IDENTITY = CertificateIdentity("ab" * 32, 0x0A1B, canonical_name(ISSUER), ("cd" * 20, "ef" * 32))


@pytest.mark.parametrize(
    "written",
    [
        "AB:" * 31 + "AB",
        "ab" * 32,
        "serial:0A:1B@CN=CA Ví Dụ,O=Ví Dụ\\, Hà Nội,C=VN",
        "serial: a1b @ c=vn, o=VÍ  DỤ\\, HÀ NỘI, cn=ca ví dụ",
        "SERIAL:0a1b@2.5.4.3=CA Ví Dụ,2.5.4.10=Ví Dụ\\, Hà Nội,2.5.4.6=VN",
        "serial:a1b@CN=CA Ví Dụ,O=Ví Dụ\\, Hà Nội,C=VN",
        "key:" + "CD" * 20,
        "Key:" + "EF:" * 31 + "EF",
    ],
)
def test_every_way_of_writing_means_the_certificate(written: str) -> None:
    """Colons, letter case, order of the name and composed letters do not matter."""
    assert IDENTITY.is_named_in((normalise_certificate_name(written),))


@pytest.mark.parametrize(
    "written",
    [
        "ac" * 32,
        "serial:a1c@CN=CA Ví Dụ,O=Ví Dụ\\, Hà Nội,C=VN",
        "serial:a1b@CN=CA Ví Dụ,O=Ví Dụ,C=VN",
        "serial:a1b@CN=CA Ví Dụ,O=Ví Dụ\\, Hà Nội",
        "key:" + "ce" * 20,
    ],
)
def test_another_certificate_is_not_meant(written: str) -> None:
    """Every part of a name counts."""
    assert not IDENTITY.is_named_in((normalise_certificate_name(written),))


def test_nobody_is_named_by_an_empty_list() -> None:
    """No names, no certificate."""
    assert not IDENTITY.is_named_in(())


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ab",
        "zz" * 32,
        "key:ab",
        "key:" + "ab" * 32 + "00",
        "serial:12",
        "serial:@CN=x",
        "serial:xy@CN=x",
        "serial:12@x",
        "serial:12@CN=",
        "serial:12@XX=y",
        "serial:12@CN=x\\",
        "label:x",
    ],
)
def test_anything_else_is_refused(written: str) -> None:
    """A name that could mean nothing, or several things, is no name."""
    with pytest.raises(ValueError, match=r"^") as caught:
        normalise_certificate_name(written)
    assert type(caught.value) is ValueError


@given(st.text(max_size=80))
def test_one_spelling_is_kept(text: str) -> None:
    """Whatever is accepted is spelled the same when it is read again."""
    try:
        once = normalise_certificate_name(text)
    except ValueError:
        return
    if not once.startswith("serial:"):
        assert normalise_certificate_name(once) == once


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2.5.4.3", "2.5.4.10", "2.5.4.6"]),
            st.text(alphabet="aăđ,+\\= ", min_size=1).filter(str.strip),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_names_with_separators_in_them_survive(parts: list[tuple[str, str]]) -> None:
    """Commas, plus signs and backslashes inside a value are told from those between values."""
    canonical = canonical_name(parts)
    assert normalise_certificate_name(f"serial:1@{canonical}") == f"serial:1@{canonical}"
