"""The monthly pages of attendance, and who had left or come."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from datetime import date

import pikepdf

from preserve.model.records import GradeBook
from preserve.model.results import AbsentSession, MonthAttendance, Movement, PupilYear
from preserve.render.grade_book import render_grade_book
from preserve.render.grade_book_cells import has_come, has_left
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.grade_books import CAME, LEFT, with_attendance, with_movements
from tests.unit.render.lint import contents, element_kids, elements
from tests.unit.render.people import grade_book
from tests.unit.render.reading import failures, form


def _book(*months: MonthAttendance) -> GradeBook:
    book = grade_book(1)
    (member,) = book.pupils
    return replace(
        book, pupils=(replace(member, result=replace(member.result, attendance=months)),)
    )


def _rows(data: bytes, columns: int) -> list[list[str]]:
    """Return the first row of the body of every table of that many columns, by its texts."""
    texts = texts_by_mark(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        marks = [0]
        for page in pdf.pages:
            marks.append(marks[-1] + contents(page).count("/MCID "))
        first = {page.obj.objgen: marks[i] for i, page in enumerate(pdf.pages)}
        tables = [element for element in elements(pdf) if element.S == "/Table"]
        return [
            [texts[first[c.Pg.objgen] + int(c.K)] if "/K" in c else "" for c in cells]
            for table in tables
            for cells in [element_kids(element_kids(table)[-1])]
            if len(cells) == columns
        ]


def test_each_absence_stands_on_its_day() -> None:
    """P with leave, K without, both letters where both halves of a day were missed."""
    sessions = (
        AbsentSession(date(2024, 9, 6), excused=True),
        AbsentSession(date(2024, 9, 30), excused=True),
        AbsentSession(date(2024, 9, 30), excused=False),
    )
    data = render_grade_book(_book(MonthAttendance("2024-09", 2, 1, sessions)), form())
    (row,) = _rows(data, 36)
    days = row[2:33]
    assert {day: letters for day, letters in enumerate(days, start=1) if letters} == {
        6: "P",
        30: "PK",
    }
    assert row[33:] == ["3", "2", "1"]


def test_days_of_the_week_follow_the_calendar() -> None:
    """September 2024 begins on a Sunday and has no 31st."""
    texts = texts_by_mark(render_grade_book(_book(MonthAttendance("2024-09", 0, 0)), form()))
    at = texts.index("31")
    assert texts[at + 2 : at + 5] == ["CN", "T2", "T3"]
    assert texts[at + 2 + 30] == "–"


def test_leap_february_has_29_days() -> None:
    """The 29th of February 2024 was a Thursday; days 30 and 31 do not exist."""
    texts = texts_by_mark(render_grade_book(_book(MonthAttendance("2024-02", 0, 0)), form()))
    at = texts.index("31") + 2
    assert texts[at + 28 : at + 31] == ["T5", "–", "–"]


def test_unknown_total_is_empty_and_zero_is_zero() -> None:
    """A school that reports nothing for a month is not said to report zero."""
    months = (MonthAttendance("2024-09"), MonthAttendance("2024-10", 0, None))
    unknown, zero = _rows(render_grade_book(_book(*months), form()), 36)
    assert unknown[33:] == ["", "", ""]
    assert zero[33:] == ["0", "0", ""]


def test_month_with_totals_only_says_so() -> None:
    """Empty days must not be taken for presence."""
    words = form()
    said = words.label("grade_book.attendance.totals_only")
    texts = texts_by_mark(render_grade_book(_book(MonthAttendance("2024-09", 2, 1)), words))
    assert sum(said in text for text in texts) == 1
    texts = texts_by_mark(render_grade_book(_book(MonthAttendance("2024-09", 0, 0)), words))
    assert not any(said in text for text in texts)


def test_without_attendance_one_line_tells_it() -> None:
    """The pages are left out where the school reported totals of the semesters only."""
    words = form()
    texts = texts_by_mark(render_grade_book(grade_book(2), words))
    assert texts.count(words.label("grade_book.attendance.none")) == 1
    assert not any(text.startswith("ĐIỂM DANH THÁNG") for text in texts)


def test_a_month_of_fifty_pupils_stands_on_one_page() -> None:
    """One page a month, as the form has it; more pupils take a second page and lose nothing."""
    for pupils, pages in ((50, 1), (70, 2)):
        book = grade_book(pupils)
        member = replace(
            book.pupils[0],
            result=replace(book.pupils[0].result, attendance=(MonthAttendance("2024-09", 0, 0),)),
        )
        data = render_grade_book(replace(book, pupils=(member, *book.pupils[1:])), form())
        with pikepdf.open(io.BytesIO(data)) as pdf:
            (table,) = [
                element
                for element in elements(pdf)
                if element.S == "/Table" and len(element_kids(element_kids(element)[-1])) == 36
            ]
            cells = [element_kids(row)[0] for row in element_kids(table)[2:]]
            assert len(cells) == pupils
            assert len({cell.Pg.objgen for cell in cells}) == pages
        assert failures(data) == []


def _moved(*movements: Movement, status: str = "Đang học") -> PupilYear:
    member = with_movements(grade_book(1).pupils[0], *movements)
    return replace(member, result=replace(member.result, status=status))


def test_a_leaver_has_left_from_the_day_of_leaving() -> None:
    """The last movement decides, so somebody who came back has not left."""
    words, before, after = form(), date(2025, 1, 14), date(2025, 1, 15)
    assert not has_left(_moved(LEFT), words, before)
    assert has_left(_moved(LEFT), words, after)
    back = replace(CAME, on=date(2025, 3, 1))
    assert has_left(_moved(LEFT, back), words, date(2025, 2, 28))
    assert not has_left(_moved(LEFT, back), words, date(2025, 3, 1))


def test_a_state_of_the_roster_counts_without_a_movement() -> None:
    """Who left is known by the words that the form lists; other states leave nobody out."""
    words, day = form(), date(2025, 5, 31)
    assert has_left(_moved(status="Thôi học"), words, day)
    assert not has_left(_moved(status="Chuyển đến kỳ 1"), words, day)
    assert not has_left(_moved(status=""), words, day)


def test_a_late_comer_had_not_come_before() -> None:
    """The number of pupils of a month counts those who were there at its end."""
    assert not has_come(_moved(CAME), date(2024, 10, 31))
    assert has_come(_moved(CAME), date(2024, 11, 30))
    assert has_come(_moved(LEFT), date(2024, 9, 30))


def test_number_of_pupils_follows_the_movements() -> None:
    """Three pupils: one comes in November, one leaves in January."""
    book = grade_book(3)
    generator = random.Random(1)  # noqa: S311  (made-up absences are no secrets)
    members = [with_attendance(member, generator) for member in book.pupils]
    members[1] = with_movements(members[1], CAME)
    members[2] = with_movements(members[2], LEFT)
    data = render_grade_book(replace(book, pupils=tuple(members)), form())
    said = [t for t in texts_by_mark(data) if t.startswith("Tổng số học sinh của lớp: ")]
    assert [int(text.split(" – ")[0].rsplit(" ", 1)[1]) for text in said] == [
        *[2, 2, 3, 3],
        *[2, 2, 2, 2, 2],
    ]


def test_name_of_a_leaver_is_struck_where_the_pupil_was_gone() -> None:
    """Pages of the first semester stay clean for somebody who left in the second one."""
    book = grade_book(1)
    late = replace(LEFT, on=date(2025, 3, 3))
    names = {}
    for key, movement in (("first", LEFT), ("second", late)):
        moved = replace(book, pupils=(with_movements(book.pupils[0], movement),))
        with pikepdf.open(io.BytesIO(render_grade_book(moved, form()))) as pdf:
            code = "\n".join(contents(page) for page in pdf.pages)
        heads = [part.split("EMC")[0] for part in code.split("/TH <</MCID")[1:]]
        names[key] = sum(" RG " in head for head in heads)
    # Two tables of particulars, twelve subjects and a summary per semester, three of the year.
    assert names == {"first": 2 + 2 * 13 + 3, "second": 2 + 13 + 3}


def test_remarks_tell_who_left_and_why() -> None:
    """The reason stands in the column of remarks of each table of marks."""
    book = grade_book(1)
    moved = replace(book, pupils=(with_movements(book.pupils[0], LEFT),))
    data = render_grade_book(moved, form())
    texts = texts_by_mark(data)
    assert sum("Chuyển đi ngày 15/01/2025: Theo gia đình" in text for text in texts) == 24 + 1
    assert failures(data) == []
