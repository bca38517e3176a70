"""Editions on paper: what each page says, the room for the stamp, and the places to sign on."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pikepdf
import pytest

from preserve.errors import InputError
from preserve.render.paper import Draft, Edition, PaperEdition, RegularPrint
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import contents, lint
from tests.unit.render.people import transcript
from tests.unit.render.reading import failures, form, pdftotext, squeezed
from tests.unit.render.test_overlong import LONG, commented

EDITION = PaperEdition(
    converted_at=datetime(2026, 11, 22, 18, 5, 9, tzinfo=UTC),
    converter="Văn Thư Ví Dụ, văn thư",
    system="Kho lưu trữ học bạ số",
    reference="9f86d081884c",
)
REGULAR = RegularPrint(date(2025, 3, 4), "07")
EDITIONS: tuple[Edition, ...] = (EDITION, REGULAR, Draft())
STAMP = 34 / 25.4 * 72
"""A stamp over the edges takes about 34 mm at the right of the page."""


@pytest.mark.parametrize("edition", EDITIONS, ids=["paper", "regular", "draft"])
def test_editions_conform_and_cannot_be_signed(edition: Edition) -> None:
    """They pass both profiles, have no field and embed nothing that could pass for an original."""
    data = render_transcript(transcript(2), form(), edition=edition)
    assert failures(data) == []
    assert lint(data) == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert "/AF" not in pdf.Root
        assert not any("/Annots" in page.obj for page in pdf.pages)


@pytest.mark.parametrize("edition", EDITIONS, ids=["paper", "regular", "draft"])
def test_places_to_sign_on_stay_visible(edition: Edition) -> None:
    """Title, hint and printed name stand as in the document that is signed."""
    texts = texts_by_mark(render_transcript(transcript(1), form(), edition=edition))
    assert "GIÁO VIÊN CHỦ NHIỆM(Ký, ghi rõ họ tên)" in texts
    assert "CON DẤU CỦA NHÀ TRƯỜNG(Đóng dấu)" in [text.replace("\n", "") for text in texts]
    assert not any("Ký số" in text or "chữ ký số" in text for text in texts)


def pages_of(data: bytes, folder: Path) -> list[str]:
    """Return the text of every page without white space."""
    return [squeezed(page) for page in pdftotext(data, folder).split("\f")[:-1]]


@pytest.mark.judge("poppler")
def test_every_page_of_a_conversion_says_what_the_law_asks(tmp_path: Path) -> None:
    """System, owner, reference, mark of the conversion, time in Vietnam, and converter."""
    pages = pages_of(render_transcript(transcript(2), form(), edition=EDITION), tmp_path)
    wanted = (
        "VĂN BẢN GIẤY ĐƯỢC CHUYỂN ĐỔI TỪ VĂN BẢN ĐIỆN TỬ",
        "Hệ thống thông tin: Kho lưu trữ học bạ số.",
        "Chủ quản: Trường THCS Ví Dụ.",
        "Mã tra cứu bản gốc: 9f86d081884c",
        "01:05:09, ngày 23 tháng 11 năm 2026",
        "Người thực hiện chuyển đổi: Văn Thư Ví Dụ, văn thư",
    )
    assert [part for page in pages for part in wanted if squeezed(part) not in page] == []


def test_time_is_printed_in_vietnam_wherever_it_was_taken() -> None:
    """The same instant in another zone gives the same bytes."""
    there = EDITION.converted_at.astimezone(timezone(timedelta(hours=-5)))
    elsewhere = replace(EDITION, converted_at=there)
    one, other = (
        render_transcript(transcript(1), form(), edition=edition)
        for edition in (EDITION, elsewhere)
    )
    assert one == other


@pytest.mark.judge("poppler")
def test_right_edge_of_a_conversion_is_free_for_the_stamp(tmp_path: Path) -> None:
    """No word of the pages comes nearer to the right edge than the stamp needs."""
    data = render_transcript(transcript(2), form(), edition=EDITION)
    boxes = pdftotext(data, tmp_path, "-bbox")
    words = re.findall(r'yMin="([\d.]+)" xMax="([\d.]+)"', boxes)
    assert words
    # The mark of the conversion below the page may be wider; the stamp is put above it.
    assert max(float(right) for top, right in words if float(top) < 740) < 595.28 - STAMP


@pytest.mark.judge("poppler")
def test_every_page_of_a_regular_print_has_its_date(tmp_path: Path) -> None:
    """Kind, number and full date stand beside the page number."""
    pages = pages_of(render_transcript(transcript(1), form(), edition=REGULAR), tmp_path)
    line = squeezed("In thường xuyên, bản in số 07, ngày 04 tháng 3 năm 2025")
    assert len(pages) >= 4
    assert all(line in page for page in pages)


@pytest.mark.judge("poppler")
def test_regular_prints_of_two_days_differ_only_in_the_date(tmp_path: Path) -> None:
    """Nothing else of the pages depends on when they are printed."""
    days = (date(2025, 3, 4), date(2025, 4, 5))
    one, other = (
        "".join(
            pages_of(render_transcript(transcript(1), form(), edition=RegularPrint(day)), tmp_path)
        )
        for day in days
    )
    assert one != other
    assert one.replace("ngày04tháng3", "ngày05tháng4") == other


def test_every_page_of_a_draft_bears_the_word_as_an_artifact() -> None:
    """The word lies under the content and is not read as part of it."""
    data = render_transcript(transcript(2), form(), edition=Draft())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        codes = [contents(page) for page in pdf.pages]
    assert all(code.count("/Subtype /Watermark") == 1 for code in codes)
    assert all(code.index("/Watermark") < code.index("/MCID") for code in codes)
    assert not any("BẢN NHÁP" in text for text in texts_by_mark(data))


@pytest.mark.judge("poppler")
def test_draft_can_be_recognised_in_the_text_layer(tmp_path: Path) -> None:
    """Another program finds the word on every page, beside the page number."""
    data = render_transcript(transcript(1), form(), edition=Draft())
    text = pdftotext(data, tmp_path)
    assert text.count("BẢN NHÁP – Trang") == len(text.split("\f")) - 1


@pytest.mark.parametrize("years", [1, 3])
def test_year_pages_of_a_conversion_face_each_other(years: int) -> None:
    """Page A stands on the left; an empty page says that it is empty."""
    data = render_transcript(transcript(years), form(), edition=EDITION)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        heads = [number for number, page in enumerate(pdf.pages, 1) if _is_page_a(pdf, page)]
    assert len(heads) == years
    assert all(number % 2 == 0 for number in heads)


def _is_page_a(pdf: pikepdf.Pdf, page: pikepdf.Page) -> bool:
    """Tell whether a page has a table with the comments, the only one with three head spans."""
    row = next(
        value
        for key, value in zip(*[iter(pdf.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True)
        if int(key) == int(page.obj.StructParents)
    )
    return any(one.S == "/H2" for one in row) and sum(one.S == "/TD" for one in row) > 40


def test_signable_document_has_none_of_this() -> None:
    """Without an edition nothing is shrunk, marked or left for a pen."""
    data = render_transcript(transcript(1), form())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        codes = [contents(page) for page in pdf.pages]
        assert len(pdf.Root.AcroForm.Fields) == 3
    assert not any(" cm" in code or "/Watermark" in code for code in codes)
    assert not any("Xác nhận của" in text for text in texts_by_mark(data))


def test_mark_that_does_not_fit_is_refused() -> None:
    """A name of unheard-of length is not cut."""
    with pytest.raises(InputError, match="RENDER-TOO-LONG"):
        render_transcript(transcript(1), form(), edition=replace(EDITION, converter=LONG * 60))


def test_long_mark_takes_a_smaller_letter() -> None:
    """Five lines still fit above the edge of the paper."""
    edition = replace(EDITION, system=LONG * 8)
    data = render_transcript(transcript(1), form(), edition=edition)
    assert failures(data) == []
    assert lint(data) == []


def test_letter_without_a_glyph_in_the_mark_is_refused() -> None:
    """What is printed about the conversion is checked like a name."""
    with pytest.raises(InputError, match="RENDER-CHARACTER"):
        render_transcript(transcript(1), form(), edition=replace(EDITION, converter="漢"))


def test_long_table_of_a_conversion_keeps_the_order_of_pages() -> None:
    """A page A of two pages is followed by page B, and the file conforms."""
    data = render_transcript(commented(20), form(), edition=EDITION)
    assert failures(data) == []
    assert lint(data) == []
