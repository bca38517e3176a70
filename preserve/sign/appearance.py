"""Draws what a reader sees of a signature, with the font that the document already carries.

A new font would break PDF/A and cost 10 kB for each signature. The visible part is for people;
no verdict relies on it (NĐ 30/2020/NĐ-CP Annex I). Where the school has given a picture of the
hand-written signature or of the seal, it stands at the left and the text beside it, or over it
where the box is too small for both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent, ResourceType
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStampStyle

from preserve.errors import SigningError
from preserve.sign.appearance_png import Picture
from preserve.sign.engine_streams import packed_stream
from preserve.sign.stamp_font import StampFont, read_stamp_font

VIETNAM = timezone(timedelta(hours=7))
"""Signing times are shown in this zone, never in the machine's (NĐ 30/2020/NĐ-CP Annex I)."""

LARGEST_SIZE = 9.0
"""Points."""
SMALLEST_SIZE = 3.0
"""Points; a text that does not fit at this size is refused."""
READABLE_SIZE = 5.0
"""Points; down to this size smaller print is better than a word broken inside."""
_STEP = 0.25
_LEADING = 1.2
_PADDING = 3.0
_PICTURE_SHARE = {"person": 0.4, "seal": 1 / 3}
"""Part of the box's width that a picture may take; the seal's is the left third."""
_BORDER = {"person": (0.5, b"0 G", b"0 g"), "seal": (1.0, b"0.8 0 0 RG", b"0.8 0 0 rg")}


@dataclass(frozen=True, slots=True)
class Appearance:
    """The lines of one visible signature and the way they are drawn."""

    lines: tuple[str, ...]
    kind: Literal["person", "seal"]
    """A person's is black in a thin box, the school's seal is red."""
    picture: Picture | None = None
    """The hand-written signature in blue, or the seal in red."""


def person_lines(name: str, title: str, time: datetime) -> tuple[str, ...]:
    """Return the lines of a person's signature.

    Raises:
        SigningError: the time has no zone.
    """
    title_line = (f"Chức vụ: {title}",) if title else ()
    return (f"Ký bởi: {name}", *title_line, f"Thời gian ký: {signing_time(time)}")


def seal_lines(school: str, time: datetime) -> tuple[str, ...]:
    """Return the lines of the school's seal.

    Raises:
        SigningError: the time has no zone.
    """
    return (f"Con dấu số của: {school}", f"Thời gian ký: {signing_time(time)}")


def signing_time(time: datetime) -> str:
    """Write a time as ISO 8601 with seconds and the zone of Viet Nam.

    Raises:
        SigningError: the time has no zone.
    """
    if time.tzinfo is None:
        raise SigningError("SIGN-TIME-ZONE")
    return time.astimezone(VIETNAM).isoformat(timespec="seconds")


def wrap(line: str, font: StampFont, size: float, width: float) -> Iterator[str]:
    """Break a line at spaces so that no part is wider than ``width`` points.

    A word that is wider by itself is broken inside.

    Raises:
        SigningError: the font lacks a character.
    """
    current = ""
    for word in line.split(" "):
        candidate = f"{current} {word}" if current else word
        if font.width(candidate, size) <= width:
            current = candidate
            continue
        if current:
            yield current
        *full, current = _pieces(word, font, size, width)
        yield from full
    yield current


def lay_out(
    lines: tuple[str, ...], font: StampFont, width: float, height: float
) -> tuple[float, tuple[str, ...]]:
    """Return the largest font size at which the lines fit a box, and the lines as broken.

    Args:
        lines: texts in any normal form; they are drawn in NFC.
        font: the document's stamp font.
        width: points inside the padding.
        height: points inside the padding.

    Raises:
        SigningError: they do not fit even at the smallest size, or the font lacks a character.
    """
    texts = [unicodedata.normalize("NFC", line) for line in lines]
    words = [word for text in texts for word in text.split(" ")]
    longest = max((font.width(word, 1) for word in words), default=0)
    for size in _sizes(longest, width):
        broken = tuple(part for text in texts for part in wrap(text, font, size, width))
        fits = all(font.width(part, size) <= width for part in broken)
        if fits and len(broken) * size * _LEADING <= height:
            return size, broken
    raise SigningError("SIGN-APPEARANCE-BOX", width=round(width), height=round(height))


class Stamp(AppearanceContent):
    """The form XObject of one visible signature."""

    def __init__(
        self,
        writer: BasePdfFileWriter,
        box: BoxConstraints,
        appearance: Appearance,
        padding: int = 0,
    ) -> None:
        super().__init__(writer=writer, box=box)
        self._appearance = appearance
        self._padding = padding

    def render(self) -> bytes:
        """Return the content stream: border, then text from top to bottom."""
        font = read_stamp_font(self._ensure_writer.root)
        self.set_resource(ResourceType.FONT, generic.NameObject("/F"), font.reference)
        width, height = float(self.box.width), float(self.box.height)
        line_width, stroke, fill = _BORDER[self._appearance.kind]
        border = b"%s %g w %g %g %g %g re S" % (
            stroke,
            line_width,
            line_width / 2,
            line_width / 2,
            width - line_width,
            height - line_width,
        )
        picture, left = self._place_picture(width, height)
        text = _text_operators(self._appearance.lines, font, left, width, height)
        return b"%sq %s %s %s Q%s" % (picture, border, fill, text, b" " * self._padding)

    def _place_picture(self, width: float, height: float) -> tuple[bytes, float]:
        """Return what draws the picture, and how far from the left the text may begin."""
        picture = self._appearance.picture
        if picture is None:
            return b"", 0
        room = width * _PICTURE_SHARE[self._appearance.kind], height - 2 * _PADDING
        shown = picture_size(picture, *room)
        reference = self._ensure_writer.add_object(_image(self._ensure_writer, picture))
        self.set_resource(ResourceType.XOBJECT, generic.NameObject("/I"), reference)
        matrix = (*shown, _PADDING, (height - shown[1]) / 2)
        return b"q %g 0 0 %g %g %g cm /I Do Q " % matrix, shown[0] + _PADDING


@dataclass(frozen=True)
class StampStyle(BaseStampStyle):
    """Hands an appearance to pyHanko."""

    appearance: Appearance = Appearance((), "person")
    padding: int = 0
    """Spaces at the end of the content stream; they change how it compresses."""

    def create_stamp(
        self,
        writer: BasePdfFileWriter,
        box: BoxConstraints,
        text_params: dict[str, Any],  # noqa: ARG002  (pyHanko's signature)
    ) -> Any:
        """Make the stamp of one signature."""
        return Stamp(writer, box, self.appearance, self.padding)


def picture_size(picture: Picture, width: float, height: float) -> tuple[float, float]:
    """Return how large a picture is drawn in so much room, in points.

    One that states its real size is never drawn larger, one that does not fit is drawn smaller.
    """
    real = picture.size or (picture.width, picture.height)
    across, down = float(real[0]), float(real[1])
    fitting = min(width / across, height / down)
    scale = min(fitting, 1.0) if picture.size else fitting
    return across * scale, down * scale


def _image(writer: BasePdfFileWriter, picture: Picture) -> generic.StreamObject:
    """Return the image with its soft mask (ISO 32000-1 sections 8.9.5 and 11.6.5.3)."""
    common = {
        "/Type": generic.NameObject("/XObject"),
        "/Subtype": generic.NameObject("/Image"),
        "/Width": generic.NumberObject(picture.width),
        "/Height": generic.NumberObject(picture.height),
        "/BitsPerComponent": generic.NumberObject(8),
    }
    grey, colour = (generic.NameObject(name) for name in ("/DeviceGray", "/DeviceRGB"))
    mask = packed_stream(picture.opacity, common | {"/ColorSpace": grey})
    entries = common | {"/ColorSpace": colour, "/SMask": writer.add_object(mask)}
    return packed_stream(picture.colours, entries)


def _sizes(longest: float, width: float) -> Iterator[float]:
    """Yield font sizes to try: first those at which the longest word stays whole.

    Args:
        longest: width of the longest word at a size of one point.
        width: points.
    """
    steps = int((LARGEST_SIZE - SMALLEST_SIZE) / _STEP) + 1
    sizes = [LARGEST_SIZE - _STEP * step for step in range(steps)]
    whole = [size for size in sizes if size >= READABLE_SIZE and size * longest <= width]
    yield from whole
    yield from (size for size in sizes if size not in whole)


def _pieces(word: str, font: StampFont, size: float, width: float) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and font.width(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _lay_out_beside(
    lines: tuple[str, ...], font: StampFont, left: float, width: float, height: float
) -> tuple[float, float, tuple[str, ...]]:
    """Lay the text out beside a picture, over it where that would make it too small to read."""
    if left:
        with suppress(SigningError):
            size, broken = lay_out(lines, font, width - left, height)
            if size >= READABLE_SIZE:
                return left, size, broken
    size, broken = lay_out(lines, font, width, height)
    return 0, size, broken


def _text_operators(
    lines: tuple[str, ...], font: StampFont, left: float, width: float, height: float
) -> bytes:
    inner_width, inner_height = width - 2 * _PADDING, height - 2 * _PADDING
    left, size, broken = _lay_out_beside(lines, font, left, inner_width, inner_height)
    leading = size * _LEADING
    # The block stands in the middle of the box; the first base line lies one size below its top.
    top = _PADDING + (inner_height + leading * len(broken)) / 2
    shown = b" T* ".join(font.hexadecimal(part) + b" Tj" for part in broken)
    return b"BT /F %g Tf %g TL %g %g Td %s ET" % (
        size,
        leading,
        _PADDING + left,
        top - size,
        shown,
    )
