"""``records.csv``: exact round trip, strict reading."""

import csv
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import FormatError
from preserve.formats.records_csv import RecordRow, decode_records, encode_records

ROW = RecordRow(
    record_id="hoc-ba.6A.9910000001",
    record_class="hoc-ba",
    subject_id="9910000001",
    class_name="6A",
    school_year="2024-2025",
    version=1,
    retention_rule="nd88-2026-8-3",
    citation='Nghị định 88/2026/NĐ-CP, Điều 8(3) "vĩnh viễn"',
    retain_until="permanent",
    path="data/6A/hoc-ba.6A.9910000001.pdf",
    sha512="ab" * 64,
)


def test_the_list_is_what_rfc_4180_says() -> None:
    """CRLF, quoted where needed, a header, rows by path."""
    data = encode_records([replace(ROW, path="data/b"), replace(ROW, path="data/a")])
    assert data.count(b"\r\n") == 3
    table = list(csv.reader(StringIO(data.decode(), newline="")))
    assert table[0] == [
        "record_id",
        "record_class",
        "subject_id",
        "class_name",
        "school_year",
        "version",
        "retention_rule",
        "citation",
        "retain_until",
        "path",
        "sha512",
    ]
    assert [row[9] for row in table[1:]] == ["data/a", "data/b"]
    assert table[1][7] == ROW.citation


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00"), max_size=9)
rows = st.builds(
    RecordRow,
    record_id=texts.filter(bool),
    record_class=texts.filter(bool),
    subject_id=texts,
    class_name=texts,
    school_year=texts,
    version=st.integers(0, 10**9 - 1),
    retention_rule=texts,
    citation=texts,
    retain_until=st.sampled_from(["permanent", "held"]) | st.dates().map(lambda d: d.isoformat()),
    path=texts.filter(bool),
    sha512=st.text("0123456789abcdef", min_size=128, max_size=128),
)


@given(st.lists(rows, max_size=5, unique_by=lambda row: row.path))
def test_rows_come_back_as_they_were(table: list[RecordRow]) -> None:
    """Quotes, commas and any letters survive."""
    assert decode_records(encode_records(table)) == tuple(sorted(table, key=lambda row: row.path))


@given(st.binary(max_size=300))
def test_hostile_bytes_raise_nothing_but_format_errors(data: bytes) -> None:
    """Whatever the bytes, rows or a FormatError."""
    with pytest.raises(FormatError):
        decode_records(data)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b"record_id,", b"record,"), "RECORDS-HEADER"),
        ((b",1,nd88", b",one,nd88"), "RECORDS-ROW"),
        ((b",1,nd88", b",-1,nd88"), "RECORDS-ROW"),
        ((b",1,nd88", b",nd88"), "RECORDS-ROW"),
        ((b",1,nd88", b",1,2,nd88"), "RECORDS-ROW"),
        ((b"permanent", b"2025-02-30"), "RECORDS-ROW"),
        ((b"permanent", b"20250228"), "RECORDS-ROW"),
        ((b"permanent", b""), "RECORDS-ROW"),
        ((b"abab", b"ABab"), "RECORDS-ROW"),
        ((b"abab", b"ab"), "RECORDS-ROW"),
        ((b"data/6A", b""), "RECORDS-ROW"),
        ((b"hoc-ba.6A.9910000001,", b","), "RECORDS-ROW"),
        ((b"6A,2024", b'"6A\n",2024'), "RECORDS-ROW"),
        ((b"6A,2024", b'"6A"x,2024'), "RECORDS-SYNTAX"),
        ((b"6A,2024", b"\xff,2024"), "RECORDS-SYNTAX"),
        ((b"record_id", b"\xef\xbb\xbfrecord_id"), "RECORDS-HEADER"),
    ],
)
def test_a_row_that_is_none_is_refused(change: tuple[bytes, bytes], code: str) -> None:
    """Each bad cell is found."""
    data = encode_records([ROW])
    if change[0] == b"data/6A":
        changed = data.replace(b"data/6A/hoc-ba.6A.9910000001.pdf", b"")
    else:
        changed = data.replace(*change, 1)
    assert changed != data
    with pytest.raises(FormatError) as caught:
        decode_records(changed)
    assert caught.value.code == code


def test_a_path_twice_is_refused() -> None:
    """Two rows for one file contradict each other or are one too many."""
    data = encode_records([ROW])
    with pytest.raises(FormatError, match="RECORDS-DUPLICATE-PATH"):
        decode_records(data + data.split(b"\r\n")[1] + b"\r\n")


def test_a_writer_refuses_what_a_reader_would() -> None:
    """A row that the builder has not filled in cannot be written."""
    for row in (replace(ROW, sha512=""), replace(ROW, path=""), replace(ROW, citation="a\nb")):
        with pytest.raises(FormatError, match="RECORDS-ROW"):
            encode_records([row])
