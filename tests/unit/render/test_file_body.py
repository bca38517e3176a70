"""The packed file: every parser finds every object, and no stream ends badly."""

from __future__ import annotations

import io
import random

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader

from preserve.render import file_body, finish
from preserve.render.file_body import split_body, write_body
from preserve.render.grade_book import render_grade_book
from tests.unit.render.grade_books import full_grade_book
from tests.unit.render.reading import form


def _small() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Said = pikepdf.String("(endstream\nendobj\n)")
        pdf.Root.Held = pdf.make_stream(b"held")
        pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary(Title="Ví dụ"))
        return finish.serialize(pdf)


def _packed(data: bytes, added: list[tuple[int, str]]) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root, info = pdf.Root.objgen[0], pdf.trailer.Info.objgen[0]
    return write_body(split_body(data), added, f"/Root {root} 0 R /Info {info} 0 R")


def test_packing_keeps_every_object() -> None:
    """Two parsers read the same catalog, stream and information from the packed file."""
    packed = _packed(_small(), [])
    with pikepdf.open(io.BytesIO(packed)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.Root.Said) == "(endstream\nendobj\n)"
        assert pdf.Root.Held.read_bytes() == b"held"
        assert str(pdf.trailer.Info.Title) == "Ví dụ"
        assert len(pdf.pages) == 1
    reader = PdfFileReader(io.BytesIO(packed))
    assert reader.root["/Held"].data == b"held"


def test_added_object_replaces_the_one_of_its_number() -> None:
    """The place that was kept for the structure tree is filled, and nothing is left behind."""
    data = _small()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.trailer.Info.objgen[0]
    packed = _packed(data, [(number, "<< /Title (Other) >>")])
    with pikepdf.open(io.BytesIO(packed)) as pdf:
        assert str(pdf.trailer.Info.Title) == "Other"
    assert b"V\xc3" not in packed


def test_no_packed_stream_ends_in_a_carriage_return() -> None:
    """Whatever the objects, neither object streams nor the cross-reference end in one."""
    data = _small()
    first = max(*split_body(data).plain, *split_body(data).streams) + 1
    generator = random.Random(7)  # noqa: S311  (made-up objects are no secrets)
    for _ in range(600):
        size = generator.randrange(1, 60)
        added = [(first + i, f"({generator.getrandbits(64)})") for i in range(size)]
        packed = _packed(data, added)
        assert b"\r\nendstream" not in packed
        with pikepdf.open(io.BytesIO(packed)) as pdf:
            last = pdf.get_object(first + size - 1, 0)
            assert f"({last})" == added[-1][1]


def test_cross_reference_that_would_end_badly_is_moved_by_a_line_feed() -> None:
    """Some offsets lead to such a table; the file with the line feed is as readable."""
    data = _small()
    first = max(*split_body(data).plain, *split_body(data).streams) + 1
    generator = random.Random(3)  # noqa: S311  (made-up objects are no secrets)
    moved = [
        packed
        for size in range(8, 1500)
        if b"endobj\n\n"
        in (packed := _packed(data, [(first, f"({generator.getrandbits(8 * size):x})")]))
    ]
    assert moved
    with pikepdf.open(io.BytesIO(moved[0])) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_a_whole_class_book_is_readable_by_two_parsers() -> None:
    """The structure tree of a large book is complete in both."""
    data = render_grade_book(full_grade_book(12), form())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        rows = len(pdf.Root.StructTreeRoot.ParentTree.Nums)
    reader = PdfFileReader(io.BytesIO(data))
    assert len(reader.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]) == rows
    assert len(data) > file_body._PER_STREAM


def test_same_input_gives_the_same_bytes() -> None:
    """Nothing in the packing depends on time or on the order of a set."""
    book = full_grade_book(2)
    assert render_grade_book(book, form()) == render_grade_book(book, form())
