"""Facts by what they are about, so that two files can be compared and one record assembled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from preserve.model.imports import (
    FactRow,
    ImportOutcome,
    SheetFacts,
    SheetKind,
    SourceFile,
    Submission,
)

ABOUT_PUPILS = frozenset(
    {
        SheetKind.ROSTER,
        SheetKind.PARTICULARS,
        SheetKind.SUBJECT_MARKS,
        SheetKind.SEMESTER_SUMMARY,
        SheetKind.YEAR_SUMMARY,
        SheetKind.TRANSFERRED_RESULTS,
        SheetKind.PRIMARY_MARKS,
        SheetKind.PRIMARY_SUMMARY,
        SheetKind.ATTENDANCE,
    }
)
"""Sheets in which a row states facts about one pupil of one year."""

PERSONAL = frozenset({"name", "birth_date", "gender", "ethnic_group", "personal_id"})
"""Fields about the person, which every file must state alike."""
FREE = frozenset({"number", "note", "gk_note", "changes"})
"""Fields that each file states for itself: its own order and its own remarks."""

_NO_FACT = frozenset(
    {"pupil", "class", "school_year", "semester", "subject", "grade", "from_school", "from_place"}
)
_OF_YEAR = frozenset({SheetKind.PARTICULARS, SheetKind.ROSTER, SheetKind.ATTENDANCE})
"""Kinds whose facts belong to no semester."""


class FactKey(NamedTuple):
    """What a value is about, within one pupil and one school year."""

    semester: int | None
    """``None`` for the year and for what belongs to the person."""
    subject: str
    """Empty for what concerns no subject."""
    field: str


class Place(NamedTuple):
    """Where a value stands."""

    file: SourceFile
    sheet: str
    cell: str


class PupilRow(NamedTuple):
    """One row about one pupil."""

    file: SourceFile
    sheet: SheetFacts
    row: FactRow
    pupil: str
    school_year: str
    class_name: str | None
    """``None`` where the sheet does not know the pupil's class."""
    semester: int | None
    subject: str | None = None

    def place(self, position: int) -> Place:
        """Return where the value at a position of the row stands."""
        return Place(self.file, self.sheet.sheet, f"{self.sheet.columns[position]}{self.row.row}")


def accepted(submissions: Sequence[Submission]) -> tuple[Submission, ...]:
    """Leave out refused imports: they state nothing."""
    return tuple(s for s in submissions if s.outcome is not ImportOutcome.REFUSED)


def pupil_rows(
    submission: Submission,
    kinds: frozenset[SheetKind],
    of_class: tuple[str, str] | None = None,
) -> Iterator[PupilRow]:
    """Yield the rows about pupils; rows without a pupil or a year are left out.

    Args:
        submission: the import.
        kinds: kinds of sheets.
        of_class: school year and class name; leaves out rows of other years, and sheets that are
            wholly about another class.
    """
    year, name = (None, None) if of_class is None else of_class
    for file in submission.files:
        for sheet in file.sheets:
            if (
                sheet.kind in kinds
                and "pupil" in sheet.fields
                and (year is None or sheet.school_year in {None, year})
                and (name is None or sheet.class_name in {None, name})
            ):
                rows = sheet_rows(file, sheet)
                yield from (
                    rows if year is None else (row for row in rows if row.school_year == year)
                )


Keys = tuple[FactKey | None, ...]
"""Keys of a sheet's fields in their order; ``None`` for fields that only locate a row."""


def keys_of(row: PupilRow, known: dict[tuple[int, int | None, str | None], Keys]) -> Keys:
    """Return the keys of a row's values, remembered in ``known`` by sheet, semester and subject."""
    place = (id(row.sheet), row.semester, row.subject)
    found = known.get(place)
    if found is None:
        found = known[place] = tuple(_key(row, field) for field in row.sheet.fields)
    return found


def rows_by_place(rows: Iterable[PupilRow]) -> Iterator[tuple[Keys, list[PupilRow]]]:
    """Yield rows together that stand in one sheet and share the keys of their values."""
    places: dict[tuple[int, int | None, str | None], list[PupilRow]] = {}
    for row in rows:
        places.setdefault((id(row.sheet), row.semester, row.subject), []).append(row)
    for together in places.values():
        yield keys_of(together[0], {}), together


def named_rows(
    submission: Submission, kind: SheetKind
) -> Iterator[tuple[Place, Mapping[str, str | None]]]:
    """Yield the rows of a kind of sheet by field names, with the place of their first cell.

    A sheet may lack columns: those of a refused file may be missing, others are optional.
    """
    for file in submission.files:
        for sheet in file.sheets:
            if sheet.kind is kind:
                for row in sheet.rows:
                    place = Place(file, sheet.sheet, f"{sheet.columns[0]}{row.row}")
                    yield place, _NamedRow(zip(sheet.fields, row.values, strict=True))


class _NamedRow(dict[str, str | None]):
    """Values by field; a field without a column is empty."""

    def __missing__(self, field: str) -> None:
        return None


def sheet_rows(file: SourceFile, sheet: SheetFacts) -> Iterator[PupilRow]:
    """Yield the rows of a sheet with a column of pupils; rows that lack one or a year stay out."""
    position = sheet.fields.index("pupil")
    by_row = {
        name: sheet.fields.index(name)
        for name in ("class", "school_year", "semester", "subject")
        if name in sheet.fields
    }
    if not by_row and sheet.school_year is not None:
        about = (sheet.school_year, sheet.class_name, sheet.semester, sheet.subject)
        for row in sheet.rows:
            pupil = row.values[position]
            if pupil is not None:
                yield PupilRow(file, sheet, row, pupil, *about)
        return
    for row in sheet.rows:
        own = {name: row.values[index] for name, index in by_row.items()}
        pupil, year = row.values[position], own.get("school_year") or sheet.school_year
        if pupil is None or year is None:
            continue
        semester = own.get("semester")
        yield PupilRow(
            file,
            sheet,
            row,
            pupil,
            year,
            sheet.class_name or own.get("class"),
            sheet.semester if semester is None else _SEMESTERS[semester],
            sheet.subject or own.get("subject"),
        )


_SEMESTERS = {"1": 1, "2": 2, "year": None}


def _key(row: PupilRow, field: str) -> FactKey | None:
    kind = row.sheet.kind
    if field in _NO_FACT or (field == "number" and kind is not SheetKind.ROSTER):
        return None
    head, _, about = field.partition(":")
    if field in PERSONAL or kind in _OF_YEAR:
        return FactKey(None, about, head)
    if about:
        return FactKey(row.semester, about, head)
    if field == "year_average":
        return FactKey(None, row.subject or "", "average")
    if kind is SheetKind.PRIMARY_SUMMARY:
        # The end of the second semester is the end of the year: its decisions are the year's. A
        # child grows between the middle and the end, so what the middle states is kept apart.
        return FactKey(None if row.semester != 1 else 1, "", field.removeprefix("ck_"))
    return FactKey(row.semester, row.subject or "", field)


def named_fields(rows: Sequence[Mapping[str, str | None]]) -> tuple[str, ...]:
    """Return the fields of all rows, in the order in which they first appear."""
    return tuple(dict.fromkeys(field for row in rows for field in row))
