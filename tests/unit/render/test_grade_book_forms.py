"""The class book in every form and every edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from preserve.model.records import GradeBook
from preserve.model.results import Level, PeriodSummary, PupilYear
from preserve.render.grade_book import render_grade_book
from preserve.render.paper import Draft, Edition, PaperEdition, RegularPrint
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.grade_books import full_grade_book
from tests.unit.render.lint import lint
from tests.unit.render.reading import attachments, failures, form, pdftotext, squeezed

FORMS = (
    "TT22-2021-THCS",
    "TT22-2021-THPT",
    "TT43-2021-THCS",
    "TT43-2021-THPT",
    "TT58-2011-THCS",
    "TT58-2011-THPT",
)


def old_book(pupils: int = 3) -> GradeBook:
    """Return a class with the levels, averages and titles of the old regulation."""
    book = full_grade_book(pupils)
    return replace(book, form="TT58-2011-THCS", pupils=tuple(_old_member(m) for m in book.pupils))


def _old_member(member: PupilYear) -> PupilYear:
    result = member.result
    return replace(
        member,
        result=replace(
            result,
            semester_1=_old_period(result.semester_1, "6.4", Level.POOR),
            semester_2=_old_period(result.semester_2, "7.8", Level.EXCELLENT),
            year=_old_period(result.year, "7.3", Level.AVERAGE),
            mean_after=Decimal("7.9"),
            learning_after=Level.FAIR,
        ),
    )


def _old_period(period: PeriodSummary, mean: str, level: Level) -> PeriodSummary:
    title = "Học sinh Tiên tiến"
    return replace(period, mean=Decimal(mean), learning=level, conduct=Level.WEAK, title=title)


@pytest.mark.parametrize("name", FORMS)
def test_book_conforms_in_every_form(name: str) -> None:
    """Both profiles and the lint are satisfied, whatever the form."""
    book = old_book() if "58" in name else full_grade_book(3)
    data = render_grade_book(replace(book, form=name), form(name))
    assert failures(data) == []
    assert lint(data) == []


def test_old_book_has_its_own_title_levels_averages_and_titles() -> None:
    """Sổ gọi tên và ghi điểm: ĐTB các môn, học lực, hạnh kiểm, danh hiệu per semester."""
    texts = texts_by_mark(render_grade_book(old_book(1), form("TT58-2011-THCS")))
    assert texts.count("SỔ GỌI TÊN VÀ GHI ĐIỂM") == 2
    # Each semester's summary has one mean; the year's stand in the table of results.
    assert [texts.count(mean) for mean in ("6,4", "7,8", "7,3", "7,9")] >= [1, 1, 1, 1]
    for level in ("Kém", "Giỏi", "Trung bình", "Khá"):
        assert level in texts
    assert texts.count("Yếu") == 3
    assert texts.count("Học sinh Tiên tiến") == 2
    assert "Học sinh Tiên tiến, Học sinh Giỏi" in texts
    assert "Hệ số 2 (ĐĐGgk)" in texts


def test_old_columns_stand_in_the_order_of_the_old_book() -> None:
    """The summary ends with ĐTB các môn, học lực, hạnh kiểm, danh hiệu."""
    texts = texts_by_mark(render_grade_book(old_book(1), form("TT58-2011-THCS")))
    at = texts.index("6,4", texts.index("TỔNG HỢP KẾT QUẢ XẾP LOẠI – HỌC KÌ I"))
    assert texts[at : at + 4] == ["6,4", "Kém", "Yếu", "Học sinh Tiên tiến"]


@pytest.mark.parametrize("name", ["TT43-2021-THCS", "TT43-2021-THPT"])
def test_centres_of_continuing_education_use_their_own_words(name: str) -> None:
    """No wording of the book speaks of pupils, schools or a headmaster."""
    words = {key: text.casefold() for key, text in form(name).labels.items() if "grade_book" in key}
    wrong = [
        key
        for key, text in words.items()
        if any(word in text for word in ("học sinh", "hiệu trưởng", "nhà trường"))
    ]
    assert wrong == []


@pytest.mark.judge("poppler")
@pytest.mark.parametrize(
    ("edition", "said"),
    [
        (Draft(), ""),
        (RegularPrint(date(2025, 3, 1)), "01 tháng 3"),
        (
            PaperEdition(
                datetime(2025, 6, 2, 1, 30, tzinfo=UTC),
                "Văn Thư Ví Dụ, văn thư",
                "Hệ thống minh họa",
                "so-theo-doi-6A",
            ),
            "Hệ thống minh họa",
        ),
    ],
    ids=["draft", "regular", "paper"],
)
def test_editions_on_paper_have_no_fields_and_embed_nothing(
    edition: Edition, said: str, tmp_path: Path
) -> None:
    """Places to sign on are drawn; nothing can be signed electronically by mistake."""
    data = render_grade_book(full_grade_book(3), form(), edition=edition)
    assert failures(data) == []
    assert b"/AcroForm" not in data
    assert attachments(data) == {}
    assert squeezed(said) in squeezed(pdftotext(data, tmp_path, "-raw"))
