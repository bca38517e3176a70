"""What a reader sees of a signature."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.errors import SigningError
from preserve.sign.appearance import (
    SMALLEST_SIZE,
    Appearance,
    lay_out,
    person_lines,
    seal_lines,
    signing_time,
)
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.keys import SigningKey
from preserve.sign.stamp_font import StampFont, read_to_unicode
from tests.unit.sign.conftest import FIELDS, LETTERS, NOW

FONT = StampFont(
    reference=None,  # type: ignore[arg-type]
    glyphs={letter: index for index, letter in enumerate(LETTERS, start=1)},
    widths={index: 300.0 + index for index in range(1, len(LETTERS) + 1)},
    default_width=1000,
)


def _drawn(pdf: bytes) -> tuple[list[bytes], pikepdf.Object, pikepdf.Pdf]:
    """Return what the first field's appearance shows, the appearance, and its open document."""
    document = pikepdf.open(BytesIO(pdf))
    stamp = document.Root.AcroForm.Fields[0].AP.N
    return re.findall(rb"<([0-9A-F]+)> Tj", stamp.read_bytes()), stamp, document


def _sign(pdf: bytes, lines: tuple[str, ...], key: SigningKey) -> bytes:
    request = SignatureRequest(
        FIELDS[0], Appearance(lines, "person"), NOW, "sha256", locks=False, certifies=False
    )
    return sign_pdf(pdf, request, key, None)


def test_lines_name_signer_title_and_time() -> None:
    """The time is ISO 8601 in the zone of Viet Nam, to the second."""
    assert person_lines("Nguyễn Thị Thử", "Hiệu trưởng", NOW) == (
        "Ký bởi: Nguyễn Thị Thử",
        "Chức vụ: Hiệu trưởng",
        "Thời gian ký: 2026-05-31T14:05:09+07:00",
    )
    assert person_lines("Nguyễn Thị Thử", "", NOW)[1].startswith("Thời gian")
    assert seal_lines("Trường Thử", NOW)[0] == "Con dấu số của: Trường Thử"


@given(st.integers(-14, 14), st.integers(0, 10**9))
def test_the_zone_of_the_machine_plays_no_role(hours: int, seconds: int) -> None:
    """The same moment is written the same way from whatever zone it comes."""
    moment = NOW + timedelta(seconds=seconds)
    assert signing_time(moment.astimezone(timezone(timedelta(hours=hours)))) == signing_time(moment)


def test_a_time_without_zone_is_refused() -> None:
    """It could only be read in the machine's zone."""
    with pytest.raises(SigningError, match="SIGN-TIME-ZONE"):
        signing_time(datetime(2026, 5, 31))  # noqa: DTZ001


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.text(st.sampled_from(LETTERS), min_size=1, max_size=60), max_size=4),
    width=st.floats(30, 300),
    height=st.floats(10, 120),
)
def test_text_never_leaves_its_box(lines: list[str], width: float, height: float) -> None:
    """Every line is at most as wide as the box, all lines together at most as high."""
    with suppress(SigningError):
        _check_layout(lines, width, height)


def _check_layout(lines: list[str], width: float, height: float) -> None:
    size, broken = lay_out(tuple(lines), FONT, width, height)
    assert size >= SMALLEST_SIZE
    assert all(FONT.width(part, size) <= width for part in broken)
    assert len(broken) * size * 1.2 <= height
    # Words keep their order and no letter is lost.
    shown = "".join(broken).replace(" ", "")
    wanted = "".join(unicodedata.normalize("NFC", line) for line in lines).replace(" ", "")
    assert shown == wanted


def test_a_long_title_in_a_small_box_still_fits() -> None:
    """45 × 16 mm, the grade book's boxes, hold a name of 60 letters and a title of 90."""
    lines = person_lines("Nguyễn " * 8, "Phó Trưởng phòng Tổ chức cán bộ " * 3, NOW)
    size, _ = lay_out(lines, FONT, 127.6 - 6, 45.4 - 6)
    assert size >= 4


def test_the_text_is_drawn_with_the_fonts_glyphs(
    make_pdf: Callable[..., bytes], teacher: SigningKey
) -> None:
    """The content stream shows the glyphs of the ToUnicode map, and names the document's font."""
    lines = ("Ký bởi: Ưỡng",)
    shown, stamp, document = _drawn(_sign(make_pdf(), lines, teacher))
    glyphs = b"".join(b"%04X" % (LETTERS.index(letter) + 1) for letter in lines[0])
    assert shown == [glyphs]
    assert sorted(float(value) for value in stamp.BBox) == [0, 0, 71, 170]
    assert stamp.Resources.Font.F.objgen == document.Root.AcroForm.DR.Font.PreserveStamp.objgen


def test_decomposed_letters_are_composed(
    make_pdf: Callable[..., bytes], teacher: SigningKey
) -> None:
    """A name in NFD is drawn in NFC; the font has no combining marks."""
    name = unicodedata.normalize("NFD", "Ưỡng")
    shown, _, _ = _drawn(_sign(make_pdf(), (name,), teacher))
    assert len(name) > 4
    assert [len(line) for line in shown] == [4 * 4]


def test_a_missing_character_is_refused(
    make_pdf: Callable[..., bytes], teacher: SigningKey
) -> None:
    """No box is shown in place of a letter; the error names the code point, not the name."""
    with pytest.raises(SigningError) as caught:
        _sign(make_pdf(letters="ABC"), ("ABĐC",), teacher)
    assert caught.value.code == "SIGN-CHARACTER"
    assert caught.value.parameters == {"character": "U+0110"}


def test_a_document_without_the_stamp_font_is_refused(
    make_pdf: Callable[..., bytes], teacher: SigningKey
) -> None:
    """A foreign font would break PDF/A."""
    with pikepdf.open(BytesIO(make_pdf())) as pdf:
        del pdf.Root.AcroForm.DR
        output = BytesIO()
        pdf.save(output)
    with pytest.raises(SigningError, match="SIGN-STAMP-FONT"):
        _sign(output.getvalue(), ("A",), teacher)


def test_ranges_of_a_to_unicode_map_are_read() -> None:
    """Both forms of ``bfrange`` count; a ligature is left out; the first glyph wins."""
    cmap = (
        b"2 beginbfrange <0001> <0003> <0041> <0010> <0011> [<0110> <00660069>] endbfrange "
        b"1 beginbfchar <0020> <0041> endbfchar"
    )
    assert read_to_unicode(cmap) == {"A": 1, "B": 2, "C": 3, "Đ": 16}
