"""Reads one cell exactly, or says why it cannot; nothing is guessed and nothing is rounded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from preserve.ingest.characters import forbidden_character, lookalike
from preserve.ingest.dates import DateFault, read_day
from preserve.ingest.legacy_fonts import recognise_font
from preserve.ingest.limits import MAX_TEXT
from preserve.ingest.names import KnownNames
from preserve.ingest.tables import CellFault, CellValue
from preserve.ingest.words import clean
from preserve.policy.imports import CellKind, ColumnRule

_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:[.,]([0-9]+))?")
_ZEROS_BEHIND = re.compile(r"([0-9])0*")
"""Decimals of a mark: one, and zeros that add nothing: 8,50 is 8,5 exactly."""
_COUNT = re.compile(r"0|[1-9][0-9]{0,3}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_NUMBER_AS_TEXT = re.compile(r"[0-9]+[.,][0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE]\+[0-9]+")
"""What becomes of a code that a program took for a number: 12345.0, 7,92E+10."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
"""Names that Windows gives to devices in every folder; no file can bear them."""
_PLACEHOLDER = "36"
"""What one reader of class lists takes for an empty cell; it may be a real value all the same."""
_HIGHEST_MARK = Decimal(10)
"""Marks run from 0 to 10 (TT 22/2021/TT-BGDĐT Art. 5(2)(b))."""
_COMMENT_LEVELS = {"Đ": "Đ", "Đạt": "Đ", "D": "Đ", "CĐ": "CĐ", "Chưa đạt": "CĐ", "CD": "CĐ"}
_NO_RESULT = "-"
_SHOWN_LENGTH = 8
"""Longest value that a finding repeats; a personal id has 12 digits, a pupil code 10."""


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a cell was not read, or must be looked at: the code of a finding and its parameters."""

    code: str
    parameters: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    """What was read nevertheless; then the finding is a warning and the text is kept."""


Reading = str | Misread | None
"""Canonical text, a fault, or ``None`` for an empty cell."""

CellReader = Callable[[CellValue], Reading]


def cell_reader(rule: ColumnRule, names: KnownNames) -> CellReader:
    """Return the function that reads the cells of a column; equal cells are read once."""
    read = _reader(rule, names)
    seen: dict[object, Reading] = {}

    def remembering(value: CellValue) -> Reading:
        # The type belongs to the key: the number 1 and the fault of the same text differ.
        key = value if value.__class__ is str else (value.__class__, value)
        try:
            return seen[key]
        except KeyError:
            result = seen[key] = _checked(read, value)
            return result

    return remembering


def format_mark(number: Decimal) -> str:
    """Write a mark with one decimal and a point, always: ``8.0``, ``10.0``, ``0.0``."""
    return f"{number:.1f}"


def _shown(text: str) -> tuple[tuple[str, str], ...]:
    """Return the value for a sentence, unless it could be somebody's.

    In a row shifted by one column a name, birth date or personal id stands where a mark or a
    class belongs; only a short text with a digit is repeated, and no date.
    """
    harmless = (
        len(text) <= _SHOWN_LENGTH and "/" not in text and any(c in "0123456789" for c in text)
    )
    return (("value", text if harmless else "…"),)


def _checked(read: CellReader, value: CellValue) -> Reading:
    match value:
        case None:
            return None
        case CellFault():
            return Misread(value.value)
        case str():
            text = clean(value)
            return (_text_fault(value) or read(text)) if text else None
        case _:
            return read(value)


def _text_fault(text: str) -> Misread | None:
    """Return why a text may not be stored, whatever column it stands in."""
    # An old font writes some letters as signs that would be forbidden, so it is asked first.
    font = recognise_font(text)
    if font is not None:
        return Misread(font.value)
    character = forbidden_character(text)
    if character is not None:
        return Misread("IMP-TEXT-CHARACTER", (("code_point", character),))
    letter = lookalike(text)
    if letter is not None:
        return Misread("IMP-TEXT-LOOKALIKE", (("code_point", letter),))
    if len(text) > MAX_TEXT:
        return Misread("IMP-TEXT-TOO-LONG", (("limit", str(MAX_TEXT)),))
    return None


def _reader(rule: ColumnRule, names: KnownNames) -> CellReader:
    match rule.kind:
        case CellKind.CHOICE:
            return _choice(rule.choices)
        case CellKind.IDENTIFIER if rule.digits is not None:
            return _number_of_digits(rule.digits)
        case CellKind.REASSESSMENT:
            return _reassessment(names)
        case CellKind.CLASSES:
            return _classes(names)
        case CellKind.CLASS | CellKind.SCHOOL_YEAR | CellKind.SEMESTER | CellKind.SUBJECT:
            return _name(rule.kind, names)
        case kind:
            return _PLAIN[kind]


def _text(value: CellValue) -> Reading:
    if not isinstance(value, str):
        return Misread("IMP-CELL-NOT-TEXT")
    return Misread("IMP-CELL-PLACEHOLDER", text=value) if value == _PLACEHOLDER else value


def _identifier(value: CellValue) -> Reading:
    if not isinstance(value, str):
        return Misread("IMP-IDENTIFIER-NUMBER")
    if _NUMBER_AS_TEXT.fullmatch(value):
        return Misread("IMP-IDENTIFIER-DECIMALS")
    is_code = _IDENTIFIER.fullmatch(value) and not _DEVICES.fullmatch(value)
    return value if is_code else Misread("IMP-IDENTIFIER-FORM")


def _number_of_digits(digits: int) -> CellReader:
    form = re.compile(f"[0-9]{{{digits}}}")

    def read(value: CellValue) -> Reading:
        match _identifier(value):
            case str() as code if not form.fullmatch(code):
                return Misread("IMP-IDENTIFIER-LENGTH", (("digits", str(digits)),))
            case other:
                return other

    return read


def _ordinal(value: CellValue) -> Reading:
    text = str(value)
    return text if _COUNT.fullmatch(text) else Misread("IMP-NUMBER-FORM")


def _count(value: CellValue) -> Reading:
    return None if value == _NO_RESULT else _ordinal(value)


def _date(value: CellValue) -> Reading:
    match read_day(value):
        case DateFault() as fault:
            return Misread(fault.value)
        case day:
            return day.isoformat()


def _mark(value: CellValue) -> Reading:
    if value == _NO_RESULT:
        return None
    # repr() gives the shortest digits that mean the same number: 8.3 stays 8.3.
    text = repr(value) if isinstance(value, int | float) else str(value)
    found = _NUMBER.fullmatch(text)
    shown = _shown(text)
    if isinstance(value, date):
        # Typed with a point, 8.5 becomes the 8th of May where points belong to dates.
        return Misread("IMP-MARK-DATE")
    if found is None:
        return Misread("IMP-MARK-FORM", shown)
    if found[1] is not None and not _ZEROS_BEHIND.fullmatch(found[1]):
        return Misread("IMP-MARK-DECIMALS", shown)
    mark = Decimal(text.replace(",", "."))
    return format_mark(mark) if mark <= _HIGHEST_MARK else Misread("IMP-MARK-RANGE", shown)


def _comment_level(value: CellValue) -> Reading:
    if value == _NO_RESULT:
        return None
    level = _COMMENT_LEVELS.get(value) if isinstance(value, str) else None
    return level or Misread("IMP-LEVEL-UNKNOWN", _shown(str(value)))


def _mark_or_level(value: CellValue) -> Reading:
    if isinstance(value, str) and value in _COMMENT_LEVELS:
        return _COMMENT_LEVELS[value]
    return _mark(value)


def _choice(choices: tuple[str, ...]) -> CellReader:
    allowed = frozenset(choices)
    listed = (("choices", ", ".join(choices)),)

    def read(value: CellValue) -> Reading:
        if value == _NO_RESULT:
            return None
        known = isinstance(value, str) and value in allowed
        return str(value) if known else Misread("IMP-CHOICE-UNKNOWN", listed)

    return read


def _name(kind: CellKind, names: KnownNames) -> CellReader:
    def subject(text: str) -> str | None:
        found = names.subject(text)
        return None if found is None else found.name

    look_up, code = {
        CellKind.CLASS: (names.class_name, "IMP-CLASS-UNKNOWN"),
        CellKind.SCHOOL_YEAR: (names.school_year, "IMP-YEAR-UNKNOWN"),
        CellKind.SEMESTER: (names.semester, "IMP-SEMESTER-UNKNOWN"),
        CellKind.SUBJECT: (subject, "IMP-SUBJECT-UNKNOWN"),
    }[kind]

    def read(value: CellValue) -> Reading:
        text = str(value)
        return look_up(text) or Misread(code, _shown(text))

    return read


def _classes(names: KnownNames) -> CellReader:
    """Read a list such as ``6A;9A``."""
    one = _name(CellKind.CLASS, names)

    def read(value: CellValue) -> Reading:
        found: list[str] = []
        for part in str(value).split(";"):
            match one(clean(part)):
                case str() as name:
                    found.append(name)
                case fault:
                    return fault
        return ";".join(found)

    return read


def _reassessment(names: KnownNames) -> CellReader:
    """Read a list such as ``Toán: 5,5; Khoa học tự nhiên: 6,0`` (TT 22/2021 Art. 14)."""

    def read(value: CellValue) -> Reading:
        parts: list[str] = []
        for part in str(value).split(";"):
            word, _, result = part.rpartition(":")
            subject, reading = names.subject(word), _mark_or_level(clean(result))
            if subject is None or not isinstance(reading, str):
                return Misread("IMP-REASSESSMENT-FORM")
            parts.append(f"{subject.name}: {reading}")
        return "; ".join(parts)

    return read


_PLAIN: dict[CellKind, CellReader] = {
    CellKind.ORDINAL: _ordinal,
    CellKind.COUNT: _count,
    CellKind.IDENTIFIER: _identifier,
    CellKind.TEXT: _text,
    CellKind.DATE: _date,
    CellKind.MARK: _mark,
    CellKind.COMMENT_LEVEL: _comment_level,
    CellKind.MARK_OR_LEVEL: _mark_or_level,
}
"""Readers that need neither the school nor the column."""
