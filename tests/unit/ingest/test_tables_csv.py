"""A text table is read in its own encoding and with its own separator, or refused."""

from __future__ import annotations

import pytest

from preserve.ingest.words import clean
from preserve.ingest.workbooks import Workbook
from tests.unit.ingest.workbook_bytes import (
    TABLE,
    codes,
    csv_text,
    grid,
    opened,
    refusal,
    spell_tones,
)

VIETNAMESE = "STT,Mã,Họ tên\n1,a,Đặng Thị Thử\n"


def written(workbook: Workbook) -> dict[str, str]:
    """Return how a file was read."""
    return dict(workbook.written)


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (VIETNAMESE.encode(), "UTF-8", set()),
        (VIETNAMESE.encode("utf-8-sig"), "UTF-8", set()),
        (b"\xff\xfe" + VIETNAMESE.encode("utf-16-le"), "UTF-16 LE", {"IMP-FILE-ENCODING"}),
        (b"\xfe\xff" + VIETNAMESE.encode("utf-16-be"), "UTF-16 BE", {"IMP-FILE-ENCODING"}),
        (VIETNAMESE.encode("utf-16-le"), "UTF-16 LE", {"IMP-FILE-ENCODING"}),
        (VIETNAMESE.encode("utf-16-be"), "UTF-16 BE", {"IMP-FILE-ENCODING"}),
        (spell_tones(VIETNAMESE).encode("cp1258"), "Windows-1258", {"IMP-FILE-ENCODING"}),
        (b"a,b\n1,2\n", "UTF-8", set()),
    ],
)
def test_the_encoding_is_decided_and_said(content: bytes, encoding: str, said: set[str]) -> None:
    """Each encoding reads to the same letters; any but UTF-8 is a warning that names it."""
    assert written(opened(content)) == {"encoding": encoding, "separator": ","}
    assert codes(content) == said
    if encoding != "UTF-8" or b"STT" in content:
        assert clean(str(grid(content)[1][2])) == "Đặng Thị Thử"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("Nguy\u00d4n V\u00a8n An,b,c\n".encode("latin-1"), "IMP-TEXT-TCVN3"),
        ("Nguye\u00e3n Va\u00ean Thaéng,b,c\n".encode("cp1252"), "IMP-TEXT-VNI"),
        (b"\xef\xbb\xbfh\xff,b\n", "IMP-ENCODING-BROKEN"),
        (b"\xff\xfea", "IMP-ENCODING-BROKEN"),
        (b"\xc7\xf8\xb1,\xe5\xe4\n", "IMP-ENCODING-UNKNOWN"),
        ("Müller,Größe\n".encode("latin-1"), "IMP-ENCODING-UNKNOWN"),
        # Valid UTF-8 for a foreign script, and letters with quotes in Windows-1258.
        (b"\xe1\x93\x94,b\n", "IMP-ENCODING-AMBIGUOUS"),
    ],
)
def test_other_encodings_are_refused_by_name(content: bytes, code: str) -> None:
    """What is not certain is refused, and an old encoding is called by its name."""
    assert refusal(content) == code


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1;2\n", ";"),
        ("a\tb\n1\t2\n", "Tab"),
        ("a;b\nx;8,5\ny;7,0\n", ";"),
        ("Năm học: 2024-2025, học kì I\na;b;c\nx;8,5;y\n", ";"),
        ("Khối 6; lớp 6A\na,b,c\nx,y,z\n", ","),
        ("code,classes\n1,6A;9A\n2,6A\n", ","),
        ("a;b;c\n1;2\n", ";"),
        ('a,b\n"1;2","3;4"\n', ","),
        ("a\nb\n", ","),
    ],
)
def test_the_separator_is_decided_by_structure(text: str, separator: str) -> None:
    """The rows from the header down agree under one separator; decimal commas are none."""
    assert written(opened(text.encode()))["separator"] == separator


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_declared_separator_is_obeyed(separator: str) -> None:
    """A first line sep=; settles what would be doubtful, and the rows keep their numbers."""
    text = f"sep={separator}\r\na{separator}b\r\n1{separator}2\r\n"
    assert grid(text.encode()) == [[], ["a", "b"], ["1", "2"]]
    assert grid(b"sep=;\na,b;c\n") == [[], ["a,b", "c"]]


@pytest.mark.parametrize("text", ["a;b,c\n1;2,3\n", "a,b;c\n", "a,b\tc\nx,y\tz\n"])
def test_two_possible_separators_are_refused(text: str) -> None:
    """A table that could be read in two ways is not read."""
    assert refusal(text.encode()) == "IMP-CSV-SEPARATOR"


@pytest.mark.parametrize("text", ['a,"b" c\n', 'a,"b\n', '"a"b,c\n'])
def test_quotes_out_of_place_are_refused(text: str) -> None:
    """RFC 4180 knows no text beside quotes."""
    assert refusal(text.encode()) == "IMP-FILE-BROKEN"


def test_empty_cells_are_empty() -> None:
    """A field without text is an empty cell, as in every other format."""
    assert grid(b'a,,c\n"",,1\n') == [["a", None, "c"], [None, None, "1"]]


def test_a_class_needs_no_word() -> None:
    """A plain file of UTF-8 with commas has nothing said about it."""
    assert codes(csv_text(TABLE).encode(), "a.csv") == set()
