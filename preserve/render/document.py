"""Paints a finished flow: running heads, page numbers, and the file around them."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.formats.record_xml import encode_record
from preserve.model.records import Record
from preserve.policy.forms import Form
from preserve.render.attachments import Attachment, Relationship
from preserve.render.facts import DocumentFacts
from preserve.render.finish import finish
from preserve.render.flow import Flow, Frame, show_lines
from preserve.render.letters import refuse_undrawable
from preserve.render.paper import FOOT_LEADING, PAPER_EDGE, PLAIN, Marking
from preserve.render.surface import PAGINATION_FOOTER, PAGINATION_HEADER, Surface
from preserve.render.text import Run, Style, italic, width_of

RECORD_FILE = "record.xml"
"""Name of the embedded record."""
_HEAD_SIZE = 9
_HEAD_GAP = 16
"""Points between the running head and the text, and between the text and the page number."""


def paint(
    flow: Flow,
    facts: DocumentFacts,
    attachments: Sequence[Attachment],
    page_text: str,
    marking: Marking = PLAIN,
) -> bytes:
    """Draw every page and write the file.

    Args:
        flow: the placed blocks.
        facts: title, author, date.
        attachments: embedded files.
        page_text: text of the page number with ``{page}`` and ``{pages}``.
        marking: what an edition on paper changes on every page.
    """
    surface = Surface((flow.frame.width, flow.frame.height))
    total = len(flow.pages)
    for number, page in enumerate(flow.pages, start=1):
        if number > 1:
            surface.next_page()
        if marking is not PLAIN:
            _begin_marked(surface, flow.frame, marking)
        _running(surface, flow.frame, page.head, foot=False)
        for action in page.actions:
            action(surface)
        foot = marking.before_page + page_text.format(page=number, pages=total)
        _running(surface, flow.frame, foot, foot=True)
        if marking is not PLAIN:
            _end_marked(surface, flow.frame, marking)
    return finish(surface, flow.root, facts, attachments)


def _begin_marked(surface: Surface, frame: Frame, marking: Marking) -> None:
    if marking.watermark:
        surface.watermark(marking.watermark)
    surface.begin_shrunk(marking.share, (frame.left, frame.start))


def _end_marked(surface: Surface, frame: Frame, marking: Marking) -> None:
    surface.end_shrunk()
    if not marking.foot:
        return
    leading = marking.foot_size * FOOT_LEADING
    top = PAPER_EDGE + len(marking.foot) * leading
    surface.begin_artifact(PAGINATION_FOOTER)
    show_lines(
        surface,
        marking.foot,
        Style(marking.foot_size, leading),
        (frame.left, top, frame.measure),
    )
    surface.end()


def page_label(form: Form) -> str:
    """Return the wording of a page number, its two placeholders still open.

    Raises:
        PolicyError: the form lacks it.
    """
    return form.label("common.page", page="{page}", pages="{pages}")


def refuse_undrawable_form(form: Form) -> None:
    """Refuse a form with a wording that cannot be drawn.

    Raises:
        InputError: ``RENDER-CHARACTER``, with ``-`` for the pupil.
    """
    refuse_undrawable((form.regulation, *form.labels.values()), "-")


def record_attachment(record: Record, description: str) -> Attachment:
    """Return the record as the XML that the document embeds."""
    data = encode_record(record)
    return Attachment(RECORD_FILE, "application/xml", Relationship.DATA, description, data)


def _running(surface: Surface, frame: Frame, text: str, *, foot: bool) -> None:
    if not text:
        return
    line: tuple[Run, ...] = (italic(text),)
    size = _HEAD_SIZE * min(1, frame.measure / width_of(line, _HEAD_SIZE))
    x = frame.left + (frame.measure - width_of(line, size)) / 2
    y = frame.bottom - _HEAD_GAP - _HEAD_SIZE if foot else frame.start + _HEAD_GAP
    surface.begin_artifact(PAGINATION_FOOTER if foot else PAGINATION_HEADER)
    surface.show(line, x, y, size)
    surface.end()
