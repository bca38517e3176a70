"""The gallery: what its page promises is there, and the tool still draws it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from tools.gallery import (
    GALLERY,
    OVERVIEW,
    README,
    Chapter,
    draw_page,
    find_pages,
    lay_out,
    read_chapters,
    reduce_colours,
    write_readme,
)
from tools.gallery_documents import DOCUMENTS

CHAPTERS = read_chapters()
PICTURES = [picture for chapter in CHAPTERS for picture in chapter.pictures]
MOST_BYTES = 120_000
MOST_IN_ALL = 4_000_000


def test_page_shows_every_picture_and_no_other() -> None:
    """Files, list and page name the same pictures."""
    page = (GALLERY / README).read_text(encoding="utf-8")
    shown = set(re.findall(r"!\[[^\]]*\]\(([^)]+)\.png\)", page))
    assert shown == {picture.file for picture in PICTURES} | {OVERVIEW}
    assert shown == {file.stem for file in GALLERY.glob("*.png")}


def test_page_is_what_the_list_says() -> None:
    """``make gallery`` was run after the list or the tool was changed."""
    assert (GALLERY / README).read_text(encoding="utf-8") == write_readme(CHAPTERS)


def test_every_document_has_a_picture_of_its_own() -> None:
    """No kind of document is forgotten, and no file is drawn twice."""
    assert {chapter.document for chapter in CHAPTERS} == set(DOCUMENTS)
    assert len({picture.file for picture in PICTURES}) == len(PICTURES)


def test_pictures_are_small() -> None:
    """A checkout stays light."""
    sizes = [file.stat().st_size for file in GALLERY.glob("*.png")]
    assert max(sizes) < MOST_BYTES
    assert sum(sizes) < MOST_IN_ALL


@pytest.mark.judge("poppler")
@pytest.mark.parametrize("chapter", CHAPTERS, ids=[chapter.document for chapter in CHAPTERS])
def test_every_pictures_page_is_found(chapter: Chapter, tmp_path: Path) -> None:
    """The documents are drawn, and each picture has a page of its own."""
    pdf = tmp_path / "document.pdf"
    pdf.write_bytes(DOCUMENTS[chapter.document]())
    pages = [page for _, page in find_pages(pdf, chapter.pictures)]
    assert len(set(pages)) == len(chapter.pictures)


@pytest.mark.judge("poppler")
def test_page_without_the_words_is_an_error(tmp_path: Path) -> None:
    """A picture whose page is gone is not left out in silence."""
    pdf = tmp_path / "document.pdf"
    pdf.write_bytes(DOCUMENTS["note"]())
    with pytest.raises(LookupError, match="transcript-cover"):
        list(find_pages(pdf, PICTURES[:1]))


@pytest.mark.judge("poppler")
def test_page_is_drawn_in_few_colours_and_keeps_its_red(tmp_path: Path) -> None:
    """Corrections stay red in sixteen colours, everything else is grey."""
    pdf = tmp_path / "document.pdf"
    pdf.write_bytes(DOCUMENTS["amendment"]())
    small = reduce_colours(draw_page(pdf, 1))
    used = [colour for _, colour in small.convert("RGB").getcolors() or []]
    tints = [colour for colour in used if isinstance(colour, tuple)]
    assert len(tints) <= 16
    assert any(red > green for red, green, _ in tints)
    assert (255, 255, 255) in tints


def test_contact_sheet_has_room_for_every_page() -> None:
    """Upright and lying pages stand in rows, each with all of its area."""
    pages = [Image.new("RGB", size) for size in ((661, 936), (936, 661)) * 6]
    colours = lay_out(pages).getcolors() or []
    black = sum(count for count, colour in colours if colour == (0, 0, 0))
    assert len(colours) == 2
    assert black == len(pages) * 106 * 150
