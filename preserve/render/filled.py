"""Filled-in lines of a form: a label, a value, and the dotted line that a clerk knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from preserve.render.flow import ASCENT, Flow, draw_lines
from preserve.render.surface import Surface
from preserve.render.text import Run, Style, bold, width_of, wrap

FILLED = Style(size=12, leading=19)
_DROP = 1
"""Points from the base line down to the dotted line."""
_GAP = 3


@dataclass(frozen=True, slots=True)
class Blank:
    """A label with its value; an empty value leaves the dotted line."""

    label: str
    value: str


def place_blank(flow: Flow, blank: Blank, *, left: float = 0, width: float | None = None) -> None:
    """Place a filled-in line over the given width."""
    measure = (flow.frame.measure - left) if width is None else width
    runs = (Run(f"{blank.label}: "), bold(blank.value))
    lines = wrap(tuple(run for run in runs if run.text), FILLED.size, measure)
    flow.need(len(lines) * FILLED.leading)
    x = flow.frame.left + left
    place = (x, flow.y, measure)
    base = flow.y - (FILLED.leading - FILLED.size) / 2 - ASCENT * FILLED.size - _DROP
    end = x + width_of(lines[-1], FILLED.size) + _GAP
    if end < x + measure:
        last = base - (len(lines) - 1) * FILLED.leading
        flow.draw(partial(_dots, end, last, x + measure))
    flow.draw(partial(draw_lines, flow.root.add("P"), lines, FILLED, place))
    flow.skip(len(lines) * FILLED.leading)


def place_pair(flow: Flow, first: Blank, second: Blank, *, left: float = 0) -> None:
    """Place two filled-in lines side by side; the taller one decides."""
    gap = 10
    width = (flow.frame.measure - left - gap) / 2
    flow.need(2 * FILLED.leading)
    top = flow.y
    place_blank(flow, first, left=left, width=width)
    lowest = flow.y
    flow.y = top
    place_blank(flow, second, left=left + width + gap, width=width)
    flow.y = min(lowest, flow.y)


def _dots(x: float, y: float, right: float, surface: Surface) -> None:
    surface.line(x, y, right, dotted=True)
