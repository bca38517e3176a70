"""Import profiles: how a school's export file is recognised and which column means what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.imports import SheetKind
from preserve.model.retention import SourceStatus
from preserve.model.school import AssessmentKind
from preserve.policy.files import PolicyFile, read_policies


class CellKind(StrEnum):
    """What a cell of a column may hold."""

    ORDINAL = "ordinal"
    IDENTIFIER = "identifier"
    TEXT = "text"
    DATE = "date"
    MARK = "mark"
    COMMENT_LEVEL = "comment-level"
    MARK_OR_LEVEL = "mark-or-level"
    COUNT = "count"
    CHOICE = "choice"
    CLASS = "class"
    CLASSES = "classes"
    SCHOOL_YEAR = "school-year"
    SEMESTER = "semester"
    SUBJECT = "subject"
    REASSESSMENT = "reassessment"
    MARKS = "marks"
    """All regular marks in one cell, with spaces between."""
    TEST_MARK = "test-mark"
    """A periodic test of primary school: a whole number."""
    SUBJECT_LEVEL = "subject-level"
    """T, H, C or the words, of a subject in primary school."""
    TRAIT_LEVEL = "trait-level"
    """T, Đ, C or the words, of a quality or competence in primary school."""
    DAY_ABSENCE = "day-absence"
    """P or K for every session missed on a day."""
    ANY_SCHOOL_YEAR = "any-school-year"
    """A school year that need not be one of the school's."""
    PERIOD = "period"
    """A semester or the whole year."""
    MEASURE = "measure"
    """Centimetres or kilograms."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One column of a layout."""

    field: str
    """Canonical name, for example ``pupil``."""
    headers: tuple[str, ...]
    """Headers that mean this field; a spanned one is written ``Buổi nghỉ/P``."""
    kind: CellKind
    optional: bool = False
    """True when a file without this column is complete."""
    filled: bool = False
    """True when an empty cell is a fault."""
    choices: tuple[str, ...] = ()
    """The only values that ``CellKind.CHOICE`` takes."""
    words: tuple[tuple[str, str], ...] = ()
    """Other spellings, each with the choice that it means."""
    numbered: bool = False
    """True when ``#`` in a header is any number; the fields are numbered from left to right."""
    digits: int | None = None
    """How many digits an identifier has; ``None`` for identifiers of any length."""


@dataclass(frozen=True, slots=True)
class Subheader:
    """A second header row."""

    notes: tuple[re.Pattern[str], ...]
    """Cells that say nothing new about their column; named groups are statements as in titles."""
    spans: tuple[str, ...]
    """Headers that span several columns, which the second row tells apart."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of sheet."""

    kind: SheetKind
    recognise: tuple[str, ...]
    """At least two header cells, all of which stand in the header row; ``A|B`` is either."""
    columns: tuple[ColumnRule, ...]
    """In the order of the sheet; the columns of subjects may stand anywhere."""
    titles: tuple[re.Pattern[str], ...]
    """Patterns of the cells above the header, matched against folded text."""
    sheet_name: re.Pattern[str] | None
    needs: tuple[str, ...]
    """What must be stated somewhere: ``school_year``, ``class``, ``semester``, ``subject``."""
    unique: tuple[str, ...]
    """Fields that no two rows may share."""
    subject_columns: bool
    """True when a header may be a subject's name and its cells the subject's result."""
    assessment: AssessmentKind | None
    """Kind of subject that this layout fits; ``None`` for any."""
    subheader: Subheader | None
    parts: tuple[ColumnRule, ...] = ()
    """Columns that every subject may have, told apart by what stands under the subject's name;
    the empty header is the subject's name alone."""
    traits: ColumnRule | None = None
    """The column of a quality or competence, whose header is its name."""
    days: ColumnRule | None = None
    """The column of a day of the month, whose header is a number."""
    ignored: tuple[str, ...] = ()
    """Headers of columns that are not read; the report names each."""
    constants: tuple[tuple[str, str], ...] = ()
    """What holds for every file, for example ``("school_year", "2024-2025")``."""
    ordered: bool = True
    """False when the columns may stand in any order."""


@dataclass(frozen=True, slots=True)
class ImportProfile:
    """The layouts that one kind of file is made of."""

    profile_id: str
    title_vi: str
    title_en: str
    layouts: tuple[Layout, ...]
    """The first one that fits is taken."""
    paths: tuple[re.Pattern[str], ...]
    """Patterns found in the file's path, matched like titles."""
    same_in_file: tuple[str, ...]
    """What all sheets of a file must agree on."""
    citation: str
    status: SourceStatus
    sha256: str
    """Digest of the profile's file."""
    system: str = ""
    """School-management system that writes such files; empty when several do."""


def read_import_profiles(folders: Sequence[Path]) -> dict[str, ImportProfile | PolicyFile]:
    """Read every ``import/*.toml`` by name; a clerk's own map stays the file that it is.

    Raises:
        PolicyError: one is not TOML, or is a profile that cannot be used.
    """
    return {
        file.name: file if "base" in file.table else parse_import_profile(file)
        for file in read_policies("import", folders)
    }


def parse_import_profile(file: PolicyFile) -> ImportProfile:
    """Turn one file into a profile.

    Raises:
        PolicyError: a key is missing, a value is unknown or a pattern is no regular expression.
    """
    try:
        return _profile(file)
    except (KeyError, ValueError, TypeError, AttributeError, re.error) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def _profile(file: PolicyFile) -> ImportProfile:
    table = file.table
    shared = table.get("columns", {})
    return ImportProfile(
        profile_id=table["id"],
        title_vi=table["title_vi"],
        title_en=table["title_en"],
        layouts=tuple(_layout(entry, shared) for entry in table["layouts"]),
        paths=_patterns(table.get("paths", ())),
        same_in_file=tuple(table.get("same_in_file", ())),
        citation=table["citation"],
        status=SourceStatus(table["status"]),
        sha256=file.sha256,
        system=table.get("system", ""),
    )


def _layout(entry: Mapping[str, Any], shared: Mapping[str, Any]) -> Layout:
    recognise = tuple(entry["recognise"])
    if len(recognise) < 2:  # noqa: PLR2004  (the rule is "at least two cells")
        raise ValueError("recognise")
    assessment = entry.get("assessment")
    sheet_name = entry.get("sheet_name")
    return Layout(
        kind=SheetKind(entry["kind"]),
        recognise=recognise,
        columns=tuple(_columns(entry["columns"], shared)),
        titles=_patterns(entry.get("titles", ())),
        sheet_name=None if sheet_name is None else re.compile(sheet_name),
        needs=tuple(entry.get("needs", ())),
        unique=tuple(entry.get("unique", ())),
        subject_columns=bool(entry.get("subject_columns", False)),
        assessment=None if assessment is None else AssessmentKind(assessment),
        subheader=_subheader(entry.get("subheader")),
        parts=tuple(_columns(entry.get("parts", ()), shared)),
        traits=_maybe_column(entry.get("traits")),
        days=_maybe_column(entry.get("days")),
        ignored=tuple(entry.get("ignored", ())),
        ordered=bool(entry.get("ordered", True)),
    )


def _columns(entries: Sequence[Any], shared: Mapping[str, Any]) -> list[ColumnRule]:
    """Read columns; a name in place of a table stands for a list that layouts have in common."""
    rules: list[ColumnRule] = []
    for entry in entries:
        if isinstance(entry, str):
            rules.extend(_column(column) for column in shared[entry])
        else:
            rules.append(_column(entry))
    return rules


def _maybe_column(entry: Mapping[str, Any] | None) -> ColumnRule | None:
    return None if entry is None else _column({"headers": (), **entry})


def _column(entry: Mapping[str, Any]) -> ColumnRule:
    words: Mapping[str, str] = entry.get("words", {})
    rule = ColumnRule(
        field=entry["field"],
        headers=tuple(entry["headers"]),
        kind=CellKind(entry["kind"]),
        optional=bool(entry.get("optional", False)),
        filled=bool(entry.get("filled", False)),
        choices=tuple(entry.get("choices", ())),
        words=tuple(words.items()),
        numbered=bool(entry.get("numbered", False)),
        digits=_digits(entry.get("digits")),
    )
    if (rule.kind is CellKind.CHOICE) != bool(rule.choices):
        raise ValueError(rule.field)
    if rule.digits is not None and rule.kind is not CellKind.IDENTIFIER:
        raise ValueError(rule.field)
    if not set(words.values()) <= set(rule.choices):
        raise ValueError(rule.field)
    return rule


def _digits(entry: object) -> int | None:
    if entry is None:
        return None
    if isinstance(entry, bool) or not isinstance(entry, int) or entry < 1:
        raise ValueError("digits")
    return entry


def _subheader(entry: Mapping[str, Any] | None) -> Subheader | None:
    if entry is None:
        return None
    return Subheader(_patterns(entry["notes"]), tuple(entry["spans"]))


def _patterns(texts: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text) for text in texts)
