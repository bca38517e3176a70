"""Finds the header of a table, the layout that it belongs to, and the meaning of each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preserve.ingest.context import Statement, match_statements
from preserve.ingest.findings import error
from preserve.ingest.names import KnownNames
from preserve.ingest.tables import CellValue, Row, Table, column_letters
from preserve.ingest.words import clean, fold
from preserve.model.imports import ImportFinding
from preserve.model.school import AssessmentKind, Subject
from preserve.policy.imports import CellKind, ColumnRule, Layout, Subheader

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
    first_row: int
    """Index in ``Table.rows`` of the first row below the header."""
    statements: tuple[Statement, ...]
    findings: tuple[ImportFinding, ...]


def header_words(table: Table) -> list[frozenset[str]]:
    """Return the folded texts of each row in which a header may stand."""
    return [
        frozenset(fold(cell) for cell in row if isinstance(cell, str))
        for row in table.rows[:_HEADER_WITHIN]
    ]


def find_header(words: Sequence[frozenset[str]], layout: Layout) -> int | None:
    """Return the index of the row that holds the layout's cells, each exactly, or ``None``."""
    wanted = {fold(cell) for cell in layout.recognise}
    return next((index for index, row in enumerate(words) if wanted <= row), None)


def read_header(table: Table, index: int, layout: Layout, names: KnownNames) -> Header:
    """Give every column of a table its meaning; every header that has none is a finding."""
    row = table.rows[index]
    below = table.rows[index + 1] if index + 1 < len(table.rows) else ()
    spanned = _spanned(row, layout.subheader)
    second = _second_row(below, spanned, layout.subheader)
    headers = {n: clean(str(v)) for n, v in enumerate(row) if v is not None and clean(str(v))}
    if second is not None:
        headers |= {n: f"{span}/{clean(str(below[n]))}" for n, span in spanned.items()}
    columns, findings = _columns(headers, layout, names, (table.name, index + 1))
    findings.extend(_missing(columns, layout, table.name))
    findings.extend(_disorder(columns, layout, (table.name, index + 1)))
    first_row = index + 1 if second is None else index + 2
    return Header(tuple(columns), first_row, tuple(second or ()), tuple(findings))


def _spanned(row: Row, subheader: Subheader | None) -> dict[int, str]:
    """Return the columns under a spanning header, with that header's text."""
    spans = {} if subheader is None else {fold(text): text for text in subheader.spans}
    result: dict[int, str] = {}
    current: str | None = None
    for index, value in enumerate(row):
        if value is not None and clean(str(value)):
            current = spans.get(fold(str(value)))
        if current is not None:
            result[index] = current
    return result


def _second_row(
    row: Row, spanned: dict[int, str], subheader: Subheader | None
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
    headers: dict[int, str], layout: Layout, names: KnownNames, place: tuple[str, int]
) -> tuple[list[Column], list[ImportFinding]]:
    rules = {fold(text): rule for rule in layout.columns for text in rule.headers}
    columns: list[Column] = []
    findings: list[ImportFinding] = []
    taken: set[str] = set()
    sheet, number = place
    for index, text in sorted(headers.items()):
        cell = f"{column_letters(index)}{number}"
        rule = rules.get(fold(text)) or _subject_rule(text, layout, names)
        if rule is None:
            findings.append(error("IMP-HEADER-UNKNOWN", sheet, cell, header=text[:60]))
        elif rule.field in taken:
            findings.append(error("IMP-HEADER-TWICE", sheet, cell, header=text[:60]))
        else:
            taken.add(rule.field)
            columns.append(Column(index, rule))
    return columns, findings


def _subject_rule(text: str, layout: Layout, names: KnownNames) -> ColumnRule | None:
    subject = names.subject(text) if layout.subject_columns else None
    return None if subject is None else subject_rule(subject)


def subject_rule(subject: Subject) -> ColumnRule:
    """Return the rule of a summary's column that holds a subject's result."""
    if subject.kind is AssessmentKind.MARKS:
        return ColumnRule(f"average:{subject.name}", (subject.name,), CellKind.MARK)
    return ColumnRule(f"level:{subject.name}", (subject.name,), CellKind.COMMENT_LEVEL)


def _missing(columns: Sequence[Column], layout: Layout, sheet: str) -> Iterator[ImportFinding]:
    found = {column.rule.field for column in columns}
    for rule in layout.columns:
        if not rule.optional and rule.field not in found:
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


def stray_cells(row: Sequence[CellValue], columns: frozenset[int], width: int) -> Iterator[int]:
    """Yield the indices of filled cells that stand under no header."""
    if len(row) > width or len(columns) < width:
        for index, value in enumerate(row):
            if index not in columns and value is not None and clean(str(value)):
                yield index
