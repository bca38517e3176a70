"""Facts by what they are about, so that two files can be compared and one record assembled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    }
)
"""Sheets in which a row states facts about one pupil of one year."""

PERSONAL = frozenset({"name", "birth_date", "gender", "ethnic_group", "personal_id"})
"""Fields about the person, which every file must state alike."""
FREE = frozenset({"number", "note", "changes"})
"""Fields that each file states for itself: its own order and its own remarks."""

_NO_FACT = frozenset(
    {"pupil", "class", "school_year", "semester", "grade", "from_school", "from_place"}
)
_BY_SUBJECT = frozenset({"average", "level"})


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
                yield from (
                    row for row in _rows(file, sheet) if year is None or row.school_year == year
                )


def fact_keys(sheet: SheetFacts, semester: int | None) -> tuple[FactKey | None, ...]:
    """Return the key of each of a sheet's fields; ``None`` for fields that only locate a row."""
    return tuple(_key(sheet, field, semester) for field in sheet.fields)


def named_rows(
    submission: Submission, kind: SheetKind
) -> Iterator[tuple[Place, Mapping[str, str | None]]]:
    """Yield the rows of a kind of sheet by field names, with the place of their first cell."""
    for file in submission.files:
        for sheet in file.sheets:
            if sheet.kind is kind:
                for row in sheet.rows:
                    place = Place(file, sheet.sheet, f"{sheet.columns[0]}{row.row}")
                    yield place, dict(zip(sheet.fields, row.values, strict=True))


def _rows(file: SourceFile, sheet: SheetFacts) -> Iterator[PupilRow]:
    position = sheet.fields.index("pupil")
    by_row = {
        name: sheet.fields.index(name)
        for name in ("class", "school_year", "semester")
        if name in sheet.fields
    }
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
            sheet.semester if semester is None else int(semester),
        )


def _key(sheet: SheetFacts, field: str, semester: int | None) -> FactKey | None:
    if field in _NO_FACT or (field == "number" and sheet.kind is not SheetKind.ROSTER):
        return None
    head, _, subject = field.partition(":")
    if subject and head in _BY_SUBJECT:
        return FactKey(semester, subject, head)
    if field in PERSONAL:
        return FactKey(None, "", field)
    return FactKey(semester, sheet.subject or "", field)
