"""The faster reader of hexadecimal strings answers exactly as pyHanko's own."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfStreamError

from preserve.verify import hex_strings

_BODIES = st.one_of(
    st.binary(max_size=400).map(lambda data: data.hex().encode()),
    st.text("0123456789abcdefABCDEF \n\r\t%<>xyz", max_size=60).map(str.encode),
    st.integers(65_530, 65_545).map(lambda size: b"a" * size),
)


def _outcome(read: object, content: bytes) -> tuple[object, ...]:
    stream = io.BytesIO(content)
    try:
        value = read(stream)  # type: ignore[operator]
    except PdfStreamError as error:
        return ("refused", str(error))
    return type(value), value, stream.tell()


@given(_BODIES, st.binary(max_size=20))
def test_same_value_same_place_same_refusal(body: bytes, rest: bytes) -> None:
    """Value, type, position and refusal are those of the library for any input."""
    content = b"<" + body + b">" + rest
    assert _outcome(hex_strings.read_hex_string, content) == _outcome(
        hex_strings._original, content
    )


def test_missing_end_is_refused_as_before() -> None:
    """A string without an end is an error, not an endless read."""
    assert _outcome(hex_strings.read_hex_string, b"<0011") == _outcome(
        hex_strings._original, b"<0011"
    )


def test_the_library_really_calls_the_hook(monkeypatch: object) -> None:
    """PyHanko's object reader looks the function up by this name; the test fails if it stops."""
    calls: list[int] = []

    def counting(stream: io.BytesIO) -> object:
        calls.append(1)
        return hex_strings.read_hex_string(stream)

    monkeypatch.setattr(generic, "read_hex_string_from_stream", counting)  # type: ignore[attr-defined]
    value = generic.read_object(io.BytesIO(b"<4142>"), generic.Reference(1, 0, None))
    assert calls == [1]
    assert isinstance(value, generic.TextStringObject)
    assert value.original_bytes == b"AB"
