"""Writes the empty signature fields: signing later fills ``/V`` and ``/AP`` only."""

from __future__ import annotations

from collections.abc import Sequence

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from preserve.render.streams import add_plain
from preserve.render.tagging import Widget

STAMP_FONT = "/PreserveStamp"
"""Resource name under which signing finds the font of its stamps."""
_PRINT = 4
"""Annotation flag Print alone (ISO 19005-3 clause 6.3.2)."""


def add_fields(
    pdf: Pdf, widgets: Sequence[Widget], pages: Sequence[Object], stamp_font: Object
) -> dict[str, Object]:
    """Add the fields to their pages and to the form; return the annotations by field name."""
    fields = {widget.name: _field(pdf, widget, pages[widget.page]) for widget in widgets}
    if not fields:
        return fields
    for index, page in enumerate(pages):
        here = [fields[widget.name] for widget in widgets if widget.page == index]
        if here:
            page.Annots = Array(here)
    pdf.Root.AcroForm = pdf.make_indirect(
        Dictionary(
            Fields=Array(list(fields.values())),
            DR=Dictionary(Font=Dictionary({STAMP_FONT: stamp_font})),
        )
    )
    return fields


def _field(pdf: Pdf, widget: Widget, page: Object) -> Object:
    """Write field and widget as one dictionary with an empty appearance (6.3.3)."""
    left, bottom, right, top = (round(value, 2) for value in widget.box)
    appearance = add_plain(
        pdf,
        b"",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, round(right - left, 2), round(top - bottom, 2)]),
        Resources=Dictionary(),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(widget.name),
            TU=String(widget.description),
            Contents=String(widget.description),
            F=_PRINT,
            Rect=Array([left, bottom, right, top]),
            P=page,
            AP=Dictionary(N=appearance),
        )
    )
