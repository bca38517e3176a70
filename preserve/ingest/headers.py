"""Finds the header of a table, the layout that it belongs to, and the meaning of each column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from preserve.ingest.columns import column_meanings
from preserve.ingest.context import Statement, match_statements
from preserve.ingest.findings import error, warning
from preserve.ingest.names import KnownNames
from preserve.ingest.tables import CellValue, Row, Table, column_letters
from preserve.ingest.words import clean, fold
from preserve.model.imports import ImportFinding
from preserve.policy.imports import ColumnRule, Layout, Subheader

_HEADER_WITHIN = 15
"""Rows in which a header is looked for; the titles of known exports take at most seven (ours)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column whose meaning is known."""

    index: int
    """Counted from 0."""
    rule: ColumnRule

    @property
    def letters(self) -> str:
        """The column as the spreadsheet names it."""
        return column_letters(self.index)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one table, read."""

    columns: tuple[Column, ...]
    unread: frozenset[int]
    """Indices of columns that the layout leaves out on purpose."""
    first_row: int
    """Index in ``Table.rows`` of the first row below the header."""
    statements: tuple[Statement, ...]
    findings: tuple[ImportFinding, ...]

    @property
    def is_sound(self) -> bool:
        """False when a column is unknown, missing or in the wrong place."""
        return all(finding.code == "IMP-COLUMN-IGNORED" for finding in self.findings)


def header_words(table: Table) -> list[frozenset[str]]:
    """Return the folded texts of each row in which a header may stand."""
    return [
        frozenset(fold(cell) for cell in row if isinstance(cell, str))
        for row in table.rows[:_HEADER_WITHIN]
    ]


def find_header(words: Sequence[frozenset[str]], layout: Layout) -> int | None:
    """Return the index of the row that holds the layout's cells, each exactly, or ``None``."""
    wanted = wanted_cells(layout.recognise)
    for index, row in enumerate(words):
        if all(not row.isdisjoint(cells) for cells in wanted):
            return index
    return None


@cache
def wanted_cells(recognise: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Return the folded cells that a header must have, with what may stand in place of each."""
    return tuple(frozenset(fold(cell) for cell in cells.split("|")) for cells in recognise)


def read_header(table: Table, index: int, layout: Layout, names: KnownNames) -> Header:
    """Give every column of a table its meaning; every header that has none is a finding."""
    row = table.rows[index]
    below = table.rows[index + 1] if index + 1 < len(table.rows) else ()
    spanned = _spanned(row, below, layout.subheader) | _spanned_subjects(row, below, layout, names)
    second = _second_row(below, spanned, layout.subheader)
    headers = {n: clean(str(v)) for n, v in enumerate(row) if _filled(row, n) and v is not None}
    if second is not None:
        headers |= {n: f"{span}/{clean(str(below[n]))}" for n, span in spanned.items()}
    place = (table.name, index + 1)
    columns, unread, findings = _columns(headers, layout, names, place)
    findings.extend(_missing(columns, layout, table.name))
    if layout.ordered:
        findings.extend(_disorder(columns, layout, place))
    first_row = index + 1 if second is None else index + 2
    if _numbers_columns(table, first_row, columns):
        first_row += 1
    return Header(tuple(columns), unread, first_row, tuple(second or ()), tuple(findings))


def _filled(row: Row, index: int) -> bool:
    return index < len(row) and row[index] is not None and bool(clean(str(row[index])))


def _spanned(row: Row, below: Row, subheader: Subheader | None) -> dict[int, str]:
    """Return the columns under a spanning header, with that header's text.

    The last span reaches as far as the row below it does: rows end with their last filled cell.
    """
    spans = {} if subheader is None else {fold(text): text for text in subheader.spans}
    result: dict[int, str] = {}
    current: str | None = None
    for index in range(max(len(row), len(below)) if spans else 0):
        if _filled(row, index):
            current = spans.get(fold(str(row[index])))
        if current is not None:
            result[index] = current
    return result


def _spanned_subjects(row: Row, below: Row, layout: Layout, names: KnownNames) -> dict[int, str]:
    """Return the columns under a subject's name whose second row tells its parts apart."""
    if not layout.parts:
        return {}
    result: dict[int, str] = {}
    current: str | None = None
    for index in range(max(len(row), len(below))):
        if _filled(row, index):
            text = clean(str(row[index]))
            current = None if names.subject(text) is None else text
        if current is not None and _filled(below, index):
            result[index] = current
    return result


def _second_row(
    row: Row, spanned: Mapping[int, str], subheader: Subheader | None
) -> list[Statement] | None:
    """Return what a second header row states, or ``None`` when the row is none."""
    if subheader is None or any(n >= len(row) or row[n] is None for n in spanned):
        return None
    statements: list[Statement] = []
    filled = {n: value for n, value in enumerate(row) if value is not None and n not in spanned}
    for value in filled.values():
        # The statement concerns the sheet, so the column's own cell adds nothing.
        found = match_statements(subheader.notes, str(value), "")
        if found is None:
            return None
        statements.extend(found)
    return statements if filled or spanned else None


def _columns(
    headers: Mapping[int, str], layout: Layout, names: KnownNames, place: tuple[str, int]
) -> tuple[list[Column], frozenset[int], list[ImportFinding]]:
    meanings = column_meanings(layout, names)
    columns: list[Column] = []
    findings: list[ImportFinding] = []
    taken: set[str] = set()
    unread: set[int] = set()
    sheet, number = place
    for index, text in sorted(headers.items()):
        cell = f"{column_letters(index)}{number}"
        rule = meanings.rule(text)
        if rule is None and meanings.ignores(text):
            unread.add(index)
            findings.append(warning("IMP-COLUMN-IGNORED", sheet, cell, header=text[:60]))
        elif rule is None:
            findings.append(error("IMP-HEADER-UNKNOWN", sheet, cell, header=text[:60]))
        elif rule.field in taken:
            findings.append(error("IMP-HEADER-TWICE", sheet, cell, header=text[:60]))
        else:
            taken.add(rule.field)
            columns.append(Column(index, rule))
    return columns, frozenset(unread), findings


def _missing(columns: Sequence[Column], layout: Layout, sheet: str) -> Iterator[ImportFinding]:
    found = {column.rule.field for column in columns}
    for rule in layout.columns:
        field = f"{rule.field}1" if rule.numbered else rule.field
        if not rule.optional and field not in found:
            yield error("IMP-HEADER-MISSING", sheet, header=rule.headers[0])


def _disorder(
    columns: Sequence[Column], layout: Layout, place: tuple[str, int]
) -> Iterator[ImportFinding]:
    """Yield the columns that stand before one that the layout puts in front of them.

    Two headers exchanged by hand above their columns would turn every mark of one kind into
    another, and nothing else in the file would show it.
    """
    order = {rule.field: position for position, rule in enumerate(layout.columns)}
    sheet, number = place
    highest = -1
    for column in columns:
        position = order.get(column.rule.field)
        if position is None:
            continue
        if position < highest:
            cell, header = f"{column.letters}{number}", column.rule.headers[0]
            yield error("IMP-HEADER-ORDER", sheet, cell, header=header)
        highest = max(highest, position)


def _numbers_columns(table: Table, index: int, columns: Sequence[Column]) -> bool:
    """Tell whether a row only numbers the columns from 1, as some forms print below the header.

    No row about a pupil can look like that: where a name belongs stands a number.
    """
    if index >= len(table.rows) or not columns:
        return False
    row = table.rows[index]
    filled = [
        clean(str(value)).removesuffix(".0") for n, value in enumerate(row) if _filled(row, n)
    ]
    texts = [t.strip("()[]") for t in filled]
    return len(texts) >= len(columns) and texts == [str(n + 1) for n in range(len(texts))]


def stray_cells(row: Sequence[CellValue], columns: frozenset[int], width: int) -> Iterator[int]:
    """Yield the indices of filled cells that stand under no header."""
    if len(row) > width or len(columns) < width:
        for index, value in enumerate(row):
            if index not in columns and value is not None and clean(str(value)):
                yield index
