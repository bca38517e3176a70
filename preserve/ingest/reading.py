"""Reads the files of one import; every byte is read once, and the bytes hashed are those parsed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.errors import FormatError, InputError
from preserve.ingest.context import Context, Statement, differing, path_statements
from preserve.ingest.file_types import FileType, sniff
from preserve.ingest.findings import error
from preserve.ingest.names import known_names
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.ingest.recognition import recognise_file
from preserve.ingest.sheets import Readers, read_sheet
from preserve.ingest.tables import Table, is_blank
from preserve.ingest.workbooks import Workbook, open_workbook
from preserve.ingest.xml_source import read_xml
from preserve.model.imports import (
    FactRow,
    ImportFinding,
    SheetFacts,
    SheetKind,
    SourceFile,
    Submission,
)
from preserve.policy.import_maps import load_import_profiles
from preserve.policy.imports import ImportProfile, Layout
from preserve.policy.names import ImportWords, load_import_words

SCHOOL_PROFILE = "school-profile"
"""Profile id of the school's own description."""
_SCHOOL_FILE = "school.json"
_TABLE_SUFFIXES = frozenset(
    {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".tsv", ".htm", ".html", ".xml"}
)
_BATCH = 12
"""Files that are read together when work is spread: enough that handing them over costs little."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to read."""

    path: Path
    original_name: str
    number: int = 0
    """Place among the files of the import, from 1."""
    given: bool = False
    """True when the user named this very file."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Files, and what they are read with; it can cross into another process."""

    profile: SchoolProfile
    words: ImportWords
    profiles: tuple[ImportProfile, ...]
    sources: tuple[_Source, ...]


@dataclass(frozen=True, slots=True)
class _Judges:
    """What the files of a batch are read with."""

    profile: SchoolProfile
    readers: Readers
    profiles: tuple[ImportProfile, ...]


Files = tuple[SourceFile, ...]
RunEach = Callable[[Callable[[_Batch], Files], Sequence[_Batch]], Iterable[Files]]
"""Applies a function to every item, here or elsewhere, and gives the results in order."""


def read_submission(
    paths: Sequence[Path],
    profile: SchoolProfile,
    folders: Sequence[Path],
    run_each: RunEach | None = None,
) -> Submission:
    """Read files and folders into facts; what is wrong with them stands in their findings.

    Args:
        paths: files, and folders that are walked in the order of their names.
        profile: the school.
        folders: policy folders, see ``preserve.policy.files.policy_folders``.
        run_each: where the files are read; in this process when not given.

    Raises:
        InputError: a path does not exist or cannot be read.
        PolicyError: an import profile cannot be used.
    """
    sources: list[_Source] = []
    ignored: list[str] = []
    for source in _sources(paths):
        if source.given or _is_export(source.path):
            number = len(sources) + 1
            sources.append(_Source(source.path, source.original_name, number, source.given))
        else:
            ignored.append(printable(source.original_name))
    words, profiles = load_import_words(folders), load_import_profiles(folders)
    size = len(sources) if run_each is None else _BATCH
    batches = [
        _Batch(profile, words, profiles, tuple(sources[start : start + size]))
        for start in range(0, len(sources), size or 1)
    ]
    read = map(_read_batch, batches) if run_each is None else run_each(_read_batch, batches)
    return Submission(tuple(file for files in read for file in files), tuple(ignored))


def _read_batch(batch: _Batch) -> Files:
    readers = Readers(known_names(batch.profile, batch.words), {})
    judges = _Judges(batch.profile, readers, batch.profiles)
    return tuple(_read_file(source, _read(source.path), judges) for source in batch.sources)


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
            yield _Source(path / name, name)


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


def _is_export(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    if path.name == _SCHOOL_FILE or path.suffix.lower() in _TABLE_SUFFIXES:
        return True
    return sniff(_read(path)) is FileType.XLSX


def _read_file(source: _Source, content: bytes, judges: _Judges) -> SourceFile:
    file_type = sniff(content)
    try:
        match file_type:
            case FileType.JSON:
                read = _read_school(content, judges.profile)
            case FileType.XML:
                read = _Read(*read_xml(content, source.original_name, judges.profile))
            case _:
                opened = open_workbook(content, file_type, source.original_name)
                read = _read_tables(source, opened, judges)
    except FormatError as problem:
        read = _Read("", (), (_refusal(problem),))
    return SourceFile(
        original_name=printable(source.original_name),
        stored_name=f"{source.number:04d}{file_type.value}",
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


def _refusal(problem: FormatError) -> ImportFinding:
    """Turn what a reader refuses into a finding; sheet and cell stand in front of its sentence."""
    parameters = dict(problem.parameters)
    sheet, cell = parameters.pop("sheet", ""), parameters.pop("cell", "")
    return error(problem.code, sheet, cell, **parameters)


def _read_tables(source: _Source, opened: Workbook, judges: _Judges) -> _Read:
    broken: list[ImportFinding] = []
    read_tables = list(_until_broken(opened.tables, broken))
    findings = [finding for table in read_tables for finding in table.findings]
    tables = [t for t in read_tables if not all(is_blank(row) for row in t.rows)]
    chosen, recognised = recognise_file(tables, judges.profiles)
    if chosen is None:
        return _Read("", (), (*opened.findings, *(broken or (error("IMP-LAYOUT-UNKNOWN"),))))
    sheets: list[SheetFacts] = []
    contexts: list[Context] = []
    for table, found in zip(tables, recognised, strict=True):
        if found is None:
            findings.append(error("IMP-SHEET-UNKNOWN", table.name))
            continue
        said = _said(source, chosen, found.layout)
        read = read_sheet(table, found.header, found.layout, judges.readers, said)
        sheets.append(read.facts)
        contexts.append(read.context)
        findings.extend(read.findings)
    findings.extend((*differing(contexts, chosen.same_in_file), *broken))
    return _Read(chosen.profile_id, tuple(sheets), (*opened.findings, *findings))


def _until_broken(tables: Iterator[Table], broken: list[ImportFinding]) -> Iterator[Table]:
    """Yield sheets up to one that cannot be read; what is wrong with it is added to ``broken``."""
    try:
        yield from tables
    except FormatError as problem:
        broken.append(_refusal(problem))


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
