"""Two files of one import never state different values for one fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from preserve.ingest.facts import (
    FREE,
    PERSONAL,
    FactKey,
    Keys,
    Place,
    PupilRow,
    keys_of,
    rows_by_place,
)
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
        # Nearly all classes agree, and a look column by column shows that far sooner.
        if _differ(rows):
            yield from _disagreements(rows)


def _differ(rows: list[PupilRow]) -> bool:
    """Tell whether two cells of a class state different values for one fact."""
    places = list(rows_by_place(rows))
    columns = Counter(key for keys, _ in places for key in keys)
    known: dict[FactKey, dict[str, str]] = {}
    for keys, together in places:
        pupils = [row.pupil for row in together]
        each_once = len(set(pupils)) == len(pupils)
        for position, key in enumerate(keys):
            if key is None or key.field in _NOT_COMPARED or (each_once and columns[key] == 1):
                continue
            first = known.setdefault(key, {})
            values = (row.row.values[position] for row in together)
            for pupil, value in zip(pupils, values, strict=True):
                if value is not None and first.setdefault(pupil, value) != value:
                    return True
    return False


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
