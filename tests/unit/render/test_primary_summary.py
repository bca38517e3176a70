"""What the summary of a primary class shows in each of its layouts, and what it refuses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import InputError, PolicyError
from preserve.formats.record_xml import decode_record
from preserve.model.records import AssessmentSummary, SummaryPeriod
from preserve.model.results import (
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    PupilYear,
    SubjectLevel,
    TraitGroup,
    TraitLevel,
    TraitResult,
)
from preserve.model.school import AssessmentKind, Subject
from preserve.render.paper import Draft
from preserve.render.primary_columns import Column
from preserve.render.primary_layout import layout_of
from preserve.render.primary_summary import render_assessment_summary
from preserve.render.primary_tables import portions
from preserve.render.primary_wording import number_text, scale_text
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import lint
from tests.unit.render.primary_people import (
    CAME,
    FORM,
    GENERAL,
    LATER_SPECIFIC,
    LEFT,
    NAMES,
    QUALITIES,
    SPECIFIC,
    assessment_summary,
    subjects_of,
)
from tests.unit.render.reading import attachments, failures, fields, form, pdftotext, squeezed

PERIODS = tuple(SummaryPeriod)
GRADES = (1, 2, 3, 4, 5)
MAIN = {"Tiếng Việt", "Toán"}
THIRD = MAIN | {
    "Ngoại ngữ",
    "Tin học và Công nghệ (Tin học)",
    "Tin học và Công nghệ (Công nghệ)",
}
ALL = THIRD | {"Lịch sử và Địa lí", "Khoa học"}
TESTS: dict[tuple[str, int], set[str]] = {
    ("mid", 1): set(),
    ("mid", 2): set(),
    ("mid", 3): set(),
    ("mid", 4): MAIN,
    ("mid", 5): MAIN,
    ("end", 1): MAIN,
    ("end", 2): MAIN,
    ("end", 3): THIRD,
    ("end", 4): ALL,
    ("end", 5): ALL,
}
"""Subjects with a periodic test (TT 27/2020/TT-BGDĐT Art. 7)."""
OWN = Subject("Môn tự chọn của trường", "tu-chon", AssessmentKind.COMMENTS)
LONG = "Em đã có nhiều cố gắng trong học tập và rèn luyện. "


def render(summary: AssessmentSummary) -> bytes:
    """Render a summary on the packaged form."""
    return render_assessment_summary(summary, form(FORM))


def untested(summary: AssessmentSummary) -> AssessmentSummary:
    """Return the summary without the tests that its layout does not have."""
    due = TESTS[summary.period.value[:3], summary.class_group.grade]
    return replace(
        summary,
        pupils=tuple(
            with_primary(
                member,
                subjects=tuple(
                    result if result.subject.name in due else without_tests(result)
                    for result in primary(member).subjects
                ),
            )
            for member in summary.pupils
        ),
    )


def without_tests(result: PrimarySubjectResult) -> PrimarySubjectResult:
    """Return a result with levels and comments only."""
    times = {
        name: replace(getattr(result, name), test_mark=None)
        for name in ("mid_1", "end_1", "mid_2", "end_2")
    }
    return replace(result, **times)


def primary(member: PupilYear) -> PrimaryYear:
    """Return the primary results of a pupil who has some."""
    assert member.result.primary is not None
    return member.result.primary


def with_primary(member: PupilYear, **changes: object) -> PupilYear:
    """Return a pupil with other primary results."""
    changed = replace(primary(member), **changes)  # type: ignore[arg-type]
    return replace(member, result=replace(member.result, primary=changed))


def cells(data: bytes) -> Counter[str]:
    """Count the texts of all cells and paragraphs."""
    return Counter(squeezed(text) for text in texts_by_mark(data))


def expected(summary: AssessmentSummary) -> Counter[str]:
    """Count the cells that every pupil's row must have in a period, as the form prints them."""
    name = summary.period.name.lower()
    found: Counter[str] = Counter()
    for member in summary.pupils:
        found[squeezed(member.pupil.name)] += 0
        for result in primary(member).subjects:
            part = getattr(result, name)
            found[squeezed(scale_text(form(FORM), part.level))] += 1
            found[number_text(part.test_mark)] += 1
        for trait in primary(member).traits:
            found[squeezed(scale_text(form(FORM), getattr(trait, name)))] += 1
    del found[""]
    return found


@pytest.mark.parametrize(("period", "grade"), [*product(PERIODS, GRADES)])
def test_layout_has_the_tests_of_the_grade(period: SummaryPeriod, grade: int) -> None:
    """Grades 4 and 5 alone have tests in the middle of a semester, and the ends have more."""
    summary = untested(assessment_summary(period, grade, pupils=2))
    heads = cells(render(summary))
    due = TESTS[period.value[:3], grade]
    assert heads[squeezed(form(FORM).label("assessment_summary.test_mark"))] == len(due)
    assert (
        set(layout_of(form(FORM), grade, period).tests)
        & {subject.name for subject in subjects_of(grade)}
        == due
    )


@pytest.mark.parametrize(("period", "grade"), [*product(PERIODS, (1, 3, 5))])
def test_layout_has_the_columns_of_the_grade(period: SummaryPeriod, grade: int) -> None:
    """Every subject, quality and competence of the grade is a column; the end has the outcome."""
    heads = cells(render(assessment_summary(period, grade, pupils=2)))
    specific = (*SPECIFIC, *LATER_SPECIFIC) if grade >= 3 else SPECIFIC
    names = [subject.name for subject in subjects_of(grade)]
    wanted = Counter(squeezed(n) for n in (*names, *QUALITIES, *GENERAL, *specific))
    # Once as the head of a column and once as a row of the totals.
    assert {name: heads[name] for name in wanted} == {n: 2 * c for n, c in wanted.items()}
    outcome = squeezed(form(FORM).label("assessment_summary.outcome"))
    assert heads[outcome] == (period is SummaryPeriod.END_2)


def test_layouts_are_nine() -> None:
    """Three kinds of period and three bands of grades, each with data of its own."""
    layouts = {layout_of(form(FORM), grade, period) for grade in GRADES for period in PERIODS}
    assert len(layouts) == 9


@pytest.mark.parametrize(("period", "grade"), [*product(PERIODS, (2, 3, 4))])
def test_every_value_of_the_period_is_in_a_cell(period: SummaryPeriod, grade: int) -> None:
    """Levels and marks stand in as many cells as the class has of them, pupil by pupil."""
    summary = assessment_summary(period, grade, pupils=7)
    found = cells(render(summary))
    wanted = expected(summary)
    # The totals have each level as a head once, the layouts nothing else that looks like one.
    levels = {squeezed(scale_text(form(FORM), x)) for x in (*SubjectLevel, *TraitLevel)}
    assert {text: found[text] - 1 for text in levels} == {text: wanted[text] for text in levels}
    marks = {text for text in wanted if text.isdecimal()}
    assert all(found[text] >= wanted[text] for text in marks)


@pytest.mark.judge("poppler")
def test_names_and_year_results_are_in_the_text_layer(tmp_path: Path) -> None:
    """Another program reads every pupil's name, outcome, title and commendation."""
    summary = assessment_summary(pupils=20)
    drawn = squeezed(pdftotext(render(summary), tmp_path))
    wanted = [summary.document_number, "31/05/2025", "Chủ Nhiệm Ví Dụ", "Sĩ số: 20"]
    for member in summary.pupils:
        wanted += [member.pupil.name, member.result.title, *member.result.commendations]
        wanted += [member.result.outcome, scale_text(form(FORM), primary(member).outcome)]
    assert [text for text in wanted if squeezed(text) not in drawn] == []


def test_every_pupil_stands_in_every_table() -> None:
    """Number and name begin the rows of all three tables."""
    summary = assessment_summary(pupils=45)
    found = cells(render(summary))
    assert {found[squeezed(member.pupil.name)] for member in summary.pupils} == {3}


def test_totals_count_every_pupil_once() -> None:
    """In each line of the totals the numbers sum up to the class, the undecided included."""
    summary = assessment_summary(pupils=5)
    levels = [
        SubjectLevel.COMPLETED,
        SubjectLevel.COMPLETED,
        None,
        *[SubjectLevel.NOT_COMPLETED] * 2,
    ]
    members = []
    for member, level in zip(summary.pupils, levels, strict=True):
        first, *rest = primary(member).subjects
        first = replace(first, end_2=replace(first.end_2, level=level))
        members.append(with_primary(member, subjects=(first, *rest), outcome=PrimaryOutcome.GOOD))
    texts = texts_by_mark(render(replace(summary, pupils=tuple(members))))
    start = texts.index(form(FORM).label("assessment_summary.totals.title"))
    row = texts.index("Tiếng Việt", start)
    assert texts[row + 1 : row + 5] == ["0", "2", "2", "1"]
    last = texts.index(form(FORM).label("assessment_summary.totals.pupils"), start)
    assert texts[last + 1 : last + 6] == ["0", "5", "0", "0", "0"]


def test_nothing_that_the_form_does_not_know_gets_lost() -> None:
    """A school's own subject and trait, and a test where none is due, have columns as well."""
    summary = assessment_summary(SummaryPeriod.MID_1, 1, pupils=3)
    member = summary.pupils[1]
    first = primary(member).subjects[0]
    own = replace(first, subject=OWN, mid_1=replace(first.mid_1, test_mark=Decimal("6.5")))
    trait = TraitResult(TraitGroup.SPECIFIC_COMPETENCE, "Năng lực riêng", TraitLevel.GOOD)
    member = with_primary(
        member,
        subjects=(*primary(member).subjects, own),
        traits=(trait, *primary(member).traits),
    )
    pupils = (summary.pupils[0], member, summary.pupils[2])
    found = cells(render(replace(untested(summary), pupils=pupils)))
    assert found[squeezed(OWN.name)] == 2
    assert found["6,5"] == 1
    assert found[squeezed("Năng lực riêng")] == 2


def test_class_without_results_yet_has_its_columns_empty() -> None:
    """Before the first assessment the table stands, and the totals say that nothing is there."""
    summary = assessment_summary(SummaryPeriod.MID_1, 3, pupils=2)
    members = tuple(replace(m, result=replace(m.result, primary=None)) for m in summary.pupils)
    data = render(replace(summary, pupils=members))
    assert cells(data)[squeezed("Tiếng Việt")] == 2
    assert failures(data) == []


def test_pupil_not_promoted_is_said_in_words() -> None:
    """Promotion is a decision of the school; where there is none, the cell stays empty."""
    summary = assessment_summary(pupils=3)
    members = tuple(
        replace(m, result=replace(m.result, promoted=decided, outcome=""))
        for m, decided in zip(summary.pupils, (True, False, None), strict=True)
    )
    found = cells(render(replace(summary, pupils=members)))
    assert found[squeezed("Được lên lớp")] == 1
    assert found[squeezed("Không được lên lớp")] == 1


def test_leavers_and_newcomers_are_noted_from_their_day_on() -> None:
    """A summary does not know what came after its date."""
    summary = assessment_summary(SummaryPeriod.END_1, pupils=2)
    moved = replace(summary.pupils[0].result, movements=(CAME, LEFT), note="Học hòa nhập")
    members = (replace(summary.pupils[0], result=moved), summary.pupils[1])
    data = render(replace(summary, pupils=members, document_date=CAME.on))
    assert cells(data)[squeezed("Học hòa nhập; Chuyển đến ngày 20/01/2025")] == 1


def test_unknown_closing_column_is_refused() -> None:
    """A form whose data names a column that there is not, is named with it."""
    whole = form(FORM)
    label = "assessment_summary.layout.grades_4_5.end_2.closing"
    wrong = replace(whole, labels={**whole.labels, label: "outcome\nhang_trong_lop"})
    with pytest.raises(PolicyError) as caught:
        render_assessment_summary(assessment_summary(pupils=1), wrong)
    assert caught.value.parameters["label"] == "assessment_summary.hang_trong_lop"


@pytest.mark.parametrize("pupils", [1, 45])
@pytest.mark.parametrize("grade", [1, 5])
def test_summaries_conform(grade: int, pupils: int) -> None:
    """Small and large classes pass both profiles and the lint, and open in landscape."""
    data = render(assessment_summary(grade=grade, pupils=pupils))
    assert failures(data) == []
    assert lint(data) == []


def test_edition_on_paper_conforms() -> None:
    """A draft embeds no record, and its places to sign on are no fields."""
    data = render_assessment_summary(assessment_summary(pupils=3), form(FORM), edition=Draft())
    assert attachments(data) == {}
    assert failures(data) == []


def test_embedded_record_says_the_same() -> None:
    """The XML inside the document decodes to the record that was drawn."""
    summary = assessment_summary(pupils=6)
    assert decode_record(attachments(render(summary))["record.xml"]) == summary


def test_same_input_gives_same_bytes() -> None:
    """Nothing but the record decides."""
    assert render(assessment_summary(pupils=3)) == render(assessment_summary(pupils=3))


def test_homeroom_teacher_signs_right_of_principal_and_seal() -> None:
    """The three fields stand on one page, the last one."""
    found = fields(render(assessment_summary(pupils=45)))
    boxes = [found[f"{name}_2024-2025"]["box"] for name in ("SEAL", "PRINCIPAL", "HOMEROOM")]
    assert boxes == sorted(boxes)
    assert len({field["page"] for field in found.values()}) == 1


def test_overlong_note_names_its_pupil() -> None:
    """A row that no page can hold is refused by the pupil's code."""
    summary = assessment_summary(pupils=3)
    noted = replace(summary.pupils[1], result=replace(summary.pupils[1].result, note=LONG * 300))
    with pytest.raises(InputError) as caught:
        render(replace(summary, pupils=(summary.pupils[0], noted, summary.pupils[2])))
    assert caught.value.code == "RENDER-TOO-LONG"
    assert caught.value.parameters == {"pupil": "9920000002"}


def test_letter_without_a_glyph_is_refused() -> None:
    """The refusal names the pupil's code and never the name."""
    summary = assessment_summary(pupils=2)
    wrong = replace(summary.pupils[1].pupil, name="Trần 漢 Ví Dụ")
    members = (summary.pupils[0], replace(summary.pupils[1], pupil=wrong))
    with pytest.raises(InputError) as caught:
        render(replace(summary, pupils=members))
    assert caught.value.code == "RENDER-CHARACTER"
    assert caught.value.parameters["pupil"] == "9920000002"
    assert "Ví Dụ" not in str(caught.value)


def test_class_without_pupils_is_refused() -> None:
    """There is nothing to sign."""
    with pytest.raises(InputError, match="RENDER-NO-PUPILS"):
        render(assessment_summary(pupils=0))


def test_form_of_secondary_school_is_refused() -> None:
    """It has no such table."""
    with pytest.raises(InputError, match="RENDER-LAYOUT"):
        render_assessment_summary(assessment_summary(pupils=1), form("TT22-2021-THCS"))


def test_grade_without_a_layout_is_refused() -> None:
    """Primary school has no grade 6, and the form says so by having no layout for it."""
    summary = assessment_summary(pupils=1)
    group = replace(summary.class_group, grade=6)
    with pytest.raises(PolicyError) as caught:
        render(replace(summary, class_group=group))
    assert caught.value.parameters["label"] == "assessment_summary.band.6"


@pytest.mark.parametrize("name", NAMES)
def test_letters_of_the_highlands_are_drawn(name: str) -> None:
    """Names of the highlands stand in the rows as they are written."""
    texts = texts_by_mark(render(assessment_summary(pupils=5)))
    assert sum(text.startswith(name) for text in texts) >= 3


def column(width: int) -> Column:
    """Return a column that shows nothing."""
    return Column(("-",), float(width), lambda _: "")


UNITS = st.lists(st.integers(20, 60).map(column), min_size=1, max_size=2)


@given(st.lists(st.lists(UNITS, max_size=9), max_size=3), st.integers(120, 400))
def test_columns_are_divided_into_tables_that_fit(
    blocks: list[list[list[Column]]], room: int
) -> None:
    """Every column stands once and in order, no table is too wide, a subject keeps its test."""
    found = portions(blocks, room)
    flat = [column for block in blocks for unit in block for column in unit]
    assert [column for part in found for column in part] == flat
    assert all(part and sum(column.width for column in part) <= room for part in found)
    ends = {id(part[-1]) for part in found}
    last_of_unit = {id(unit[-1]) for block in blocks for unit in block}
    assert ends <= last_of_unit
