"""What a reader may expect of every page: nothing torn apart, nothing too small to read."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pytest

from preserve.demo.names import LONG_NAME
from preserve.model.records import GradeBook, SummaryPeriod
from preserve.render.amendment_minutes import render_amendment_minutes
from preserve.render.covering_note import render_covering_note
from preserve.render.flow import Flow
from preserve.render.grade_book import LANDSCAPE, render_grade_book
from preserve.render.grade_book_attendance import place_attendance
from preserve.render.primary_summary import render_assessment_summary
from preserve.render.primary_transcript import render_primary_transcript
from preserve.render.sealing_minutes import render_sealing_minutes
from preserve.render.transcript import render_transcript
from preserve.render.transfer_summary import render_transfer_summary
from tests.unit.render import primary_people
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.grade_books import full_grade_book
from tests.unit.render.lint import contents
from tests.unit.render.minutes import (
    amendment_minutes,
    covering_note,
    primary_transfer_summary,
    sealing_minutes,
    transfer_summary,
)
from tests.unit.render.people import corrected, final_year, grade_book, transcript
from tests.unit.render.reading import fields, form
from tests.unit.render.test_transcript_forms import old_transcript

READABLE = 8
"""Points."""
SIZE = re.compile(r"/F\d ([\d.]+) Tf")


def rows_on(page: pikepdf.Page) -> int:
    """Return how many pieces of table cells a page shows."""
    return len(re.findall(r"/TD <<", contents(page)))


def with_two_subjects(pupils: int) -> GradeBook:
    """Return a small book: the page breaks are those of a large one."""
    book = grade_book(pupils)
    kept = book.class_group.subjects[:2]
    return replace(book, class_group=replace(book.class_group, subjects=kept))


@pytest.mark.parametrize("pupils", range(24, 36))
def test_teachers_sign_under_rows_of_their_subject(pupils: int) -> None:
    """However the pages break, some pupils' marks stand above the fields."""
    data = render_grade_book(with_two_subjects(pupils), form())
    found = fields(data)
    subjects = {field["page"] for name, field in found.items() if name.startswith("SUBJECT")}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert subjects
        assert [page for page in subjects if rows_on(pdf.pages[page]) < 3] == []


@pytest.mark.parametrize("lines", range(0, 30, 3))
def test_approval_stands_on_the_page_of_the_signatures(lines: int) -> None:
    """However long the comments are, nobody signs below nothing."""
    record = old_transcript()
    last = final_year(record.years[-1])
    comment = "\n".join(["Có cố gắng."] * lines)
    summary = replace(last.year, homeroom_comment=comment)
    years = (record.years[0], replace(last, year=summary))
    data = render_transcript(replace(record, years=years), form(record.form))
    (page,) = {field["page"] for field in fields(data).values()}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert page == len(pdf.pages) - 1
        del pdf.pages[:page]
        rest = io.BytesIO()
        pdf.save(rest)
    assert "PHÊ DUYỆT CỦA HIỆU TRƯỞNG" in texts_by_mark(rest.getvalue())


def test_day_and_head_of_the_school_follow_the_course_of_study() -> None:
    """A day without anybody below it would belong to nobody."""
    texts = texts_by_mark(render_transcript(transcript(1), form()))
    at = texts.index("Xã Minh Họa, ngày 31 tháng 5 năm 2025")
    below = ["HIỆU TRƯỞNG", "(Xác nhận bằng chữ ký số ở cuối học bạ)", "Hiệu Trưởng Ví Dụ"]
    assert texts[at + 1 : at + 4] == below


def test_a_month_with_a_long_name_stands_on_one_page() -> None:
    """A name of two lines makes the letters smaller and no second page."""
    book = full_grade_book(45)
    first, *others = book.pupils
    long = replace(first, pupil=replace(first.pupil, name=LONG_NAME))
    flow = Flow(LANDSCAPE)
    place_attendance(flow, replace(book, pupils=(long, *others)), form(), "")
    assert len(flow.pages) == 9


def test_teachers_of_one_subject_stand_under_each_other() -> None:
    """The inner cover follows the subjects, whatever the order of the assignments."""
    texts = texts_by_mark(render_grade_book(grade_book(1), form()))
    names = [subject.name for subject in grade_book(1).class_group.subjects]
    listed = texts[texts.index("Họ và tên giáo viên") :]
    listed = [text for text in listed[: listed.index("SƠ YẾU LÍ LỊCH HỌC SINH")] if text in names]
    assert listed == sorted(listed, key=names.index)
    assert listed.count("Lịch sử và Địa lí") == 2


def smallest(data: bytes) -> float:
    """Return the smallest font size of a document in points."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return min(float(size) for page in pdf.pages for size in SIZE.findall(contents(page)))


def documents() -> dict[str, bytes]:
    """Return a document of every kind, filled as schools fill them."""
    year = replace(final_year(corrected(transcript(1).years[0])), grade=9)
    letter = "bang-tong-hop-chuyen-truong"
    return {
        "transcript": render_transcript(replace(transcript(1), years=(year,)), form()),
        "old transcript": render_transcript(old_transcript(), form("TT58-2011-THCS")),
        "primary transcript": render_primary_transcript(
            primary_people.transcript(1), form(primary_people.FORM)
        ),
        **{
            f"summary of grade {grade}": render_assessment_summary(
                primary_people.assessment_summary(SummaryPeriod.END_2, grade, 5),
                form(primary_people.FORM),
            )
            for grade in (1, 3, 5)
        },
        "class book": render_grade_book(full_grade_book(43), form()),
        "transfer": render_transfer_summary(transfer_summary(), form(letter)),
        "primary transfer": render_transfer_summary(primary_transfer_summary(), form(letter)),
        "amendment": render_amendment_minutes(amendment_minutes(), form("bien-ban-sua-diem")),
        "sealing": render_sealing_minutes(sealing_minutes(), form("bien-ban-niem-phong")),
        "note": render_covering_note(covering_note(), form("thu-gui-kem")),
    }


def test_no_print_is_too_small_to_read() -> None:
    """Eight points is the least that a person past forty reads at arm's length."""
    sizes = {name: smallest(data) for name, data in documents().items()}
    assert {name: size for name, size in sizes.items() if size < READABLE} == {}
