"""Opens a file as tables, by its true type."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.errors import FormatError
from preserve.ingest.csv_table import read_csv
from preserve.ingest.tables import FileType, Table
from preserve.ingest.xls import read_xls
from preserve.ingest.xlsx import read_xlsx


def read_tables(content: bytes, file_type: FileType) -> Iterator[Table]:
    """Yield the sheets of a file in their order.

    Raises:
        FormatError: the file is damaged, too large, or of a type without tables.
    """
    match file_type:
        case FileType.XLSX:
            yield from read_xlsx(content)
        case FileType.XLS:
            yield from read_xls(content)
        case FileType.CSV:
            yield read_csv(content)
        case _:
            raise FormatError("IMP-FILE-TYPE", found=file_type.value)
