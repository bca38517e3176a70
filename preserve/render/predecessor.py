"""The signed file of the year before: embedded, and named where its pages are repeated."""

from __future__ import annotations

import hashlib

from preserve.errors import InputError
from preserve.model.records import Predecessor, Transcript
from preserve.policy.forms import Form
from preserve.render.attachments import Attachment, Relationship
from preserve.render.flow import Flow, place_text
from preserve.render.text import Style, italic


def place_origin(flow: Flow, predecessor: Predecessor | None, form: Form) -> None:
    """Name the signed original that a page of an earlier year repeats."""
    if predecessor is None:
        text = form.label("transcript.repeated_without_original")
    else:
        text = form.label(
            "transcript.repeated", file_name=predecessor.file_name, sha512=predecessor.sha512
        )
    place_text(flow, "P", (italic(text),), Style(8.5, 11, before=10))


def predecessor_attachments(
    transcript: Transcript, form: Form, data: bytes | None
) -> list[Attachment]:
    """Return the attachment of the signed file of the year before; none without bytes.

    Raises:
        InputError: ``RENDER-PREDECESSOR``, the bytes are not the predecessor that is named.
    """
    if data is None:
        return []
    named = transcript.predecessor
    found = hashlib.sha512(data).hexdigest()
    if named is None or named.sha512 != found:
        raise InputError(
            "RENDER-PREDECESSOR",
            pupil=transcript.pupil.code,
            expected=named.sha512 if named else "-",
            found=found,
        )
    text = form.label("transcript.predecessor_description", school_year=named.school_year)
    return [Attachment(named.file_name, "application/pdf", Relationship.SUPPLEMENT, text, data)]
