"""Reads the tables of a web page, which many programs save under the name of a spreadsheet.

A page has no sheets. What a spreadsheet program shows as one sheet is told apart here into the
tables that hold data; text around them, and tables used for nothing but titles, become the rows
above the table that follows, or below the last one, so that nothing on the page is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from preserve.errors import FormatError
from preserve.ingest.encodings import Decoded, Encoding, decode_as, decode_text
from preserve.ingest.hidden import hidden_findings
from preserve.ingest.html_grid import Grid, build_grid
from preserve.ingest.html_parser import PageTable, parse_page
from preserve.ingest.limits import MAX_MARKUP, MAX_SHEETS
from preserve.ingest.tables import Area, Row, Table, check_extent, is_blank

_CHARSET = re.compile(rb"<meta\b[^>]*\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_HEAD = 4_096
"""Bytes in which a page states its encoding; HTML asks for 1,024, some pages need more."""
_CHARSETS = {
    "utf-8": Encoding.UTF_8,
    "utf8": Encoding.UTF_8,
    "windows-1258": Encoding.WINDOWS_1258,
    "us-ascii": Encoding.WINDOWS_1252,
    "iso-8859-1": Encoding.WINDOWS_1252,
    "windows-1252": Encoding.WINDOWS_1252,
}
"""Names of encodings; HTML reads the two of Western Europe alike (WHATWG Encoding Standard 4.2)."""
_DATA_WIDTH = 3
"""Filled cells that make a row one of data: a number, a code and something about it; ours."""


def read_html(content: bytes) -> tuple[Decoded, list[Table]]:
    """Return the text of a page and its tables of data in their order.

    A table's sheet has no name; where a page has several, they are called 1, 2 and so on.

    Raises:
        FormatError: the encoding is unknown, there is no table, or one is too large.
    """
    decoded = _decode(content)
    if decoded.text.count("<") > MAX_MARKUP:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_MARKUP)
    sheets = _gathered(parse_page(decoded.text))
    if not sheets:
        raise FormatError("IMP-HTML-NO-TABLE")
    if len(sheets) > MAX_SHEETS:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_SHEETS)
    names = [""] if len(sheets) == 1 else [str(n + 1) for n in range(len(sheets))]
    return decoded, [sheet.table(name) for name, sheet in zip(names, sheets, strict=True)]


def _decode(content: bytes) -> Decoded:
    declared = _CHARSET.search(content[:_HEAD])
    if declared is None or content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decode_text(content)
    name = declared[1].decode("ascii").lower()
    if name not in _CHARSETS:
        raise FormatError("IMP-ENCODING-OTHER", encoding=name)
    return decode_as(content, _CHARSETS[name])


@dataclass(slots=True)
class _Sheet:
    """The rows of one table of data with the text around it."""

    rows: list[Row] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    has_data: bool = False

    def add(self, grid: Grid) -> None:
        """Put a grid below what is there."""
        below = len(self.rows)
        self.rows.extend(grid.rows)
        self.hidden_rows.update(below + row for row in grid.hidden_rows)
        self.hidden_columns.update(grid.hidden_columns)
        self.merged.extend(
            Area(a.first_row + below, a.first_column, a.last_row + below, a.last_column)
            for a in grid.merged
        )
        self.has_data = self.has_data or _has_data(grid)

    def table(self, name: str) -> Table:
        """Return the sheet as a table of that name."""
        check_extent(name, len(self.rows), max(map(len, self.rows), default=0))
        table = Table(name, self.rows, merged=tuple(self.merged))
        findings = hidden_findings(table, self.hidden_rows, self.hidden_columns, is_hidden=False)
        return Table(name, self.rows, tuple(findings), table.merged)


def _gathered(parts: Iterator[PageTable | str]) -> list[_Sheet]:
    sheets: list[_Sheet] = []
    pending = _Sheet()
    tables = 0
    for part in parts:
        tables += not isinstance(part, str)
        pending.add(Grid([(part,)]) if isinstance(part, str) else build_grid(part))
        if pending.has_data:
            sheets.append(pending)
            pending = _Sheet()
    if any(not is_blank(row) for row in pending.rows):
        if not sheets:
            return [pending] if tables else []
        sheets[-1].add(Grid(pending.rows, pending.hidden_rows, set(), pending.merged))
    return sheets


def _has_data(grid: Grid) -> bool:
    return any(sum(cell is not None for cell in row) >= _DATA_WIDTH for row in grid.rows)
