"""The pages of one document: a reportlab canvas whose every operator is tagged or an artifact."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from math import atan2, cos, hypot, sin

from reportlab.pdfgen.canvas import Canvas

from preserve.render.fonts import Face
from preserve.render.tagging import Mark, Node, Widget
from preserve.render.text import RED, Line, bold, drawing_of, width_of

PAGINATION_HEADER = "/Artifact <</Type /Pagination /Subtype /Header>> BDC"
PAGINATION_FOOTER = "/Artifact <</Type /Pagination /Subtype /Footer>> BDC"
_PAGINATION_WATERMARK = "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC"
_PALE = 0.88
"""Grey of a watermark: marks above it stay easy to read."""
_WATERMARK_SHARE = 0.62
"""Length of a watermark as a share of the diagonal of the page."""
ARTIFACT = "/Artifact BMC"
RULE = 0.4
"""Width of thin rules in points."""
_STRIKE_HEIGHT = 0.22
"""Height of the line through an old mark, as a share of the font size."""


class Surface:
    """Draws, and remembers which element owns which content."""

    def __init__(self, page_size: tuple[float, float]) -> None:
        self.page_size = page_size
        self.owners: list[list[Node]] = [[]]
        """Per page: the element that owns each MCID."""
        self.widgets: list[tuple[Widget, Node]] = []
        self.faces: set[Face] = {Face.REGULAR}
        self.contents: list[bytes] = []
        """Operators of every closed page."""
        self._canvas = Canvas(io.BytesIO(), page_size, pageCompression=0, invariant=1)
        self._start_page()

    @property
    def page(self) -> int:
        """Number of the current page, from 0."""
        return len(self.owners) - 1

    def next_page(self) -> None:
        """Close the page and begin the next one."""
        self.close_page()
        self.owners.append([])
        self._start_page()

    def close_page(self) -> None:
        """Keep the operators of the page; reportlab's own file is never written."""
        self.contents.append("\n".join(self._code).encode("ascii"))
        self._canvas.showPage()

    def begin(self, node: Node) -> None:
        """Open a piece of marked content that ``node`` owns."""
        row = self.owners[-1]
        node.kids.append(Mark(self.page, len(row)))
        self._code.append(f"/{node.kind} <</MCID {len(row)}>> BDC")
        row.append(node)

    def begin_artifact(self, operator: str = ARTIFACT) -> None:
        """Open content that carries no meaning."""
        self._code.append(operator)

    def end(self) -> None:
        """Close what was opened last."""
        self._code.append("EMC")

    def show(self, line: Line, x: float, y: float, size: float) -> None:
        """Draw one line of runs with its base line at ``(x, y)``."""
        drawing = drawing_of(line, size)
        self.faces.update(drawing.faces)
        self._code.append(f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm {drawing.operators} ET")
        for start, end in drawing.strikes:
            height = y + _STRIKE_HEIGHT * size
            stroke = f"{x + start:.2f} {height:.2f} m {x + end:.2f} {height:.2f} l S"
            self._code.append(f"q {RED} RG 0.7 w {stroke} Q")

    def rectangles(self, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Stroke rectangles (left, bottom, width, height) as one artifact."""
        shapes = " ".join(f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re" for x, y, w, h in boxes)
        if shapes:
            self._code.append(f"{ARTIFACT} {shapes} S EMC")

    def grid(self, across: Sequence[float], down: Sequence[float]) -> None:
        """Stroke the lines of a grid at these places, in order, as one artifact."""
        left, right, top, bottom = across[0], across[-1], down[0], down[-1]
        rows = (f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l" for y in down)
        columns = (f"{x:.2f} {top:.2f} m {x:.2f} {bottom:.2f} l" for x in across)
        self._code.append(f"{ARTIFACT} {' '.join((*rows, *columns))} S EMC")

    def line(self, x: float, y: float, right: float, *, dotted: bool = False) -> None:
        """Stroke a horizontal rule as an artifact."""
        self.begin_artifact()
        if dotted:
            self._canvas.setDash(0.5, 1.8)
        self._canvas.line(x, y, right, y)
        if dotted:
            self._canvas.setDash()
        self.end()

    def begin_shrunk(self, share: float, corner: tuple[float, float]) -> None:
        """Shrink what follows towards a corner (x, y) that stays where it is."""
        x, y = corner
        rest = 1 - share
        self._code.append(f"q {share:g} 0 0 {share:g} {rest * x:.2f} {rest * y:.2f} cm")

    def end_shrunk(self) -> None:
        """Draw in full size again."""
        self._code.append("Q")

    def watermark(self, text: str) -> None:
        """Write a large pale text across the page, below everything that follows."""
        width, height = self.page_size
        line = (bold(text),)
        self.faces.add(Face.BOLD)
        size = _WATERMARK_SHARE * hypot(width, height) / width_of(line, 1)
        slope = atan2(height, width)
        along, up = width_of(line, size) / 2, 0.33 * size
        x = width / 2 - along * cos(slope) + up * sin(slope)
        y = height / 2 - along * sin(slope) - up * cos(slope)
        turn = f"{cos(slope):.4f} {sin(slope):.4f} {-sin(slope):.4f} {cos(slope):.4f}"
        shown = f"BT {turn} {x:.2f} {y:.2f} Tm {drawing_of(line, size).operators} ET"
        self._code.append(f"{_PAGINATION_WATERMARK} q {_PALE} g {shown} Q EMC")

    def add_widget(self, widget: Widget, node: Node) -> None:
        """Place a signature field that ``node`` stands for."""
        node.kids.append(widget)
        self.widgets.append((widget, node))

    def _start_page(self) -> None:
        code: list[str] = self._canvas._code  # noqa: SLF001  (no public way in; a test pins it)
        self._code = code
        self._canvas.setLineWidth(RULE)
