"""Flows blocks over pages: places are fixed first, and drawn when the page total is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from preserve.render.surface import Surface
from preserve.render.tagging import Node
from preserve.render.text import Align, Line, Run, Style, advance, italic, width_of, wrap

Action = Callable[[Surface], None]
"""Something that is already placed and only needs a surface."""

ASCENT = 0.891
"""Ascent of the font as a share of its size: the base line of the first line."""


_STRUCK = "/O /Layout /TextDecorationType /LineThrough"
"""What the element of an old value says of its look (ISO 32000-1 clause 14.8.5.4.5)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The page and the margins of its text, in points."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def measure(self) -> float:
        """Width of the text."""
        return self.width - self.left - self.right

    @property
    def start(self) -> float:
        """Height of the first line's top."""
        return self.height - self.top


@dataclass(slots=True)
class Page:
    """One page: what is drawn on it and what its head says."""

    head: str
    actions: list[Action] = field(default_factory=list)


@dataclass(slots=True)
class Flow:
    """The pages so far and the place where the next block goes."""

    frame: Frame
    root: Node = field(default_factory=lambda: Node("Document"))
    pages: list[Page] = field(default_factory=list)
    y: float = 0
    pupil: str = "-"
    """Code of the pupil that a refusal names."""
    signable: bool = True
    """False for an edition on paper: places to sign on are drawn without fields."""

    @property
    def room(self) -> float:
        """Points left on this page."""
        return self.y - self.frame.bottom

    def new_page(self, head: str | None = None) -> None:
        """Begin a page; without a head it repeats the one before."""
        before = self.pages[-1].head if self.pages else ""
        self.pages.append(Page(before if head is None else head))
        self.y = self.frame.start

    def new_left_page(self, head: str, blank: str) -> None:
        """Begin a page with an even number, so that it faces the next one in a bound book.

        Args:
            head: running head of the page.
            blank: what the page says that is left empty for it.
        """
        if len(self.pages) % 2 == 0:
            self.new_page("")
            place_text(self, "P", (italic(blank),), Style(11, 15, Align.CENTRE, before=200))
        self.new_page(head)

    def need(self, height: float) -> None:
        """Begin a new page unless ``height`` points are left."""
        if height > self.room and self.y < self.frame.start:
            self.new_page()

    def draw(self, action: Action) -> None:
        """Add a placed action to this page."""
        self.pages[-1].actions.append(action)

    def skip(self, height: float) -> None:
        """Leave a gap."""
        self.y -= height


@dataclass(frozen=True, slots=True)
class Column:
    """A part of the line: how far right it begins, and how wide it is."""

    left: float = 0
    """Points to the right of the left margin."""
    width: float | None = None
    """Points; ``None`` for the rest of the line."""

    def measure(self, frame: Frame) -> float:
        """Return the width in points."""
        return frame.measure - self.left if self.width is None else self.width


FULL = Column()
"""The whole line."""


def place_text(
    flow: Flow, kind: str, runs: tuple[Run, ...], style: Style, column: Column = FULL
) -> None:
    """Place a paragraph or heading as one element, over several pages if it must.

    Args:
        flow: where it goes.
        kind: structure type, ``P``, ``H1`` to ``H3``.
        runs: the text; an empty one places nothing.
        style: size, leading, alignment and gaps.
        column: the part of the line that it takes.
    """
    if not any(run.text for run in runs):
        return
    measure = column.measure(flow.frame)
    lines = wrap(runs, style.size, measure)
    node = flow.root.add(kind)
    flow.skip(style.before)
    flow.need(min(len(lines), 2) * style.leading)
    while lines:
        count = max(1, int((flow.room + 0.01) // style.leading))
        part, lines = lines[:count], lines[count:]
        x = flow.frame.left + column.left
        flow.draw(partial(draw_lines, node, part, style, (x, flow.y, measure)))
        flow.skip(len(part) * style.leading)
        if lines:
            flow.new_page()
    flow.skip(style.after)


def keep_together(flow: Flow, place: Callable[[Flow], None]) -> None:
    """Place blocks on one page if one page can hold them.

    What a person signs must stand beside the signature: a signature alone on a page invites misuse.
    """
    trial = Flow(flow.frame, pupil=flow.pupil, signable=flow.signable)
    trial.new_page("")
    place(trial)
    if len(trial.pages) == 1:
        flow.need(flow.frame.start - trial.y)
    place(flow)


def draw_lines(
    node: Node,
    lines: Sequence[Line],
    style: Style,
    place: tuple[float, float, float],
    surface: Surface,
) -> None:
    """Draw lines as one piece of content of ``node``; ``place`` is left, top and width."""
    if any(run.struck for line in lines for run in line):
        show_spans(surface, node, lines, style, place)
        return
    surface.begin(node)
    show_lines(surface, lines, style, place)
    surface.end()


def show_spans(
    surface: Surface,
    node: Node,
    lines: Sequence[Line],
    style: Style,
    place: tuple[float, float, float],
) -> None:
    """Draw lines with every run as an element of its own, in the order in which they are read.

    An old value says by its attribute that it is struck through; no alternative text replaces
    anything, so a reader and a program that extracts text meet the same values.
    """
    x, y, width = place
    base = y - (style.leading - style.size) / 2 - ASCENT * style.size
    for line in lines:
        at = x + style.align.value * (width - width_of(line, style.size))
        for run in line:
            surface.begin(node.add("Span", _STRUCK if run.struck else ""))
            surface.show((run,), at, base, style.size)
            surface.end()
            at += advance(run, style.size)
        base -= style.leading


def show_lines(
    surface: Surface, lines: Sequence[Line], style: Style, place: tuple[float, float, float]
) -> None:
    """Draw lines into whatever is open."""
    x, y, width = place
    base = y - (style.leading - style.size) / 2 - ASCENT * style.size
    for line in lines:
        shift = 0.0
        if style.align is not Align.LEFT:
            shift = style.align.value * (width - width_of(line, style.size))
        surface.show(line, x + shift, base, style.size)
        base -= style.leading
