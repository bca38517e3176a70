"""Joins editions on paper into one file to print, each beginning on a right-hand page."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import ExitStack

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, String

from preserve.errors import InputError
from preserve.render.facts import LANGUAGE, DocumentFacts
from preserve.render.file_body import split_body, write_body
from preserve.render.finish import describe, serialize

_SHARED = ("/OutputIntents", "/MarkInfo", "/ViewerPreferences")
"""What every document says alike in its catalog."""


def bind_booklet(editions: Iterable[bytes], facts: DocumentFacts) -> bytes:
    """Return one PDF/A-3a and PDF/UA-1 file with the pages of all editions, in their order.

    Pages are kept as they are; a blank page stands before an edition that would begin on the back
    of another one's sheet. The file is for the printer: nothing in it is signed or embedded.

    Args:
        editions: files of ``render_transcript`` and its like, made for paper.
        facts: title, author and date of the whole.

    Raises:
        InputError: ``RENDER-BOOKLET-EMPTY`` for no edition, ``RENDER-BOOKLET-SIGNABLE`` for a
            file with signature fields or attachments, which must not lose them, or for one that
            cannot be read; the parameter is its place, from 1.
    """
    with ExitStack() as sources, Pdf.new() as book:
        whole = book.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document))
        parts: list[Object] = []
        owners = Array()
        fonts: dict[tuple[str, bytes], Object] = {}
        for place, data in enumerate(editions, start=1):
            source = sources.enter_context(_opened(data, place))
            _begin_sheet(book)
            first = len(book.pages)
            book.pages.extend(source.pages)
            parts.append(_take_structure(book, source, whole, owners, first))
            _share_fonts(book, first, fonts)
            if place == 1:
                _take_catalog(book, source)
        if not parts:
            raise InputError("RENDER-BOOKLET-EMPTY")
        whole.K = Array(parts)
        _write_tree(book, whole, owners)
        describe(book, facts)
        return _packed(serialize(book))


def _opened(data: bytes, place: int) -> Pdf:
    try:
        source = Pdf.open(io.BytesIO(data))
    except PdfError as error:
        raise InputError("RENDER-BOOKLET-SIGNABLE", place=place) from error
    root = source.Root
    if "/AcroForm" in root or "/AF" in root or "/StructTreeRoot" not in root:
        raise InputError("RENDER-BOOKLET-SIGNABLE", place=place)
    return source


def _begin_sheet(book: Pdf) -> None:
    """Add a blank page where the next one would be the back of a sheet."""
    if len(book.pages) % 2:
        width, height = (float(value) for value in book.pages[-1].mediabox[2:])
        book.add_blank_page(page_size=(width, height))


def _take_structure(book: Pdf, source: Pdf, whole: Object, owners: Array, first: int) -> Object:
    """Copy the elements of a file, whose pages are in the book already, as one part of the book.

    Args:
        book: the book.
        source: the file.
        whole: the element of the book.
        owners: entries of the book's ParentTree; those of the file are added.
        first: index of the file's first page in the book; it is the distance between the keys.
    """
    tree = book.copy_foreign(source.Root.StructTreeRoot)
    numbers = list(tree.ParentTree.Nums.as_list())
    for key, owner in zip(numbers[::2], numbers[1::2], strict=True):
        owners.append(int(key) + first)
        owners.append(owner)
    for page in list(book.pages)[first:]:
        page.obj.StructParents = int(page.obj.StructParents) + first
    part = tree.K
    part.S = Name.Part
    part.P = whole
    return part


def _share_fonts(book: Pdf, first: int, fonts: dict[tuple[str, bytes], Object]) -> None:
    """Let pages of all editions use the same font objects where their programs are equal."""
    for page in list(book.pages)[first:]:
        resources = page.obj.Resources.Font
        for name in list(resources.keys()):
            font = resources[name]
            program = font.DescendantFonts[0].FontDescriptor.FontFile2.read_raw_bytes()
            resources[name] = fonts.setdefault((name, program), font)


def _take_catalog(book: Pdf, source: Pdf) -> None:
    for key in _SHARED:
        book.Root[key] = book.copy_foreign(source.make_indirect(source.Root[key]))
    book.Root.Lang = String(LANGUAGE)


def _write_tree(book: Pdf, whole: Object, owners: Array) -> None:
    """Write the root of the structure; blank pages own nothing and have no key."""
    tree = book.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=whole))
    whole.P = tree
    tree.ParentTree = book.make_indirect(Dictionary(Nums=owners))
    tree.ParentTreeNextKey = len(book.pages)
    book.Root.StructTreeRoot = tree


def _packed(data: bytes) -> bytes:
    """Return a file that was just written, its objects packed."""
    with Pdf.open(io.BytesIO(data)) as book:
        root, info = book.Root.objgen[0], book.trailer.Info.objgen[0]
    return write_body(split_body(data), (), f"/Root {root} 0 R /Info {info} 0 R")
