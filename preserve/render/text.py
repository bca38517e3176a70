"""Runs of text: how wide they are, where they break, which operators draw them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from preserve.render.fonts import Face, FontProgram, load_font
from preserve.render.letters import BREVE


class Align(Enum):
    """Where a line stands in its box; the value is the share of the free space on its left."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


class Run(NamedTuple):
    """A piece of text in one face; a named tuple because runs are the keys of every cache."""

    text: str
    face: Face = Face.REGULAR
    struck: bool = False
    """True for the old value of a corrected mark, which stays readable under a red line."""
    raised: bool = False
    """True for what a correction adds: it stands above the line, in red."""
    percent: int = 100
    """Size as a percentage of the size of the line."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph stands; size and leading in points."""

    size: float = 11
    leading: float = 14.5
    align: Align = Align.LEFT
    before: float = 0
    after: float = 0


Line = tuple[Run, ...]
RED = "0.75 0 0"
"""Colour of corrections, the only ink beside black that the forms allow, dark enough to read."""
RISE = 0.4
"""How far a raised run stands above the base line, as a share of the size of the line."""
_FULL = 100
_LETTERS = re.compile(f".{BREVE}|.")
"""A letter with its breve is one glyph."""


def bold(text: str) -> Run:
    """Return a run in the bold face."""
    return Run(text, Face.BOLD)


def italic(text: str) -> Run:
    """Return a run in the italic face."""
    return Run(text, Face.ITALIC)


@lru_cache(maxsize=65536)
def units(text: str, face: Face) -> int:
    """Return the width of a text in thousandths of the font size."""
    return sum(map(load_font(face).widths.__getitem__, text))


def width_of(line: Line, size: float) -> float:
    """Return the width of a line in points, without the space at its end."""
    if not line:
        return 0
    *before, last = line
    total = _advance(last, last.text.rstrip(" "))
    for run in before:
        total += _advance(run, run.text)
    return total * size / 1000


def advance(run: Run, size: float) -> float:
    """Return how far a run moves the next one to the right, in points."""
    return _advance(run, run.text) * size / 1000


def _advance(run: Run, text: str) -> int:
    """Return how far a text in the look of a run reaches, in thousandths of the line's size."""
    width = units(text, run.face)
    return width if run.percent == _FULL else width * run.percent // _FULL


@lru_cache(maxsize=4096)
def wrap(runs: tuple[Run, ...], size: float, width: float) -> tuple[Line, ...]:
    """Break runs into lines that are no wider than ``width`` points.

    Lines break at spaces and line feeds; a word wider than a whole line breaks between letters.
    A line that breaks at a space keeps it at its end, so that the text layer has it.
    """
    limit = int(width * 1000 / size)
    lines: list[list[Run]] = [[]]
    used = 0
    for piece in _pieces(runs, limit):
        if piece.text == "\n":
            lines.append([])
            used = 0
            continue
        if used and used + _advance(piece, piece.text.rstrip(" ")) > limit:
            lines.append([])
            used = 0
        lines[-1].append(piece)
        used += _advance(piece, piece.text)
    return tuple(_joined(line) for line in lines)


class Drawing(NamedTuple):
    """A line as operators, relative to its start."""

    operators: str
    faces: tuple[Face, ...]
    strikes: tuple[tuple[float, float], ...]
    """Start and end of each struck run, in points from the start of the line."""


@lru_cache(maxsize=65536)
def drawing_of(line: Line, size: float) -> Drawing:
    """Return the operators that show a line at the current point."""
    operators, strikes, x = [], [], 0.0
    for run in line:
        operators.append(f"/{run.face.resource} {size * run.percent / _FULL:g} Tf")
        shown = _show_operator(run.text, load_font(run.face))
        if run.raised:
            shown = f"{RISE * size:.2f} Ts {RED} rg {shown} 0 g 0 Ts"
        operators.append(shown)
        if run.struck:
            strikes.append((x, x + _advance(run, run.text.rstrip(" ")) * size / 1000))
        x += _advance(run, run.text) * size / 1000
    return Drawing(" ".join(operators), tuple({run.face for run in line}), tuple(strikes))


def _show_operator(text: str, font: FontProgram) -> str:
    letters = text if BREVE not in text else _LETTERS.findall(text)
    return f"<{''.join(map(font.codes.__getitem__, letters))}> Tj"


def _pieces(runs: Iterable[Run], limit: int) -> Iterator[Run]:
    for run in runs:
        for row, paragraph in enumerate(run.text.split("\n")):
            if row:
                yield Run("\n", run.face)
            yield from _words(paragraph, run, limit)


def _words(paragraph: str, run: Run, limit: int) -> Iterator[Run]:
    words = paragraph.split(" ")
    last = len(words) - 1
    for index, word in enumerate(words):
        spaced = word if index == last else word + " "
        fits = units(word, run.face) <= limit
        parts = (spaced,) if fits else _broken(spaced, run.face, limit)
        yield from (Run(part, *run[1:]) for part in parts if part)


def _broken(word: str, face: Face, limit: int) -> Iterator[str]:
    start, used = 0, 0
    for index, character in enumerate(word):
        width = units(character, face)
        if index > start and used + width > limit and character not in {" ", BREVE}:
            yield word[start:index]
            start, used = index, 0
        used += width
    yield word[start:]


def _joined(line: list[Run]) -> Line:
    """Merge neighbours that look alike: one operator instead of one per word."""
    return tuple(
        Run("".join(run.text for run in group), *look)
        for look, group in groupby(line, key=lambda run: run[1:])
    )
