"""Short ways to write a finding."""

from __future__ import annotations

from preserve.model.imports import ImportFinding, Severity

Remark = tuple[str, ImportFinding]
"""A finding and the stored name of the file that it belongs to."""


def error(
    code: str, sheet: str = "", cell: str = "", *, pupil: str = "", **parameters: str
) -> ImportFinding:
    """Return a finding that refuses the file; parameters never hold a pupil's name."""
    named = tuple(sorted(parameters.items()))
    return ImportFinding(Severity.ERROR, code, sheet, cell, pupil, named)


def warning(
    code: str, sheet: str = "", cell: str = "", *, pupil: str = "", **parameters: str
) -> ImportFinding:
    """Return a finding that the file is accepted with."""
    named = tuple(sorted(parameters.items()))
    return ImportFinding(Severity.WARNING, code, sheet, cell, pupil, named)
