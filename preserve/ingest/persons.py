"""A code stands for one person: name, birth date and the like are the same in every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from preserve.ingest.agreement import disagreement
from preserve.ingest.facts import PERSONAL, PupilRow, named_rows, pupil_rows
from preserve.ingest.findings import Remark, error
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import SheetKind, Submission

_ALL = frozenset(SheetKind)
_CODES = {"name": "IMP-NAME-DISAGREES", "birth_date": "IMP-BIRTH-DATE-DISAGREES"}


def check_persons(new: Submission) -> Iterator[Remark]:
    """Yield the cells that say of a person what most cells of the import do not say."""
    disputed = _disputed(new)
    said: dict[tuple[str, str], list[tuple[str, PupilRow, int]]] = {}
    for row, field, position, value in _personal(new) if disputed else ():
        if (row.pupil, field) in disputed:
            said.setdefault((row.pupil, field), []).append((value, row, position))
    for (_, field), cells in said.items():
        most, _ = Counter(value for value, _, _ in cells).most_common(1)[0]
        witness, at = next((row, position) for value, row, position in cells if value == most)
        for value, row, position in cells:
            if value != most:
                code = _CODES.get(field, "IMP-PERSON-DISAGREES")
                yield disagreement(code, row, position, witness.place(at))


def check_staff(new: Submission, profile: SchoolProfile) -> Iterator[Remark]:
    """Yield staff codes with two names, and homeroom teachers who are not the profile's."""
    names: dict[str, str] = {}
    for place, row in named_rows(new, SheetKind.TEACHERS):
        code, name, file = row["staff"] or "", row["name"] or "", place.file.stored_name
        if name and names.setdefault(code, name) != name:
            yield file, error("IMP-STAFF-NAME", place.sheet, place.cell, staff=code)
        group = profile.class_group(row["school_year"] or "", row["homeroom_class"] or "")
        known = None if group is None else group.homeroom_teacher
        if group is not None and known is not None and known.code != code:
            yield (
                file,
                error(
                    "IMP-HOMEROOM-DISAGREES",
                    place.sheet,
                    place.cell,
                    staff=code,
                    other_staff=known.code,
                    class_name=group.name,
                ),
            )


def _disputed(new: Submission) -> set[tuple[str, str]]:
    if not _may_differ(new):
        return set()
    first: dict[tuple[str, str], str] = {}
    return {
        (row.pupil, field)
        for row, field, _, value in _personal(new)
        if first.setdefault((row.pupil, field), value) != value
    }


def _may_differ(new: Submission) -> bool:
    """Look through the columns, which is fast; nearly no import has two values for a person."""
    first: dict[str, dict[str, str]] = {}
    for sheet in (sheet for file in new.files for sheet in file.sheets):
        at = sheet.fields.index("pupil") if "pupil" in sheet.fields else None
        for position, field in enumerate(sheet.fields if at is not None else ()):
            if field not in PERSONAL:
                continue
            known = first.setdefault(field, {})
            for row in sheet.rows:
                pupil, value = row.values[at or 0], row.values[position]
                if pupil and value is not None and known.setdefault(pupil, value) != value:
                    return True
    return False


def _personal(new: Submission) -> Iterator[tuple[PupilRow, str, int, str]]:
    for row in pupil_rows(new, _ALL):
        for position, field in enumerate(row.sheet.fields):
            if field in PERSONAL:
                value = row.row.values[position]
                if value is not None:
                    yield row, field, position, value
