"""Editions for paper: a conversion with its mark, a dated regular print, a draft; none is signed.

A document without an edition is the signable one. An edition shows the same pages, with empty
places to sign on instead of fields, and says on every page what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from preserve.errors import InputError
from preserve.policy.forms import Form
from preserve.render.flow import Frame
from preserve.render.letters import refuse_undrawable
from preserve.render.text import Line, Run, bold, wrap
from preserve.render.wording import day_parts

_VIETNAM = timezone(timedelta(hours=7))
_SHARE = 0.9
"""Size of a converted page; the rest is room for the stamp over the edges (giáp lai)."""
_FOOT_SIZES = (8.0, 7.0, 6.0, 5.0)
"""Font sizes of the conversion mark, in points; the largest that fits is taken."""
FOOT_LEADING = 1.2
"""Leading of the conversion mark as a share of its font size."""
_NUMBER_DEPTH = 32
"""Points that page number and gap take below the text of a page."""
PAPER_EDGE = 28
"""Points at the foot of a page that printers cannot be trusted with."""


@dataclass(frozen=True, slots=True)
class PaperEdition:
    """A signed electronic document turned into paper (văn bản giấy chuyển đổi).

    What it must show: TT 70/2026/TT-BGDĐT Art. 12(5); NĐ 137/2024/NĐ-CP Art. 5.
    """

    converted_at: datetime
    """With its time zone; printed in Vietnamese time."""
    converter: str
    """Person and office that converted, as printed."""
    system: str
    """Name of the information system that keeps the original."""
    reference: str
    """Address or unique code under which the original is found."""


@dataclass(frozen=True, slots=True)
class RegularPrint:
    """A print for inspection and management during the year (in thường xuyên)."""

    printed_on: date
    number: str = ""
    """Number of the print, empty for none."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A preview (bản nháp): it is not a page of any record."""


Edition = PaperEdition | RegularPrint | Draft


@dataclass(frozen=True, slots=True)
class Marking:
    """What an edition changes on every page; the defaults change nothing."""

    share: float = 1
    """Size of the page's content, drawn towards the upper left."""
    watermark: str = ""
    foot: tuple[Line, ...] = ()
    """Lines below the content."""
    foot_size: float = _FOOT_SIZES[0]
    """Font size of the foot in points."""
    before_page: str = ""
    """What stands before the page number."""


PLAIN = Marking()


def marking_of(
    edition: Edition | None, form: Form, owner: str, frame: Frame, pupil: str
) -> Marking:
    """Return what an edition changes on the pages of a document.

    Args:
        edition: ``None`` for the document that is signed electronically.
        form: the wording.
        owner: the school, which owns the information system's data.
        frame: the pages that are marked.
        pupil: code of the pupil that a refusal names, ``-`` for none.

    Raises:
        InputError: ``RENDER-CHARACTER`` or ``RENDER-TOO-LONG``, the mark cannot be drawn.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    refuse_undrawable(edition, pupil)
    match edition:
        case None:
            return PLAIN
        case Draft():
            word = form.label("common.paper.draft")
            return Marking(watermark=word, before_page=f"{word} – ")
        case RegularPrint(printed_on=day, number=number):
            name = "regular_numbered" if number else "regular"
            return Marking(
                before_page=form.label(f"common.paper.{name}", number=number, **day_parts(day))
            )
        case PaperEdition():
            return _conversion(_mark(edition, form, owner), frame, pupil)


def _mark(edition: PaperEdition, form: Form, owner: str) -> tuple[Run, ...]:
    at = edition.converted_at
    local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(_VIETNAM)
    origin = form.label(
        "common.paper.origin", system=edition.system, owner=owner, reference=edition.reference
    )
    act = form.label(
        "common.paper.act",
        time=f"{local:%H:%M:%S}",
        converter=edition.converter,
        **day_parts(local.date()),
    )
    return bold(form.label("common.paper.converted")), Run(f"\n{origin}\n{act}")


def _conversion(runs: tuple[Run, ...], frame: Frame, pupil: str) -> Marking:
    """Return the marking with the largest foot that fits under the shrunk page."""
    room = frame.start - _SHARE * (frame.start - frame.bottom + _NUMBER_DEPTH)
    for size in _FOOT_SIZES:
        lines = wrap(runs, size, frame.measure)
        if len(lines) * size * FOOT_LEADING + PAPER_EDGE <= room:
            return Marking(share=_SHARE, foot=lines, foot_size=size)
    raise InputError("RENDER-TOO-LONG", pupil=pupil)
