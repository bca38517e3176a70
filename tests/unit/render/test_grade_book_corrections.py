"""How a class book shows corrected marks, and how each page counts them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pytest

from preserve.model.records import GradeBook
from preserve.model.results import Consequence, GradeAmendment
from preserve.render.grade_book import render_grade_book
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.grade_books import with_amendments
from tests.unit.render.lint import contents
from tests.unit.render.people import amendment, grade_book
from tests.unit.render.reading import failures, form


def _book(*amendments: GradeAmendment, marks: tuple[str, ...] = ("8.5", "7.0")) -> GradeBook:
    """Return a book of one pupil whose first marks in Toán are known."""
    book = grade_book(1)
    (member,) = book.pupils
    subjects = list(member.result.subjects)
    index = next(i for i, s in enumerate(subjects) if s.subject.name == "Toán")
    semester = replace(
        subjects[index].semester_1,
        regular=tuple(map(Decimal, marks)),
        midterm=Decimal("9.9"),
        average=Decimal("7.2"),
        comment="",
    )
    subjects[index] = replace(subjects[index], semester_1=semester, year_average=Decimal("7.7"))
    result = replace(member.result, subjects=tuple(subjects), amendments=amendments)
    return replace(book, pupils=(replace(member, result=result),))


def _place(texts: list[str], *pieces: str) -> int:
    """Count where pieces of content follow each other, whatever space stands between them."""
    shown = [text.strip() for text in texts if text.strip()]
    return sum(tuple(shown[i : i + len(pieces)]) == pieces for i in range(len(shown)))


def _counts(data: bytes) -> list[int]:
    pattern = re.compile(r"Trong trang này có sửa chữa ở: (\d+) chỗ")
    return [int(m[1]) for text in texts_by_mark(data) if (m := pattern.match(text))]


@pytest.mark.parametrize("column", ["ĐĐGtx1", "ĐĐGtx2", "ĐĐGtx3"])
def test_old_mark_stands_before_the_one_that_replaced_it(column: str) -> None:
    """Old value, new value and initials follow each other; the next mark keeps its own cell.

    Empty columns are not stored, so the new value tells which mark was corrected.
    """
    book = _book(replace(amendment(), column=column, initials="VD"))
    texts = texts_by_mark(render_grade_book(book, form()))
    assert _place(texts, "6,5", "8,5", "VD", "7,0")


def test_old_mark_is_struck_through_in_red_inside_its_own_element() -> None:
    """The line belongs to the content of the old value and not to the next cell."""
    data = render_grade_book(_book(amendment()), form())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        code = "\n".join(contents(page) for page in pdf.pages)
    spans = [part.split("EMC")[0] for part in code.split("/Span <</MCID")[1:]]
    assert sum(" RG " in span and " l S" in span for span in spans) == 1


def test_red_is_dark_enough_to_read() -> None:
    """Contrast with white is above 4.5 to 1 (WCAG 2, relative luminance)."""
    with pikepdf.open(io.BytesIO(render_grade_book(_book(amendment()), form()))) as pdf:
        code = "\n".join(contents(page) for page in pdf.pages)
    colours = set(re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) (?:RG|rg)\b", code))
    assert colours
    for channels in colours:
        shares = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in map(float, channels)
        ]
        luminance = sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), shares, strict=True))
        assert 1.05 / (luminance + 0.05) > 4.5


def test_twice_corrected_mark_shows_both_old_values() -> None:
    """The oldest value comes first."""
    first = replace(amendment(), column="ĐĐGgk", old_value="4", new_value="5")
    second = replace(first, number="SĐ-02", old_value="5", new_value="9.9")
    texts = texts_by_mark(render_grade_book(_book(first, second), form()))
    assert _place(texts, "4,0 5,0", "9,9")


def test_averages_that_moved_show_what_they_were() -> None:
    """ĐTBmhk in its semester, ĐTBmcn in the second one, both again in the summaries."""
    moved = (Consequence("ĐTBmhk", "6.9", "7.2"), Consequence("ĐTBmcn", "2.2", "7.7"))
    change = replace(amendment(), column="ĐĐGgk", new_value="9.9", consequences=moved)
    texts = texts_by_mark(render_grade_book(_book(change), form()))
    assert any("ĐTBmhk: 6,9 → 7,2" in text for text in texts)
    assert _place(texts, "6,9", "7,2") == 2
    assert _place(texts, "2,2", "7,7") == 2


def test_foot_of_each_page_counts_its_own_corrections() -> None:
    """Two mid-term marks and their averages on one page, the year's averages on another."""
    book = grade_book(45)
    members = [replace(m, result=replace(m.result, amendments=())) for m in book.pupils]
    members[0] = with_amendments(members[0], ["Toán"])
    members[44] = with_amendments(members[44], ["Toán"])
    counts = _counts(render_grade_book(replace(book, pupils=tuple(members)), form()))
    # Two pages per table: the first pupil on one, the last one on the other.
    assert [count for count in counts if count] == [2, 2, 1, 1]
    assert len(counts) >= 2 * 24


def test_foot_names_who_confirms() -> None:
    """The homeroom teacher confirms the corrections of a page by the signature of the book."""
    texts = texts_by_mark(render_grade_book(_book(amendment()), form()))
    feet = [text for text in texts if text.startswith("Trong trang này có sửa chữa ở: 1 chỗ.")]
    assert len(feet) == 1
    assert "Chủ Nhiệm Ví Dụ" in feet[0]


def test_correction_of_a_level_is_shown() -> None:
    """A comment subject shows the old level under the line."""
    book = grade_book(1)
    change = replace(amendment("Nghệ thuật"), column="Đánh giá", old_value="CĐ", new_value="Đ")
    (member,) = book.pupils
    changed = replace(member, result=replace(member.result, amendments=(change,)))
    data = render_grade_book(replace(book, pupils=(changed,)), form())
    assert _counts(data).count(1) == 1
    assert failures(data) == []


def test_list_of_corrections_names_every_paper() -> None:
    """Reason, evidence, request, decision, minutes, and the day of each."""
    book = grade_book(2)
    members = (with_amendments(book.pupils[0], ["Toán"]), book.pupils[1])
    text = " ".join(texts_by_mark(render_grade_book(replace(book, pupils=members), form())))
    for value in ("Nhập nhầm điểm", "Bài kiểm tra số 3", "01/ĐN-VD, ngày 08/01/2025"):
        assert value in text
    for value in ("12/QĐ-VD, ngày 10/01/2025", "03/BB-VD", "11/01/2025"):
        assert value in text
