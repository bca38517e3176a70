"""Reads the files of one import; every byte is read once, and the bytes hashed are those parsed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.errors import FormatError, InputError
from preserve.ingest.context import Context, Statement, differing, path_statements
from preserve.ingest.findings import error
from preserve.ingest.headers import find_header, header_words
from preserve.ingest.names import known_names
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.ingest.sheets import Readers, read_sheet
from preserve.ingest.tables import FileType, Table, is_blank, sniff
from preserve.ingest.workbooks import read_tables
from preserve.model.imports import (
    FactRow,
    ImportFinding,
    SheetFacts,
    SheetKind,
    SourceFile,
    Submission,
)
from preserve.policy.imports import ImportProfile, Layout, load_import_profiles

SCHOOL_PROFILE = "school-profile"
"""Profile id of the school's own description."""
_SCHOOL_FILE = "school.json"
_TABLE_SUFFIXES = frozenset(
    {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".tsv", ".htm", ".html"}
)


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to read."""

    path: Path
    original_name: str
    given: bool
    """True when the user named this very file."""


@dataclass(frozen=True, slots=True)
class _Judges:
    """What files are read with."""

    profile: SchoolProfile
    readers: Readers
    profiles: tuple[ImportProfile, ...]


def read_submission(
    paths: Sequence[Path], profile: SchoolProfile, folders: Sequence[Path]
) -> Submission:
    """Read files and folders into facts; what is wrong with them stands in their findings.

    Args:
        paths: files, and folders that are walked in the order of their names.
        profile: the school.
        folders: policy folders, see ``preserve.policy.files.policy_folders``.

    Raises:
        InputError: a path does not exist or cannot be read.
        PolicyError: an import profile cannot be used.
    """
    judges = _Judges(profile, Readers(known_names(profile), {}), load_import_profiles(folders))
    files: list[SourceFile] = []
    ignored: list[str] = []
    for source in _sources(paths):
        content = _read(source.path)
        if source.given or _is_export(source.path, content):
            files.append(_read_file(source, content, len(files) + 1, judges))
        else:
            ignored.append(printable(source.original_name))
    return Submission(tuple(files), tuple(ignored))


def printable(name: str) -> str:
    """Return a file's name as valid Unicode; bytes that are none are written in hexadecimal."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _sources(paths: Sequence[Path]) -> Iterator[_Source]:
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise InputError("IMPORT-PATH-MISSING", paths=", ".join(missing))
    for path in paths:
        if not path.is_dir():
            yield _Source(path, path.name, given=True)
            continue
        for name in sorted(_walk(path)):
            yield _Source(path / name, name, given=False)


def _walk(folder: Path) -> Iterator[str]:
    """Yield the files below a folder; one that cannot be listed must not look empty."""

    def refuse(problem: OSError) -> None:
        raise InputError("IMPORT-PATH-UNREADABLE", path=problem.filename) from problem

    for place, _, names in os.walk(folder, onerror=refuse):
        for name in names:
            yield (Path(place) / name).relative_to(folder).as_posix()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error_:
        raise InputError("IMPORT-PATH-UNREADABLE", path=path) from error_


def _is_export(path: Path, content: bytes) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    if path.name == _SCHOOL_FILE or path.suffix.lower() in _TABLE_SUFFIXES:
        return True
    return sniff(content) is FileType.XLSX


def _read_file(source: _Source, content: bytes, number: int, judges: _Judges) -> SourceFile:
    file_type = sniff(content)
    try:
        if file_type is FileType.JSON:
            read = _read_school(content, judges.profile)
        else:
            read = _read_tables(source, read_tables(content, file_type), judges)
    except FormatError as problem:
        read = _Read("", (), (error(problem.code, **problem.parameters),))
    return SourceFile(
        original_name=printable(source.original_name),
        stored_name=f"{number:04d}{file_type.value}",
        size=len(content),
        sha512=hashlib.sha512(content).hexdigest(),
        profile=read.profile,
        sheets=read.sheets,
        findings=read.findings,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    profile: str
    sheets: tuple[SheetFacts, ...]
    findings: tuple[ImportFinding, ...]


def _read_school(content: bytes, profile: SchoolProfile) -> _Read:
    stated = parse_school_profile(content).school
    text = content.decode("utf-8-sig")
    row = FactRow(1, (text,))
    sheet = SheetFacts(SheetKind.SCHOOL, "", ("json",), ("A",), (row,))
    findings: tuple[ImportFinding, ...] = ()
    if (stated.code, stated.name) != (profile.school.code, profile.school.name):
        findings = (error("IMP-SCHOOL-OTHER", value=stated.name),)
    return _Read(SCHOOL_PROFILE, (sheet,), findings)


def _read_tables(source: _Source, tables: Iterator[Table], judges: _Judges) -> _Read:
    chosen: ImportProfile | None = None
    sheets: list[SheetFacts] = []
    contexts: list[Context] = []
    findings: list[ImportFinding] = []
    for table in tables:
        if all(is_blank(row) for row in table.rows):
            continue
        candidates = judges.profiles if chosen is None else (chosen,)
        found = _recognise(table, candidates)
        if found is None:
            findings.append(error("IMP-SHEET-UNKNOWN", table.name))
            continue
        chosen, layout, index = found
        said = _said(source, chosen, layout)
        read = read_sheet(table, index, layout, judges.readers, said)
        sheets.append(read.facts)
        contexts.append(read.context)
        findings.extend(read.findings)
    if chosen is None:
        return _Read("", (), (error("IMP-LAYOUT-UNKNOWN"),))
    findings.extend(differing(contexts, chosen.same_in_file))
    return _Read(chosen.profile_id, tuple(sheets), tuple(findings))


def _recognise(
    table: Table, profiles: Sequence[ImportProfile]
) -> tuple[ImportProfile, Layout, int] | None:
    words = header_words(table)
    for profile in profiles:
        for layout in profile.layouts:
            index = find_header(words, layout)
            if index is not None:
                return profile, layout, index
    return None


def _said(source: _Source, profile: ImportProfile, layout: Layout) -> tuple[Statement, ...]:
    """Return what the path below the imported folder states.

    A layout whose titles never name the school year may also take it from the folders above:
    a class list lies in the folder of its year, and that folder may be the imported one.
    """
    said = path_statements(profile.paths, source.original_name)
    from_titles = any("school_year" in pattern.groupindex for pattern in layout.titles)
    if not from_titles and all(statement.key != "school_year" for statement in said):
        above = path_statements(profile.paths, source.path.absolute().as_posix())
        said.extend(statement for statement in above if statement.key == "school_year")
    return tuple(said)
