"""The frame of official letters and minutes: letterhead, number and day, title, persons, end.

Layout: NĐ 30/2020/NĐ-CP, Appendix I. Every word stands in the form; the words for the school,
its head and its learners follow the kind of school.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from preserve.model.records import Record
from preserve.model.roles import Signatory
from preserve.model.school import School
from preserve.policy.forms import Form
from preserve.render.document import page_label, paint, record_attachment, refuse_undrawable_form
from preserve.render.facts import DocumentFacts
from preserve.render.filled import Blank, place_row
from preserve.render.flow import Column, Flow, Frame, keep_together, place_text
from preserve.render.letters import refuse_undrawable
from preserve.render.signatures import LARGE, FieldContext, place_signatures
from preserve.render.surface import Surface
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic, units
from preserve.render.wording import long_day

_FRAME = Frame(width=595.28, height=841.89, left=72, right=48, top=56, bottom=56)
"""A4 with the margins of an official letter (NĐ 30/2020/NĐ-CP, Appendix I)."""
_LEFT_SHARE = 0.42
_HEAD = Style(11, 15, Align.CENTRE)
_MOTTO = Style(12, 16, Align.CENTRE)
_TITLE = Style(14, 19, Align.CENTRE, before=16)
_SUBTITLE = Style(12, 16, Align.CENTRE, after=8)
_PART = Style(12, 16, before=8, after=3)
_BODY = Style(12, 16, after=2)
_ROOM_FOR_PART = 100
"""Points that a heading, the head of a table and a row of three lines take."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is being written: where it goes, in which words, from which school."""

    flow: Flow
    form: Form
    school: School

    def say(self, name: str, /, **values: object) -> str:
        """Return a wording of the form, with the words that follow the kind of school filled in.

        Raises:
            PolicyError: ``FORM-LABEL``, the form lacks it.
        """
        kind = self.school.kind.value
        words = {
            word: self.form.label(f"kind.{kind}.{word}") for word in ("school", "head", "learner")
        }
        return self.form.label(name, **words, **values)


def begin_letter(record: Record, form: Form, *, pupil: str, **values: object) -> Letter:
    """Open a letter: letterhead, number, day, title.

    Args:
        record: what the letter says; every text of it must be drawable.
        form: its wording.
        pupil: code of the pupil that a refusal names, ``-`` for none.
        values: fill the title, the subtitle and the running head, beside the number.

    Raises:
        InputError: ``RENDER-CHARACTER`` for a letter that the fonts lack.
        PolicyError: ``FORM-LABEL``, the form lacks a wording.
    """
    refuse_undrawable(record, pupil)
    refuse_undrawable_form(form)
    letter = Letter(Flow(_FRAME, pupil=pupil), form, record.school)
    number = record.document_number
    words = {"number": number or form.label("letter.no_number"), **values}
    letter.flow.new_page(letter.say("letter.running_head", **words))
    _place_letterhead(letter, number, record.document_date)
    place_text(letter.flow, "H1", (bold(letter.say("letter.title", **words)),), _TITLE)
    place_text(letter.flow, "P", (bold(letter.say("letter.subtitle", **words)),), _SUBTITLE)
    return letter


def finish_letter(letter: Letter, record: Record, **values: object) -> bytes:
    """Return the finished letter as PDF/A-3a and PDF/UA-1, the record embedded as XML.

    Args:
        letter: with everything placed.
        record: the same record that it was begun with.
        values: fill the document's title and the record's description, beside the number; no
            pupil's name.
    """
    words = {"number": record.document_number, **values}
    attachment = record_attachment(record, letter.say("letter.record_description", **words))
    title = letter.say("letter.document_title", **words)
    facts = DocumentFacts(title, letter.school.name, record.document_date)
    return paint(letter.flow, facts, [attachment], page_label(letter.form))


def place_part(letter: Letter, name: str, /, **values: object) -> None:
    """Place the heading of a part; it stays with what follows."""
    letter.flow.need(_ROOM_FOR_PART)
    place_text(letter.flow, "H2", (bold(letter.say(name, **values)),), _PART)


def place_sentences(letter: Letter, name: str, /, **values: object) -> None:
    """Place a wording, a paragraph per line."""
    for line in letter.say(name, **values).splitlines():
        place_text(letter.flow, "P", (Run(line),), _BODY)


def place_lines(letter: Letter, rows: Iterable[tuple[tuple[str, str], ...]]) -> None:
    """Place filled-in lines: a row of one or two pairs (name of the wording, value)."""
    for row in rows:
        place_row(letter.flow, [Blank(letter.say(name), value) for name, value in row])


def place_list(
    letter: Letter,
    names: Sequence[str],
    rows: Iterable[Sequence[tuple[Run, ...]]],
    widths: Sequence[float],
    size: float = 11,
    *,
    centred: Collection[int] = (),
) -> None:
    """Place a table whose first column is a row's head.

    Args:
        letter: where it goes.
        names: names of the wordings of the columns.
        rows: the cells' runs.
        widths: points of all columns but the widest, which is 0 and takes the rest.
        size: of the font.
        centred: columns of short values, counted from 0; the others begin at the left.
    """
    head = tuple(Cell((bold(letter.say(name)),), scope="Column") for name in names)
    rest = letter.flow.frame.measure - sum(widths)
    table = Table(
        tuple(width or rest for width in widths),
        (head,),
        tuple(_list_row(row, centred) for row in rows),
        size=size,
        padding=3,
    )
    place_table(letter.flow, table)


def place_signed_end(
    letter: Letter, signatories: Sequence[Signatory], context: FieldContext, **values: object
) -> None:
    """Place the closing sentence, with values filled in, and the signature fields under it.

    They belong together: a signature alone on a page invites misuse.
    """

    def place(flow: Flow) -> None:
        flow.skip(8)
        place_sentences(replace(letter, flow=flow), "letter.closing", **values)
        flow.skip(6)
        place_signatures(flow, letter.form, signatories, LARGE, context)

    keep_together(letter.flow, place)


def in_groups(digest: str, size: int = 8) -> str:
    """Return a digest in groups that a person can compare: complete, spaces between."""
    return " ".join(digest[at : at + size] for at in range(0, len(digest), size))


def text_cell(text: str) -> tuple[Run, ...]:
    """Return the runs of a cell; an empty text has none."""
    return (Run(text),) if text else ()


def _list_row(cells: Sequence[tuple[Run, ...]], centred: Collection[int]) -> Row:
    return tuple(
        Cell(
            runs,
            Align.CENTRE if column in centred else Align.LEFT,
            scope="" if column else "Row",
        )
        for column, runs in enumerate(cells)
    )


def _place_letterhead(letter: Letter, number: str, day: date) -> None:
    """Place the issuing school on the left, country and motto on the right."""
    flow, form, school = letter.flow, letter.form, letter.school
    top, split = flow.y, flow.frame.measure * _LEFT_SHARE
    right = flow.frame.measure - split
    place_text(flow, "P", (Run(school.authority.upper()),), _HEAD, Column(width=split))
    place_text(flow, "P", (bold(school.name.upper()),), _HEAD, Column(width=split))
    _underline(flow, flow.frame.left + split / 2, 50)
    shown = form.label("common.number", number=number or form.label("letter.no_number"))
    place_text(flow, "P", (Run(shown),), _HEAD, Column(width=split))
    lowest, flow.y = flow.y, top
    place_text(flow, "P", (bold(form.label("letter.country")),), _HEAD, Column(split, right))
    motto = form.label("letter.motto")
    place_text(flow, "P", (bold(motto),), _MOTTO, Column(split, right))
    _underline(flow, flow.frame.left + split + right / 2, units(motto, bold("").face) * 0.012)
    place = school.commune or school.district or school.province
    dated = long_day(form, place, day)
    place_text(flow, "P", (italic(dated),), _HEAD, Column(split, right))
    flow.y = min(lowest, flow.y)


def _underline(flow: Flow, centre: float, width: float) -> None:
    flow.draw(partial(_rule, centre - width / 2, flow.y - 3, centre + width / 2))
    flow.skip(6)


def _rule(x: float, y: float, right: float, surface: Surface) -> None:
    surface.line(x, y, right)
