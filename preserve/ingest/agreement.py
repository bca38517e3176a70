"""Two files of one import never state different values for one fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preserve.ingest.facts import FREE, PERSONAL, FactKey, Place, PupilRow
from preserve.ingest.findings import Remark, error
from preserve.ingest.merging import keyed_sheet, rosters, rows_by_class
from preserve.model.imports import Submission

_NOT_COMPARED = FREE | PERSONAL
"""Persons are compared over all years and classes, see ``persons``."""


def check_agreement(new: Submission, held: Sequence[Submission]) -> Iterator[Remark]:
    """Yield a finding for every value that an earlier file of the import states differently."""
    for rows in rows_by_class(new, rosters((*held, new))).values():
        yield from _disagreements(rows)


def _disagreements(rows: list[PupilRow]) -> Iterator[Remark]:
    first: dict[tuple[str, FactKey], tuple[str, PupilRow, int]] = {}
    positions: dict[tuple[int, int | None], dict[FactKey, int]] = {}
    for row in rows:
        sheet = (id(row.sheet), row.semester)
        if sheet not in positions:
            positions[sheet] = keyed_sheet(row.sheet, row.semester)
        for key, position in positions[sheet].items():
            value = row.row.values[position]
            if value is None or key.field in _NOT_COMPARED:
                continue
            known, other, at = first.setdefault((row.pupil, key), (value, row, position))
            if known != value:
                yield disagreement("IMP-FACTS-DISAGREE", row, position, other.place(at))


def disagreement(code: str, row: PupilRow, position: int, other: Place) -> Remark:
    """Say that a cell and another one state different values; neither value is repeated."""
    place = row.place(position)
    return place.file.stored_name, error(
        code,
        place.sheet,
        place.cell,
        pupil=row.pupil,
        other_file=other.file.original_name,
        other_sheet=other.sheet,
        other_cell=other.cell,
    )
