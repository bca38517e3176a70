"""One table reads the same out of every format; a format is told by bytes, and lies are said."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from preserve.ingest.file_types import FileType, sniff
from preserve.ingest.legacy_fonts import recognise_font
from tests.unit.ingest.workbook_bytes import (
    MAIN,
    TABLE,
    Rows,
    biff5,
    codes,
    csv_text,
    grid,
    html_of,
    opened,
    refusal,
    refused,
    spell_tones,
    tables,
    with_cells,
    xls_of,
    xlsx_of,
)

LETTERS = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
)
WORDS = st.text(LETTERS + LETTERS.upper() + "0123456789 ,.;:'\"&<>()/-–%", min_size=1, max_size=12)
CELLS = WORDS.map(lambda text: " ".join(text.split())).filter(
    lambda text: text and recognise_font(text) is None
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=5)


def written(rows: Rows) -> dict[str, bytes]:
    """Return the table in every format and encoding that holds all letters."""
    return {
        "xlsx": xlsx_of(rows),
        "xls": xls_of(rows),
        "html": html_of(rows),
        "comma": csv_text(rows).encode(),
        "semicolon": csv_text(rows, ";").encode("utf-8-sig"),
        "tab": csv_text(rows, "\t").encode("utf-16"),
        "big-endian": b"\xfe\xff" + csv_text(rows).encode("utf-16-be"),
    }


def test_a_class_reads_alike_out_of_every_format() -> None:
    """Codes, names and marks are the same whatever the class was written in."""
    spelt = [[spell_tones(cell) for cell in row] for row in TABLE]
    files = written(TABLE)
    files["windows-1258"] = spell_tones(csv_text(TABLE)).encode("cp1258")
    files["biff5"] = biff5(spelt, 1258, "cp1258")
    for name, content in files.items():
        composed = [[unicodedata.normalize("NFC", cell) for cell in row] for row in grid(content)]
        assert composed == [list(row) for row in TABLE], name


@settings(max_examples=40, deadline=None)
@example([["#N/A", "1", "2"], ["=1+1", "0,5", "-"]])
@given(ROWS)
def test_texts_read_alike_or_are_refused(rows: list[list[str]]) -> None:
    """No format changes a text; a CSV that could be two tables is refused, never misread."""
    header = [f"Cột {number}" for number in range(3)]
    rows = [header, *([text if text[0] != "=" else "x" for text in row] for row in rows)]
    files = written(rows)
    expected = grid(files.pop("xlsx"))
    for name, content in files.items():
        if name in {"comma", "semicolon", "tab", "big-endian"}:
            assert grid(content) == expected or refusal(content) == "IMP-CSV-SEPARATOR", name
        else:
            assert grid(content) == expected, name


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"PK\x03\x04 xl/workbook.bin", FileType.XLSB),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", FileType.ODS),
        (b"PK\x03\x04 word/document.xml", FileType.ZIP),
        (b"%PDF-1.7", FileType.PDF),
        (b'<?xml version="1.0"?><!-- x --><hocba><title>a</title></hocba>', FileType.XML),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>', FileType.XML),
        (b'\n<?xml version="1.0"?><!DOCTYPE html><html>', FileType.HTML),
        (b"<TABLE border=1><tr>", FileType.HTML),
        (b"<meta charset=utf-8><table>", FileType.HTML),
        ("\ufeff<html>".encode("utf-16-le"), FileType.HTML),
        ("Họ tên,Lớp\n".encode("utf-16"), FileType.CSV),
        (b"\x89PNG\r\n\x1a\n\x00", FileType.OTHER),
        (b"", FileType.OTHER),
    ],
)
def test_types_are_told_by_first_bytes(content: bytes, expected: FileType) -> None:
    """Pages, other XML, packed and printed documents are told apart."""
    assert sniff(content) is expected


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", html_of(TABLE), {"IMP-FILE-OTHER-TYPE"}),
        ("a.doc", html_of(TABLE), {"IMP-FILE-OTHER-TYPE"}),
        ("a.xls", xlsx_of(TABLE), {"IMP-FILE-OTHER-TYPE"}),
        ("a.xlsx", xls_of(TABLE), {"IMP-FILE-OTHER-TYPE"}),
        ("a.csv", xlsx_of(TABLE), {"IMP-FILE-OTHER-TYPE"}),
        ("a.XLSX", xlsx_of(TABLE), set()),
        ("a.xlsm", xlsx_of(TABLE), set()),
        ("a.htm", html_of(TABLE), set()),
        ("a.txt", csv_text(TABLE, "\t").encode(), set()),
        ("lớp 6.1/a", xls_of(TABLE), set()),
    ],
)
def test_wrong_extensions_are_accepted_and_said(name: str, content: bytes, said: set[str]) -> None:
    """The table is read by its bytes; a name that says something else is told."""
    assert codes(content, name) == said
    assert [str(cell) for cell in grid(content)[1]] == list(TABLE[1])


def test_what_a_wrong_extension_hides_is_named() -> None:
    """The sentence says both what the name claims and what was found."""
    (finding,) = opened(html_of(TABLE), "so diem.xls").findings
    assert dict(finding.parameters) == {"claimed": ".xls", "found": ".html"}


def test_files_beyond_the_limits_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes, rows, columns and cells have their bounds in every format."""
    wide = [["x"] * 1001, ["x"] * 1001]
    assert refusal(xlsx_of(wide)) == "IMP-FILE-BROKEN"
    assert refusal(html_of(wide)) == refusal(csv_text(wide).encode()) == "IMP-SHEET-TOO-LARGE"
    assert refusal(b"a,b\n" * 100_001) == "IMP-SHEET-TOO-LARGE"
    monkeypatch.setattr("preserve.ingest.workbooks.MAX_FILE", 10)
    assert refusal(csv_text(TABLE).encode()) == "IMP-FILE-TOO-LARGE"


def test_too_many_cells_are_refused() -> None:
    """Few rows and few columns can still be too many cells together."""
    cells = "".join(f'<row r="{n}"><c r="ALK{n}"><v>1</v></c></row>' for n in range(1, 2004))
    error = refused(with_cells(cells, namespace=MAIN))
    assert (error.code, error.parameters["sheet"]) == ("IMP-SHEET-TOO-LARGE", "Sheet")


def test_titles_in_an_old_font_refuse_the_file_once() -> None:
    """A sheet whose header is TCVN3 is told by one sentence with its place."""
    rows: Any = (("Tr\u00adêng THCS",), ("STT", "M· häc sinh", "Hä vµ tªn"), ("1", "2", "3"))
    for content in (xlsx_of(rows), xls_of(rows), html_of(rows)):
        error = refused(content)
        assert error.code == "IMP-TEXT-TCVN3"
        assert error.parameters["cell"] == "A1"


def test_sheets_are_read_one_by_one() -> None:
    """Opening a workbook reads no sheet before it is asked for."""
    assert len(tables(xlsx_of(TABLE))) == 1
    assert next(opened(xls_of(TABLE)).tables).name == "6a"
