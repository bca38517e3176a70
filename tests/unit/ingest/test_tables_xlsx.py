"""Each oddity of an Office Open XML workbook is read exactly, said in a warning, or refused."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from preserve.ingest.file_types import sniff
from preserve.ingest.limits import MAX_EXPANSION
from preserve.ingest.tables import Area, CellFault, Table, covered_cells
from preserve.ingest.workbooks import read_tables
from tests.unit.ingest.conftest import SAMPLE
from tests.unit.ingest.workbook_bytes import (
    MAIN,
    SHEET,
    TABLE,
    codes,
    compound,
    grid,
    opened,
    refusal,
    refused,
    tables,
    with_cells,
    with_parts,
    xlsx,
    xlsx_of,
)

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def only_finding(table: Table) -> tuple[str, dict[str, str]]:
    """Return code and parameters of the one thing that is said about a sheet."""
    (finding,) = table.findings
    assert finding.sheet == table.name
    return finding.code, dict(finding.parameters)


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    """A pupil in a hidden row stays a pupil; what is hidden and empty is not worth a word."""

    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        for row in TABLE:
            sheet.append(list(row))
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    (table,) = tables(xlsx(fill))
    assert [list(row) for row in table.rows[:3]] == [list(row) for row in TABLE]
    said = {f.code: dict(f.parameters) for f in table.findings}
    assert said == {"IMP-ROWS-HIDDEN": {"rows": "3"}, "IMP-COLUMNS-HIDDEN": {"columns": "B"}}


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_read_and_said(state: str) -> None:
    """A hidden sheet with content is read; an empty one is passed over in silence."""

    def fill(book: openpyxl.Workbook) -> None:
        for title in ("Toán", "Trống"):
            sheet = book.create_sheet(title)
            sheet.sheet_state = state
        book["Toán"]["A1"] = "x"

    _, full, empty = tables(xlsx(fill))
    assert only_finding(full) == ("IMP-SHEET-HIDDEN", {})
    assert empty.findings == ()


def test_merged_cells_are_told_where_pupils_stand() -> None:
    """An area over two pupils is a fault at its cell; one in the header is none."""

    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        for row in TABLE:
            sheet.append(list(row))
        sheet.merge_cells("D2:D3")
        sheet.merge_cells("A5:B6")

    (table,) = tables(xlsx(fill))
    assert table.merged == (Area(1, 3, 2, 3), Area(4, 0, 5, 1))
    (fault,) = covered_cells(table, range(1, 10))
    assert (fault.code, fault.cell, dict(fault.parameters)) == (
        "IMP-CELLS-MERGED",
        "D2",
        {"last": "D3"},
    )
    assert covered_cells(table, ()) == covered_cells(table, range(3, 10)) == ()


def test_macros_and_links_are_said_and_never_run() -> None:
    """A workbook with a macro project or links to others is read, with a warning for each."""
    content = with_parts(
        xlsx_of(TABLE),
        {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"},
    )
    assert codes(content, "a.xlsm") == {"IMP-FILE-MACROS", "IMP-FILE-LINKS"}
    assert grid(content) == grid(xlsx_of(TABLE))


def test_strict_workbooks_are_read() -> None:
    """The strict namespace of the standard is read like the transitional one."""
    cells = '<row r="1"><c r="A1"><v>8.5</v></c><c r="C1" t="n"><v>7</v></c></row>'
    assert grid(with_cells(cells, namespace=STRICT)) == [[8.5, None, 7]]


def test_formulas_that_wait_for_calculation_have_no_value() -> None:
    """Where a workbook asks to be calculated first, its stored results are not relied on."""
    cells = '<row r="1"><c r="A1"><f>1+1</f><v>0</v></c><c r="B1"><v>3</v></c></row>'
    calculated = with_cells(cells)
    book = zipfile.ZipFile(io.BytesIO(calculated)).read("xl/workbook.xml")
    asked = book.replace(b"<calcPr", b'<calcPr fullCalcOnLoad="1"')
    assert grid(calculated) == [[0, 3]]
    assert asked != book
    waiting = with_parts(calculated, {"xl/workbook.xml": asked})
    assert grid(waiting) == [[CellFault.EMPTY_FORMULA, 3]]


@pytest.mark.parametrize("text", ["nan", "inf", "1_0", "٨", "0x8", "8,5", "1e400"])
def test_numbers_are_numbers(text: str) -> None:
    """What only some program would take for a number refuses the sheet, in both readers."""
    for comment in ("", "<!-- -->"):
        error = refused(with_cells(f'{comment}<row r="1"><c r="A1"><v>{text}</v></c></row>'))
        assert (error.code, error.parameters["sheet"]) == ("IMP-FILE-BROKEN", "Sheet")


def test_cells_of_another_row_are_refused() -> None:
    """A cell that bears another row's number is damage, whichever reader meets it."""
    for comment in ("", "<!-- -->"):
        cells = f'{comment}<row r="1"><c r="A2"><v>1</v></c></row>'
        assert refusal(with_cells(cells)) == "IMP-FILE-BROKEN"


def test_passwords_are_told() -> None:
    """A workbook under a password, whole or by parts, says so and not that it is damaged."""
    assert refusal(compound(b"x" * 5000, "EncryptedPackage")) == "IMP-FILE-PASSWORD"
    content = bytearray(xlsx_of(TABLE))
    start = content.index(b"PK\x01\x02")
    content[start + 8] |= 1
    assert refusal(bytes(content)) == "IMP-FILE-PASSWORD"


def test_parts_of_one_name_are_refused() -> None:
    """A second sheet1.xml, which another program might show instead, is no workbook."""
    target = io.BytesIO(xlsx_of(TABLE))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(SHEET.upper(), b"<worksheet/>")
    assert refusal(target.getvalue()) == "IMP-FILE-BROKEN"


def test_parts_that_grow_beyond_measure_are_refused() -> None:
    """A part that unpacks to far more than a sheet could is not unpacked."""
    grown = with_parts(xlsx_of(TABLE), {SHEET: b" " * 3_000_000})
    error = refused(grown)
    assert error.code == "IMP-FILE-BOMB"
    assert error.parameters == {"limit": str(MAX_EXPANSION)}


def test_sizes_that_lie_are_refused() -> None:
    """A part larger than its directory says is never unpacked past that size."""
    content = bytearray(with_parts(xlsx_of(TABLE), {SHEET: b"<worksheet>" + b" " * 500_000}))
    start = content.rindex(SHEET.encode()) - 46
    assert content[start : start + 4] == b"PK\x01\x02"
    content[start + 24 : start + 28] = (100).to_bytes(4, "little")
    assert refusal(bytes(content)) == "IMP-FILE-BROKEN"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le"])
def test_entities_are_never_expanded(codec: str) -> None:
    """Declared entities refuse the workbook, also where UTF-16 would hide them."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert refusal(with_parts(xlsx_of(TABLE), {SHEET: bomb.encode(codec)})) == "IMP-FILE-BROKEN"


def test_too_much_markup_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part with more tags than any sheet is not parsed."""
    monkeypatch.setattr("preserve.ingest.xlsx_package.MAX_MARKUP", 50)
    assert refusal(xlsx_of(TABLE)) == "IMP-FILE-TOO-LARGE"


def test_too_many_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook has a bounded number of sheets."""
    monkeypatch.setattr("preserve.ingest.xlsx.MAX_SHEETS", 0)
    assert refusal(xlsx_of(TABLE)) == "IMP-FILE-TOO-LARGE"


def test_dates_count_from_the_workbooks_own_year() -> None:
    """The same serial is another day in a workbook that counts from 1904."""
    content = with_cells('<row r="1"><c r="A1" s="1"><v>41157</v></c></row>')
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'
    ).encode()
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    later = re.sub(rb"<workbookPr[^>]*>", b"", book)
    later = later.replace(b"<bookViews>", b'<workbookPr date1904="1"/><bookViews>')
    assert later.count(b"<workbookPr") == 1
    dated = with_parts(content, {"xl/styles.xml": styles})
    assert grid(dated) == [[datetime(2012, 9, 5)]]  # noqa: DTZ001  (a cell knows no zone)
    dated = with_parts(dated, {"xl/workbook.xml": later})
    assert grid(dated) == [[datetime(2016, 9, 6)]]  # noqa: DTZ001


def test_dates_beyond_all_calendars_are_faults() -> None:
    """A serial that no calendar reaches is a fault of its cell, not of the file."""
    content = with_cells('<row r="1"><c r="A1" s="1"><v>1e9</v></c><c r="B1"><v>8</v></c></row>')
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'
    ).encode()
    assert grid(with_parts(content, {"xl/styles.xml": styles})) == [[CellFault.ERROR, 8]]


def test_escaped_characters_are_characters() -> None:
    """A carriage return that XML cannot keep is written _x000D_; an escaped underscore is one."""
    strings = f'<sst xmlns="{MAIN}"><si><t>a_x000D_\nb</t></si><si><t>_x005F_x000D_</t></si></sst>'
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
    content = with_cells(f'<row r="1">{cells}</row>')
    content = with_parts(content, {"xl/sharedStrings.xml": strings.encode()})
    assert grid(content) == [["a\r\nb", "_x000D_"]]


def test_what_is_open_is_not_written_twice() -> None:
    """A file opened in no special way has nothing said about it."""
    assert opened(xlsx_of(TABLE), "a.xlsx").findings == ()


NUMBERS = st.sampled_from(["8", "8.5", "10.0", "8.300000000000001", "-1", "7.25", "1E2", "0"])
CELLS = st.one_of(
    st.none(),
    NUMBERS.map(lambda text: f"<v>{text}</v>"),
    st.just("<v></v>"),
    st.just(""),
)


TEXTS = st.sampled_from(
    [
        "",
        "8",
        "Nguy&#7877;n V&#x103;n Th&#7917;",
        "Tốt &amp; &lt;khá&gt; &quot;&apos;",
        " a\tb\nc ",
        "_x000D_",
        "#N/A",
        "a]]b",
        "&#13;&#10;",
    ]
)


@st.composite
def sheets(draw: Any) -> str:
    """Draw the rows of a sheet with gaps, styles and hidden rows, as other programs write them."""
    numbers = sorted(draw(st.sets(st.integers(1, 12), max_size=5)))
    rows = []
    for number in numbers:
        cells = []
        for column in sorted(draw(st.sets(st.integers(1, 30), max_size=6))):
            body = draw(CELLS)
            style = draw(st.sampled_from(["", ' s="0"', ' s="1"']))
            kind = draw(st.sampled_from(["", ' t="n"']))
            start = f'<c r="{get_column_letter(column)}{number}"{style}'
            text = draw(st.one_of(st.none(), TEXTS))
            if text is not None:
                space = draw(st.sampled_from(["", ' xml:space="preserve"']))
                cells.append(f'{start} t="inlineStr"><is><t{space}>{text}</t></is></c>')
                continue
            start += kind
            cells.append(f"{start}/>" if body is None else f"{start}>{body}</c>")
        hidden = draw(st.sampled_from(["", ' hidden="1"', ' spans="1:30" ht="15"', ' hidden="0"']))
        rows.append(f'<row r="{number}"{hidden}>{"".join(cells)}</row>')
    return "".join(rows)


@settings(max_examples=150, deadline=None)
@given(sheets())
def test_both_readers_of_a_sheet_agree(xml: str) -> None:
    """A sheet in the plain form reads as it does when XML is parsed in full."""
    plain, parsed = with_cells(xml), with_cells(f"<!-- -->{xml}")
    assert tables(plain) == tables(parsed)


@pytest.mark.parametrize("reference", ["&#0;", "&#xD800;", "&#xFFFF;", "&#9999999;", "&eacute;"])
def test_references_to_no_character_are_refused(reference: str) -> None:
    """XML has no such character or entity: the file is damaged, whichever way it is read."""
    cell = f'<c r="A1" t="inlineStr"><is><t>{reference}</t></is></c>'
    for before in ("", "<!-- -->"):
        assert refusal(with_cells(f'{before}<row r="1">{cell}</row>')) == "IMP-FILE-BROKEN"


def test_both_readers_agree_on_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sheet of the sample is in the plain form, and parsing it in full changes nothing."""
    contents = [path.read_bytes() for path in sorted(SAMPLE.rglob("*.xlsx"))]
    plain = [list(read_tables(content, sniff(content))) for content in contents]
    monkeypatch.setattr("preserve.ingest.xlsx_cells.ET.fromstring", _only_frames)
    assert plain == [list(read_tables(content, sniff(content))) for content in contents]
    monkeypatch.undo()
    monkeypatch.setattr("preserve.ingest.xlsx_cells._plain_rows", lambda *_: None)
    assert plain == [list(read_tables(content, sniff(content))) for content in contents]


def _only_frames(content: bytes) -> Any:
    assert b"<row" not in content
    return openpyxl.xml.functions.fromstring(content)
