"""Turns drawn pages into a PDF/A-3a and PDF/UA-1 file: everything that reportlab does not write."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import cast

from pikepdf import (
    Array,
    Dictionary,
    Name,
    Object,
    ObjectStreamMode,
    Page,
    Pdf,
    StreamDecodeLevel,
    String,
)

from preserve.render.attachments import Attachment, attach
from preserve.render.facts import CREATOR, DocumentFacts
from preserve.render.file_body import split_body, write_body
from preserve.render.fonts import Face
from preserve.render.form_fields import add_fields
from preserve.render.streams import add_padded, add_plain
from preserve.render.structure import TreePlaces, claim_places, structure_objects
from preserve.render.surface import Surface
from preserve.render.tagging import Node
from preserve.render.template import take_fonts, template
from preserve.render.xmp import xmp_packet


def finish(
    surface: Surface, root: Node, facts: DocumentFacts, attachments: Sequence[Attachment]
) -> bytes:
    """Write the file.

    Args:
        surface: the drawn pages; it is closed here.
        root: the ``Document`` element.
        facts: title, author, date.
        attachments: embedded files.
    """
    surface.close_page()
    faces = tuple(sorted(surface.faces, key=lambda face: face.value))
    with Pdf.open(io.BytesIO(template(faces))) as pdf:
        fonts = take_fonts(pdf)
        pages = _add_pages(pdf, surface, fonts)
        widgets = [widget for widget, _ in surface.widgets]
        fields = add_fields(pdf, widgets, pages, fonts[f"/{Face.REGULAR.resource}"])
        claim_places(pdf, pages, fields)
        attach(pdf, attachments, facts)
        describe(pdf, facts)
        return _with_structure(serialize(pdf), root, surface.owners)


def _add_pages(pdf: Pdf, surface: Surface, fonts: Object) -> list[Object]:
    """Add the drawn pages; each has its own resources (ISO 19005-3 clause 6.2.2)."""
    width, height = surface.page_size
    pages: list[Object] = []
    for content in surface.contents:
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, width, height]),
            Contents=add_padded(pdf, content, b"\n"),
            Resources=Dictionary(Font=Dictionary(dict(fonts.items()))),
        )
        pdf.pages.append(Page(page))
        pages.append(pdf.pages[-1].obj)
    return pages


def describe(pdf: Pdf, facts: DocumentFacts) -> None:
    """Write the facts twice, for both places where readers look."""
    pdf.Root.Metadata = add_plain(pdf, xmp_packet(facts), Type=Name.Metadata, Subtype=Name.XML)
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(facts.title),
            Author=String(facts.author),
            Creator=String(CREATOR),
            Producer=String(CREATOR),
            CreationDate=String(facts.pdf_date),
            ModDate=String(facts.pdf_date),
        )
    )


def _with_structure(data: bytes, root: Node, owners: Sequence[Sequence[Node]]) -> bytes:
    """Put the structure tree into the file that the library wrote."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        catalog = pdf.Root
        fields = catalog.AcroForm.Fields if "/AcroForm" in catalog else ()
        places = TreePlaces(
            root=_number(catalog.StructTreeRoot),
            pages=[_number(page.obj) for page in pdf.pages],
            widgets={str(field.T): _number(field) for field in cast("Iterable[Object]", fields)},
        )
        trailer = f"/Root {_number(catalog)} 0 R /Info {_number(pdf.trailer.Info)} 0 R"
    body = split_body(data)
    first = max(*body.plain, *body.streams) + 1
    return write_body(body, structure_objects(root, owners, places, first), trailer)


def _number(value: Object) -> int:
    return value.objgen[0]


def serialize(pdf: Pdf) -> bytes:
    """Return a file with a classic cross-reference table, from which it is packed anew."""
    buffer = io.BytesIO()
    pdf.save(
        buffer,
        min_version="1.7",
        object_stream_mode=ObjectStreamMode.disable,
        stream_decode_level=StreamDecodeLevel.none,
        compress_streams=True,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    return buffer.getvalue()
