"""Transcripts on every form: the old one, those of centres, and several in one document."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from preserve.errors import InputError
from preserve.model.records import Transcript
from preserve.model.school import SchoolKind
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import lint
from tests.unit.render.people import SCHOOL, corrected, final_year, old_year, transcript
from tests.unit.render.reading import failures, form

OLD = "TT58-2011-THCS"
FORMS = (
    "TT22-2021-THCS",
    "TT22-2021-THPT",
    "TT43-2021-THCS",
    "TT43-2021-THPT",
    OLD,
    "TT58-2011-THPT",
)


def old_transcript() -> Transcript:
    """Return a transcript of two years under the old rules."""
    years = (old_year(2020, 8), old_year(2021, 9, 2))
    return replace(transcript(1), form=OLD, years=years)


def centre_transcript() -> Transcript:
    """Return the transcript of a learner at a centre of continuing education."""
    record = transcript(1)
    titles = ("Giáo viên chủ nhiệm", "Giám đốc", "Con dấu của trung tâm")
    return replace(
        record,
        form="TT43-2021-THCS",
        school=replace(SCHOOL, name="Trung tâm GDNN-GDTX Ví Dụ", kind=SchoolKind.CENTRE),
        years=(
            replace(
                final_year(record.years[0]),
                grade=9,
                title="Học viên Giỏi",
                school_name="Trung tâm GDNN-GDTX Ví Dụ",
                principal="Giám Đốc Ví Dụ",
                commendations=("Giấy khen của Giám đốc",),
            ),
        ),
        signatories=tuple(
            replace(one, title=title, person_name="Người Ký Ví Dụ")
            for one, title in zip(record.signatories, titles, strict=True)
        ),
    )


@pytest.mark.parametrize("name", FORMS)
def test_every_form_conforms(name: str) -> None:
    """A year with corrections and every line of the final grade passes on each form."""
    printed = form(name)
    record = transcript(1)
    year = replace(final_year(corrected(record.years[0])), grade=printed.final_grade)
    data = render_transcript(replace(record, form=name, years=(year,)), printed)
    assert failures(data) == []
    assert lint(data) == []


def test_old_form_has_the_mean_of_all_subjects_at_the_end_of_its_table() -> None:
    """Semesters, year, and the mean after re-examination stand in a row of their own."""
    texts = texts_by_mark(render_transcript(old_transcript(), form(OLD)))
    at = texts.index("ĐTB các môn")
    assert texts[at : at + 6] == [
        "ĐTB các môn",
        "6,4",
        "8,1",
        "4,9",
        "5,2",
        "GVCN: Chủ Nhiệm Ví Dụ",
    ]


def test_old_form_prints_its_own_columns_and_words() -> None:
    """Learning stands before conduct, in the five words of the old rules."""
    texts = texts_by_mark(render_transcript(old_transcript(), form(OLD)))
    at = texts.index("Học kì I")
    assert texts[at : at + 4] == ["Học kì I", "Trung bình", "Khá", "4 (P: 4, K: –)"]
    head = texts.index("Học lực")
    assert texts[head + 1] == "Hạnh kiểm"
    for word in ("Giáo viên bộ môn", "HK I", "CN", "Giỏi", "Yếu"):
        assert word in texts
    assert not any("rèn luyện và học tập" in text.lower() for text in texts)


def test_old_form_prints_the_titles_of_the_semesters() -> None:
    """Only the old rules give a title for a semester."""
    texts = texts_by_mark(render_transcript(old_transcript(), form(OLD)))
    assert "Danh hiệu học kì I: Học sinh tiên tiến" in texts
    assert "Danh hiệu học kì II: Học sinh tiên tiến" in texts
    assert "Danh hiệu cả năm học: Không" in texts
    now = texts_by_mark(render_transcript(transcript(1), form()))
    assert not any(text.startswith("Danh hiệu") for text in now)


def test_earlier_years_keep_the_pages_of_their_own_form() -> None:
    """A pupil who began under the old rules has old pages first and new pages after them."""
    record = transcript(1)
    mixed = replace(record, years=(old_year(2022, 6), *record.years))
    data = render_transcript(mixed, form(), forms={"TT58-2011+TT26-2020": form(OLD)})
    texts = texts_by_mark(data)
    assert texts.index("ĐTB các môn") < texts.index(
        "KẾT QUẢ RÈN LUYỆN VÀ HỌC TẬP NĂM HỌC 2023-2024"
    )
    assert "KẾT QUẢ XẾP LOẠI NĂM HỌC 2022-2023" in texts
    assert any("TT58-2011+TT26-2020, TT22-2021" in text for text in texts)
    assert failures(data) == []


def test_years_without_a_form_of_their_own_take_the_transcripts() -> None:
    """The mapping names exceptions only."""
    record = transcript(2)
    forms = {"TT58-2011+TT26-2020": form(OLD)}
    assert render_transcript(record, form(), forms=forms) == render_transcript(record, form())


def test_centre_is_never_called_a_school() -> None:
    """No word of school, pupil or principal stands on the pages of a centre."""
    record = centre_transcript()
    drawn = "\n".join(texts_by_mark(render_transcript(record, form("TT43-2021-THCS"))))
    assert not re.search(r"học sinh|hiệu trưởng|nhà trường|trường THCS", drawn, re.IGNORECASE)
    for word in ("HỌC VIÊN", "GIÁM ĐỐC", "Mã học viên", "GIÁO DỤC THƯỜNG XUYÊN"):
        assert word in drawn


def test_form_of_another_kind_is_refused() -> None:
    """A form of primary school has no pages for these results."""
    with pytest.raises(InputError) as caught:
        render_transcript(transcript(1), form("TT27-2020-TH"))
    assert caught.value.code == "RENDER-LAYOUT"
    assert caught.value.parameters == {"pupil": "9910000001", "form": "TT27-2020-TH"}
