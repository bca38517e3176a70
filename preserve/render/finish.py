"""Turns drawn pages into a PDF/A-3a and PDF/UA-1 file: everything that reportlab does not write."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

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
from preserve.render.fonts import Face
from preserve.render.form_fields import add_fields
from preserve.render.streams import add_padded, add_plain
from preserve.render.structure import TreePlaces, write_structure
from preserve.render.surface import Surface
from preserve.render.tagging import Node
from preserve.render.template import take_fonts, template
from preserve.render.xmp import xmp_packet

_BAD_END = b"\r\nendstream"
_LAYOUTS = 8
"""Tries for a layout without a carriage return before ``endstream``; each fails in 4 % of files."""


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
        write_structure(pdf, root, surface.owners, TreePlaces(pages, fields))
        attach(pdf, attachments, facts)
        _describe(pdf, facts)
        return _save(pdf)


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


def _describe(pdf: Pdf, facts: DocumentFacts) -> None:
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


def _save(pdf: Pdf) -> bytes:
    """Save in the first layout whose generated streams end well.

    Object streams and the cross-reference stream are compressed by the library. Should one end in
    a carriage return (see ``streams``), a direct value of the catalog becomes an object of its
    own: nothing changes but the grouping of objects, and with it every check sum.
    """
    data = _serialize(pdf)
    for relayout in _relayouts(pdf):
        if _BAD_END not in data:
            break
        relayout()
        data = _serialize(pdf)
    return data


def _relayouts(pdf: Pdf) -> list[Callable[[], None]]:
    def separate(owner: Object, key: str) -> Callable[[], None]:
        def act() -> None:
            owner[key] = pdf.make_indirect(owner[key])

        return act

    keys = ("/MarkInfo", "/ViewerPreferences", "/OutputIntents", "/AF", "/Names", "/Lang")
    pages = [page.obj for page in pdf.pages][: _LAYOUTS - len(keys)]
    present = [key for key in keys if key in pdf.Root]
    return [separate(pdf.Root, key) for key in present] + [
        separate(page, "/MediaBox") for page in pages
    ]


def _serialize(pdf: Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(
        buffer,
        min_version="1.7",
        object_stream_mode=ObjectStreamMode.generate,
        stream_decode_level=StreamDecodeLevel.none,
        compress_streams=True,
        deterministic_id=True,
        fix_metadata_version=False,
    )
    return buffer.getvalue()
