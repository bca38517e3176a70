"""Opens a file as tables, by its true type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from preserve.errors import FormatError
from preserve.ingest.csv_table import read_csv
from preserve.ingest.encodings import Decoded, Encoding, decode_text
from preserve.ingest.file_types import FileType, names_truly
from preserve.ingest.findings import warning
from preserve.ingest.html_table import read_html
from preserve.ingest.legacy_fonts import recognise_font
from preserve.ingest.limits import MAX_FILE
from preserve.ingest.tables import Table, address
from preserve.ingest.xls import open_xls
from preserve.ingest.xlsx import open_xlsx
from preserve.model.imports import ImportFinding

_HEADER_WITHIN = 17
"""Rows whose text shows the encoding of a sheet: its titles and its header; ours."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file opened as tables."""

    file_type: FileType
    tables: Iterator[Table]
    """The sheets in their order, each read when it is asked for; asking may raise FormatError."""
    findings: tuple[ImportFinding, ...] = ()
    """What is odd about the file: another type than its name says, macros, its encoding."""
    written: tuple[tuple[str, str], ...] = ()
    """How a text file was read: ``encoding`` and, for CSV, ``separator``."""


def open_workbook(content: bytes, file_type: FileType, name: str = "") -> Workbook:
    """Open a file as tables.

    Args:
        content: its bytes.
        file_type: what ``sniff`` says of them.
        name: the file's name, of which only the extension is looked at.

    Raises:
        FormatError: the file is damaged, too large, protected, or of a type without tables.
    """
    if len(content) > MAX_FILE:
        raise FormatError("IMP-FILE-TOO-LARGE", limit=MAX_FILE)
    opened = _open(content, file_type)
    findings = (*_misnamed(name, file_type), *opened.findings)
    return Workbook(file_type, _legible(opened.tables), findings, opened.written)


def read_tables(content: bytes, file_type: FileType) -> Iterator[Table]:
    """Yield the sheets of a file in their order.

    Raises:
        FormatError: the file is damaged, too large, protected, or of a type without tables.
    """
    yield from open_workbook(content, file_type).tables


def _open(content: bytes, file_type: FileType) -> Workbook:
    match file_type:
        case FileType.XLSX:
            return Workbook(file_type, *open_xlsx(content))
        case FileType.XLS:
            return Workbook(file_type, *open_xls(content))
        case FileType.CSV:
            decoded = decode_text(content)
            found = read_csv(decoded.text)
            written = (("encoding", decoded.encoding.value), ("separator", found.separator))
            return Workbook(file_type, iter((found.table,)), _encoded(decoded), written)
        case FileType.HTML:
            decoded, tables = read_html(content)
            encoding = ("encoding", decoded.encoding.value)
            return Workbook(file_type, iter(tables), _encoded(decoded), (encoding,))
        case _:
            raise FormatError("IMP-FILE-TYPE", found=file_type.value)


def _misnamed(name: str, file_type: FileType) -> Iterator[ImportFinding]:
    if not names_truly(name, file_type):
        claimed = PurePosixPath(name).suffix
        yield warning("IMP-FILE-OTHER-TYPE", claimed=claimed, found=file_type.value)


def _encoded(decoded: Decoded) -> tuple[ImportFinding, ...]:
    """Say which encoding was read, unless it is the one that everything else is in."""
    if decoded.encoding is Encoding.UTF_8:
        return ()
    return (warning("IMP-FILE-ENCODING", encoding=decoded.encoding.value),)


def _legible(tables: Iterator[Table]) -> Iterator[Table]:
    """Pass sheets on, unless their titles or headers are in an encoding before Unicode.

    One sentence for the file serves a clerk better than one for each of its cells.

    Raises:
        FormatError: they are; or the sheet cannot be read.
    """
    for table in tables:
        for number, row in enumerate(table.rows[:_HEADER_WITHIN]):
            for column, cell in enumerate(row):
                if not isinstance(cell, str) or cell.isascii():
                    continue
                font = recognise_font(cell)
                if font is not None:
                    place = address(number, column)
                    raise FormatError(font.value, sheet=table.name, cell=place)
        yield table
