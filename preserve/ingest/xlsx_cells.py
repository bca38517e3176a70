"""Reads the rows and cells of a worksheet (ECMA-376 Part 1, 18.3.1.73 and 18.3.1.4).

Most sheets are written in the one plain form that the grammar below describes; their cells are
taken out of the text directly, several times as fast as out of a tree. A sheet that departs from
it anywhere is parsed as XML. A test holds that both ways read the same.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.etree import ElementTree as ET

from openpyxl.utils.datetime import from_excel

from preserve.errors import FormatError
from preserve.ingest.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from preserve.ingest.tables import (
    CellFault,
    CellValue,
    Row,
    column_letters,
    text_cell,
)

_COLUMNS = {column_letters(index): index for index in range(MAX_COLUMNS)}
_DIGITS = "0123456789"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A finite xsd:double; Python's own reading of numbers takes more."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = frozenset({"1", "true", "on"})
"""How an attribute says yes (ST_OnOff and xsd:boolean)."""

_REFERENCE = r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});"
_TEXT = rf"(?:[^<&\]\x00-\x08\x0b-\x1f\ufffe\uffff]|{_REFERENCE})*+"
"""Characters and references of XML text, without those that need a parser to judge them."""
_CELL = (
    r'<c r="([A-Z]{1,3})%s"(?: s="([0-9]{1,5})")?(?:(?: t="([sn])")?'
    r"(?: ?/>|></c>|><v>([^<&]*+)</v></c>)"
    rf'| t="inlineStr"><is><t(?: xml:space="preserve")?>({_TEXT})</t></is></c>)'
)
_ROW = (
    r'<row r="([0-9]{1,7})"((?: (?!xmlns|r=)[A-Za-z0-9:]+="[^"<&]*+")*+) ?'
    r"(?:/>|>((?:%s)*+)</row>)"
)
_FOUND_REFERENCE = re.compile(r"&(?:([a-z]+)|#([0-9]+)|#x([0-9A-Fa-f]+));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_XML_CHARACTER = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Inside a row, each cell must bear the row's own number.
_PLAIN_ROW = re.compile(_ROW % (re.sub(r"\((?!\?)", "(?:", _CELL) % r"\1"))
_PLAIN_CELL = re.compile(_CELL % "[0-9]+")
_HIDDEN = re.compile(r' hidden="(?:1|true|on)"')
_SHEET_DATA = (b"<sheetData>", b"</sheetData>")
_DECLARATION = re.compile(rb'<\?xml version="1.0"(?: encoding="(?:UTF|utf)-8")?[^?]*\?>\s*')


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What every sheet of a workbook refers to."""

    strings: dict[str, CellValue]
    """The shared strings, by their index as the cells write it."""
    date_styles: frozenset[str]
    epoch: datetime
    calculated: bool
    """False when the workbook says that its formulas must be calculated before they are shown."""
    numbers: dict[str, CellValue] = field(default_factory=dict)
    """Numbers met so far, by their text."""
    inline: dict[str, CellValue] = field(default_factory=lambda: {"": None})
    """Texts met so far that stand in their cells, by their XML."""


@dataclass(slots=True)
class SheetRows:
    """The rows of a sheet as they are met: gaps stay, and nothing goes back."""

    sheet: str
    rows: list[Row] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    """Indices of hidden rows."""
    cells: int = 0
    """How many they are together."""

    def append(self, number: int, row: Row, *, is_hidden: bool) -> None:
        """Add the row of a number counted from 1.

        Raises:
            FormatError: a row of that number or a later one is there, or the sheet is too large.
        """
        if number <= len(self.rows):
            raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
        self.cells += len(row)
        if number > MAX_ROWS or self.cells > MAX_CELLS:
            limit = MAX_ROWS if number > MAX_ROWS else MAX_CELLS
            raise FormatError("IMP-SHEET-TOO-LARGE", sheet=self.sheet, limit=limit)
        self.rows.extend(() for _ in range(number - len(self.rows) - 1))
        self.rows.append(row)
        if is_hidden:
            self.hidden.append(number - 1)


def read_rows(sheet: str, content: bytes, shared: SharedParts) -> tuple[SheetRows, ET.Element]:
    """Return the rows of a worksheet, and its XML, possibly without them.

    Raises:
        FormatError: rows or cells are out of order or too many, or a value cannot be one.
        ET.ParseError, ValueError, KeyError: the sheet is damaged.
    """
    found = _plain_rows(sheet, content, shared)
    if found is not None:
        return found
    worksheet = ET.fromstring(content)  # noqa: S314  (DTDs are refused, sizes bounded)
    return _tree_rows(sheet, worksheet, shared), worksheet


def _plain_rows(
    sheet: str, content: bytes, shared: SharedParts
) -> tuple[SheetRows, ET.Element] | None:
    """Read a sheet of the plain form, or return ``None``."""
    start, end = (content.find(tag) for tag in _SHEET_DATA)
    declared = _DECLARATION.match(content)
    prolog = declared.end() if declared else 0
    if min(start, end) < 0 or content.find(b"<?", prolog) >= 0 or b"<!" in content:
        return None
    if any(content.count(tag) != 1 for tag in _SHEET_DATA):
        return None
    try:
        body = content[start + len(_SHEET_DATA[0]) : end].decode("utf-8")
    except UnicodeDecodeError:
        return None
    rows = SheetRows(sheet)
    position = 0
    while found := _PLAIN_ROW.match(body, position):
        position = found.end()
        row = _plain_row(found[3] or "", shared)
        rows.append(int(found[1]), row, is_hidden=bool(_HIDDEN.search(found[2])))
    if position != len(body):
        return None
    frame = content[: start + len(_SHEET_DATA[0])] + content[end:]
    return rows, ET.fromstring(frame)  # noqa: S314  (a part of what is bounded above)


def _plain_row(text: str, shared: SharedParts) -> Row:
    cells: list[CellValue] = []
    strings, numbers, dates = shared.strings, shared.numbers, shared.date_styles
    inline = shared.inline
    for letters, style, kind, text_, inline_text in _PLAIN_CELL.findall(text):
        index = _COLUMNS.get(letters, -1)
        if index != len(cells):
            _fill(cells, index)
        value: CellValue
        if kind == "s":
            value = strings[text_]
        elif not text_:
            if inline_text not in inline:
                inline[inline_text] = _inline(inline_text)
            value = inline[inline_text]
        elif style and style in dates:
            value = _moment(text_, shared.epoch)
        elif text_ in numbers:
            value = numbers[text_]
        else:
            value = numbers[text_] = _number(text_)
        cells.append(value)
    return tuple(cells)


def _inline(text: str) -> CellValue:
    return text_cell(_unescaped(_FOUND_REFERENCE.sub(_referred, text)))


def _referred(found: re.Match[str]) -> str:
    """Return the character that a reference means (XML 1.0, 4.1 and 4.6)."""
    name, decimal, hexadecimal = found.groups()
    if name:
        return _ENTITIES[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if not _XML_CHARACTER.fullmatch(chr(code) if code <= sys.maxunicode else ""):
        raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
    return chr(code)


def _tree_rows(sheet: str, worksheet: ET.Element, shared: SharedParts) -> SheetRows:
    namespace = worksheet.tag.rpartition("}")[0]
    read = _cell_reader(f"{namespace}}}" if namespace else "", shared)
    rows = SheetRows(sheet)
    data = next((e for e in worksheet if e.tag.rpartition("}")[2] == "sheetData"), ())
    for element in data:
        number = int(element.get("r", len(rows.rows) + 1))
        is_hidden = element.get("hidden") in TRUE
        rows.append(number, _tree_row(str(number), element, read), is_hidden=is_hidden)
    return rows


def _tree_row(number: str, element: ET.Element, read: Callable[[ET.Element], CellValue]) -> Row:
    cells: list[CellValue] = []
    for cell in element:
        reference = cell.get("r")
        if reference is not None:
            letters = reference.rstrip(_DIGITS)
            if reference[len(letters) :] != number:
                raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
            _fill(cells, _COLUMNS.get(letters, -1))
        cells.append(read(cell))
    return tuple(cells)


def _fill(cells: list[CellValue], index: int) -> None:
    """Put the missing cells before the one at an index; cells never go back."""
    if index < len(cells):
        raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
    cells.extend([None] * (index - len(cells)))


def _cell_reader(namespace: str, shared: SharedParts) -> Callable[[ET.Element], CellValue]:
    value_tag, formula_tag, inline_tag = (namespace + name for name in ("v", "f", "is"))

    def read(cell: ET.Element) -> CellValue:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(inline_tag)
            return None if inline is None else text_cell(rich_text(inline))
        text = cell.findtext(value_tag)
        is_formula = cell.find(formula_tag) is not None
        if is_formula and not shared.calculated:
            return CellFault.EMPTY_FORMULA
        if not text:
            # A formula whose result is the empty string says so by its type.
            return CellFault.EMPTY_FORMULA if is_formula and kind != "str" else None
        return _value(kind, text, cell.get("s", ""), shared)

    return read


def _value(kind: str, text: str, style: str, shared: SharedParts) -> CellValue:
    match kind:
        case "n":
            return _moment(text, shared.epoch) if style in shared.date_styles else _number(text)
        case "s":
            return shared.strings[text]
        case "str":
            return text_cell(_unescaped(text))
        case "d":
            return datetime.fromisoformat(text)
        case "b" | "e":
            return CellFault.BOOLEAN if kind == "b" else CellFault.ERROR
        case _:
            raise FormatError("IMP-FILE-BROKEN", problem="XLSX")


def _number(text: str) -> CellValue:
    number = _float(text)
    return int(number) if number.is_integer() else number


def _float(text: str) -> float:
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(number):
        raise FormatError("IMP-FILE-BROKEN", problem="XLSX")
    return number


def _moment(text: str, epoch: datetime) -> CellValue:
    number = _float(text)
    try:
        moment = from_excel(number, epoch)
    except (ValueError, OverflowError):
        return CellFault.ERROR
    # A time of day without a date comes back as another type: no date can be read from it.
    return moment if isinstance(moment, date) else CellFault.ERROR


def rich_text(item: ET.Element) -> str:
    """Join the runs of a string; phonetic readings (``rPh``) are no part of it."""
    parts: list[str] = []
    for child in item:
        if child.tag.endswith("}t"):
            parts.append(child.text or "")
        elif child.tag.endswith("}r"):
            parts.extend(run.text or "" for run in child if run.tag.endswith("}t"))
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """Return a text with its characters for ``_xHHHH_`` (ECMA-376 Part 1, 22.9.2.19)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
