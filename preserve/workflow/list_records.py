"""``preserve records``: what the archive now holds, pupil by pupil."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.overview import Scope
from preserve.model.results import PupilYear
from preserve.workflow.archive import Archive
from preserve.workflow.scope import class_years


def list_records(archive: Archive, scope: Scope) -> Iterator[PupilYear]:
    """Yield the records of the scope: by year, class, then class list.

    Raises:
        InputError: the scope is empty.
    """
    for class_year in class_years(archive, scope):
        for pupil_year in class_year.pupils:
            if scope.pupil in {None, pupil_year.pupil.code}:
                yield pupil_year
