"""Gives the pupils of a class list their numbers (STT) where the school gave none."""

from __future__ import annotations

from dataclasses import replace

from preserve.ingest.findings import error, warning
from preserve.model.imports import FactRow, ImportFinding, SheetFacts, SheetKind


def number_pupils(facts: SheetFacts) -> tuple[SheetFacts, tuple[ImportFinding, ...]]:
    """Number the pupils of a class list in the order of their names when no number stands there.

    A list that is numbered in part is a fault: which number was meant cannot be known.
    """
    if facts.kind is not SheetKind.ROSTER or not {"name", "pupil"} <= set(facts.fields):
        return facts, ()
    facts = facts if "number" in facts.fields else _with_field(facts)
    at = facts.fields.index("number")
    empty = [row for row in facts.rows if row.values[at] is None]
    if not empty:
        return facts, ()
    if len(empty) < len(facts.rows):
        cells = (f"{facts.columns[at]}{row.row}" for row in empty)
        return facts, tuple(error("IMP-CELL-EMPTY", facts.sheet, cell) for cell in cells)
    numbered = _numbered(facts, at)
    return numbered, (warning("IMP-NUMBERS-ASSIGNED", facts.sheet, count=str(len(empty))),)


def _with_field(facts: SheetFacts) -> SheetFacts:
    rows = tuple(FactRow(row.row, (None, *row.values)) for row in facts.rows)
    return replace(
        facts,
        fields=("number", *facts.fields),
        columns=(facts.columns[facts.fields.index("name")], *facts.columns),
        rows=rows,
    )


def _numbered(facts: SheetFacts, at: int) -> SheetFacts:
    """Sort the rows of each class by name and number them from 1."""
    # Only a list without numbers needs the collator, which takes a while to load.
    from preserve.ingest.collation import name_key

    name = facts.fields.index("name")
    group = facts.fields.index("class") if "class" in facts.fields else None
    counts: dict[str | None, int] = {}
    rows = []
    for row in sorted(facts.rows, key=lambda row: name_key(row.values[name] or "")):
        place = None if group is None else row.values[group]
        counts[place] = counts.get(place, 0) + 1
        values = (*row.values[:at], str(counts[place]), *row.values[at + 1 :])
        rows.append(FactRow(row.row, values))
    return replace(facts, rows=tuple(rows))
