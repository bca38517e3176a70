"""The booklet of a class: every pupil's pages whole, on own sheets, in one sound file."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from preserve.errors import InputError
from preserve.render.booklet import bind_booklet
from preserve.render.facts import DocumentFacts
from preserve.render.paper import Draft
from preserve.render.transcript import render_transcript
from tests.unit.render.glyphs import texts_by_mark
from tests.unit.render.lint import elements
from tests.unit.render.people import NAMES, pupil, transcript
from tests.unit.render.reading import failures, form, pdftotext
from tests.unit.render.test_transcript_paper import EDITION

FACTS = DocumentFacts("Học bạ lớp 9A, năm học 2025-2026", "Trường THCS Ví Dụ", date(2026, 6, 1))


def editions(count: int) -> list[bytes]:
    """Return the editions of some pupils, with one or two years."""
    return [
        render_transcript(
            replace(
                transcript(1 + number % 2, seed=number),
                pupil=pupil(NAMES[number], f"99100000{number + 1:02d}"),
            ),
            form(),
            edition=EDITION if number % 2 else Draft(),
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def parts() -> list[bytes]:
    """Render the editions of four pupils."""
    return editions(4)


def test_booklet_conforms(parts: list[bytes]) -> None:
    """The joined structure and fonts pass both profiles."""
    assert failures(bind_booklet(parts, FACTS)) == []


def test_every_pupil_begins_on_a_right_hand_page(parts: list[bytes]) -> None:
    """Covers stand on odd pages, so that no sheet holds two pupils."""
    data = bind_booklet(parts, FACTS)
    with pikepdf.open(io.BytesIO(data)) as book:
        pages = {page.obj.objgen: number for number, page in enumerate(book.pages, 1)}
        titles = [one for one in elements(book) if one.S == "/H1"]
        assert len(titles) == len(parts)
        assert all(pages[one.Pg.objgen] % 2 == 1 for one in titles)
        assert [str(one.S) for one in book.Root.StructTreeRoot.K.K] == ["/Part"] * len(parts)


def test_every_element_finds_its_content_again(parts: list[bytes]) -> None:
    """The ParentTree of the book leads from each page back to elements on that page."""
    with pikepdf.open(io.BytesIO(bind_booklet(parts, FACTS))) as book:
        pages = {int(p.obj.StructParents): p for p in book.pages if "/StructParents" in p.obj}
        numbers = list(book.Root.StructTreeRoot.ParentTree.Nums.as_list())
        rows = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        assert set(rows) == set(pages)
        for key, row in rows.items():
            code = pages[key].obj.Contents.read_bytes()
            assert code.count(b"/MCID") == len(row)
        assert len(pages) < len(book.pages)


def test_pages_are_those_of_the_editions(parts: list[bytes]) -> None:
    """Nothing is drawn anew: the texts follow each other edition by edition."""
    wanted = [text for part in parts for text in texts_by_mark(part)]
    assert [text for text in _texts(bind_booklet(parts, FACTS)) if text] == wanted


def _texts(data: bytes) -> list[str]:
    """Return the texts of a booklet, whose blank pages have no fonts."""
    with pikepdf.open(io.BytesIO(data)) as book:
        blank = [n for n, page in enumerate(book.pages) if "/StructParents" not in page.obj]
        for number in reversed(blank):
            del book.pages[number]
        buffer = io.BytesIO()
        book.save(buffer)
    return texts_by_mark(buffer.getvalue())


@pytest.mark.judge("poppler")
def test_names_are_extracted_from_the_booklet(parts: list[bytes], tmp_path: Path) -> None:
    """Another program reads every pupil's name, letters of the highlands included."""
    text = pdftotext(bind_booklet(parts, FACTS), tmp_path)
    assert all(name in text for name in NAMES[: len(parts)])


def test_fonts_are_stored_once(parts: list[bytes]) -> None:
    """A class of 45 would otherwise carry the same fonts 45 times."""
    with pikepdf.open(io.BytesIO(bind_booklet(parts, FACTS))) as book:
        fonts = {
            (name, font.objgen)
            for page in book.pages
            if "/StructParents" in page.obj
            for name, font in page.obj.Resources.Font.items()
        }
    assert len(fonts) == len({name for name, _ in fonts})


def test_title_is_the_booklets_own(parts: list[bytes]) -> None:
    """No single pupil's code names the file of a class."""
    with pikepdf.open(io.BytesIO(bind_booklet(parts, FACTS))) as book:
        assert str(book.trailer.Info.Title) == FACTS.title
        assert "9910000001" not in book.Root.Metadata.read_bytes().decode()


def test_same_editions_give_the_same_bytes(parts: list[bytes]) -> None:
    """A booklet can be made again."""
    assert bind_booklet(parts, FACTS) == bind_booklet(iter(parts), FACTS)


def test_document_to_be_signed_is_refused(parts: list[bytes]) -> None:
    """Binding would take fields and embedded records away unnoticed."""
    with pytest.raises(InputError) as caught:
        bind_booklet([*parts[:1], render_transcript(transcript(1), form())], FACTS)
    assert caught.value.code == "RENDER-BOOKLET-SIGNABLE"
    assert caught.value.parameters == {"place": "2"}


@pytest.mark.parametrize("data", [b"", b"not a file", b"%PDF-1.7\n%%EOF"])
def test_bytes_that_are_no_document_are_refused(data: bytes) -> None:
    """The library's own error does not come through."""
    with pytest.raises(InputError, match="RENDER-BOOKLET-SIGNABLE"):
        bind_booklet([data], FACTS)


def test_empty_booklet_is_refused() -> None:
    """There is nothing to print."""
    with pytest.raises(InputError, match="RENDER-BOOKLET-EMPTY"):
        bind_booklet([], FACTS)
