"""What a class grade book shows, embeds and refuses."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from preserve.errors import InputError
from preserve.formats.record_xml import decode_record
from preserve.model.records import GradeBook
from preserve.model.results import MonthAttendance
from preserve.render.grade_book import render_grade_book
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.grade_books import full_grade_book
from tests.unit.render.lint import contents, element_kids, elements, kids
from tests.unit.render.people import MOVEMENT, grade_book
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
    # 12 subjects twice, three summaries, the results of the year, the homeroom teacher's remarks.
    assert len(long) == 24 + 3 + 1 + 1
    assert set(long) == {46, 47}


@pytest.mark.judge("poppler")
def test_parts_stand_in_the_order_of_the_form(tmp_path: Path) -> None:
    """Cover, guidance, persons, attendance, both semesters with summaries, the year, the end."""
    words = form()
    text = squeezed(pdftotext(render_grade_book(full_grade_book(5), words), tmp_path, "-raw"))
    first, second = words.label("common.semester_1"), words.label("common.semester_2")
    physical = "Giáo dục thể chất"
    titles = (
        words.label("grade_book.cover.subtitle"),
        words.label("grade_book.guidance.title"),
        words.label("grade_book.cover.issued") + ":",
        words.label("grade_book.particulars.title"),
        words.label("grade_book.particulars.family_title"),
        words.label("grade_book.attendance.title", month=9, year=2024),
        words.label("grade_book.attendance.title", month=5, year=2025),
        words.label("grade_book.divider.semester", semester="HỌC KÌ I"),
        words.label("grade_book.marks.title", subject=physical, semester=first),
        words.label("grade_book.marks.title", subject="Toán", semester=first),
        words.label("grade_book.summary.semester", semester="HỌC KÌ I"),
        words.label("grade_book.divider.semester", semester="HỌC KÌ II"),
        words.label("grade_book.marks.title", subject="Tin học", semester=second),
        words.label("grade_book.summary.semester", semester="HỌC KÌ II"),
        words.label("grade_book.summary.whole_year"),
        words.label("grade_book.ranking.title"),
        words.label("grade_book.homeroom.title"),
        words.label("grade_book.amendments.title"),
        words.label("grade_book.principal.title"),
        words.label("grade_book.closing.title"),
    )
    at = 0
    for title in titles:
        at = text.index(squeezed(title), at)


@pytest.mark.judge("poppler")
def test_every_wording_of_the_form_is_printed(tmp_path: Path) -> None:
    """No label of the class book is lost on the way to the page."""
    words = form()
    text = squeezed(pdftotext(render_grade_book(full_grade_book(5), words), tmp_path, "-raw"))
    elsewhere = {"particulars.blank_page", "particulars.guardian", "member.left_states"}
    elsewhere |= {"attendance.none", "attendance.none_title", "attendance.totals_only"}
    elsewhere |= {"summary.mean", "summary.title", "ranking.mean"}
    missing = []
    for name, wording in words.labels.items():
        part = name.removeprefix("grade_book.")
        if part == name or "." not in part or part in elsewhere:
            continue
        pieces = [squeezed(piece) for piece in re.split(r"\{\w+\}", wording)]
        if not all(piece in text for piece in pieces):
            missing.append(name)
    assert missing == []


@pytest.mark.judge("poppler")
def test_every_value_of_the_year_is_printed(tmp_path: Path) -> None:
    """Particulars, comments, achievements, completion and movements are found in the text."""
    book = full_grade_book(5)
    text = squeezed(pdftotext(render_grade_book(book, form()), tmp_path, "-raw"))
    missing = [value for value in _values(book) if squeezed(value) not in text]
    assert missing == []


def _values(book: GradeBook) -> Iterator[str]:
    yield from (book.document_number, book.school.name, book.school.place)
    for assignment in book.class_group.assignments:
        yield from (assignment.subject, assignment.part or "", assignment.teacher.name)
    for member in book.pupils:
        pupil, result = member.pupil, member.result
        yield from (pupil.code, pupil.name, pupil.birth_place, pupil.ethnic_group, pupil.address)
        for relative in (pupil.father, pupil.mother):
            yield from (relative.name, relative.occupation) if relative else ()
        yield from (result.title, result.outcome, result.note, result.summer_comment)
        yield from (*result.certificates, *result.contests, *result.commendations)
        for period in (result.semester_1, result.semester_2, result.year):
            yield period.homeroom_comment
        for movement in result.movements:
            yield from (movement.other_school, movement.document_number, movement.reason)
        if result.completion:
            yield from (result.completion.decision_number, result.completion.register_number)


def test_particulars_stand_on_facing_pages() -> None:
    """Each left page is even, the right one follows it, and a pupil's rows are level on both."""
    with pikepdf.open(io.BytesIO(render_grade_book(full_grade_book(45), form()))) as pdf:
        tables = [element for element in elements(pdf) if element.S == "/Table"]
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
        # The first table names the teachers; the class of 45 takes two spreads.
        spreads = [(tables[1], tables[2]), (tables[3], tables[4])]
        for left, right in spreads:
            begin, end = _page_of(left, pages), _page_of(right, pages)
            assert (begin % 2, end) == (0, begin + 1)
            assert len(kids(left)) == len(kids(right))
            assert _heights(pdf.pages[begin - 1]) == _heights(pdf.pages[end - 1])
        assert sum(len(kids(left)) - 1 for left, _ in spreads) == 45


def _page_of(table: pikepdf.Object, pages: dict[tuple[int, int], int]) -> int:
    cell = element_kids(element_kids(table)[0])[0]
    return pages[cell.Pg.objgen]


def _heights(page: pikepdf.Page) -> set[str]:
    """Return where the rules between the rows of a page's tables stand."""
    heights = set(re.findall(r" ([\d.]+) m [\d.]+ \1 l", contents(page)))
    assert len(heights) > 10
    return heights


def test_overlong_inner_cover_moves_the_particulars_to_the_next_even_page() -> None:
    """A class with many teachers gets one page that says that it is left empty."""
    book = full_grade_book(2)
    group = book.class_group
    group = replace(group, assignments=group.assignments * 4)
    texts = texts_by_mark(render_grade_book(replace(book, class_group=group), form()))
    assert form().label("grade_book.particulars.blank_page") in texts


def test_class_without_pupils_is_refused() -> None:
    """There is nothing to sign."""
    with pytest.raises(InputError, match="RENDER-NO-PUPILS"):
        render_grade_book(replace(grade_book(1), pupils=()), form())


def test_form_of_another_record_is_refused() -> None:
    """A form of primary school has no class book of marks."""
    with pytest.raises(InputError, match="RENDER-LAYOUT"):
        render_grade_book(grade_book(1), form("TT27-2020-TH"))


def test_attendance_of_no_month_is_refused_with_the_pupils_code() -> None:
    """A month that no calendar has is a fault of the data and never a crash."""
    book = grade_book(1)
    (member,) = book.pupils
    wrong = replace(member.result, attendance=(MonthAttendance("2024-13"),))
    with pytest.raises(InputError, match="RENDER-MONTH") as caught:
        render_grade_book(replace(book, pupils=(replace(member, result=wrong),)), form())
    assert caught.value.parameters["pupil"] == member.pupil.code


def test_undrawable_letter_is_refused_with_the_pupils_code() -> None:
    """One letter in one comment names the one pupil."""
    book = grade_book(3)
    member = book.pupils[1]
    noted = replace(member, result=replace(member.result, note="giỏi 👍"))
    with pytest.raises(InputError) as caught:
        render_grade_book(replace(book, pupils=(book.pupils[0], noted)), form())
    assert caught.value.parameters["pupil"] == member.pupil.code
    assert caught.value.parameters["code_point"] == "U+1F44D"
