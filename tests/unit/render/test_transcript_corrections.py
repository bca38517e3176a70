"""Corrections on the year pages: the old value stays readable, the new one stands above it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.model.records import Transcript
from preserve.model.results import Consequence, GradeAmendment
from preserve.render.corrections import corrected_cell, corrected_runs
from preserve.render.text import RED
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import contents, elements, lint
from tests.unit.render.people import amendment, corrected, old_year, transcript
from tests.unit.render.reading import failures, form, pdftotext

LINE_THROUGH = "/LineThrough"


def with_corrections() -> Transcript:
    """Return a transcript of one year with a corrected mark and a corrected level."""
    record = transcript(1)
    return replace(record, years=(corrected(record.years[0]),))


def amended(*amendments: GradeAmendment) -> Transcript:
    """Return a transcript of one year with these corrections."""
    return transcript(1, amendments=amendments)


def changing(field: str, before: str, after: str) -> GradeAmendment:
    """Return a corrected mark of mathematics that changed one result."""
    return replace(
        amendment("Toán"), initials="G.V.M", consequences=(Consequence(field, before, after),)
    )


def struck_spans(data: bytes) -> int:
    """Count the elements that say that their content is struck through."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [one for one in elements(pdf) if one.S == "/Span" and "/A" in one]
        return sum(str(one.A.TextDecorationType) == LINE_THROUGH for one in found)


def test_old_value_new_value_and_initials_are_read_in_this_order() -> None:
    """The averages of mathematics show what they were, what they are, and who corrected."""
    record = with_corrections()
    mathematics = record.years[0].subjects[1]
    texts = texts_by_mark(render_transcript(record, form()))
    new = f"{mathematics.semester_1.average:.1f}".replace(".", ",")
    at = texts.index("6,9 ")
    assert texts[at : at + 3] == ["6,9 ", f"{new} ", "G.V.M"]


def test_old_values_say_that_they_are_struck() -> None:
    """A screen reader meets five struck values: two averages, a level, the result, the title."""
    data = render_transcript(with_corrections(), form())
    assert struck_spans(data) == 5
    assert struck_spans(render_transcript(transcript(1), form())) == 0


def test_nothing_replaces_the_content_of_a_correction() -> None:
    """No alternative text says something else than what is drawn."""
    with pikepdf.open(io.BytesIO(render_transcript(with_corrections(), form()))) as pdf:
        assert not any("/ActualText" in one or "/Alt" in one for one in elements(pdf))
        assert not any("ActualText" in contents(page) for page in pdf.pages)


def test_corrected_documents_conform() -> None:
    """Spans, red ink and raised text are allowed by both profiles."""
    data = render_transcript(with_corrections(), form())
    assert failures(data) == []
    assert lint(data) == []


def test_red_is_for_corrections_only() -> None:
    """Without a correction nothing on the pages has a colour."""
    with pikepdf.open(io.BytesIO(render_transcript(transcript(1), form()))) as pdf:
        assert not any(re.search(r"\b(rg|RG)\b", contents(page)) for page in pdf.pages)
    with pikepdf.open(io.BytesIO(render_transcript(with_corrections(), form()))) as pdf:
        assert sum(f"{RED} RG" in contents(page) for page in pdf.pages) == 2


@pytest.mark.judge("poppler")
def test_another_program_reads_old_and_new(tmp_path: Path) -> None:
    """The text layer has the struck value before the value that holds."""
    record = amended(changing("ĐTBmcn", "3.3", "9.9"))
    first, mathematics, *rest = record.years[0].subjects
    subjects = (first, replace(mathematics, year_average=None), *rest)
    record = replace(record, years=(replace(record.years[0], subjects=subjects),))
    text = pdftotext(render_transcript(record, form()), tmp_path, "-raw")
    assert re.search(r"Toán.*3,3\s+G\.V\.M", text.replace("\n", " "))


def test_places_are_counted_on_the_page_where_they_stand() -> None:
    """Page A counts three places of two subjects, page B the result and the title."""
    texts = texts_by_mark(render_transcript(with_corrections(), form()))
    labels = form()
    assert (
        labels.label("transcript.subjects.corrections", count="03", subjects="Toán, Nghệ thuật")
        in texts
    )
    assert (
        labels.label(
            "transcript.summary.corrections", count="02", places="Kết quả học tập, Khen thưởng"
        )
        in texts
    )


def test_correction_that_changed_no_result_is_named_and_not_counted() -> None:
    """A corrected mark alone shows in the class book; here its papers are named."""
    texts = texts_by_mark(render_transcript(amended(amendment("Toán")), form()))
    assert form().label("transcript.subjects.corrections_none") in texts
    assert any("12/QĐ-VD" in text and "6,5 sửa thành 8,5" in text for text in texts)


def test_result_that_stayed_the_same_is_no_correction() -> None:
    """A dossier may list a result that did not change."""
    data = render_transcript(amended(changing("ĐTBmcn", "6.3", "6.3")), form())
    assert struck_spans(data) == 0


def test_result_corrected_twice_keeps_both_old_values() -> None:
    """The place counts once, and its history is complete."""
    record = amended(changing("ĐTBmcn", "5.1", "5.5"), changing("ĐTBmcn", "5.5", "6.0"))
    texts = texts_by_mark(render_transcript(record, form()))
    at = texts.index("5,1 5,5 ")
    assert texts[at + 2] == "G.V.M"
    count = form().label("transcript.subjects.corrections", count="01", subjects="Toán")
    assert count in texts


def test_level_is_struck_in_the_letters_of_the_form() -> None:
    """The dossier writes the level in words, the table prints letters."""
    change = replace(
        amendment("Nghệ thuật"), column="Đánh giá", old_value="Chưa đạt", new_value="Đạt"
    )
    assert "CĐ " in texts_by_mark(render_transcript(amended(change), form()))


def test_title_that_was_not_there_before_is_said_in_a_word() -> None:
    """Before the correction there was no title: the form said so."""
    record = amended(changing("title", "", "Học sinh Giỏi"))
    texts = texts_by_mark(render_transcript(record, form()))
    at = texts.index("Không ")
    assert texts[at + 1] == "Học sinh Giỏi "


@pytest.mark.parametrize(
    ("field", "before", "shown"),
    [
        ("Kết quả học kì", "CĐ", "CĐ "),
        ("Kết quả cả năm", "CĐ", "CĐ "),
        ("Kết quả học tập", "Đạt", "Đạt "),
        ("Kết quả rèn luyện", "Chưa đạt", "Chưa đạt "),
        ("Danh hiệu", "Học sinh Xuất sắc", "Học sinh Xuất sắc "),
    ],
)
def test_results_are_found_by_the_names_of_the_list_of_corrections(
    field: str, before: str, shown: str
) -> None:
    """A result of a subject shows its letter, one of the year its word."""
    texts = texts_by_mark(render_transcript(amended(changing(field, before, "Tốt")), form()))
    assert texts.count(shown) == 1


def test_consequence_without_a_place_on_the_pages_changes_nothing() -> None:
    """What only the class book shows is not counted here."""
    record = amended(changing("Xếp thứ", "5", "4"))
    assert struck_spans(render_transcript(record, form())) == 0


def test_mean_of_the_old_form_can_be_corrected() -> None:
    """The old form has a mean over all subjects, which a mark changes as well."""
    year = replace(old_year(2021, 9), amendments=(changing("mean", "4.7", "4.9"),))
    record = replace(transcript(1), form="TT58-2011-THCS", years=(year,))
    texts = texts_by_mark(render_transcript(record, form("TT58-2011-THCS")))
    assert texts[texts.index("4,7 ") + 1] == "4,9 "


@given(
    st.lists(st.text("0123456789,Đ", min_size=1), max_size=3),
    st.text("0123456789,"),
    st.text("ABC."),
)
def test_no_value_of_a_correction_is_lost(old: list[str], new: str, initials: str) -> None:
    """Every old value is struck, the new one is not, and all of them are there in order."""
    runs = corrected_runs(old, new, initials)
    assert [run.text.strip() for run in runs if run.struck] == old
    others = [run.text.strip() for run in runs if not run.struck]
    assert others == [text for text in (new, initials) if text]
    assert all(run.raised for run in runs if not run.struck)


def test_cell_without_old_values_is_an_ordinary_one() -> None:
    """A value that nobody corrected is drawn like every other."""
    cell = corrected_cell((), "7,5", "G.V.M")
    assert not cell.corrected
    assert [run.text for run in cell.runs] == ["7,5"]
