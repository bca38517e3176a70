"""Says which rows, columns and sheets of a workbook are hidden; they are read like the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from preserve.ingest.findings import warning
from preserve.ingest.tables import Table, column_letters, is_blank
from preserve.model.imports import ImportFinding

_NAMED = 20
"""How many hidden rows or columns a sentence names; ours."""


def hidden_findings(
    table: Table, rows: Collection[int], columns: Collection[int], *, is_hidden: bool
) -> Iterator[ImportFinding]:
    """Yield a warning for what is hidden and not empty.

    Args:
        table: the sheet.
        rows: indices of its hidden rows.
        columns: indices of its hidden columns.
        is_hidden: True when the whole sheet is hidden.
    """
    if is_hidden and any(not is_blank(row) for row in table.rows):
        yield warning("IMP-SHEET-HIDDEN", table.name)
    filled = [
        str(n + 1) for n in sorted(rows) if n < len(table.rows) and not is_blank(table.rows[n])
    ]
    if filled:
        yield warning("IMP-ROWS-HIDDEN", table.name, rows=_listed(filled))
    used = [column_letters(n) for n in sorted(columns) if _is_used(table, n)]
    if used:
        yield warning("IMP-COLUMNS-HIDDEN", table.name, columns=_listed(used))


def _is_used(table: Table, column: int) -> bool:
    return any(column < len(row) and not is_blank((row[column],)) for row in table.rows)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
