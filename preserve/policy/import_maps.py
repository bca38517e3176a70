"""The clerk's own map: a short file that says which header of a table is which of a known one.

A map stands on a packaged profile, its ``base``, and names only what differs::

    base = "csdl-bang-diem"

    [headers]
    "Mã HS" = "Mã định danh Bộ GD&ĐT"
    "TX 1" = "ĐĐGtx1"

How a clerk writes one is told in docs/vi/nhap-tep.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from preserve.errors import PolicyError
from preserve.model.imports import SheetKind
from preserve.policy.files import PolicyFile
from preserve.policy.imports import (
    CellKind,
    ColumnRule,
    ImportProfile,
    Layout,
    read_import_profiles,
)

_KEYS = frozenset({"base", "title", "headers", "states", "sheets", "ignore", "system"})
_STATEABLE = frozenset({"school_year", "class", "semester", "subject"})
_PER_ROW = (
    ColumnRule("school_year", ("Năm học",), CellKind.SCHOOL_YEAR, filled=True),
    ColumnRule("semester", ("Học kì",), CellKind.SEMESTER, filled=True),
    ColumnRule("subject", ("Môn học",), CellKind.SUBJECT, filled=True),
    ColumnRule("class", ("Lớp",), CellKind.CLASS, filled=True),
)
"""Columns that any table may have instead of a title."""
_NEEDED = frozenset({"pupil"})
_NEEDED_OF_ROSTER = frozenset({"pupil", "name", "birth_date", "gender"})
"""Without these nobody can be entered in a transcript."""


@dataclass(frozen=True, slots=True)
class _Map:
    """A clerk's map, read."""

    headers: Mapping[str, str]
    """The clerk's header to the base's."""
    states: Mapping[str, str]
    sheets: str | None
    ignored: tuple[str, ...]


def load_import_profiles(folders: Sequence[Path]) -> tuple[ImportProfile, ...]:
    """Read every profile and every map; maps come first, since they know the school's own files.

    Raises:
        PolicyError: there is none, or one cannot be used.
    """
    found = read_import_profiles(folders)
    packaged = {n: profile for n, profile in found.items() if isinstance(profile, ImportProfile)}
    maps = [file for file in found.values() if isinstance(file, PolicyFile)]
    if not found:
        raise PolicyError("POLICY-MISSING", kind="import", name="*")
    return (*(parse_import_map(file, packaged) for file in maps), *packaged.values())


def parse_import_map(file: PolicyFile, packaged: Mapping[str, ImportProfile]) -> ImportProfile:
    """Turn a clerk's map into a profile.

    Raises:
        PolicyError: the base is unknown (``POLICY-MAP-BASE``), a key or value is not one that a
            map has (``POLICY-MAP-KEY``), or a header is not the base's (``POLICY-MAP-HEADER``).
    """
    base = packaged.get(str(file.table["base"]))
    if base is None:
        known = ", ".join(sorted(packaged))
        raise PolicyError("POLICY-MAP-BASE", path=file.path, base=file.table["base"], known=known)
    read = _read_map(file)
    fitting = [layout for layout in base.layouts if not _foreign(read, layout)]
    if not fitting:
        layout = min(base.layouts, key=lambda each: len(_foreign(read, each)))
        foreign = _foreign(read, layout)[0]
        known = "; ".join(rule.headers[0] for rule in layout.columns)
        raise PolicyError("POLICY-MAP-HEADER", path=file.path, header=foreign, known=known)
    title = str(file.table.get("title", file.name))
    return replace(
        base,
        profile_id=f"{file.name}/{base.profile_id}",
        title_vi=title,
        title_en=title,
        layouts=tuple(_mapped(layout, read) for layout in fitting[:1]),
        system=str(file.table.get("system", base.system)),
        sha256=file.sha256,
    )


def _read_map(file: PolicyFile) -> _Map:
    table = file.table
    headers, states = table.get("headers", {}), table.get("states", {})
    for problem in _problems(table):
        raise PolicyError("POLICY-MAP-KEY", path=file.path, key=problem)
    return _Map(
        headers=headers,
        states={key: str(value) for key, value in states.items()},
        sheets=table.get("sheets"),
        ignored=tuple(table.get("ignore", ())),
    )


def _problems(table: Mapping[str, object]) -> Iterator[str]:
    """Yield the keys of a map that are unknown or hold something else than they should."""
    yield from sorted(table.keys() - _KEYS)
    headers, states = table.get("headers"), table.get("states", {})
    if not _maps_headers(headers):
        yield "headers"
    if not isinstance(states, dict) or not states.keys() <= _STATEABLE:
        yield "states"
    if str(table.get("sheets", "class")) not in _STATEABLE:
        yield "sheets"
    ignored = table.get("ignore", [])
    if not isinstance(ignored, list) or not all(isinstance(text, str) for text in ignored):
        yield "ignore"


def _maps_headers(headers: object) -> bool:
    """Tell whether it maps texts to texts; one header alone stands in too many tables."""
    return (
        isinstance(headers, dict)
        and len(headers) > 1
        and all(isinstance(value, str) for value in headers.values())
    )


def _foreign(read: _Map, layout: Layout) -> list[str]:
    """Return the base headers named by a map that a layout has not."""
    known = {header for rule in (*layout.columns, *_PER_ROW) for header in rule.headers}
    return [header for header in read.headers.values() if header not in known]


def _mapped(layout: Layout, read: _Map) -> Layout:
    own: dict[str, list[str]] = {}
    for header, base_header in read.headers.items():
        own.setdefault(base_header, []).append(header)
    named = {header for rule in layout.columns for header in rule.headers}
    extra = [rule for rule in _PER_ROW if own.keys() & set(rule.headers) - named]
    columns = tuple(_own_column(rule, own, layout.kind) for rule in (*layout.columns, *extra))
    pattern = None if read.sheets is None else re.compile(f"^(?P<{read.sheets}>.+)$")
    return replace(
        layout,
        recognise=tuple(read.headers),
        columns=columns,
        sheet_name=pattern,
        unique=(*layout.unique, *(rule.field for rule in extra)),
        ignored=(*layout.ignored, *read.ignored),
        constants=tuple(read.states.items()),
        ordered=False,
    )


def _own_column(rule: ColumnRule, own: Mapping[str, Sequence[str]], kind: SheetKind) -> ColumnRule:
    """Give a column the clerk's headers; what the map does not name may mostly be missing."""
    headers = [header for base in rule.headers for header in own.get(base, ())]
    if headers:
        return replace(rule, headers=tuple(headers), optional=False)
    needed = _NEEDED_OF_ROSTER if kind is SheetKind.ROSTER else _NEEDED
    return replace(rule, optional=rule.field not in needed)
