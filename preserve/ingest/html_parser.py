"""Takes a web page apart into its tables and the text around them; nothing in it is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from preserve.errors import FormatError
from preserve.ingest.limits import MAX_COLUMNS, MAX_ROWS, MAX_TEXT

_UNREAD = frozenset({"script", "style", "head", "template", "noscript", "object", "select"})
"""Elements whose text no browser shows as text of the page."""
_BREAKS = frozenset(
    {"br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "center", "hr"}
)
"""Elements that begin a new line."""
_ROWS = frozenset({"tr", "thead", "tbody", "tfoot"})
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_LINES = re.compile(r" *\n *(?:\n *)*")

Attributes = list[tuple[str, str | None]]


@dataclass(slots=True)
class PageCell:
    """A cell of a table as the page states it."""

    width: int
    height: int
    """Rows that it spans; 0 for all that follow."""
    number: str | None
    """The number behind the text, where the page states it."""
    is_hidden: bool
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text as a browser shows it, with its line ends."""
        return _shown(self.pieces)


@dataclass(slots=True)
class PageRow:
    """A row of a table."""

    is_hidden: bool
    cells: list[PageCell] = field(default_factory=list)


@dataclass(slots=True)
class PageTable:
    """A table without those inside it, which stand for themselves."""

    is_hidden: bool
    rows: list[PageRow] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    columns: int = 0
    """Columns that ``col`` elements have spoken of so far."""
    cell: PageCell | None = None
    """The cell that is open."""
    rows_hidden: bool = False
    """True inside a hidden group of rows."""


def parse_page(text: str) -> Iterator[PageTable | str]:
    """Yield the tables of a page and the lines of text around them, in their order.

    Raises:
        FormatError: the page ends inside a table: it was cut off, and rows may be missing.
    """
    parser = _PageParser()
    parser.feed(text)
    parser.close()
    if parser.is_inside_table:
        raise FormatError("IMP-HTML-CUT-OFF")
    parser.flush()
    for part in parser.parts:
        if isinstance(part, str):
            yield from (line.strip() for line in part.split("\n") if line.strip())
        else:
            yield part


class _PageParser(HTMLParser):
    """Collects tables and text; other tags that close wrongly or not at all do no harm."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[PageTable | str] = []
        self._open: list[PageTable] = []
        self._outside: list[str] = []
        self._unread = 0

    @property
    def is_inside_table(self) -> bool:
        """Tell whether a table is open; its end tag may not be left out (HTML, 4.9.1)."""
        return bool(self._open)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in _UNREAD:
            self._unread += 1
        elif tag == "body":
            # A head that was never closed ends here.
            self._unread = 0
        elif self._unread:
            return
        elif tag == "table":
            self._begin_table(dict(attrs))
        elif self._open and (tag in _ROWS or tag in {"td", "th", "col"}):
            self._begin_part(self._open[-1], tag, dict(attrs))
        elif tag in _BREAKS:
            self._write("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif self._unread or not self._open:
            self._write("\n" if tag in _BREAKS else "")
        elif tag == "table":
            self._open.pop()
        elif tag in {"td", "th"} or tag in _ROWS:
            self._open[-1].cell = None
            if tag in _ROWS - {"tr"}:
                self._open[-1].rows_hidden = False
        elif tag in _BREAKS:
            self._write("\n")

    def handle_data(self, data: str) -> None:
        self._write(_SPACES.sub(" ", data))

    def flush(self) -> None:
        """Close the text that is open outside of tables."""
        text = _shown(self._outside)
        if text:
            self.parts.append(text)
        self._outside = []

    def _write(self, text: str) -> None:
        if self._unread or not text:
            return
        if self._open and self._open[-1].cell is not None:
            self._open[-1].cell.pieces.append(text)
        else:
            self._outside.append(text)

    def _begin_table(self, attrs: dict[str, str | None]) -> None:
        self.flush()
        table = PageTable(_is_hidden(attrs) or any(outer.is_hidden for outer in self._open))
        self._open.append(table)
        self.parts.append(table)

    def _begin_part(self, table: PageTable, tag: str, attrs: dict[str, str | None]) -> None:
        is_hidden = _is_hidden(attrs)
        match tag:
            case "col":
                first, width = table.columns, _span(attrs, "span", MAX_COLUMNS) or 1
                table.columns += width
                table.hidden_columns.extend(range(first, first + width) if is_hidden else ())
            case "tr":
                hidden = is_hidden or table.rows_hidden or table.is_hidden
                table.rows.append(PageRow(hidden))
                table.cell = None
            case "td" | "th":
                if not table.rows:
                    table.rows.append(PageRow(table.is_hidden))
                table.cell = _cell(attrs, is_hidden=is_hidden)
                table.rows[-1].cells.append(table.cell)
            case _:
                table.rows_hidden = is_hidden
                table.cell = None


def _cell(attrs: dict[str, str | None], *, is_hidden: bool) -> PageCell:
    return PageCell(
        width=_span(attrs, "colspan", MAX_COLUMNS) or 1,
        height=_span(attrs, "rowspan", MAX_ROWS, default=1),
        number=attrs.get("x:num") or attrs.get("sdval"),
        is_hidden=is_hidden,
    )


def _span(attrs: dict[str, str | None], name: str, limit: int, *, default: int = 1) -> int:
    text = (attrs.get(name) or "").strip()
    return min(int(text), limit) if re.fullmatch(r"[0-9]{1,9}", text) else default


def _is_hidden(attrs: dict[str, str | None]) -> bool:
    return "hidden" in attrs or bool(_HIDING.search(attrs.get("style") or ""))


def _shown(pieces: list[str]) -> str:
    """Join pieces of text, with one blank for several and without empty lines."""
    joined = re.sub(" +", " ", "".join(pieces))
    return _LINES.sub("\n", joined).strip(" \n")[: MAX_TEXT + 1]
