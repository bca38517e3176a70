"""What a class grade book shows, embeds and refuses."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from preserve.errors import InputError
from preserve.formats.record_xml import decode_record
from preserve.render.grade_book import render_grade_book
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import contents, elements, kids
from tests.unit.render.people import MOVEMENT, amendment, grade_book
from tests.unit.render.reading import attachments, failures, form, pdftotext, squeezed


@pytest.mark.judge("poppler")
def test_every_name_mark_and_comment_is_in_the_text_layer(tmp_path: Path) -> None:
    """Every pupil's row of every subject is found whole, in the order of the columns."""
    book = grade_book(12, seed=5)
    text = squeezed(pdftotext(render_grade_book(book, form()), tmp_path, "-layout"))
    missing = []
    for member in book.pupils:
        for result in member.result.subjects:
            for part in (result.semester_1, result.semester_2):
                if member.result.amendments and result.subject.name == "Toán":
                    continue
                marks = (*part.regular, part.midterm, part.final, part.average)
                shown = "".join(f"{m:.1f}".replace(".", ",") for m in marks if m is not None)
                if squeezed(member.pupil.name) + shown not in text:
                    missing.append((member.pupil.code, result.subject.code))
                if squeezed(part.comment) not in text:
                    missing.append((member.pupil.code, part.comment))
    assert missing == []


def test_embedded_record_says_the_same() -> None:
    """The XML inside the document decodes to the book that was drawn."""
    book = grade_book(5)
    assert decode_record(attachments(render_grade_book(book, form()))["record.xml"]) == book


def test_corrected_mark_shows_the_old_value_struck_through() -> None:
    """The old value stands before the new one under a line, and the dossier has a page."""
    book = grade_book(4)
    data = render_grade_book(book, form())
    new = str(book.pupils[2].result.subjects[1].semester_1.regular[0]).replace(".", ",")
    texts = texts_by_mark(data)
    assert f"6,5 {new if ',' in new else new + ',0'}" in texts
    assert form().label("grade_book.amendments.title") in texts
    assert "12/QĐ-VD, ngày 10/01/2025".replace(" ", "") in "".join(texts).replace(" ", "")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        codes = [contents(page) for page in pdf.pages]
    # The line lies inside the cell's own marked content: between its BDC and its EMC.
    cells = [c.split("EMC")[0] for code in codes for c in code.split("/TD <</MCID")[1:]]
    assert sum(" l S" in cell for cell in cells) == 2


@pytest.mark.parametrize(("column", "cell"), [("ĐĐGtx3", "6,5 8,5"), ("ĐĐGtx2", "6,5 8,5")])
def test_old_value_stands_beside_the_mark_that_replaced_it(column: str, cell: str) -> None:
    """Empty columns are not stored, so the new value tells which mark was corrected."""
    book = grade_book(1)
    (member,) = book.pupils
    subjects = list(member.result.subjects)
    marks = (Decimal("8.5"), Decimal("7.0"))
    subjects[1] = replace(subjects[1], semester_1=replace(subjects[1].semester_1, regular=marks))
    change = replace(amendment(), column=column)
    result = replace(member.result, subjects=tuple(subjects), amendments=(change,))
    texts = texts_by_mark(
        render_grade_book(replace(book, pupils=(replace(member, result=result),)), form())
    )
    assert texts[texts.index(cell) + 1] == "7,0"


def test_book_without_corrections_has_no_such_page() -> None:
    """The list of corrections appears only where there are any."""
    texts = texts_by_mark(render_grade_book(grade_book(2), form()))
    assert form().label("grade_book.amendments.title") not in texts


def test_fifth_regular_mark_gets_a_column() -> None:
    """A class with five regular marks prints five, and nothing is lost."""
    book = grade_book(2)
    member = book.pupils[0]
    first, *rest = member.result.subjects
    marks = tuple(map(Decimal, ("1.1", "2.2", "3.3", "4.4", "5.5")))
    first = replace(first, semester_1=replace(first.semester_1, regular=marks))
    changed = replace(member, result=replace(member.result, subjects=(first, *rest)))
    texts = texts_by_mark(
        render_grade_book(replace(book, pupils=(changed, book.pupils[1])), form())
    )
    assert [text for text in texts if text in {"1,1", "2,2", "3,3", "4,4", "5,5"}]
    at = texts.index("1,1")
    assert texts[at : at + 5] == ["1,1", "2,2", "3,3", "4,4", "5,5"]


def test_pupil_who_left_keeps_the_row() -> None:
    """Somebody without results is listed in every table, with empty cells."""
    book = grade_book(3)
    gone = book.pupils[1]
    result = replace(gone.result, subjects=(), promoted=None, movements=(MOVEMENT,))
    pupils = (book.pupils[0], replace(gone, result=result), book.pupils[2])
    data = render_grade_book(replace(book, pupils=pupils), form())
    assert texts_by_mark(data).count(gone.pupil.name) >= 2 * 12 + 6
    assert failures(data) == []


def test_each_table_is_one_element_over_its_pages() -> None:
    """45 pupils need two pages per table and still make one table with 45 rows."""
    book = grade_book(45)
    with pikepdf.open(io.BytesIO(render_grade_book(book, form()))) as pdf:
        tables = [element for element in elements(pdf) if element.S == "/Table"]
        rows = [len(kids(table)) for table in tables]
    long = [count for count in rows if count >= 45]
    # Two tables of particulars, 12 subjects twice, three summaries, the results of the year.
    assert len(long) == 2 + 24 + 3 + 1
    assert set(long) == {46, 47}


def test_class_without_pupils_is_refused() -> None:
    """There is nothing to sign."""
    with pytest.raises(InputError, match="RENDER-NO-PUPILS"):
        render_grade_book(replace(grade_book(1), pupils=()), form())


def test_undrawable_letter_is_refused_with_the_pupils_code() -> None:
    """One letter in one comment names the one pupil."""
    book = grade_book(3)
    member = book.pupils[1]
    noted = replace(member, result=replace(member.result, note="giỏi 👍"))
    with pytest.raises(InputError) as caught:
        render_grade_book(replace(book, pupils=(book.pupils[0], noted)), form())
    assert caught.value.parameters["pupil"] == member.pupil.code
    assert caught.value.parameters["code_point"] == "U+1F44D"
