"""What a primary school transcript shows, embeds and refuses."""

from __future__ import annotations

import hashlib
import io
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import InputError, PolicyError
from preserve.formats.record_xml import decode_record
from preserve.model.records import Predecessor, Transcript
from preserve.model.results import (
    PrimaryOutcome,
    PrimaryYear,
    SubjectLevel,
    TraitLevel,
    YearResult,
)
from preserve.model.school import AssessmentKind, Subject
from preserve.render.paper import Draft, Edition, PaperEdition, RegularPrint
from preserve.render.primary_transcript import render_primary_transcript
from preserve.render.primary_wording import decision_text, number_text, scale_text
from tests.unit.render import people
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import lint
from tests.unit.render.primary_people import (
    CAME,
    FORM,
    LEFT,
    NAMES,
    SCHOOL,
    transcript,
    year_result,
)
from tests.unit.render.reading import attachments, failures, fields, form, pdftotext, squeezed

LONG = "Em đã có nhiều cố gắng trong học tập và rèn luyện. "
EDITIONS: tuple[Edition, ...] = (
    Draft(),
    RegularPrint(date(2025, 3, 1), "02"),
    PaperEdition(
        datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC), "Văn Thư Ví Dụ", "Hệ thống Mẫu", "ma-1"
    ),
)


def render(record: Transcript, predecessor: bytes | None = None) -> bytes:
    """Render a transcript on the packaged form."""
    return render_primary_transcript(record, form(FORM), predecessor)


def with_last(record: Transcript, **changes: object) -> Transcript:
    """Return the transcript with another newest year."""
    *before, last = record.years
    return replace(record, years=(*before, replace(last, **changes)))  # type: ignore[arg-type]


def with_results(record: Transcript, **changes: object) -> Transcript:
    """Return the transcript with other primary results in its newest year."""
    primary = record.years[-1].primary
    assert primary is not None
    changed = replace(primary, **changes)  # type: ignore[arg-type]
    return with_last(record, primary=changed)


def predecessor_of(data: bytes) -> Predecessor:
    """Name a file as the transcript of the year before."""
    digest = hashlib.sha512(data).hexdigest()
    return Predecessor("hocba-1A-9920000001", "2023-2024", digest, "hocba-1A_2023-2024.pdf")


def printed(record: Transcript) -> Iterator[str]:
    """Yield every value of a transcript as its pages print it."""
    pupil = record.pupil
    yield from (pupil.name, pupil.code, pupil.personal_id, pupil.ethnic_group, pupil.nationality)
    yield from (pupil.birth_place, pupil.home_town, pupil.address, pupil.priority_group)
    yield from (pupil.gender, f"{pupil.birth_date:%d/%m/%Y}", pupil.register_number)
    for relative in (pupil.father, pupil.mother, pupil.guardian):
        if relative:
            yield from (relative.name, relative.occupation)
    yield from (record.document_number, f"{record.document_date:%d/%m/%Y}")
    yield from (record.school.name, record.school.place)
    yield from (signatory.person_name for signatory in record.signatories)
    for year in record.years:
        yield from printed_year(year)


def printed_year(year: YearResult) -> Iterator[str]:
    """Yield every value of a year as its pages print it."""
    primary = year.primary or PrimaryYear(())
    yield from (year.school_year, year.class_name, year.school_name, year.school_place)
    yield from (year.outcome, year.title, year.status, year.note, year.summer_comment)
    yield from (*year.commendations, *year.contests, *year.certificates)
    yield from (year.homeroom_teacher, year.principal)
    absences = year.year.absences
    yield f"Số ngày nghỉ có phép: {absences.excused}"
    yield f"Số ngày nghỉ không phép: {absences.unexcused}"
    if primary.height and primary.weight:
        yield f"Chiều cao: {primary.height} cm".replace(".", ",")
        yield f"Cân nặng: {primary.weight} kg"
    yield scale_text(form(FORM), primary.outcome)
    for result in primary.subjects:
        mark = result.end_2.test_mark
        level = scale_text(form(FORM), result.end_2.level)
        yield f"{level}{'' if mark is None else mark}{result.end_2.comment}"
        yield from (result.subject.name, *result.teachers)
    for trait in primary.traits:
        yield from (trait.name, scale_text(form(FORM), trait.end_2), trait.comment)
    if year.completion:
        yield from (year.completion.decision_number, year.completion.register_number)


@pytest.fixture(scope="module")
def before() -> bytes:
    """Render the file of the year before."""
    return render(transcript(1))


@pytest.mark.judge("poppler")
@pytest.mark.parametrize("years", [1, 3, 5])
def test_every_value_is_in_the_text_layer(years: int, tmp_path: Path) -> None:
    """Another program reads back what the record says, in the order of the page, composed."""
    record = with_last(
        transcript(years, seed=years, name=NAMES[2], amendments=(people.amendment("Toán"),)),
        note="Học hoà nhập",
        summer_comment="Đã rèn luyện thêm môn Toán trong hè.",
        certificates=("Chứng chỉ bơi an toàn",),
    )
    text = pdftotext(render(record), tmp_path)
    assert unicodedata.is_normalized("NFC", text)
    # Reading order differs where poppler takes a wrapped row for columns; the marks keep it whole.
    drawn = squeezed("".join(texts_by_mark(render(record))))
    found = squeezed(text)
    wanted = [squeezed(part) for part in printed(record)]
    assert [part for part in wanted if part not in drawn] == []
    words = {word for part in printed(record) for word in part.split()}
    assert [word for word in words if word not in found] == []


def test_every_label_of_the_form_is_printed() -> None:
    """A full record brings up every wording that the form has for a year."""
    record = with_last(
        transcript(5, amendments=(people.amendment("Toán"),)),
        note="-",
        summer_comment="-",
        certificates=("-",),
        semester_2=replace(transcript().years[0].semester_2, homeroom_comment="Chăm ngoan."),
    )
    drawn = squeezed("".join(texts_by_mark(render(record))))
    prefix = "transcript.primary_year."
    alternatives = {
        "no_subjects", "no_traits", "no_commendation", "promoted", "not_promoted",
        "promoted_final", "not_promoted_final", "completion_decision_undated",
    }  # fmt: skip
    missing = [
        name
        for name, label in form(FORM).labels.items()
        if name.startswith(prefix)
        and name.removeprefix(prefix) not in alternatives
        and squeezed(label.partition("{")[0]) not in drawn
    ]
    assert missing == []


def test_embedded_record_says_the_same() -> None:
    """The XML inside the document decodes to the record that was drawn."""
    record = transcript(5, amendments=(people.amendment("Toán"),))
    assert decode_record(attachments(render(record))["record.xml"]) == record


@pytest.mark.parametrize("years", [1, 2, 5])
def test_primary_transcripts_conform(years: int) -> None:
    """Transcripts of one to five years pass both profiles and the lint."""
    data = render(transcript(years, amendments=(people.amendment("Toán"),)))
    assert failures(data) == []
    assert lint(data) == []


def test_same_input_gives_same_bytes() -> None:
    """Nothing but the record decides."""
    assert render(transcript(2)) == render(transcript(2))


def test_no_level_is_a_bare_letter() -> None:
    """T, H, C and Đ mean different things on the two scales, so each stands behind its word."""
    texts = {text.strip() for text in texts_by_mark(render(transcript(5)))}
    assert texts & {"T", "H", "C", "Đ", "CĐ"} == set()
    assert any(text.startswith("Hoàn thành") and text.endswith("(H)") for text in texts)


def test_all_levels_have_words_of_their_own() -> None:
    """No two levels of any scale look alike within their scale."""
    for scale in (SubjectLevel, TraitLevel, PrimaryOutcome):
        texts = [scale_text(form(FORM), level) for level in scale]
        assert len(set(texts)) == len(texts)
        assert all(text.startswith(level.value) for text, level in zip(texts, scale, strict=True))


def test_rows_that_the_class_does_not_have_are_left_out() -> None:
    """Grade 1 has no history and grade 5 has no Tự nhiên và Xã hội."""
    assert "Lịch sử và Địa lí" not in texts_by_mark(render(transcript(1)))
    last = render(with_last(transcript(5), primary=transcript(5).years[-1].primary))
    assert "Lịch sử và Địa lí" in texts_by_mark(last)


def test_rows_follow_the_form_and_unknown_subjects_come_last() -> None:
    """The order of the export does not matter, and nothing of it is lost."""
    record = transcript(1)
    primary = record.years[0].primary
    assert primary is not None
    own = replace(
        primary.subjects[0],
        subject=Subject("Môn tự chọn của trường", "tu-chon", AssessmentKind.COMMENTS),
    )
    texts = texts_by_mark(render(with_results(record, subjects=(own, *primary.subjects[::-1]))))
    names = [*(result.subject.name for result in primary.subjects), own.subject.name]
    assert [text for text in texts if text in names] == names


@given(st.decimals(0, 200, places=1))
def test_numbers_are_printed_exactly(number: Decimal) -> None:
    """A number reads back as itself, without a decimal point and without empty decimals."""
    text = number_text(number)
    assert Decimal(text.replace(",", ".")) == number
    assert "." not in text
    assert not text.endswith(",0")


def test_zero_is_not_nothing() -> None:
    """A test mark of 0 is printed, a missing one leaves the cell empty."""
    assert number_text(Decimal(0)) == "0"
    assert number_text(None) == ""


@pytest.mark.parametrize(
    ("grade", "promoted", "words"),
    [
        (3, True, "Được lên lớp"),
        (3, False, "Không được lên lớp"),
        (5, True, "Hoàn thành chương trình tiểu học"),
        (5, False, "Chưa hoàn thành chương trình tiểu học"),
        (3, None, ""),
    ],
)
def test_ticked_decision_is_put_into_words(grade: int, promoted: bool | None, words: str) -> None:  # noqa: FBT001  (a parameter of the table)
    """A school that only ticks gets the form's words; one that decided nothing gets none."""
    year = year_result(random.Random(1), 2024, grade)  # noqa: S311  (made-up marks)
    year = replace(year, outcome="", promoted=promoted)
    assert decision_text(form(FORM), year) == words


def test_schools_own_decision_is_printed_as_written() -> None:
    """Words of the school win over what the outcome would suggest."""
    record = with_last(transcript(1), outcome="Lên lớp 2 theo quyết định của hiệu trưởng")
    assert any("theo quyết định của hiệu trưởng" in text for text in texts_by_mark(render(record)))


def test_predecessor_is_embedded_and_named(before: bytes) -> None:
    """The signed file of the year before lies unchanged in the new one; its pages name it."""
    named = predecessor_of(before)
    data = render(transcript(2, predecessor=named), before)
    assert attachments(data)[named.file_name] == before
    bearing = [text for text in texts_by_mark(data) if named.sha512 in squeezed(text)]
    assert len(bearing) == 2
    assert failures(data) == []


def test_wrong_predecessor_is_refused(before: bytes) -> None:
    """Bytes with another digest than the named one never get into a document."""
    with pytest.raises(InputError, match="RENDER-PREDECESSOR"):
        render(transcript(2, predecessor=predecessor_of(before)), before + b"%changed\n")


@pytest.mark.judge("poppler")
def test_pupil_who_came_from_another_school_has_the_day_in_the_course(tmp_path: Path) -> None:
    """The year at the other school has its name and no number of this school's register."""
    record = transcript(2)
    first, last = record.years
    first = replace(first, school_name=CAME.other_school, school_place=CAME.other_place)
    last = replace(last, movements=(CAME,))
    data = render(replace(record, years=(first, last)))
    page = pdftotext(data, tmp_path, "-layout", "-f", "2", "-l", "2")
    (before,) = (line for line in page.splitlines() if first.school_year in line)
    (after,) = (line for line in page.splitlines() if last.school_year in line)
    assert CAME.other_school in before
    assert record.pupil.register_number not in before
    assert record.pupil.register_number in after
    assert f"{CAME.on:%d/%m/%Y}" in after
    assert squeezed(CAME.document_number) in squeezed(page)


def test_leaver_without_results_has_a_page() -> None:
    """A pupil who left before any result still has the year, with what is known."""
    record = with_last(
        transcript(2), primary=None, outcome="", promoted=None, movements=(LEFT,), title=""
    )
    data = render(record)
    texts = texts_by_mark(data)
    assert form(FORM).label("transcript.primary_year.no_subjects") in texts
    assert any(LEFT.other_school in text for text in texts)
    assert failures(data) == []
    assert decode_record(attachments(data)["record.xml"]) == record


def test_repeated_grade_is_marked_in_the_course() -> None:
    """A pupil who was in grade 2 twice has both years, the second one marked."""
    record = transcript(2)
    first, last = record.years
    again = replace(first, school_year="2024-2025", class_name="1B")
    data = render(replace(record, years=(replace(first, school_year="2023-2024"), again)))
    texts = [squeezed(text) for text in texts_by_mark(data)]
    assert "1B(họclại)" in texts
    assert "1A" in texts
    assert last.class_name not in texts


def test_homeroom_teacher_signs_right_of_the_principal() -> None:
    """The form has them that way round, and the seal touches the principal's field."""
    found = fields(render(transcript(1)))
    homeroom, principal, seal = (
        found[f"{name}_2024-2025"]["box"] for name in ("HOMEROOM", "PRINCIPAL", "SEAL")
    )
    assert homeroom[0] > principal[2]
    assert seal[2] == pytest.approx(principal[0], abs=0.01)
    assert homeroom[1] == principal[1] == seal[1]


@pytest.mark.judge("poppler")
@pytest.mark.parametrize("comment", [1, 3, 5, 8])
def test_no_signature_stands_alone_on_a_page(comment: int, tmp_path: Path) -> None:
    """However long the tables are, the outcome stands on the page of the fields."""
    record = transcript(5)
    primary = record.years[-1].primary
    assert primary is not None
    traits = tuple(
        replace(trait, comment=f"{LONG * comment}{i}") for i, trait in enumerate(primary.traits)
    )
    data = render(with_results(record, traits=traits))
    pages = pdftotext(data, tmp_path).split("\f")
    (page,) = {field["page"] for field in fields(data).values()}
    assert form(FORM).label("transcript.primary_year.outcome") in pages[page]


@pytest.mark.parametrize("edition", EDITIONS)
def test_edition_on_paper_has_no_fields(edition: Edition) -> None:
    """An edition shows the same pages, has places instead of fields, and embeds nothing."""
    data = render_primary_transcript(transcript(2), form(FORM), edition=edition)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert all("/Annots" not in page.obj for page in pdf.pages)
    assert attachments(data) == {}
    assert failures(data) == []


@pytest.mark.parametrize("length", [1, 10, 30])
def test_long_comment_is_drawn_whole(length: int) -> None:
    """A row may take most of a page."""
    record = transcript(1)
    primary = record.years[0].primary
    assert primary is not None
    first, *rest = primary.subjects
    first = replace(first, end_2=replace(first.end_2, comment=LONG * length))
    data = render(with_results(record, subjects=(first, *rest)))
    assert squeezed(LONG * length) in squeezed("".join(texts_by_mark(data)))
    assert failures(data) == []


def test_row_longer_than_a_page_is_refused() -> None:
    """Rows are never split, so such a row names the pupil instead of leaving the paper."""
    record = transcript(1)
    primary = record.years[0].primary
    assert primary is not None
    traits = tuple(replace(trait, comment=LONG * 300) for trait in primary.traits)
    with pytest.raises(InputError) as caught:
        render(with_results(record, traits=traits))
    assert caught.value.code == "RENDER-TOO-LONG"
    assert caught.value.parameters == {"pupil": "9920000001"}


def test_letter_without_a_glyph_is_refused() -> None:
    """The refusal names the character and the pupil's code, and never the name."""
    with pytest.raises(InputError) as caught:
        render(transcript(name="Trần 漢 Ví Dụ"))
    assert caught.value.code == "RENDER-CHARACTER"
    assert caught.value.parameters["pupil"] == "9920000001"
    assert "Ví Dụ" not in str(caught.value)


def test_transcript_without_years_is_refused() -> None:
    """There is nothing to sign."""
    with pytest.raises(InputError, match="RENDER-NO-YEARS"):
        render(replace(transcript(), years=()))


def test_form_of_secondary_school_is_refused() -> None:
    """Its pages have no place for qualities and competences."""
    with pytest.raises(InputError) as caught:
        render_primary_transcript(transcript(), form("TT22-2021-THCS"))
    assert caught.value.code == "RENDER-LAYOUT"
    assert caught.value.parameters["form"] == "TT22-2021-THCS"


def test_form_without_a_wording_is_refused() -> None:
    """A form that a school changed and cut short is named, with what it lacks."""
    whole = form(FORM)
    labels = {n: text for n, text in whole.labels.items() if n != "level.trait.good"}
    with pytest.raises(PolicyError) as caught:
        render_primary_transcript(transcript(3), replace(whole, labels=labels))
    assert caught.value.parameters == {"form": FORM, "label": "level.trait.good"}


@pytest.mark.parametrize("name", NAMES)
def test_letters_of_the_highlands_are_drawn(name: str) -> None:
    """Names of the highlands stand on cover, particulars, heads and year pages."""
    assert SCHOOL.name.upper() in texts_by_mark(render(transcript(name=name)))
    assert sum(name in text for text in texts_by_mark(render(transcript(name=name)))) >= 3
