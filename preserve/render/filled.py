"""Filled-in lines of a form: a label, a value, and the dotted line that a clerk knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from preserve.render.corrections import corrected_runs
from preserve.render.flow import ASCENT, FULL, Column, Flow, draw_lines, place_text
from preserve.render.surface import Surface
from preserve.render.text import Run, Style, bold, width_of, wrap

FILLED = Style(size=12, leading=19)
_DROP = 1
"""Points from the base line down to the dotted line."""
_GAP = 3
"""Points between a value and the dots after it."""
_BETWEEN = 10
"""Points between two filled-in lines side by side."""
_MOST_LINES = 4
"""A longer value flows like a paragraph, over pages if it must."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A label with its value; an empty value leaves the dotted line."""

    label: str
    value: str
    old: tuple[str, ...] = ()
    """Values that a correction replaced, oldest first."""
    initials: str = ""
    """Letters of the person who corrected."""

    @property
    def runs(self) -> tuple[Run, ...]:
        """The text of the line."""
        named = Run(f"{self.label}: ")
        if self.old:
            return named, *corrected_runs(self.old, self.value, self.initials)
        return (named, bold(self.value)) if self.value else (named,)


def place_blank(flow: Flow, blank: Blank, column: Column = FULL) -> None:
    """Place a filled-in line."""
    measure = column.measure(flow.frame)
    runs = blank.runs
    lines = wrap(runs, FILLED.size, measure)
    if len(lines) > _MOST_LINES:
        place_text(flow, "P", runs, FILLED, column)
        return
    flow.need(len(lines) * FILLED.leading)
    x = flow.frame.left + column.left
    end = x + width_of(lines[-1], FILLED.size) + _GAP
    if end < x + measure:
        base = flow.y - (FILLED.leading - FILLED.size) / 2 - ASCENT * FILLED.size - _DROP
        last = base - (len(lines) - 1) * FILLED.leading
        flow.draw(partial(_dots, end, last, x + measure))
    node = flow.root.add("P")
    flow.draw(partial(draw_lines, node, lines, FILLED, (x, flow.y, measure)))
    flow.skip(len(lines) * FILLED.leading)


def place_pair(flow: Flow, first: Blank, second: Blank, left: float = 0) -> None:
    """Place two filled-in lines side by side; the taller one decides."""
    width = (flow.frame.measure - left - _BETWEEN) / 2
    flow.need(_MOST_LINES * FILLED.leading)
    top = flow.y
    place_blank(flow, first, Column(left, width))
    lowest, flow.y = flow.y, top
    place_blank(flow, second, Column(left + width + _BETWEEN, width))
    flow.y = min(lowest, flow.y)


def place_row(flow: Flow, blanks: Sequence[Blank]) -> None:
    """Place two filled-in lines side by side; any other number of them one under the other."""
    match blanks:
        case [first, second]:
            place_pair(flow, first, second)
        case _:
            for blank in blanks:
                place_blank(flow, blank)


def _dots(x: float, y: float, right: float, surface: Surface) -> None:
    surface.line(x, y, right, dotted=True)
