"""Damages export files in known ways; each mutant knows which cells it changed, and to what."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from openpyxl.utils import get_column_letter

from tests.conformance.grids import Edit, Grid, read_grid, shown, write_grid

Place = tuple[str, int, int]
"""Sheet, row and column, both from 0."""


@dataclass(frozen=True, slots=True)
class Export:
    """One undamaged export file."""

    name: str
    content: bytes
    grid: Grid
    header: Mapping[str, int]
    """Sheet to the index of its header row."""
    first: Mapping[str, int]
    """Sheet to the index of its first row below all rows of the header."""
    places: tuple[Place, ...]
    """Every filled cell below a header."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One damaged export file."""

    export: Export
    operator: str
    content: bytes
    changed: Mapping[Place, Any]
    """Cells below the header that now hold another raw value."""
    headers: Mapping[Place, Any]
    """Header cells that now hold another label."""
    whole: bool = False
    """The whole file was touched: bytes, encoding, a title."""
    unreadable: bool = False
    """Nobody can know any more what a changed cell says: it must be refused."""

    @property
    def name(self) -> str:
        """Path of the damaged file below the imported folder."""
        return self.export.name


def open_export(
    name: str, content: bytes, is_header: Callable[[list[Any]], bool], first: Mapping[str, int]
) -> Export:
    """Read a file with the libraries alone, without the product."""
    grid = read_grid(name, content)
    header = {
        sheet: next(i for i, row in enumerate(rows) if is_header(row))
        for sheet, rows in grid.items()
    }
    places = tuple(
        (sheet, r, c)
        for sheet, rows in grid.items()
        for r in range(first[sheet], len(rows))
        for c, value in enumerate(rows[r])
        if value not in {None, ""}
    )
    return Export(name, content, grid, header, first, places)


def mutants(
    exports: Sequence[Export], operators: Sequence[Operator], random: Random
) -> Iterator[Mutant]:
    """Yield mutants without end."""
    while True:
        export = random.choice(exports)
        operator = random.choice(operators)
        mutant = operator(export, random)
        if mutant is not None:
            yield mutant


def address(place: Place) -> str:
    """Return ``F12`` for a place."""
    return f"{get_column_letter(place[2] + 1)}{place[1] + 1}"


def with_changes(
    export: Export,
    operator: str,
    changes: Mapping[Place, Any],
    *,
    edit: Edit | None = None,
    unreadable: bool = False,
) -> Mutant | None:
    """Return the mutant with some cells changed, or ``None`` when nothing would change."""
    grid = {sheet: [list(row) for row in rows] for sheet, rows in export.grid.items()}
    changed, headers = {}, {}
    for place, value in changes.items():
        sheet, row, column = place
        if export.content.startswith(b"<"):
            value = shown(value)  # noqa: PLW2901  (a web page holds nothing but texts)
        if _same(grid[sheet][row][column], value):
            continue
        grid[sheet][row][column] = value
        if row >= export.first[sheet]:
            changed[place] = value
        elif row == export.header[sheet]:
            headers[place] = value
    if not changed and not headers:
        return None
    content = write_grid(export.name, grid, like=export.content, edit=edit)
    return Mutant(export, operator, content, changed, headers, unreadable=unreadable)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def value_at(export: Export, place: Place) -> Any:
    """Return the raw value of a cell of the undamaged file."""
    sheet, row, column = place
    return export.grid[sheet][row][column]


def _another(value: Any, text: str) -> Any:
    """Return a text as the kind of value that stood there, where it can be one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number.is_integer() and "." not in text else number
    return text


def _digit(export: Export, random: Random) -> Mutant | None:
    """Change, insert or remove one digit or separator."""
    place = random.choice(export.places)
    value = value_at(export, place)
    text = repr(value) if isinstance(value, float) else str(value)
    spots = [i for i, c in enumerate(text) if c in "0123456789.,/-"]
    if not spots:
        return None
    at = random.choice(spots)
    new = random.choice("0123456789")
    text = random.choice(
        (
            text[:at] + new + text[at + 1 :],
            text[:at] + new + text[at:],
            text[:at] + text[at + 1 :],
            text[:at] + random.choice(".,/-") + text[at + 1 :],
        )
    )
    return with_changes(export, "digit", {place: _another(value, text)})


def _swap_in_column(export: Export, random: Random) -> Mutant | None:
    """Exchange two cells of a column."""
    one = random.choice(export.places)
    other = random.choice([p for p in export.places if (p[0], p[2]) == (one[0], one[2])])
    return with_changes(
        export, "swap-rows", {one: value_at(export, other), other: value_at(export, one)}
    )


def _swap_in_row(export: Export, random: Random) -> Mutant | None:
    """Exchange two cells of a row."""
    one = random.choice(export.places)
    other = random.choice([p for p in export.places if (p[0], p[1]) == (one[0], one[1])])
    return with_changes(
        export, "swap-columns", {one: value_at(export, other), other: value_at(export, one)}
    )


def _shift_column(export: Export, random: Random) -> Mutant | None:
    """Move the cells of a column down by one row, as a careless paste does."""
    sheet, row, column = random.choice(export.places)
    rows = export.grid[sheet]
    changes: dict[Place, Any] = {(sheet, row, column): None}
    for r in range(row + 1, len(rows)):
        changes[sheet, r, column] = rows[r - 1][column]
    return with_changes(export, "shift-column", changes)


def _shift_row(export: Export, random: Random) -> Mutant | None:
    """Move the cells of a row to the right by one column."""
    sheet, row, column = random.choice(export.places)
    cells = export.grid[sheet][row]
    changes: dict[Place, Any] = {(sheet, row, column): None}
    for c in range(column + 1, len(cells)):
        changes[sheet, row, c] = cells[c - 1]
    return with_changes(export, "shift-row", changes)


def _exchange_rows(export: Export, random: Random) -> Mutant | None:
    """Exchange two whole rows."""
    sheet, row, _ = random.choice(export.places)
    other = random.choice([p[1] for p in export.places if p[0] == sheet])
    rows = export.grid[sheet]
    changes = {(sheet, row, c): value for c, value in enumerate(rows[other])}
    changes |= {(sheet, other, c): value for c, value in enumerate(rows[row])}
    return with_changes(export, "exchange-rows", changes)


def _copy_row(export: Export, random: Random) -> Mutant | None:
    """Write one row over another."""
    sheet, row, _ = random.choice(export.places)
    other = random.choice([p[1] for p in export.places if p[0] == sheet])
    changes = {(sheet, row, c): v for c, v in enumerate(export.grid[sheet][other])}
    return with_changes(export, "copy-row", changes)


def _empty(export: Export, random: Random) -> Mutant | None:
    """Empty one cell."""
    return with_changes(export, "empty", {random.choice(export.places): None})


def _retype(export: Export, random: Random) -> Mutant | None:
    """Write a number as text or a text as a number, or the same text otherwise."""
    place = random.choice(export.places)
    value = value_at(export, place)
    if isinstance(value, int | float):
        text = repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
        new = random.choice((text, text.replace(".", ","), f" {text} ", f"{text}\u00a0"))
        return with_changes(export, "retype", {place: new})
    text = str(value)
    variants: list[Any] = [
        f" {text} ",
        unicodedata.normalize("NFD", text),
        text.upper(),
        text.lower(),
        f"{text}\u200b",
        f"\u202e{text}",
        text.replace("đ", "\u00f0"),
    ]
    if text.isdigit():
        variants.extend((int(text), float(text)))
    return with_changes(export, "retype", {place: random.choice(variants)})


def _swap_headers(export: Export, random: Random) -> Mutant | None:
    """Exchange two labels of the header."""
    sheet, row, labels = _labels(export, random)
    one, other = random.sample(labels, 2)
    cells = export.grid[sheet][row]
    return with_changes(
        export, "swap-headers", {(sheet, row, one): cells[other], (sheet, row, other): cells[one]}
    )


def _shift_headers(export: Export, random: Random) -> Mutant | None:
    """Shift the labels of the header by one column, from some column on."""
    sheet, row, labels = _labels(export, random)
    cells = export.grid[sheet][row]
    begin = random.choice(labels)
    right, left = [None, *cells[begin:-1]], [*cells[begin + 1 :], None]
    moved = random.choice((right, left))
    changes = {(sheet, row, begin + i): value for i, value in enumerate(moved)}
    return with_changes(export, "shift-headers", changes)


def _spoil_header(export: Export, random: Random) -> Mutant | None:
    """Misspell or empty one label."""
    sheet, row, labels = _labels(export, random)
    column = random.choice(labels)
    label = str(export.grid[sheet][row][column])
    at = random.randrange(len(label))
    new = random.choice((None, label[:at] + label[at + 1 :], f"{label} 2", label.upper()))
    return with_changes(export, "spoil-header", {(sheet, row, column): new})


def _labels(export: Export, random: Random) -> tuple[str, int, list[int]]:
    sheet = random.choice(sorted(export.grid))
    row = export.header[sheet]
    filled = [c for c, v in enumerate(export.grid[sheet][row]) if v not in {None, ""}]
    return sheet, row, filled


def _spoil_title(export: Export, random: Random) -> Mutant | None:
    """Change a digit or letter above the header."""
    above = [
        (sheet, r, c)
        for sheet, rows in export.grid.items()
        for r in range(export.header[sheet])
        for c, value in enumerate(rows[r])
        if value not in {None, ""} and any(sign.isdigit() for sign in str(value))
    ]
    if not above:
        return None
    sheet, row, column = random.choice(above)
    text = str(export.grid[sheet][row][column])
    at = random.choice([i for i, sign in enumerate(text) if sign.isdigit()])
    new = text[:at] + random.choice("0123456789") + text[at + 1 :]
    if new == text:
        return None
    grid = {name: [list(r) for r in rows] for name, rows in export.grid.items()}
    grid[sheet][row][column] = new
    content = write_grid(export.name, grid, like=export.content)
    return Mutant(export, "spoil-title", content, {}, {}, whole=True)


def _flip_byte(export: Export, random: Random) -> Mutant | None:
    """Change one byte of a packed workbook, which has checksums, or cut a file off."""
    content = bytearray(export.content)
    if export.name.endswith(".csv"):
        return None
    if export.name.endswith(".xls") or random.random() < 0.2:
        cut = bytes(content[: random.randrange(len(content))])
        return Mutant(export, "cut", cut, {}, {}, whole=True)
    at = random.randrange(len(content))
    content[at] ^= 1 << random.randrange(8)
    return Mutant(export, "flip-byte", bytes(content), {}, {}, whole=True)


def _encode(export: Export, random: Random) -> Mutant | None:
    """Write a CSV file in another encoding or with another separator."""
    if not export.name.endswith(".csv"):
        return None
    text = export.content.decode()
    rows = next(iter(export.grid.values()))
    kind = random.choice(
        ("utf-16", "utf-16-le", "utf-8-sig", "latin-1", "cp1252", "cp1258", ";", "\t")
    )
    if kind in {";", "\t"}:
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=kind).writerows(rows)
        content = written.getvalue().encode()
    elif kind in {"latin-1", "cp1252"}:
        content = text.encode().decode(kind, "replace").encode()
    elif kind == "cp1258":
        content = _windows_vietnamese(text)
    else:
        content = text.encode(kind)
    return Mutant(export, f"encode {kind!r}", content, {}, {}, whole=True)


def _windows_vietnamese(text: str) -> bytes:
    """Return Windows-1258, in which the five tone marks follow their letter."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = bytearray()
    for sign in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", sign)
        tone = next((t for t in parts if t in tones), "")
        letter = unicodedata.normalize("NFC", parts.replace(tone, "", 1) if tone else parts)
        written += (letter + tone).encode("cp1258", "replace")
    return bytes(written)


Operator = Callable[[Export, Random], Mutant | None]
"""Damages an export, or returns ``None`` where it has nothing to damage."""

OPERATORS: tuple[Operator, ...] = (
    _digit,
    _digit,
    _digit,
    _swap_in_column,
    _swap_in_row,
    _shift_column,
    _shift_row,
    _exchange_rows,
    _copy_row,
    _empty,
    _retype,
    _retype,
    _swap_headers,
    _shift_headers,
    _spoil_header,
    _spoil_title,
    _flip_byte,
    _encode,
)
