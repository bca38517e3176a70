"""The parts that make signing fast give the same result as the library's own, slower ones."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic, xref
from pyhanko.pdf_utils.reader import PdfFileReader

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.errors import SigningError
from preserve.sign import engine_xrefs
from preserve.sign.cms_signer import KeySigner
from preserve.sign.engine_cms import make_pades_cms
from preserve.sign.keys import SigningKey
from preserve.sign.reservation import bytes_to_reserve, token_bytes_to_reserve
from preserve.sign.soundness import signer_certificate
from tests.unit.sign.conftest import NOW

DIGEST = bytes(range(32))
original: Any = xref.parse_xref_stream.__wrapped__  # type: ignore[attr-defined]


def _stock(key: SigningKey, timestamper: Any) -> cms.SignedData:
    signing = KeySigner(key).async_sign(DIGEST, "sha256", use_pades=True, timestamper=timestamper)
    return asyncio.run(signing)["content"]


def _ours(key: SigningKey, timestamper: Any) -> cms.SignedData:
    made = make_pades_cms(DIGEST, "sha256", key, timestamper)
    return cms.ContentInfo.load(made, strict=True)["content"]


@pytest.mark.parametrize("code", ["GV01", SEAL_CODE])
def test_the_cms_structure_is_that_of_the_library(authority: DemoAuthority, code: str) -> None:
    """Version, algorithms, certificates, signer's id and attributes are encoded alike."""
    key = authority.open_demo_key(code)
    stock, ours = _stock(key, None), _ours(key, None)
    for part in ("version", "digest_algorithms", "encap_content_info"):
        assert ours[part].dump() == stock[part].dump()
    certificates = [{one.dump() for one in signed["certificates"]} for signed in (ours, stock)]
    assert certificates[0] == certificates[1]
    mine, theirs = (signed["signer_infos"][0] for signed in (ours, stock))
    for part in ("version", "sid", "digest_algorithm", "signature_algorithm", "signed_attrs"):
        assert mine[part].dump() == theirs[part].dump(), part


def test_a_time_stamp_is_the_only_unsigned_attribute(
    authority: DemoAuthority, teacher: SigningKey
) -> None:
    """It stands where the library puts it, and without an authority there is none."""
    timestamper = authority.timestamper(NOW)
    for signed in (_stock(teacher, timestamper), _ours(teacher, timestamper)):
        (attribute,) = signed["signer_infos"][0]["unsigned_attrs"]
        assert attribute["type"].native == "signature_time_stamp_token"
        assert len(attribute["values"]) == 1
    assert not _ours(teacher, None)["signer_infos"][0]["unsigned_attrs"]


@settings(max_examples=25)
@given(digest=st.binary(min_size=64, max_size=64))
def test_signed_attributes_are_a_sorted_set(authority: DemoAuthority, digest: bytes) -> None:
    """DER sorts the elements of a set by their encoding (X.690 clause 11.6)."""
    key = authority.open_demo_key("GV01")
    made = cms.ContentInfo.load(make_pades_cms(digest, "sha512", key, None))["content"]
    attributes = made["signer_infos"][0]["signed_attrs"]
    encoded = [attribute.dump() for attribute in attributes]
    assert encoded == sorted(encoded)
    assert digest in b"".join(encoded)


def test_a_dry_run_is_as_long_as_the_real_one(authority: DemoAuthority, seal: SigningKey) -> None:
    """No key is touched by it."""
    lengths = {
        len(make_pades_cms(DIGEST, "sha256", seal, None, dry_run=dry)) for dry in (True, False)
    }
    assert len(lengths) == 1
    timestamper = authority.timestamper(NOW)
    assert bytes_to_reserve(seal, timestamper, "sha256") > bytes_to_reserve(seal, None, "sha256")
    assert token_bytes_to_reserve(timestamper, "sha512") > 768


def test_the_signers_certificate_is_found_like_the_library_does(
    authority: DemoAuthority, teacher: SigningKey
) -> None:
    """Among those above it, by issuer and number."""
    assert signer_certificate(_ours(teacher, None)).dump() == teacher.certificate
    assert signer_certificate(_stock(teacher, None)).dump() == teacher.certificate
    _ = authority


class _BrokenKey:
    """A key whose library throws something of its own."""

    def __init__(self, key: SigningKey) -> None:
        self.certificate, self.chain = key.certificate, key.chain
        self.mechanism, self.signature_size = key.mechanism, key.signature_size

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Fail as a driver does."""
        raise OSError(f"{digest_algorithm} {len(data)}")


def test_a_key_that_breaks_is_one_clear_error(teacher: SigningKey) -> None:
    """Nothing of the library behind it comes out."""
    with pytest.raises(SigningError, match="SIGN-FAILED"):
        make_pades_cms(DIGEST, "sha256", _BrokenKey(teacher), None)


# -- cross-reference streams -------------------------------------------------------------------


def _stream(widths: list[int], ranges: list[int], data: bytes) -> generic.StreamObject:
    def numbers(values: list[int]) -> generic.ArrayObject:
        return generic.ArrayObject(generic.NumberObject(value) for value in values)

    entries = {
        generic.NameObject("/Filter"): generic.NameObject("/FlateDecode"),
        generic.NameObject("/W"): numbers(widths),
        generic.NameObject("/Index"): numbers(ranges),
        generic.NameObject("/Size"): generic.NumberObject(999),
    }
    return generic.StreamObject(entries, encoded_data=zlib.compress(data))


def _read(parse: Callable[..., Any], stream: generic.StreamObject) -> object:
    try:
        return list(parse(stream))
    except Exception as error:  # noqa: BLE001  (both must fail alike)
        return type(error)


@settings(max_examples=300)
@given(st.data())
def test_any_stream_of_cross_references_is_read_as_the_library_reads_it(data: Any) -> None:
    """Ordinary and odd ones: widths of nought, gaps, overlaps, too few and too many bytes."""
    widths = data.draw(
        st.one_of(
            st.tuples(st.just(1), st.integers(1, 4), st.integers(0, 2)).map(list),
            st.lists(st.integers(0, 3), min_size=1, max_size=4),
        )
    )
    ranges = data.draw(st.lists(st.integers(0, 8), max_size=6))
    rows = sum(ranges[1::2])
    size = data.draw(st.sampled_from([0, 0, 0, 1, -1])) + rows * sum(widths)
    content = data.draw(st.binary(min_size=max(size, 0), max_size=max(size, 0)))
    content = bytes(
        byte % 4 if widths and sum(widths) and place % sum(widths) == 0 else byte
        for place, byte in enumerate(content)
    )
    expected = _read(original, _stream(widths, ranges, content))
    assert _read(xref.parse_xref_stream, _stream(widths, ranges, content)) == expected


def test_a_real_document_is_read_by_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library calls the function that we replaced; it would be slow if it did not."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    output = BytesIO()
    pdf.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    seen: list[int] = []
    fast = engine_xrefs._read_entries

    def watch(stream: generic.StreamObject) -> Any:
        entries = fast(stream)
        seen.append(len(entries or ()))
        return entries

    monkeypatch.setattr(engine_xrefs, "_read_entries", watch)
    assert PdfFileReader(BytesIO(output.getvalue())).root["/Type"] == "/Catalog"
    assert seen
    assert seen[0] > 3
