"""The strict examination of updates, with pyHanko's general analysis as the second opinion."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult

from preserve.verify.revisions import History, ViolationError

Change = Callable[[IncrementalPdfFileWriter], None]


def _add_text_field(writer: IncrementalPdfFileWriter) -> None:
    form: Any = writer.root["/AcroForm"]
    field = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
            generic.pdf_name("/T"): generic.pdf_string("MARK"),
        }
    )
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form["/Fields"])


def _move_field(writer: IncrementalPdfFileWriter) -> None:
    field: Any = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 600, 800))
    writer.update_container(field)


def _replace_page(writer: IncrementalPdfFileWriter) -> None:
    page: Any = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.mark_update(page.container_ref)


def _loose_object(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.pdf_string("dormant"))


def _title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("X")}))


FORBIDDEN: dict[str, Change] = {
    "text-field": _add_text_field,
    "field-moved": _move_field,
    "page-rotated": _replace_page,
    "loose-object": _loose_object,
    "title": _title,
}


def general_opinion(pdf: bytes, revision: int) -> bool:
    """Tell whether pyHanko's default policy accepts an update."""
    reader = PdfFileReader(io.BytesIO(pdf))
    try:
        answer = DEFAULT_DIFF_POLICY.apply(
            reader.get_historical_resolver(revision - 1), reader.get_historical_resolver(revision)
        )
    except Exception:  # noqa: BLE001  (whatever it raises, it does not accept)
        return False
    return isinstance(answer, DiffResult)


def test_every_signature_is_an_allowed_update_in_both_opinions(world: Any, signed: bytes) -> None:
    """Each of the three updates fills exactly its own field.

    pyHanko is asked about the updates after the first signature: it does not expect that an
    update certifies.
    """
    history = History(PdfFileReader(io.BytesIO(signed)))
    fields = [one.field_name for one in world.transcript().signatories]
    for revision, field in enumerate(fields, start=1):
        assert history.examine(revision).filled == (field,)
        assert revision == 1 or general_opinion(signed, revision)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_forbidden_update_is_refused(world: Any, name: str) -> None:
    """Between the first and the second signature somebody slips an update in."""
    transcript = world.transcript()
    pdf = world.sign(world.render(transcript), transcript.signatories[0])
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    FORBIDDEN[name](writer)
    out = io.BytesIO()
    writer.write(out)
    reader = PdfFileReader(io.BytesIO(out.getvalue()))
    with pytest.raises(ViolationError):
        History(reader).examine(2)
