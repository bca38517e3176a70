"""Two files of one import never state different values for one fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from preserve.ingest.facts import FREE, PERSONAL, FactKey, Keys, Place, PupilRow, keys_of
from preserve.ingest.findings import Remark, error
from preserve.ingest.merging import ClassKey

_NOT_COMPARED = FREE | PERSONAL
"""Persons are compared over all years and classes, see ``persons``."""


def check_agreement(by_class: Mapping[ClassKey, list[PupilRow]]) -> Iterator[Remark]:
    """Yield a finding for every value that an earlier file of the import states differently.

    Args:
        by_class: the rows of the import that state facts.
    """
    for rows in by_class.values():
        yield from _disagreements(rows)


def _disagreements(rows: list[PupilRow]) -> Iterator[Remark]:
    first: dict[tuple[str, FactKey], tuple[str, PupilRow, int]] = {}
    keys: dict[tuple[int, int | None, str | None], Keys] = {}
    for row in rows:
        for position, key in enumerate(keys_of(row, keys)):
            value = row.row.values[position]
            if value is None or key is None or key.field in _NOT_COMPARED:
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
