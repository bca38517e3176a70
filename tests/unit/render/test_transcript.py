"""What a transcript shows, embeds and refuses."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from preserve.errors import InputError
from preserve.formats.record_xml import decode_record
from preserve.model.records import Predecessor
from preserve.model.results import Consequence
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import contents, elements, kids
from tests.unit.render.people import (
    MOVEMENT,
    NAMES,
    amendment,
    pupil,
    semester,
    transcript,
)
from tests.unit.render.reading import attachments, form, pdftotext, squeezed

PROJECT = Path(__file__).resolve().parents[3]
BREVES = "Ê\u0306 ê\u0306 Ô\u0306ô\u0306 Ơ\u0306ơ\u0306 Ư\u0306ư\u0306"


def predecessor_of(data: bytes) -> Predecessor:
    """Name a file as the transcript of the year before."""
    digest = hashlib.sha512(data).hexdigest()
    return Predecessor("hocba-6A-9910000001", "2023-2024", digest, "hocba-6A_2023-2024.pdf")


@pytest.fixture(scope="module")
def before() -> bytes:
    """Render the file of the year before."""
    return render_transcript(transcript(1), form())


@pytest.mark.judge("poppler")
def test_every_name_mark_and_comment_is_in_the_text_layer(tmp_path: Path) -> None:
    """Another program reads back what the record says, letter by letter, composed."""
    record = transcript(2, seed=7, name=NAMES[2], amendments=[amendment()])
    text = pdftotext(render_transcript(record, form()), tmp_path, "-layout")
    assert unicodedata.is_normalized("NFC", text)
    found = squeezed(pdftotext(render_transcript(record, form()), tmp_path))
    assert NAMES[2] in text
    wanted = [record.pupil.code, record.document_number, "31/05/2025", "Phụ Huynh Ví Dụ"]
    for year in record.years:
        wanted += [year.outcome, year.title, year.homeroom_teacher, year.principal]
        for result in year.subjects:
            wanted += [result.subject.name, *result.teachers]
            wanted += [s.comment for s in (result.semester_1, result.semester_2)]
            marks = (result.semester_1.average, result.semester_2.average, result.year_average)
            wanted += [f"{mark:.1f}".replace(".", ",") for mark in marks if mark is not None]
    missing = [part for part in wanted if squeezed(part) not in found]
    assert missing == []


@pytest.mark.judge("poppler")
@pytest.mark.parametrize("name", [*NAMES, BREVES])
def test_letters_of_the_highlands_are_extracted_exactly(name: str, tmp_path: Path) -> None:
    """Letters outside the Vietnamese alphabet survive, also where a breve has no letter."""
    text = pdftotext(render_transcript(transcript(name=name), form()), tmp_path)
    assert text.count(name) >= 4


def test_embedded_record_says_the_same() -> None:
    """The XML inside the document decodes to the record that was drawn."""
    record = transcript(2, amendments=[amendment()])
    assert decode_record(attachments(render_transcript(record, form()))["record.xml"]) == record


def test_predecessor_is_embedded_unchanged(before: bytes) -> None:
    """The signed file of the year before lies in the new one, byte for byte."""
    named = predecessor_of(before)
    data = render_transcript(transcript(2, predecessor=named), form(), predecessor=before)
    assert attachments(data)[named.file_name] == before
    with pikepdf.open(io.BytesIO(data)) as pdf:
        kinds = {str(item.UF): str(item.AFRelationship) for item in pdf.Root.AF}
        types = {str(item.UF): str(item.EF.F.Subtype) for item in pdf.Root.AF}
    assert kinds == {"record.xml": "/Data", named.file_name: "/Supplement"}
    assert types[named.file_name] == "/application/pdf"


@pytest.mark.judge("poppler")
def test_repeated_pages_name_the_signed_original(before: bytes, tmp_path: Path) -> None:
    """Both pages of the earlier year carry the file's name and its whole digest."""
    named = predecessor_of(before)
    record = transcript(2, predecessor=named)
    data = render_transcript(record, form(), predecessor=before)
    pages = pdftotext(data, tmp_path).split("\f")
    bearing = [i for i, text in enumerate(pages) if named.sha512 in squeezed(text)]
    assert bearing == [2, 3]
    assert all(named.file_name in pages[i] for i in bearing)


def test_wrong_predecessor_is_refused(before: bytes) -> None:
    """Bytes with another digest than the named one never get into a document."""
    named = predecessor_of(before)
    with pytest.raises(InputError) as caught:
        render_transcript(
            transcript(2, predecessor=named), form(), predecessor=before + b"%changed\n"
        )
    assert caught.value.code == "RENDER-PREDECESSOR"
    assert caught.value.parameters["expected"] == named.sha512


def test_unnamed_predecessor_is_refused(before: bytes) -> None:
    """A file that the record does not name is not embedded."""
    with pytest.raises(InputError, match="RENDER-PREDECESSOR"):
        render_transcript(transcript(2), form(), predecessor=before)


def test_transcript_without_years_is_refused() -> None:
    """There is nothing to sign."""
    with pytest.raises(InputError, match="RENDER-NO-YEARS"):
        render_transcript(replace(transcript(), years=()), form())


@pytest.mark.parametrize(
    ("name", "code_point"),
    [
        ("Trần 漢 Ví Dụ", "U+6F22"),
        ("Tra\u0302\u0300n Ví Dụ", "U+0302"),
        ("Trần a\u0306\u0306", "U+0306"),
        ("Trần\tVí Dụ", "U+0009"),
    ],
)
def test_letter_without_a_glyph_is_refused(name: str, code_point: str) -> None:
    """The refusal names the character and the pupil's code, and never the name."""
    record = replace(transcript(), pupil=pupil(name, "9910000077"))
    with pytest.raises(InputError) as caught:
        render_transcript(record, form())
    assert caught.value.code == "RENDER-CHARACTER"
    assert caught.value.parameters["code_point"] == code_point
    assert caught.value.parameters["pupil"] == "9910000077"
    assert name not in str(caught.value)


def test_corrections_are_counted_and_named() -> None:
    """The foot of page A counts the corrected places and names their subjects once."""
    changes = [
        replace(
            amendment(subject),
            semester=semester,
            consequences=(Consequence("ĐTBmhk", "6.5", "8.5"),),
        )
        for subject, semester in (("Toán", 1), ("Toán", 2), ("Ngữ văn", 1))
    ]
    data = render_transcript(transcript(amendments=changes), form())
    text = form().label("transcript.subjects.corrections", count="03", subjects="Toán, Ngữ văn")
    assert text in texts_by_mark(data)


@pytest.mark.judge("poppler")
def test_movements_are_printed(tmp_path: Path) -> None:
    """A pupil who came from another school has the fact on the page of particulars."""
    record = transcript()
    moved = replace(record, years=(replace(record.years[0], movements=(MOVEMENT,)),))
    text = squeezed(pdftotext(render_transcript(moved, form()), tmp_path))
    assert squeezed(MOVEMENT.other_school) in text
    assert squeezed(MOVEMENT.document_number) in text


def test_title_and_author_hold_no_pupils_name() -> None:
    """What a file manager shows is the pupil's code and the school."""
    record = transcript(name=NAMES[3])
    with pikepdf.open(io.BytesIO(render_transcript(record, form()))) as pdf:
        shown = f"{pdf.trailer.Info.Title} {pdf.trailer.Info.Author}"
        xmp = pdf.Root.Metadata.read_bytes().decode()
    assert record.pupil.code in shown
    assert not any(part in shown + xmp for part in ("Minh Họa", NAMES[3]))


def test_dates_come_from_the_record() -> None:
    """The file carries the document's date at midnight in Vietnam, and no other time."""
    data = render_transcript(replace(transcript(), document_date=date(2031, 1, 2)), form())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.trailer.Info.CreationDate) == "D:20310102000000+07'00'"
        assert "2031-01-02T00:00:00+07:00" in pdf.Root.Metadata.read_bytes().decode()


def test_heads_and_page_numbers_are_artifacts() -> None:
    """Every page has a page number, every year page a head, all outside the structure."""
    with pikepdf.open(io.BytesIO(render_transcript(transcript(2), form()))) as pdf:
        codes = [contents(page) for page in pdf.pages]
    assert all(code.count("/Subtype /Footer") == 1 for code in codes)
    assert [code.count("/Subtype /Header") for code in codes] == [0, 0, 1, 1, 1, 1]


def test_long_comments_flow_and_stay_one_table() -> None:
    """Subjects that need more than a page share one table; its head is repeated as artifact."""
    record = transcript()
    (year,) = record.years
    generator = random.Random(1)  # noqa: S311  (made-up marks are no secrets)
    made_up = semester(generator, year.subjects[0].subject.kind)
    long = replace(made_up, comment="Có nhiều tiến bộ trong học tập. " * 14)
    subjects = tuple(replace(result, semester_1=long) for result in year.subjects)
    data = render_transcript(replace(record, years=(replace(year, subjects=subjects),)), form())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tables = [element for element in elements(pdf) if element.S == "/Table"]
        assert len(pdf.pages) > 4
        assert len(tables) == 3
        rows = [len(kids(table)) for table in tables]
    assert max(rows) == 2 + len(subjects)


def test_same_input_gives_same_bytes_in_other_processes() -> None:
    """Neither the hash seed nor the process shows in the file."""
    program = (
        "import hashlib\n"
        "from tests.unit.render.people import transcript, amendment\n"
        "from tests.unit.render.reading import form\n"
        "from preserve.render.transcript import render_transcript\n"
        "data = render_transcript(transcript(2, amendments=[amendment()]), form())\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            cwd=PROJECT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)},
        ).stdout
        for seed in ("1", "77")
    }
    here = render_transcript(transcript(2, amendments=[amendment()]), form())
    assert digests == {f"{hashlib.sha256(here).hexdigest()}\n".encode()}


def test_input_is_not_changed_by_what_was_rendered_before() -> None:
    """Caches of one document never show in the next one."""
    first = render_transcript(transcript(seed=3), form())
    render_transcript(transcript(3, seed=4, name=NAMES[1]), form())
    assert render_transcript(transcript(seed=3), form()) == first


def test_every_printed_text_is_drawn_completely() -> None:
    """No text of the results is cut: the drawn glyphs, read back, hold all of them."""
    record = transcript(1, seed=11)
    drawn = squeezed("".join(texts_by_mark(render_transcript(record, form()))))
    (year,) = record.years
    parts = [
        text
        for result in year.subjects
        for text in (result.subject.name, result.semester_1.comment, result.semester_2.comment)
    ]
    assert [text for text in parts if squeezed(text) not in drawn] == []
