"""BagIt manifests and tag files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import FormatError
from preserve.formats.bagit import (
    BAGIT_TXT,
    encode_manifest,
    encode_tags,
    parse_manifest,
    parse_tags,
)

SHA256 = "0f" * 32
SHA512 = "0f" * 64

segments = st.text(
    st.characters(exclude_categories=["C"], exclude_characters="/\\*:"), min_size=1, max_size=12
).filter(lambda text: text not in {".", ".."} and text == text.strip())
paths = st.lists(segments, min_size=1, max_size=4).map("/".join)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)


def test_a_manifest_is_read_in_file_order() -> None:
    """Pairs come in the order of the file, with lower-case digests."""
    data = f"{SHA512.upper()}  data/b.pdf\n{SHA512} data/a.pdf\n".encode()
    assert parse_manifest(data) == (("data/b.pdf", SHA512), ("data/a.pdf", SHA512))


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_every_line_ending_of_the_rfc_is_read(ending: str) -> None:
    """CR, LF and CRLF end a line."""
    data = f"{SHA256}  data/a{ending}{SHA256}\tdata/b{ending}".encode()
    assert [path for path, _ in parse_manifest(data)] == ["data/a", "data/b"]


def test_a_line_separator_of_unicode_is_part_of_a_name() -> None:
    """U+2028 does not end a line: a name that holds it is not cut in two."""
    data = f"{SHA256}  data/a\u2028b\n".encode()
    assert parse_manifest(data) == (("data/a\u2028b", SHA256),)


def test_percent_signs_and_line_ends_are_decoded_once() -> None:
    """``%250A`` is a percent sign followed by ``0A``, not a line feed."""
    data = f"{SHA256}  data/a%0Ab\n{SHA256}  data/a%250Ab\n{SHA256}  data/a%0db\n".encode()
    assert [path for path, _ in parse_manifest(data)] == ["data/a\nb", "data/a%0Ab", "data/a\rb"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{SHA256}  /etc/passwd", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  data/../../x", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  ./data/x", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  data//x", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  data/x/", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  data\\x", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  C:/x", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256} *data/x", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  data/\x00x", "BAGIT-UNSAFE-PATH"),
        (f"{SHA256}  data/%41", "BAGIT-PERCENT"),
        (f"{SHA256}  data/100%", "BAGIT-PERCENT"),
        (f"{SHA256[:-1]}  data/x", "BAGIT-DIGEST"),
        (f"{SHA256[:-1]}g  data/x", "BAGIT-MANIFEST-LINE"),
        ("d41d8cd98f00b204e9800998ecf8427e  data/x", "BAGIT-DIGEST"),
        (SHA256, "BAGIT-MANIFEST-LINE"),
        ("\ufeff" + SHA256 + "  data/x", "BAGIT-ENCODING"),
        (f"{SHA256}  data/x\n{SHA256}  data/x", "BAGIT-DUPLICATE-PATH"),
        (f"{SHA256}  data/x\n{SHA512}  data/y", "BAGIT-MIXED-DIGESTS"),
    ],
)
def test_an_unsafe_or_ambiguous_line_is_refused(line: str, code: str) -> None:
    """Each bad line has its own code."""
    with pytest.raises(FormatError) as caught:
        parse_manifest(line.encode())
    assert caught.value.code == code


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    """A manifest in another encoding is no manifest."""
    with pytest.raises(FormatError, match="BAGIT-ENCODING"):
        parse_manifest(SHA256.encode() + b"  data/\xff\n")


@given(st.dictionaries(paths, digests, max_size=8))
def test_a_manifest_comes_back_as_it_was(entries: dict[str, str]) -> None:
    """Encoding and parsing are inverse, and the encoding is sorted."""
    encoded = encode_manifest(entries.items())
    assert parse_manifest(encoded) == tuple(sorted(entries.items()))
    assert encode_manifest(reversed(list(entries.items()))) == encoded


@given(st.binary(max_size=300))
def test_hostile_bytes_raise_nothing_but_format_errors(data: bytes) -> None:
    """Whatever the bytes, a parser returns or raises FormatError."""
    for parse in (parse_manifest, parse_tags):
        try:
            parse(data)
        except FormatError:
            continue


def test_encoding_refuses_a_path_twice_and_a_bad_digest() -> None:
    """A builder cannot write what a reader would refuse."""
    with pytest.raises(FormatError, match="BAGIT-DUPLICATE-PATH"):
        encode_manifest([("data/x", SHA256), ("data/x", SHA256)])
    with pytest.raises(FormatError, match="BAGIT-DIGEST"):
        encode_manifest([("data/x", "zz" * 32)])
    with pytest.raises(FormatError, match="BAGIT-UNSAFE-PATH"):
        encode_manifest([("../x", SHA256)])


def test_tags_are_read_with_continuation_lines() -> None:
    """A line that begins with blanks continues the value before it."""
    data = b"Contact: one\n  two\nContact: three\nPayload-Oxum : 5.1\n"
    assert parse_tags(data) == (
        ("Contact", "one two"),
        ("Contact", "three"),
        ("Payload-Oxum", "5.1"),
    )


def test_the_declaration_is_the_rfcs() -> None:
    """``bagit.txt`` states version 1.0 and UTF-8."""
    assert parse_tags(BAGIT_TXT) == (
        ("BagIt-Version", "1.0"),
        ("Tag-File-Character-Encoding", "UTF-8"),
    )


def test_tags_that_would_not_come_back_are_refused() -> None:
    """A label with a colon or a value with a line end cannot be written."""
    for pair in [("A:B", "x"), ("A", "x\ny"), ("A", " x"), ("", "x")]:
        with pytest.raises(FormatError):
            encode_tags([pair])
    assert encode_tags([("A", "x"), ("B", "")]) == b"A: x\nB: \n"
