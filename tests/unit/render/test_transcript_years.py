"""What a transcript says about the years: the level's end, repeating, leaving, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from string import Formatter

import pytest

from preserve.model.results import (
    Absences,
    Completion,
    Movement,
    PeriodSummary,
    SemesterResult,
    YearResult,
)
from preserve.render.paper import PaperEdition
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import lint
from tests.unit.render.people import MOVEMENT, corrected, final_year, transcript
from tests.unit.render.reading import failures, form, squeezed
from tests.unit.render.test_transcript_paper import EDITION

LEFT = Movement(
    "out", date(2024, 1, 15), "Trường THCS Nơi Đến", "Tỉnh Mẫu", "09/CT", "Theo gia đình"
)


def texts_of(*years: YearResult, edition: PaperEdition | None = None) -> list[str]:
    """Return the drawn texts of a transcript with these years."""
    record = replace(transcript(1), years=years)
    return texts_by_mark(render_transcript(record, form(), edition=edition))


def year() -> YearResult:
    """Return an ordinary year."""
    return transcript(1).years[0]


def left_year() -> YearResult:
    """Return a year that ended in January for this pupil."""
    whole = year()
    subjects = tuple(
        replace(one, semester_2=SemesterResult(), year_average=None, year_level=None)
        for one in whole.subjects
    )
    return replace(
        whole,
        subjects=subjects,
        semester_2=PeriodSummary(),
        year=PeriodSummary(),
        outcome="",
        promoted=None,
        title="",
        status="Chuyển đi",
        movements=(LEFT,),
    )


def test_completion_of_the_level_is_printed_in_the_final_grade() -> None:
    """Number and day of the decision and the number in the register stand in one line."""
    texts = texts_of(replace(final_year(year()), grade=9))
    value = "Quyết định số 128/QĐ-PGDVD, ngày 12/06/2025; số vào sổ: 0457/2025"
    assert f"Công nhận hoàn thành chương trình THCS: {value}" in texts
    assert "Hoàn thành/ Chưa hoàn thành chương trình THCS" in texts


def test_completion_without_a_day_names_the_number_alone() -> None:
    """What the school did not give is not invented."""
    texts = texts_of(replace(year(), grade=9, completion=Completion("7/QĐ")))
    assert "Công nhận hoàn thành chương trình THCS: Quyết định số 7/QĐ" in texts


def test_other_grades_have_no_line_for_the_completion() -> None:
    """Only the last grade of the level can complete it."""
    assert not any(text.startswith("Công nhận") for text in texts_of(year()))


@pytest.mark.parametrize(
    "name",
    ["certificates", "contests", "title_label", "commendations", "summer", "note"],
)
def test_line_with_nothing_to_say_says_so(name: str) -> None:
    """An empty line could be filled in later; a word cannot."""
    empty = replace(year(), grade=9, title="", note="")
    label = form().label(f"transcript.summary.{name}")
    assert f"{label}: Không" in texts_of(empty)


def test_completion_without_a_decision_is_not_denied() -> None:
    """That no decision is known says nothing about what will be decided."""
    texts = texts_of(replace(year(), grade=9, completion=None))
    assert "Công nhận hoàn thành chương trình THCS: Chưa có quyết định" in texts


def test_columns_of_the_summer_stay_empty_without_results_of_it() -> None:
    """A dash and no word, which could be read as a level."""
    texts = texts_of(replace(year(), learning_after=None, conduct_after=None))
    assert texts.count("–") == 2


def test_certificates_contests_and_commendations_are_printed() -> None:
    """Everything that the school reported about the pupil's achievements is there."""
    texts = texts_of(final_year(year()))
    for part in (
        "Nghề Tin học văn phòng, loại Giỏi; Tiếng Anh bậc 2 (A2)",
        "Giải Ba môn Toán cấp huyện",
        "Giấy khen của Hiệu trưởng về phong trào Đội",
        "Đã hoàn thành việc rèn luyện trong kì nghỉ hè.",
    ):
        assert any(text.endswith(f": {part}") for text in texts)


def test_results_before_and_after_the_summer_are_both_printed() -> None:
    """The later level never overwrites the one at the end of the year."""
    whole = final_year(year())
    assert whole.year.learning not in {whole.learning_after, None}
    texts = texts_of(whole)
    at = texts.index("3 (P: 2, K: 1)")
    assert texts[at - 2 : at + 3] == ["Tốt", "Khá", "3 (P: 2, K: 1)", "Khá", "Đạt"]


def test_absences_show_their_parts() -> None:
    """The total stands with what was excused and what was not, as far as it is known."""
    counts = [Absences(2, 1, 3), Absences(None, 4, None), Absences(None, None, 5)]
    first, second, whole = (replace(year().year, absences=one) for one in counts)
    texts = texts_of(replace(year(), semester_1=first, semester_2=second, year=whole))
    assert "3 (P: 2, K: 1)" in texts
    assert "(P: –, K: 4)" in texts
    assert "5" in texts


@pytest.mark.parametrize(
    ("promoted", "word"),
    [(True, "Được lên lớp"), (False, "Không được lên lớp"), (None, "Chưa xét")],
)
def test_decision_is_said_where_the_school_wrote_none(promoted: bool | None, word: str) -> None:  # noqa: FBT001  (a row of the table)
    """The mark of promotion speaks for itself; without it nothing is decided yet."""
    texts = texts_of(replace(year(), outcome="", promoted=promoted))
    assert f"Kết quả cuối năm học: {word}" in texts


def test_repeated_grade_is_named_in_the_course_of_study() -> None:
    """The same grade twice: the second year says that it was repeated."""
    first = replace(year(), class_name="7B", grade=7)
    second = replace(transcript(2).years[1], class_name="7C", grade=7)
    texts = texts_of(first, second)
    assert "7C\n(học lại)".replace("\n", "") in [text.replace("\n", "") for text in texts]
    assert not any("7B" in text and "học lại" in text for text in texts)


def test_years_at_other_schools_and_movements_have_rows() -> None:
    """The course of study names the other school, and the day and paper of every move."""
    away = replace(year(), school_name="Trường THCS Khác", school_place="Tỉnh Mẫu")
    here = replace(transcript(2).years[1], movements=(MOVEMENT,))
    texts = texts_of(away, here)
    assert texts.count("Trường THCS Khác, Tỉnh Mẫu") == 2
    assert any(text.startswith("Chuyển đến ngày 20/01/2025 từ Trường THCS Khác") for text in texts)


def test_pupil_who_left_in_the_middle_of_the_year() -> None:
    """The document shows what there is, the day and reason of leaving, and no decision."""
    record = replace(transcript(1), years=(left_year(),))
    data = render_transcript(record, form())
    texts = texts_by_mark(data)
    assert any("Trường THCS Nơi Đến" in text and "Theo gia đình" in text for text in texts)
    assert "Tình trạng: Chuyển đi" in texts
    assert "Kết quả cuối năm học: Chưa xét" in texts
    assert failures(data) == []
    assert lint(data) == []


def test_five_years_conform() -> None:
    """A level with a repeated grade takes five years and two pages for each."""
    data = render_transcript(transcript(5), form())
    assert failures(data) == []
    assert lint(data) == []


def test_every_wording_of_the_form_is_printed_by_some_transcript() -> None:
    """No label of the form is dead, and none is drawn only in part."""
    drawn = squeezed("\n".join(text for texts in _all_kinds() for text in texts))
    labels = {name: text for name, text in form().labels.items() if name.startswith("transcript.")}
    unseen = [
        name
        for name, text in labels.items()
        if name not in _METADATA and not all(squeezed(part) in drawn for part in _fixed(text))
    ]
    assert unseen == []


_METADATA = {
    "transcript.document_title",
    "transcript.record_description",
    "transcript.predecessor_description",
    # A running head is an artifact, see test_transcript.
    "transcript.running_head",
    # Only old forms have these, see test_transcript_forms.
    "transcript.subjects.mean",
    "transcript.subjects.mean_teacher",
    "transcript.summary.title_1",
    "transcript.summary.title_2",
    # Needs the signed file of the year before, see test_transcript.
    "transcript.repeated",
}


def _fixed(text: str) -> list[str]:
    """Return the parts of a wording around its placeholders."""
    return [part for part, *_ in Formatter().parse(text) if part]


def _all_kinds() -> list[list[str]]:
    """Return the texts of transcripts that together have everything."""
    conduct = replace(corrected(year()).amendments[0], consequences=())
    changes = (
        *corrected(year()).amendments,
        replace(
            conduct,
            consequences=tuple(
                replace(one, field="conduct", before="Khá", after="Tốt")
                for one in corrected(year()).amendments[0].consequences[:1]
            ),
        ),
    )
    first = replace(year(), amendments=changes, movements=(MOVEMENT, LEFT))
    silent = PeriodSummary()
    quiet = replace(year(), outcome="", promoted=True, semester_1=silent, semester_2=silent)
    quiet = replace(quiet, year=silent)
    refused = replace(year(), outcome="", promoted=False)
    final = replace(final_year(year()), grade=9)
    undated = replace(final, completion=Completion("7/QĐ"))
    return [
        texts_of(first, final),
        texts_of(quiet),
        texts_of(refused, left_year()),
        texts_of(undated),
        texts_of(replace(final, completion=None)),
        texts_of(year(), edition=EDITION),
    ]
