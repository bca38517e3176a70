"""Tables of web pages are read as a spreadsheet program shows them, or refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.errors import FormatError
from preserve.ingest.file_types import FileType
from preserve.ingest.tables import Area, CellFault, covered_cells
from preserve.ingest.workbooks import open_workbook
from tests.unit.ingest.workbook_bytes import codes, grid, opened, page, refusal, spell_tones, tables


def row(*cells: str) -> str:
    """Return a row of plain cells."""
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def table_page(*rows: str) -> bytes:
    """Return a page with one table."""
    return page(f"<table>{''.join(rows)}</table>")


def test_spans_leave_their_cells_empty() -> None:
    """Cells under rowspan and colspan keep the others in their columns."""
    content = table_page(
        "<tr><th rowspan=2>STT</th><th rowspan='2'>Mã</th><th colspan=3>ĐĐGtx</th><th>CK</th></tr>",
        "<tr><th>1</th><th>2</th><th>3</th><th>(HS 3)</th></tr>",
        row("1", "a", "8", "7", "6", "5"),
    )
    assert grid(content) == [
        ["STT", "Mã", "ĐĐGtx", None, None, "CK"],
        [None, None, "1", "2", "3", "(HS 3)"],
        ["1", "a", "8", "7", "6", "5"],
    ]
    (table,) = tables(content)
    assert table.merged == (Area(0, 0, 1, 0), Area(0, 1, 1, 1), Area(0, 2, 0, 4))
    assert covered_cells(table, [2]) == ()


def test_span_over_pupils_is_a_fault() -> None:
    """A mark that spans two pupils is told at its cell."""
    content = table_page(
        row("STT", "Mã", "Điểm"), "<tr><td>1<td>a<td rowspan=0>8</tr>", "<tr><td>2<td>b</tr>"
    )
    (table,) = tables(content)
    (fault,) = covered_cells(table, [1, 2])
    assert (fault.code, fault.cell) == ("IMP-CELLS-MERGED", "C2")
    assert grid(content)[2] == ["2", "b"]


def test_text_is_what_a_reader_sees() -> None:
    """Entities, nested tags, line breaks and blanks become the text on the page."""
    content = table_page(
        row("STT", "Nh&#7853;n x&eacute;t", "x"),
        row(
            " 1 ",
            "<p>Ch&#259;m\n  <b>ngo</b>an</p><div>Ti&#x1EBF;n&nbsp;b&#7897;<br>nhi&#7873;u</div>",
            "<font>8</font>,<i>5</i>",
        ),
    )
    assert grid(content)[1] == ["1", "Chăm ngoan\nTiến\u00a0bộ\nnhiều", "8,5"]


def test_scripts_styles_and_comments_are_no_text() -> None:
    """Nothing that a page does not show is read."""
    content = page(
        "<script>document.write('<td>9</td>')</script><!-- <td>10</td> -->"
        "<style>td {x: y}</style>"
        f"<table>{row('a', 'b<script>1</script>', 'c<!-- d -->')}</table>",
    )
    assert grid(content) == [["a", "b", "c"]]


def test_tags_that_are_not_closed_do_no_harm() -> None:
    """Rows and cells end where the next one begins."""
    content = page("<TABLE><TR><TD>a<TD>b<TD>c<TR><TD>1<TD>2<TD>3</TABLE>")
    assert grid(content) == [["a", "b", "c"], ["1", "2", "3"]]


def test_text_around_a_table_is_not_lost() -> None:
    """Headings, title tables and signatures stand above and below the rows."""
    content = page(
        "<h3>TRƯỜNG THCS MẪU</h3><table><tr><td>Lớp: 6A</td><td>Học kỳ I</td></tr></table>"
        f"<p>Năm học 2024-2025</p><table>{row('a', 'b', 'c')}</table><div>Hiệu trưởng</div>"
    )
    assert grid(content) == [
        ["TRƯỜNG THCS MẪU"],
        ["Lớp: 6A", "Học kỳ I"],
        ["Năm học 2024-2025"],
        ["a", "b", "c"],
        ["Hiệu trưởng"],
    ]


def test_several_tables_are_several_sheets() -> None:
    """Each table of data is a sheet with its number; an inner table stands for itself."""
    inner = f"<table>{row('x', 'y', 'z')}</table>"
    content = page(
        f"<table>{row('a', 'b', 'c' + inner)}</table><table>{row('d', 'e', 'f')}</table>"
    )
    found = tables(content)
    assert [(table.name, table.rows) for table in found] == [
        ("1", [("a", "b", "c")]),
        ("2", [("x", "y", "z")]),
        ("3", [("d", "e", "f")]),
    ]


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    """What a style hides is read like the rest, and each kind is named."""
    content = table_page(
        "<col><col style='display:none'>",
        row("a", "b", "c"),
        "<tr style='DISPLAY: none'><td>1<td>2<td>3</tr>",
        "<tr hidden></tr>",
    )
    (table,) = tables(content)
    assert table.rows[1] == ("1", "2", "3")
    assert [(f.code, f.parameters) for f in table.findings] == [
        ("IMP-ROWS-HIDDEN", (("rows", "2"),)),
        ("IMP-COLUMNS-HIDDEN", (("columns", "B"),)),
    ]


@pytest.mark.parametrize("start", ["<tbody style='display:none'>", "<tbody hidden>"])
def test_hidden_groups_hide_their_rows(start: str) -> None:
    """A hidden group of rows hides each of them, and no other."""
    content = table_page(start, row("a", "b", "c"), "</tbody><tbody>", row("1", "2", "3"))
    (table,) = tables(content)
    assert [dict(f.parameters) for f in table.findings] == [{"rows": "1"}]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<td x:num='8.3'>8,3</td>", "8,3"),
        ("<td x:num='8.25'>8,3</td>", CellFault.TWO_VALUES),
        ("<td sdval='8.25'>8.3</td>", CellFault.TWO_VALUES),
        ("<td sdval='8.30'>8,3</td>", "8,3"),
        ("<td x:num>8,3</td>", "8,3"),
        ("<td x:num='41157'>05/09/2012</td>", "05/09/2012"),
        ("<td x:num='39695'>5/9/2012</td>", "5/9/2012"),
        ("<td x:num='41158'>05/09/2012</td>", CellFault.TWO_VALUES),
        ("<td x:num='41157.5'>05/09/2012</td>", CellFault.TWO_VALUES),
        ("<td x:num='8'>tám</td>", CellFault.TWO_VALUES),
        ("<td>#REF!</td>", CellFault.ERROR),
    ],
)
def test_numbers_behind_the_text_must_agree(cell: str, value: Any) -> None:
    """A cell that shows another number than it holds is a fault."""
    assert grid(table_page(f"<tr><td>a<td>b{cell}</tr>"))[0][2] == value


@pytest.mark.parametrize(
    ("head", "codec", "said"),
    [
        ("", "utf-8", set()),
        ('<meta http-equiv=Content-Type content="text/html; charset=UTF-8">', "utf-8", set()),
        ("<meta charset=windows-1258>", "cp1258", {"IMP-FILE-ENCODING"}),
        ("", "cp1258", {"IMP-FILE-ENCODING"}),
        ("<meta charset=utf-8>", "utf-16", {"IMP-FILE-ENCODING"}),
    ],
)
def test_encodings_of_pages_are_decided(head: str, codec: str, said: set[str]) -> None:
    """A byte order mark decides, then what the page states, then its letters."""
    name = spell_tones("Trần Văn Mẫu")
    content = page(f"<table>{row('a', 'b', name)}</table>", head).decode().encode(codec)
    assert grid(content) == [["a", "b", name]]
    assert codes(content, "a.html") == said


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (page("<p>Xin chào</p>"), "IMP-HTML-NO-TABLE"),
        (b"<html><table></table></html>", "IMP-HTML-NO-TABLE"),
        (page("", "<meta charset=shift_jis>"), "IMP-ENCODING-OTHER"),
        (b"<meta charset=utf-8><table><tr><td>h\xff", "IMP-ENCODING-BROKEN"),
        (page("<table><tr><td colspan=900>a<td colspan=900>b<td>c</table>"), "IMP-SHEET-TOO-LARGE"),
    ],
)
def test_pages_without_a_table_are_refused(content: bytes, code: str) -> None:
    """No data, an unknown encoding or a giant span refuse the page."""
    assert refusal(content) == code


@pytest.mark.parametrize("end", ["</tr>", "</td>", "<td", "</table", ""])
def test_pages_that_end_inside_a_table_are_refused(end: str) -> None:
    """A page whose table never closes was cut off, and may have lost pupils."""
    content = table_page(row("1", "a", "8"), row("2", "b", "7"))
    assert refusal(content[: content.index(b"</table>")] + end.encode()) == "IMP-HTML-CUT-OFF"


def test_spans_are_clamped() -> None:
    """A span beyond all columns is as wide as a sheet may be, and costs no memory."""
    assert grid(page("<table><tr><td colspan=99999 rowspan=99999>a</table>")) == [["a"]]


def test_western_pages_in_an_old_font_are_told() -> None:
    """A page that states a Western encoding may hold TCVN3, which is told with its cell."""
    cells = row("STT", "Ho\u00b5ng V\u00a8n T\u00b8m", "x")
    content = f"<meta charset=iso-8859-1><table>{cells}</table>".encode("latin-1")
    assert refusal(content) == "IMP-TEXT-TCVN3"


def test_too_much_markup_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with more tags than any table is not parsed."""
    monkeypatch.setattr("preserve.ingest.html_table.MAX_MARKUP", 5)
    assert refusal(table_page(row("a", "b", "c"))) == "IMP-FILE-TOO-LARGE"


PIECES = st.sampled_from(
    [
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "<td colspan=2>",
        "<td rowspan=3>",
        "<td rowspan=0>",
        "<br>",
        "text",
        "<col>",
        "<tbody>",
        "</tbody>",
        "<script>",
        "</script>",
        "&amp;",
        "&#x;",
        "<!--",
        "-->",
        "<!",
        "<p>",
        "</p>",
        "<",
        ">",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_broken_pages_are_tables_or_refused(pieces: list[str]) -> None:
    """Whatever tags stand in whatever order, the result is tables or our own error."""
    content = ("<html>" + " ".join(pieces)).encode()
    try:
        found = list(open_workbook(content, FileType.HTML).tables)
    except FormatError as problem:
        told = problem.code
    else:
        told = "IMP-" if found else ""
    assert told.startswith("IMP-")


def test_how_a_page_was_read_is_known() -> None:
    """The encoding of a page can be reported."""
    assert opened(table_page(row("a", "b", "c"))).written == (("encoding", "UTF-8"),)
