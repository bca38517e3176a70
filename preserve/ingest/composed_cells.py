"""Readers of cells that are made of plainer ones: letters for words, several marks in a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from preserve.ingest.cells import CellReader, Misread, Reading, cell_reader
from preserve.ingest.names import KnownNames, any_school_year
from preserve.ingest.tables import CellValue
from preserve.model.results import SubjectLevel, TraitLevel
from preserve.policy.imports import CellKind, ColumnRule

_SUBJECT_LEVELS = {
    "T": SubjectLevel.WELL_COMPLETED.value,
    "HTT": SubjectLevel.WELL_COMPLETED.value,
    "H": SubjectLevel.COMPLETED.value,
    "HT": SubjectLevel.COMPLETED.value,
    "C": SubjectLevel.NOT_COMPLETED.value,
    "CHT": SubjectLevel.NOT_COMPLETED.value,
}
"""Letters of TT 27/2020/TT-BGDĐT Art. 6; the words are stored, since C means two things."""
_TRAIT_LEVELS = {
    "T": TraitLevel.GOOD.value,
    "Đ": TraitLevel.PASSED.value,
    "C": TraitLevel.NEEDS_EFFORT.value,
    "CCG": TraitLevel.NEEDS_EFFORT.value,
}
_PERIODS = {"1": "1", "I": "1", "2": "2", "II": "2", "Cả năm": "year", "CN": "year"}
_ABSENCES = {"P": "P", "p": "P", "K": "K", "k": "K"}
_MOST_SESSIONS = 2
"""A school day has two sessions (buổi) at most."""
_MEASURE = re.compile(r"([1-9][0-9]{0,2})(?:[.,]([0-9])0*)?")
MOST_REGULAR_MARKS = 9
"""Regular marks of one subject and semester that a file may hold; forms print 4 or 5 (ours)."""


def composed_reader(rule: ColumnRule, names: KnownNames) -> CellReader:
    """Return the function that reads the cells of a column, whatever its kind."""
    return _composed(rule, names) or cell_reader(rule, names)


def _composed(rule: ColumnRule, names: KnownNames) -> CellReader | None:  # noqa: PLR0911  (a case a kind)
    match rule.kind:
        case CellKind.CHOICE if rule.words:
            return _worded(rule, dict(rule.words), names)
        case CellKind.SUBJECT_LEVEL:
            return _worded(_choice(rule, tuple(SubjectLevel)), _SUBJECT_LEVELS, names)
        case CellKind.TRAIT_LEVEL:
            return _worded(_choice(rule, tuple(TraitLevel)), _TRAIT_LEVELS, names)
        case CellKind.PERIOD:
            return _period(_worded(_choice(rule, ()), _PERIODS, names))
        case CellKind.MARKS:
            return _marks(_plain(rule, CellKind.MARK, names))
        case CellKind.TEST_MARK:
            return _test_mark(_plain(rule, CellKind.MARK, names))
        case CellKind.DAY_ABSENCE:
            return _day_absence
        case CellKind.ANY_SCHOOL_YEAR:
            return _any_year(_plain(rule, CellKind.TEXT, names))
        case CellKind.MEASURE:
            return _measure
        case _:
            return None


def _plain(rule: ColumnRule, kind: CellKind, names: KnownNames) -> CellReader:
    return cell_reader(replace(rule, kind=kind), names)


def _choice(rule: ColumnRule, words: tuple[str, ...]) -> ColumnRule:
    return replace(rule, kind=CellKind.CHOICE, choices=tuple(str(word) for word in words))


def _worded(rule: ColumnRule, words: Mapping[str, str], names: KnownNames) -> CellReader:
    """Read one of the choices, or one of the words that stand for them."""
    allowed = tuple(dict.fromkeys((*rule.choices, *words)))
    read = cell_reader(replace(rule, choices=allowed, words=()), names)

    def translate(value: CellValue) -> Reading:
        match read(value):
            case str() as found:
                return words.get(found, found)
            case other:
                return other

    return translate


def _period(read: CellReader) -> CellReader:
    # A spreadsheet keeps a semester as the number 1 as often as the text.
    return lambda value: read(str(value) if isinstance(value, int) else value)


def _marks(read: CellReader) -> CellReader:
    """Read ``8 7,5 9,0``: every mark is read as one in a cell of its own would be."""

    def read_all(value: CellValue) -> Reading:
        parts = value.split() if isinstance(value, str) else [value]
        found: list[str] = []
        for part in parts:
            match read(part):
                case str() as mark:
                    found.append(mark)
                case Misread() as fault:
                    return fault
        if len(found) > MOST_REGULAR_MARKS:
            return Misread("IMP-MARKS-TOO-MANY", (("most", str(MOST_REGULAR_MARKS)),))
        return " ".join(found) or None

    return read_all


def _test_mark(read: CellReader) -> CellReader:
    """Read a periodic test, which has no decimals (TT 27/2020/TT-BGDĐT Art. 7)."""

    def whole(value: CellValue) -> Reading:
        match read(value):
            case str() as mark:
                number, _, decimals = mark.partition(".")
                return Misread("IMP-TEST-MARK-WHOLE") if decimals.strip("0") else number
            case other:
                return other

    return whole


def _day_absence(value: CellValue) -> Reading:
    match value:
        case None:
            return None
        case str():
            letters = [_ABSENCES.get(c, "") for c in value if c not in " ,;/"]
            if value.strip() in {"", "-"}:
                return None
            if all(letters) and 1 <= len(letters) <= _MOST_SESSIONS:
                return "".join(letters)
    return Misread("IMP-ABSENCE-FORM")


def _any_year(read: CellReader) -> CellReader:
    def year(value: CellValue) -> Reading:
        match read(value):
            case str() as text:
                return any_school_year(text) or Misread("IMP-YEAR-FORM")
            case Misread(text=str()):
                return Misread("IMP-YEAR-FORM")
            case other:
                return other

    return year


def _measure(value: CellValue) -> Reading:
    """Read centimetres or kilograms with one decimal at most."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    text = repr(value) if isinstance(value, int | float) else str(value).strip()
    found = _MEASURE.fullmatch(text)
    if found is None:
        return Misread("IMP-MEASURE-FORM")
    return f"{found[1]}.{found[2]}" if found[2] not in {None, "0"} else found[1]
