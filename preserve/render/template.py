"""What every document has in common, written once per process: fonts, colours, fixed entries."""

from __future__ import annotations

import io
from functools import cache

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from preserve.render.facts import LANGUAGE
from preserve.render.font_objects import add_font
from preserve.render.fonts import Face
from preserve.render.icc import srgb_profile
from preserve.render.streams import add_padded

_FONTS = "/PreserveFonts"
"""Where the template keeps its fonts until the pages take them; no document has this key."""
_SRGB = "sRGB IEC61966-2.1"


@cache
def template(faces: tuple[Face, ...]) -> bytes:
    """Return a file without pages that holds the faces and the output intent."""
    with Pdf.new() as pdf:
        fonts = {f"/{face.resource}": add_font(pdf, face) for face in faces}
        pdf.Root[_FONTS] = Dictionary(fonts)
        pdf.Root.Lang = String(LANGUAGE)
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdf.Root.OutputIntents = Array([_output_intent(pdf)])
        buffer = io.BytesIO()
        pdf.save(buffer, static_id=True, fix_metadata_version=False)
        return buffer.getvalue()


def take_fonts(pdf: Pdf) -> Object:
    """Return the template's fonts by resource name and remove them from the catalog."""
    fonts = pdf.Root[_FONTS]
    del pdf.Root[_FONTS]
    return fonts


def _output_intent(pdf: Pdf) -> Dictionary:
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String(_SRGB),
        Info=String(_SRGB),
        DestOutputProfile=add_padded(pdf, srgb_profile(), b"\0", N=3),
    )
