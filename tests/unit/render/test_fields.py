"""The prepared signature fields and the font of their stamps."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pikepdf
import pytest

from preserve.model.roles import Signatory, SignerRole
from preserve.render.covering_note import render_covering_note
from preserve.render.grade_book import render_grade_book
from preserve.render.letters import CHARACTERS
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import to_unicode
from tests.unit.render.lint import elements
from tests.unit.render.minutes import covering_note
from tests.unit.render.people import grade_book, transcript
from tests.unit.render.reading import failures, fields, form

MILLIMETRE = 72 / 25.4
Box = Sequence[float]


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """Render a transcript of two years."""
    return render_transcript(transcript(2), form())


@pytest.fixture(scope="module")
def book() -> bytes:
    """Render a small class book."""
    return render_grade_book(grade_book(3), form())


def overlapping(boxes: Sequence[Box]) -> Iterator[tuple[Box, Box]]:
    """Yield pairs that share more than an edge."""
    for one, other in itertools.combinations(boxes, 2):
        wide = min(one[2], other[2]) - max(one[0], other[0])
        high = min(one[3], other[3]) - max(one[1], other[1])
        if wide > 0.01 and high > 0.01:
            yield one, other


def test_transcript_has_a_field_per_signatory_on_its_last_page(drawn: bytes) -> None:
    """Names and place are those of the record; nobody has signed."""
    found = fields(drawn)
    assert set(found) == {one.field_name for one in transcript(2).signatories}
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        last = len(pdf.pages) - 1
    assert {field["page"] for field in found.values()} == {last}
    assert not any(field["signed"] for field in found.values())


def test_fields_are_signature_widgets_that_print(drawn: bytes) -> None:
    """Type, flags and appearance are what PDF/A-3 asks of a visible widget."""
    for field in fields(drawn).values():
        left, bottom, right, top = field["box"]
        assert field["type"] == "/Sig"
        assert field["flags"] == 4
        assert field["appearance"] == pytest.approx((0, 0, right - left, top - bottom), abs=0.011)


def test_fields_are_described_in_vietnamese_without_a_person(drawn: bytes) -> None:
    """A screen reader says which role signs for which class; names stay out of the form."""
    people = {one.person_name for one in transcript(2).signatories if one.person_code}
    for name, field in fields(drawn).items():
        assert field["description"] == field["contents"]
        assert field["description"].startswith("Chữ ký số của")
        assert "2024-2025" in field["description"]
        assert not any(person in name + field["description"] for person in people)


def test_persons_sign_in_boxes_large_enough_for_five_lines(drawn: bytes) -> None:
    """A person's field is 60 x 25 mm."""
    left, bottom, right, top = fields(drawn)["PRINCIPAL_2024-2025"]["box"]
    assert right - left == pytest.approx(60 * MILLIMETRE, abs=0.1)
    assert top - bottom == pytest.approx(25 * MILLIMETRE, abs=0.1)


def test_seal_touches_the_principals_field_and_overlaps_nothing(drawn: bytes) -> None:
    """The seal stands directly left of the principal's signature."""
    found = fields(drawn)
    seal, principal = found["SEAL_2024-2025"]["box"], found["PRINCIPAL_2024-2025"]["box"]
    assert seal[2] == pytest.approx(principal[0], abs=0.011)
    assert seal[1] == principal[1]
    assert list(overlapping([field["box"] for field in found.values()])) == []


def test_subject_teachers_sign_under_their_subject(book: bytes) -> None:
    """The class book has a field per teacher of a subject, none overlapping another."""
    found = fields(book)
    assert set(found) == {one.field_name for one in grade_book(3).signatories}
    pages = {name: field["page"] for name, field in found.items()}
    history = {page for name, page in pages.items() if name.startswith("SUBJECT_lich-su-dia-li")}
    assert len(history) == 1
    assert "Lịch sử)" in found["SUBJECT_lich-su-dia-li_2_2024-2025"]["description"]
    for page in set(pages.values()):
        boxes = [field["box"] for field in found.values() if field["page"] == page]
        assert list(overlapping(boxes)) == []


def test_every_field_lies_on_its_page(book: bytes) -> None:
    """No box sticks out of the margins."""
    with pikepdf.open(io.BytesIO(book)) as pdf:
        width, height = (float(value) for value in pdf.pages[0].obj.MediaBox[2:])
    for field in fields(book).values():
        left, bottom, right, top = field["box"]
        assert 30 <= left < right <= width - 30
        assert 30 <= bottom < top <= height - 30


def test_fields_are_tagged_as_forms(drawn: bytes) -> None:
    """Each widget is the object of a Form element, and its page is read in tag order."""
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        forms = [element for element in elements(pdf) if element.S == "/Form"]
        objects = {str(element.K.Obj.T) for element in forms}
        assert objects == set(fields(drawn))
        assert all(page.obj.Tabs == "/S" for page in pdf.pages)


def test_signatory_without_a_page_signs_at_the_end() -> None:
    """A teacher of a subject that the class does not have still gets a field."""
    book = grade_book(2)
    stray = replace(book.signatories[0], field_name="SUBJECT_la_1_2024-2025", subject="Môn lạ")
    data = render_grade_book(replace(book, signatories=(*book.signatories, stray)), form())
    assert stray.field_name in fields(data)
    assert failures(data) == []


def test_many_signatories_wrap_into_rows() -> None:
    """However many sign, boxes stay apart and on the paper, and the file conforms."""
    record = transcript()
    clerks = tuple(
        Signatory(f"CLERK_{i}", SignerRole.CLERK, f"GV{i}", f"Văn Thư {i}", "Văn thư")
        for i in range(7)
    )
    data = render_transcript(replace(record, signatories=(*clerks, *record.signatories)), form())
    found = fields(data)
    assert len(found) == 10
    for page in {field["page"] for field in found.values()}:
        boxes = [field["box"] for field in found.values() if field["page"] == page]
        assert list(overlapping(boxes)) == []
        assert all(box[0] > 40 and box[2] < 560 for box in boxes)
    assert failures(data) == []


def test_stamp_font_is_complete_and_learnable(drawn: bytes) -> None:
    """Signing finds a Type0 font with a glyph and a width for every character we draw."""
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        font = pdf.Root.AcroForm.DR.Font.PreserveStamp
        descendant = font.DescendantFonts[0]
        assert str(font.Subtype) == "/Type0"
        assert str(font.Encoding) == "/Identity-H"
        assert str(descendant.Subtype) == "/CIDFontType2"
        assert str(descendant.CIDToGIDMap) == "/Identity"
        cmap = font.ToUnicode.read_bytes()
        first, widths = descendant.W
        letters = to_unicode(cmap)
        assert set(CHARACTERS) <= set(letters.values())
        by_letter = {text: int(code, 16) for code, text in letters.items()}
        assert int(widths[by_letter["a"] - int(first)]) == 444
        assert int(widths[by_letter["N"] - int(first)]) == 722
        blocks = [int(n) for n in cmap.replace(b" beginbfchar", b"#").split() if n.isdigit()]
        assert all(count <= 100 for count in blocks)
        assert len(descendant.FontDescriptor.FontFile2.read_raw_bytes()) < 20_000


def test_document_without_fields_has_no_form() -> None:
    """A covering note is not signed electronically and carries no form."""
    data = render_covering_note(covering_note(), form("thu-gui-kem"))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert not any("/Annots" in page.obj for page in pdf.pages)
