"""Small parts of a file: colours, metadata, wording of values, the hooks into libraries."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from PIL import ImageCms
from reportlab.pdfgen.canvas import Canvas

from preserve.errors import InputError
from preserve.model.results import CommentLevel, Level
from preserve.render.facts import DocumentFacts
from preserve.render.icc import srgb_profile
from preserve.render.transcript import render_transcript
from preserve.render.wording import (
    amended_text,
    day_parts,
    day_text,
    level_text,
    long_day,
    mark_text,
    result_text,
)
from preserve.render.xmp import xmp_packet
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.people import transcript
from tests.unit.render.reading import form


def test_profile_is_sound_and_small() -> None:
    """Header, size and tags are those of a version 2 display profile in RGB."""
    profile = srgb_profile()
    assert struct.unpack(">L", profile[:4]) == (len(profile),)
    assert profile[12:20] == b"mntrRGB "
    assert profile[36:40] == b"acsp"
    assert len(profile) < 3000


def test_profile_is_srgb_to_a_colour_engine() -> None:
    """An independent colour engine reads it as an RGB display profile."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    assert profile.profile.xcolor_space.strip() == "RGB"
    assert profile.profile.profile_description == "sRGB IEC61966-2.1"


def test_metadata_escapes_what_xml_reserves() -> None:
    """A school called R&D <1> does not break the packet."""
    packet = xmp_packet(DocumentFacts("A & B <1>", "Phòng GD&ĐT", date(2025, 5, 31)))
    root = ET.fromstring(packet)  # noqa: S314  (our own bytes)
    assert "A & B <1>" in "".join(root.itertext())
    assert "Phòng GD&ĐT" in "".join(root.itertext())


@pytest.mark.parametrize(
    ("mark", "text"),
    [("8.3", "8,3"), ("9.0", "9,0"), ("10", "10,0"), ("0", "0,0"), ("8.25", "8,25")],
)
def test_marks_have_a_comma_and_are_never_rounded(mark: str, text: str) -> None:
    """Vietnamese custom: a comma, and one decimal even for whole marks."""
    assert mark_text(Decimal(mark)) == text


def test_no_mark_is_not_a_mark_of_zero() -> None:
    """An empty cell and a zero are different data."""
    assert mark_text(None) == ""
    assert mark_text(Decimal(0)) == "0,0"


@pytest.mark.parametrize(
    ("value", "text"),
    [("6.5", "6,5"), ("7", "7,0"), ("7,25", "7,25"), ("CĐ", "CĐ"), ("", ""), ("NaN", "NaN")],
)
def test_values_of_amendments_are_shown_like_marks(value: str, text: str) -> None:
    """Numbers take the comma, words stay."""
    assert amended_text(value) == text


def test_results_of_both_kinds() -> None:
    """A marked subject shows its average, a comment subject its level, none shows nothing."""
    assert result_text(form(), Decimal("7.5"), None) == "7,5"
    assert result_text(form(), None, CommentLevel.NOT_PASSED) == "CĐ"
    assert result_text(form(), None, None) == ""
    assert [level_text(form(), level) for level in (*Level, None)] == [
        "Tốt",
        "Khá",
        "Đạt",
        "Chưa đạt",
        "Giỏi",
        "Trung bình",
        "Yếu",
        "Kém",
        "",
    ]


def test_days_follow_administrative_custom() -> None:
    """Days under ten and the months January and February take a leading zero."""
    assert day_parts(date(2025, 2, 3)) == {"day": "03", "month": "02", "year": "2025"}
    assert day_parts(date(2025, 5, 31)) == {"day": "31", "month": "5", "year": "2025"}
    assert long_day(form(), "", date(2025, 5, 9)) == "Ngày 09 tháng 5 năm 2025"
    assert day_text(date(2012, 2, 29)) == "29/02/2012"
    assert day_text(None) == ""


def test_reportlab_still_keeps_a_pages_operators() -> None:
    """The private list that tagging appends to is there and starts empty on each page."""
    canvas = Canvas(io.BytesIO(), invariant=1)
    canvas._code.append("/Artifact BMC EMC")
    canvas.showPage()
    assert canvas._code == []


def test_finished_file_has_what_validators_do_not_ask_for() -> None:
    """PDF 1.7, no leftovers of the template, the metadata unfiltered, own resources per page."""
    data = render_transcript(transcript(), form())
    assert data.startswith(b"%PDF-1.7")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/PreserveFonts" not in pdf.Root
        assert "/Filter" not in pdf.Root.Metadata
        assert all("/Resources" in page.obj for page in pdf.pages)
        assert "/NeedAppearances" not in pdf.Root.AcroForm
        assert str(pdf.Root.Lang) == "vi-VN"


def test_form_with_an_undrawable_wording_is_refused() -> None:
    """A wording that somebody put into an own form is checked like a name."""
    labels = {**form().labels, "common.semester_1": "Học kì Ⅰ"}
    with pytest.raises(InputError) as caught:
        render_transcript(transcript(), replace(form(), labels=labels))
    assert caught.value.code == "RENDER-CHARACTER"
    assert caught.value.parameters["code_point"] == "U+2160"


def test_register_number_with_its_level_is_not_extended() -> None:
    """A number that already ends in the level is printed as the school wrote it."""
    record = transcript()
    for number, shown in (("0123", "0123/THCS"), ("0083/THCS", "0083/THCS")):
        changed = replace(record, pupil=replace(record.pupil, register_number=number))
        texts = texts_by_mark(render_transcript(changed, form()))
        assert f"Số sổ đăng bộ: {shown}" in texts
