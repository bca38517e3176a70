"""Reads and writes grids of raw cells with other libraries than the product's own readers."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import openpyxl
import xlrd
import xlwt

Grid = dict[str, list[list[Any]]]
"""Sheet name to rows of raw cell values, all rows of a sheet equally long."""
Edit = Callable[[openpyxl.Workbook], None]
"""Something that is done to an .xlsx workbook before it is saved."""


def read_grid(name: str, content: bytes) -> Grid:
    """Read a file without the product."""
    if name.endswith(".csv"):
        read = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        grid: Grid = {"": [[*row] for row in read]}
    elif content.startswith(b"<"):
        page = _Page()
        page.feed(content.decode())
        grid = {page.name: page.rows}
    elif name.endswith(".xls"):
        book = xlrd.open_workbook(file_contents=content)
        grid = {s.name: [list(s.row_values(r)) for r in range(s.nrows)] for s in book.sheets()}
    else:
        loaded = openpyxl.load_workbook(io.BytesIO(content))
        grid = {s.title: [list(row) for row in s.iter_rows(values_only=True)] for s in loaded}
    for rows in grid.values():
        width = max(map(len, rows))
        for row in rows:
            row.extend([None] * (width - len(row)))
    return grid


def write_grid(name: str, grid: Grid, *, like: bytes = b"", edit: Edit | None = None) -> bytes:
    """Write a grid in the format that the name stands for, or as a web page like ``like``."""
    if name.endswith(".csv"):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(
            [["" if v is None else v for v in row] for row in next(iter(grid.values()))]
        )
        return text.getvalue().encode()
    if like.startswith(b"<"):
        return write_html(grid)
    return _write_xls(grid) if name.endswith(".xls") else _write_xlsx(grid, edit)


def write_html(grid: Grid) -> bytes:
    """Return a web page with the only sheet of a grid as its table, every cell a text."""
    (rows,) = grid.values()
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(shown(value))}</td>' for value in row)}</tr>"
        for row in rows
    )
    return f'<html><head><meta charset="utf-8"></head><table>{body}</table></html>'.encode()


def shown(value: Any) -> str:
    """Return a value as the text that a web page shows for it."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace(".", ",")
    return "" if value is None else str(value)


def _write_xls(grid: Grid) -> bytes:
    written = io.BytesIO()
    old = xlwt.Workbook()
    for sheet, rows in grid.items():
        target = old.add_sheet(sheet)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value not in {None, ""}:
                    target.write(r, c, value)
    old.save(written)
    return written.getvalue()


def _write_xlsx(grid: Grid, edit: Edit | None) -> bytes:
    written = io.BytesIO()
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet, rows in grid.items():
        place = book.create_sheet(sheet)
        for row in rows:
            place.append(row)
    if edit is not None:
        edit(book)
    book.save(written)
    return written.getvalue()


class _Page(HTMLParser):
    """The rows of the only table of a page."""

    name = ""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[Any]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data
