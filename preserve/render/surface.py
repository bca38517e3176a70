"""The pages of one document: a reportlab canvas whose every operator is tagged or an artifact."""

from __future__ import annotations

import io
from collections.abc import Iterable

from reportlab.pdfgen.canvas import Canvas

from preserve.render.fonts import Face
from preserve.render.tagging import Mark, Node, Widget
from preserve.render.text import Line, drawing_of

PAGINATION_HEADER = "/Artifact <</Type /Pagination /Subtype /Header>> BDC"
PAGINATION_FOOTER = "/Artifact <</Type /Pagination /Subtype /Footer>> BDC"
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
            self._canvas.line(x + start, height, x + end, height)

    def rectangles(self, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Stroke rectangles (left, bottom, width, height) as one artifact."""
        shapes = " ".join(f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re" for x, y, w, h in boxes)
        if shapes:
            self._code.append(f"{ARTIFACT} {shapes} S EMC")

    def line(self, x: float, y: float, right: float, *, dotted: bool = False) -> None:
        """Stroke a horizontal rule as an artifact."""
        self.begin_artifact()
        if dotted:
            self._canvas.setDash(0.5, 1.8)
        self._canvas.line(x, y, right, y)
        if dotted:
            self._canvas.setDash()
        self.end()

    def add_widget(self, widget: Widget, node: Node) -> None:
        """Place a signature field that ``node`` stands for."""
        node.kids.append(widget)
        self.widgets.append((widget, node))

    def _start_page(self) -> None:
        code: list[str] = self._canvas._code  # noqa: SLF001  (no public way in; a test pins it)
        self._code = code
        self._canvas.setLineWidth(RULE)
