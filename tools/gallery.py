"""Draws the gallery: a picture of every kind of page, with Vietnamese and English captions.

Run as ``python -m tools.gallery [FOLDER]``, or ``make gallery``. Needs poppler. Everybody in the
pictures is made up. The list of the pictures is ``docs/gallery/pictures.toml``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tools.gallery_documents import DOCUMENTS

GALLERY = Path(__file__).resolve().parents[1] / "docs" / "gallery"
PICTURES = GALLERY / "pictures.toml"
README = "README.md"
OVERVIEW = "overview"
_DOTS_PER_INCH = 80
_GREYS = 10
_REDS = 6
"""Ten greys and six reds fill the sixteen colours of a picture of four bits."""
_RED = (191, 0, 0)
"""The only ink beside black (``preserve.render.text.RED``)."""
_THUMBNAIL = (150, 150)
"""Width and height of a page on the contact sheet, in pixels."""
_ACROSS = 9
_GAP = 8
_HEAD = """# Phòng tranh · Gallery

Mỗi loại trang của mỗi loại hồ sơ, vẽ từ dữ liệu giả định; không ai trong các hình là người thật.
Every kind of page of every kind of document, drawn from made-up data; nobody here is real.

`make gallery` vẽ lại các hình theo [pictures.toml](pictures.toml) · draws the pictures again.

[![Tất cả các trang · All pages](overview.png)](overview.png)
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page that is drawn."""

    file: str
    """Name without ending."""
    words: tuple[str, ...]
    """The first page that shows all of them is meant."""
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The pictures of one document."""

    document: str
    """Name in ``DOCUMENTS``."""
    vi: str
    en: str
    pictures: tuple[Picture, ...]


def read_chapters(file: Path = PICTURES) -> tuple[Chapter, ...]:
    """Return the list of the pictures."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        Chapter(
            chapter["document"],
            chapter["vi"],
            chapter["en"],
            tuple(
                Picture(one["file"], tuple(one["page"]), one["vi"], one["en"])
                for one in chapter["pictures"]
            ),
        )
        for chapter in table["chapters"]
    )


def write_readme(chapters: Iterable[Chapter]) -> str:
    """Return the page that shows every picture with its captions."""
    parts = [_HEAD]
    for chapter in chapters:
        parts.append(f"## {chapter.vi}\n\n{chapter.en}.\n")
        for one in chapter.pictures:
            caption = f"{one.vi} · {one.en}"
            parts.append(f"![{caption}]({one.file}.png)\n\n*{caption}*\n")
    return "\n".join(parts)


def find_pages(pdf: Path, pictures: Sequence[Picture]) -> Iterator[tuple[Picture, int]]:
    """Yield each picture with the number of its page.

    Raises:
        LookupError: no page shows the words of a picture.
    """
    command = ["pdftotext", "-enc", "UTF-8", str(pdf), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  (fixed command)
    pages = [_squeezed(page) for page in text.split("\f")]
    for picture in pictures:
        words = [_squeezed(word) for word in picture.words]
        found = (n for n, page in enumerate(pages, 1) if all(word in page for word in words))
        number = next(found, None)
        if number is None:
            raise LookupError(picture.file)
        yield picture, number


def draw_page(pdf: Path, page: int) -> Image.Image:
    """Return a page in the sixteen colours of the gallery."""
    target = pdf.with_suffix("")
    numbers = ["-f", str(page), "-l", str(page), "-r", str(_DOTS_PER_INCH)]
    command = ["pdftoppm", "-png", "-singlefile", *numbers, str(pdf), str(target)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (fixed command)
    with Image.open(target.with_suffix(".png")) as drawn:
        return drawn.convert("RGB")


def reduce_colours(picture: Image.Image) -> Image.Image:
    """Return a picture in ten greys and six reds."""
    colours = [_tint((0, 0, 0), step / (_GREYS - 1)) for step in range(_GREYS)]
    colours += [_tint(_RED, step / _REDS) for step in range(_REDS)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours for part in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def lay_out(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return the contact sheet: every picture small, in rows."""
    width, height = (side + _GAP for side in _THUMBNAIL)
    rows = -(-len(pictures) // _ACROSS)
    sheet = Image.new("RGB", (_ACROSS * width + _GAP, rows * height + _GAP), (198, 198, 198))
    for place, picture in enumerate(pictures):
        small = picture.copy()
        small.thumbnail(_THUMBNAIL, Image.Resampling.LANCZOS)
        row, column = divmod(place, _ACROSS)
        left = _GAP + column * width + (_THUMBNAIL[0] - small.width) // 2
        sheet.paste(small, (left, _GAP + row * height + (_THUMBNAIL[1] - small.height) // 2))
    return sheet


def draw_gallery(folder: Path, chapters: Sequence[Chapter]) -> None:
    """Draw every picture, the contact sheet and the page that shows them."""
    drawn = []
    with TemporaryDirectory() as work:
        for chapter in chapters:
            pdf = Path(work) / f"{chapter.document}.pdf"
            pdf.write_bytes(DOCUMENTS[chapter.document]())
            for picture, page in find_pages(pdf, chapter.pictures):
                image = draw_page(pdf, page)
                _save(folder, picture.file, image)
                drawn.append(image)
    _save(folder, OVERVIEW, lay_out(drawn))
    (folder / README).write_text(write_readme(chapters), encoding="utf-8")


def _save(folder: Path, name: str, image: Image.Image) -> None:
    reduce_colours(image).save(folder / f"{name}.png", optimize=True, bits=4)


def _tint(colour: tuple[int, int, int], share: float) -> tuple[int, ...]:
    """Return a colour, moved towards white by this share."""
    return tuple(round(part + share * (255 - part)) for part in colour)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def main(arguments: list[str]) -> None:
    """Draw the gallery into the given folder, or into its place in the documents."""
    draw_gallery(Path(arguments[0]) if arguments else GALLERY, read_chapters())


if __name__ == "__main__":
    main(sys.argv[1:])
