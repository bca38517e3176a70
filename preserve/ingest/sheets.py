"""Reads one table into facts: every row, every column, every fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from preserve.ingest.cells import CellReader, Misread
from preserve.ingest.composed_cells import composed_reader
from preserve.ingest.context import (
    Context,
    Statement,
    match_statements,
    missing_class,
    read_titles,
    resolve,
)
from preserve.ingest.fields import expand_marks, field_names, missing_days, spare_subjects
from preserve.ingest.findings import error, warning
from preserve.ingest.headers import Column, Header, read_header, stray_cells
from preserve.ingest.names import KnownNames
from preserve.ingest.numbering import number_pupils
from preserve.ingest.tables import Row, Table, column_letters, covered_cells, is_blank
from preserve.model.imports import FactRow, ImportFinding, SheetFacts
from preserve.policy.imports import ColumnRule, Layout


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """What became of one table."""

    facts: SheetFacts
    context: Context
    findings: tuple[ImportFinding, ...]


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of cells of one import; equal texts become one object."""

    names: KnownNames
    by_rule: dict[ColumnRule, CellReader]

    def reader(self, rule: ColumnRule) -> CellReader:
        """Return the reader of a column."""
        if rule not in self.by_rule:
            self.by_rule[rule] = composed_reader(rule, self.names)
        return self.by_rule[rule]


def read_sheet(
    table: Table, header_index: int, layout: Layout, readers: Readers, said: tuple[Statement, ...]
) -> ReadSheet:
    """Read a table.

    Args:
        table: the sheet.
        header_index: index of its header row.
        layout: the layout that the header belongs to.
        readers: readers of cells.
        said: what the file's path states.
    """
    names = readers.names
    titles, findings = read_titles(table.rows[:header_index], layout, table.name)
    header = read_header(table, header_index, layout, names)
    findings.extend(header.findings)
    named, unnamed = _sheet_name(table.name, layout)
    constants = (Statement(key, text) for key, text in layout.constants)
    context, problems = resolve(
        (*titles, *header.statements, *named, *constants, *said),
        layout,
        names,
        table.name,
        in_rows=frozenset(column.rule.field for column in header.columns),
    )
    findings.extend((*unnamed, *problems))
    indices, foot = _pupil_rows(table, header_index, header, names)
    findings.extend(foot)
    rows = tuple(_rows(table, indices, header, readers, findings))
    findings.extend(covered_cells(table, indices))
    facts = _facts(table.name, layout, header, rows, context)
    findings.extend(_checks(facts, layout, names))
    facts = _with_class_of_rows(facts)
    if "class" in layout.needs and not _names_class(facts, findings):
        findings.append(missing_class(table.name))
    facts, unnumbered = number_pupils(facts)
    findings.extend((*unnumbered, *spare_subjects(facts, names)))
    return ReadSheet(facts, context, tuple(findings))


def _checks(facts: SheetFacts, layout: Layout, names: KnownNames) -> Iterator[ImportFinding]:
    yield from _row_contradictions(facts, names)
    yield from _twice(facts, layout.unique)
    yield from missing_days(facts)


def _sheet_name(name: str, layout: Layout) -> tuple[list[Statement], list[ImportFinding]]:
    # A web page and a CSV file name no sheet: what its name would say must stand in a title.
    if layout.sheet_name is None or not name:
        return [], []
    found = match_statements((layout.sheet_name,), name, "")
    return (found, []) if found is not None else ([], [error("IMP-SHEET-NAME", name)])


def _pupil_rows(
    table: Table, header_index: int, header: Header, names: KnownNames
) -> tuple[list[int], list[ImportFinding]]:
    """Return the indices of the rows that state facts, and what is said of the foot below them.

    A foot (signatures, totals) begins with a word of the foot and names no pupil in any row, so
    that no pupil can be lost in it. A header repeated on a new page states nothing.
    """
    pupil = next((c.index for c in header.columns if c.rule.field == "pupil"), None)
    repeated = table.rows[header_index]
    indices: list[int] = []
    foot: int | None = None
    for index in range(header.first_row, len(table.rows)):
        row = table.rows[index]
        if is_blank(row) or row == repeated:
            continue
        nameless = pupil is not None and (pupil >= len(row) or is_blank((row[pupil],)))
        if foot is None and nameless and _begins_foot(row, names):
            foot = index
        elif foot is not None and not nameless:
            indices.extend(range(foot, index))
            foot = None
        if foot is None:
            indices.append(index)
    found = [] if foot is None else [warning("IMP-FOOT-UNREAD", table.name, f"A{foot + 1}")]
    return [index for index in indices if not is_blank(table.rows[index])], found


def _begins_foot(row: Row, names: KnownNames) -> bool:
    texts = (cell for cell in row if isinstance(cell, str) and cell.strip())
    first = next(texts, None)
    return first is not None and names.is_footer(first)


def _rows(
    table: Table,
    rows: list[int],
    header: Header,
    readers: Readers,
    findings: list[ImportFinding],
) -> Iterator[FactRow]:
    columns = [(column, readers.reader(column.rule)) for column in header.columns]
    indices = header.unread | {column.index for column in header.columns}
    # A column with a faulty header has its finding already.
    width = max(indices, default=-1) + 1
    for index in rows:
        row = table.rows[index]
        values = _read_row(row, index + 1, columns, (table.name, findings))
        if header.is_sound:
            findings.extend(
                error("IMP-CELL-WITHOUT-HEADER", table.name, f"{column_letters(stray)}{index + 1}")
                for stray in stray_cells(row, indices, width)
            )
        yield FactRow(index + 1, values)


def _read_row(
    row: Row,
    number: int,
    columns: list[tuple[Column, CellReader]],
    report: tuple[str, list[ImportFinding]],
) -> tuple[str | None, ...]:
    values: list[str | None] = []
    faults: list[tuple[Column, Misread]] = []
    length = len(row)
    for column, read in columns:
        cell = row[column.index] if column.index < length else None
        value = None if cell is None else read(cell)
        if value is None and column.rule.filled:
            value = Misread("IMP-CELL-EMPTY")
        if isinstance(value, Misread):
            faults.append((column, value))
            value = value.text
        values.append(value)
    if faults:
        sheet, findings = report
        fields = [column.rule.field for column, _ in columns]
        pupil = (values[fields.index("pupil")] if "pupil" in fields else None) or ""
        for column, fault in faults:
            say = error if fault.text is None else warning
            place = f"{column.letters}{number}"
            findings.append(say(fault.code, sheet, place, pupil=pupil, **dict(fault.parameters)))
    return tuple(values)


def _facts(
    sheet: str, layout: Layout, header: Header, rows: tuple[FactRow, ...], context: Context
) -> SheetFacts:
    semester = context.get("semester")
    facts = SheetFacts(
        kind=layout.kind,
        sheet=sheet,
        fields=field_names([column.rule.field for column in header.columns], context),
        columns=tuple(column.letters for column in header.columns),
        rows=rows,
        school_year=context.get("school_year"),
        class_name=context.get("class"),
        semester=int(semester) if semester in {"1", "2"} else None,
        subject=context.get("subject"),
    )
    return expand_marks(facts)


def _row_contradictions(facts: SheetFacts, names: KnownNames) -> Iterator[ImportFinding]:
    """Yield rows whose class is not the sheet's, or is no class of their year."""
    positions = [
        position
        for position, field in enumerate(facts.fields)
        if field in {"class", "homeroom_class", "classes"}
    ]
    known = {name for year, name in names.classes if year == facts.school_year}
    expected = known if facts.class_name is None else {facts.class_name}
    for row in facts.rows:
        for position in positions:
            stated = row.values[position]
            if stated is not None and stated not in expected:
                yield from _class_faults(facts, row, position, names)


def _class_faults(
    facts: SheetFacts, row: FactRow, position: int, names: KnownNames
) -> Iterator[ImportFinding]:
    values = dict(zip(facts.fields, row.values, strict=True))
    pupil, year = values.get("pupil") or "", values.get("school_year") or facts.school_year
    cell = f"{facts.columns[position]}{row.row}"
    for name in (row.values[position] or "").split(";"):
        if facts.class_name not in {None, name}:
            first, code = facts.class_name or "", "IMP-CLASS-CONTRADICTION"
            yield error(code, facts.sheet, cell, pupil=pupil, first=first, second=name)
        elif year is not None and (year, name) not in names.classes:
            yield error("IMP-CLASS-UNKNOWN", facts.sheet, cell, pupil=pupil, value=name)


def _twice(facts: SheetFacts, unique: tuple[str, ...]) -> Iterator[ImportFinding]:
    if not unique or not set(unique) <= set(facts.fields):
        return
    positions = [facts.fields.index(field) for field in unique]
    first: dict[tuple[str, ...], str] = {}
    for row in facts.rows:
        key = tuple(row.values[position] or "" for position in positions)
        cell = f"{facts.columns[positions[0]]}{row.row}"
        known = first.setdefault(key, cell)
        if known != cell and all(key):
            pupil = key[0] if unique[0] == "pupil" else ""
            yield error("IMP-ROW-TWICE", facts.sheet, cell, pupil=pupil, first_cell=known)


def _with_class_of_rows(facts: SheetFacts) -> SheetFacts:
    """Take the class from the rows where no title states it and all rows agree."""
    if facts.class_name is not None or facts.school_year is None or "class" not in facts.fields:
        return facts
    position = facts.fields.index("class")
    classes = {row.values[position] for row in facts.rows}
    return replace(facts, class_name=classes.pop()) if len(classes) == 1 else facts


def _names_class(facts: SheetFacts, findings: list[ImportFinding]) -> bool:
    """Tell whether the class is known, by row or for the sheet, or already complained about."""
    complained = any(finding.code == "IMP-CLASS-UNKNOWN" for finding in findings)
    return facts.class_name is not None or "class" in facts.fields or complained
