"""Who is in which class: one class a year, and results only for those on the class list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from preserve.ingest.facts import Place, PupilRow, pupil_rows, sheet_rows
from preserve.ingest.findings import Remark, error
from preserve.ingest.merging import ClassKey, rosters
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import ImportOutcome, SheetFacts, SheetKind, SourceFile, Submission

_EARLIER = frozenset({SheetKind.EARLIER_RESULTS, SheetKind.EARLIER_RECORD})
_LISTED = frozenset(SheetKind) - {SheetKind.ROSTER} - _EARLIER

Lists = Mapping[ClassKey, Mapping[str, PupilRow]]


def check_membership(
    new: Submission, held: Sequence[Submission], profile: SchoolProfile
) -> Iterator[Remark]:
    """Yield rows of unknown classes, pupils of two classes, and results of pupils not listed.

    A refused file has findings of its own; nothing is concluded from what it seems to say.
    """
    lists = rosters((*held, new))
    yield from _unknown_classes(new, profile)
    yield from _two_classes(lists, new)
    yield from _not_listed(new, lists)
    yield from _strangers(new, lists)


def _strangers(new: Submission, lists: Lists) -> Iterator[Remark]:
    """Yield earlier results of pupils who are on no class list of the school."""
    known = {pupil for pupils in lists.values() for pupil in pupils}
    for row in pupil_rows(new, _EARLIER) if known else ():
        if row.pupil not in known:
            place = row.place(row.sheet.fields.index("pupil"))
            code = "IMP-PUPIL-NOT-KNOWN"
            yield place.file.stored_name, error(code, place.sheet, place.cell, pupil=row.pupil)


def _unknown_classes(new: Submission, profile: SchoolProfile) -> Iterator[Remark]:
    years = {year.name for year in profile.years}
    classes = {(group.school_year, group.name) for group in profile.classes}
    for file, sheet in _sound_sheets(new):
        year, name = sheet.school_year, sheet.class_name
        if year is not None and year not in years:
            yield file.stored_name, error("IMP-YEAR-UNKNOWN", sheet.sheet, value=year)
        elif year is not None and name is not None and (year, name) not in classes:
            yield file.stored_name, error("IMP-CLASS-UNKNOWN", sheet.sheet, value=name)


def _two_classes(lists: Lists, new: Submission) -> Iterator[Remark]:
    stored = {id(file) for file in new.files}
    first: dict[tuple[str, str], PupilRow] = {}
    # Lists of former imports come first, so that the finding falls on a file of this one.
    rows = [row for pupils in lists.values() for row in pupils.values()]
    for row in sorted(rows, key=lambda row: id(row.file) in stored):
        other = first.setdefault((row.school_year, row.pupil), row)
        if other is not row and id(row.file) in stored:
            there = other.place(other.sheet.fields.index("pupil"))
            yield _remark("IMP-PUPIL-TWO-CLASSES", row, there, other.class_name or "")


def _remark(code: str, row: PupilRow, there: Place, other_class: str) -> Remark:
    here = row.place(row.sheet.fields.index("pupil"))
    return here.file.stored_name, error(
        code,
        here.sheet,
        here.cell,
        pupil=row.pupil,
        other_class=other_class,
        other_file=there.file.original_name,
        other_sheet=there.sheet,
        other_cell=there.cell,
    )


def _not_listed(new: Submission, lists: Lists) -> Iterator[Remark]:
    doubtful = {
        (row.school_year, row.class_name)
        for row in pupil_rows(new, frozenset({SheetKind.ROSTER}))
        if row.file.outcome is ImportOutcome.REFUSED
    }
    listed = {(year, pupil) for (year, _), pupils in lists.items() for pupil in pupils}
    missing: set[tuple[str, str, ClassKey]] = set()
    for row in _rows_to_check(new, lists):
        file, sheet = row.file.stored_name, row.sheet.sheet
        if row.class_name is None:
            if (row.school_year, row.pupil) not in listed and not doubtful:
                code = "IMP-PUPIL-NOT-IN-YEAR"
                yield file, error(code, sheet, _cell(row), pupil=row.pupil, year=row.school_year)
            continue
        key = (row.school_year, row.class_name)
        if key in doubtful:
            continue
        if key not in lists:
            if (file, sheet, key) not in missing:
                missing.add((file, sheet, key))
                yield file, error("IMP-ROSTER-MISSING", sheet, year=key[0], class_name=key[1])
        elif row.pupil not in lists[key]:
            code = "IMP-PUPIL-NOT-IN-CLASS"
            yield (
                file,
                error(code, sheet, _cell(row), pupil=row.pupil, class_name=row.class_name),
            )


def _rows_to_check(new: Submission, lists: Lists) -> Iterator[PupilRow]:
    """Yield rows of results, without the sheets of one class whose pupils are all on its list."""
    for file in new.files:
        for sheet in file.sheets:
            if sheet.kind in _LISTED and "pupil" in sheet.fields and not _all_listed(sheet, lists):
                yield from sheet_rows(file, sheet)


def _all_listed(sheet: SheetFacts, lists: Lists) -> bool:
    if sheet.school_year is None or sheet.class_name is None or "school_year" in sheet.fields:
        return False
    at = sheet.fields.index("pupil")
    pupils = {row.values[at] for row in sheet.rows} - {None}
    return pupils <= lists.get((sheet.school_year, sheet.class_name), {}).keys()


def _cell(row: PupilRow) -> str:
    return row.place(row.sheet.fields.index("pupil")).cell


def _sound_sheets(new: Submission) -> Iterator[tuple[SourceFile, SheetFacts]]:
    for file in new.files:
        if file.outcome is not ImportOutcome.REFUSED:
            for sheet in file.sheets:
                yield file, sheet
