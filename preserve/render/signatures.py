"""Blocks of signature fields: title above, tagged empty field or place, printed name below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from preserve.model.roles import Signatory, SignerRole
from preserve.policy.forms import Form
from preserve.render.flow import Flow, draw_lines
from preserve.render.surface import Surface
from preserve.render.tagging import Node, Widget
from preserve.render.text import Align, Run, Style, bold, italic, wrap

MILLIMETRE = 72 / 25.4
_BETWEEN_ROWS = 10
"""Points between the names of one row and the titles of the next."""


@dataclass(frozen=True, slots=True)
class FieldSize:
    """Sizes of one kind of block, in points."""

    person: float
    seal: float
    height: float
    gap: float
    text: float
    """Font size of title and name."""


LARGE = FieldSize(60 * MILLIMETRE, 38 * MILLIMETRE, 25 * MILLIMETRE, 6, 10.5)
"""A person's field takes five lines of 7 to 8 points."""
COMPACT = FieldSize(48 * MILLIMETRE, 38 * MILLIMETRE, 16 * MILLIMETRE, 9, 8.5)


@dataclass(frozen=True, slots=True)
class FieldContext:
    """What the description of a field names beside the role; no person."""

    class_name: str
    school_year: str


def place_signatures(
    flow: Flow,
    form: Form,
    signatories: Sequence[Signatory],
    size: FieldSize,
    context: FieldContext,
) -> None:
    """Place one field per signatory, in rows over the width of the text.

    The seal stands directly left of the principal's signature, touching it: the custom asks for
    the seal over the left third of the signature (NĐ 30/2020/NĐ-CP Art. 33), and two fields that
    overlap cannot be read apart.
    """
    rows = _rows(_visual_order(signatories), size, flow.frame.measure)
    for number, row in enumerate(rows):
        if number:
            flow.skip(_BETWEEN_ROWS)
        _place_row(flow, form, row, size, context)


def _visual_order(signatories: Sequence[Signatory]) -> list[Signatory]:
    seals = [s for s in signatories if s.role is SignerRole.SCHOOL_SEAL]
    others = [s for s in signatories if s.role is not SignerRole.SCHOOL_SEAL]
    principals = [i for i, s in enumerate(others) if s.role is SignerRole.PRINCIPAL]
    at = principals[0] if principals else len(others)
    return [*others[:at], *seals, *others[at:]]


def _rows(
    signatories: Sequence[Signatory], size: FieldSize, measure: float
) -> list[list[Signatory]]:
    """Fill rows; a seal begins a new row with its principal rather than be parted from it."""
    rows: list[list[Signatory]] = []
    used = measure + 1
    for index, signatory in enumerate(signatories):
        after = signatories[index + 1 : index + 2]
        need = _width(signatory, size)
        if signatory.role is SignerRole.SCHOOL_SEAL and after:
            need += _width(after[0], size)
        if used + size.gap + need > measure:
            rows.append([])
            used = -size.gap
        rows[-1].append(signatory)
        used += size.gap + _width(signatory, size)
    return rows


def _width(signatory: Signatory, size: FieldSize) -> float:
    return size.seal if signatory.role is SignerRole.SCHOOL_SEAL else size.person


def _place_row(
    flow: Flow, form: Form, row: Sequence[Signatory], size: FieldSize, context: FieldContext
) -> None:
    style = Style(size.text, size.text * 1.2, Align.CENTRE)
    heads = [_head(form, signatory, size, signable=flow.signable) for signatory in row]
    head_lines = [wrap(h, size.text, _width(s, size)) for h, s in zip(heads, row, strict=True)]
    names = [
        wrap((bold(s.person_name),), size.text, _width(s, size)) if s.person_name else ()
        for s in row
    ]
    above = max(len(lines) for lines in head_lines) * style.leading + 2
    below = max(len(lines) for lines in names) * style.leading + 4
    flow.need(above + size.height + below)
    top = flow.y - above
    for signatory, x, head, name in zip(
        row, _lefts(flow, row, size), head_lines, names, strict=True
    ):
        width = _width(signatory, size)
        # A title of one line stands on its field like one of three, not above a hole.
        first = top + 2 + len(head) * style.leading
        flow.draw(partial(draw_lines, flow.root.add("P"), head, style, (x, first, width)))
        box = (x, top - size.height, x + width, top)
        field = _Field(signatory.field_name, _describe(form, signatory, context), box)
        node = flow.root.add("Form") if flow.signable else None
        flow.draw(partial(_draw_field, node, field))
        if name:
            place = (x, top - size.height - 2, width)
            flow.draw(partial(draw_lines, flow.root.add("P"), name, style, place))
    flow.skip(above + size.height + below)


def _lefts(flow: Flow, row: Sequence[Signatory], size: FieldSize) -> list[float]:
    """Return the left edges: the row is spread, a seal touches what follows it."""
    widths = [_width(signatory, size) for signatory in row]
    joints = [s.role is SignerRole.SCHOOL_SEAL for s in row[:-1]]
    loose = joints.count(False)
    free = flow.frame.measure - sum(widths)
    gap = min(free / loose, 60) if loose else 0
    # A signature alone stands at the right, as custom asks.
    x = flow.frame.left + (free - gap * loose) * (0.5 if len(row) > 1 else 0.9)
    lefts = [x]
    for width, joint in zip(widths[:-1], joints, strict=True):
        x += width + (0 if joint else gap)
        lefts.append(x)
    return lefts


def _head(form: Form, signatory: Signatory, size: FieldSize, *, signable: bool) -> tuple[Run, ...]:
    title = signatory.title or form.label(f"role.{signatory.role.value}")
    if size is COMPACT:
        part = signatory.part
        named = form.label("grade_book.marks.signature_part", part=part) if part else title
        return (bold(named),)
    hint = "sign_seal" if signatory.role is SignerRole.SCHOOL_SEAL else "sign_person"
    hint = hint if signable else f"paper.{hint}"
    return (bold(title.upper()), Run("\n"), italic(form.label(f"common.{hint}")))


def _describe(form: Form, signatory: Signatory, context: FieldContext) -> str:
    subject = signatory.subject or ""
    if signatory.part:
        subject = f"{subject} ({signatory.part})"
    return form.label(
        f"field.{signatory.role.value}",
        subject=subject,
        class_name=context.class_name,
        school_year=context.school_year,
    )


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    description: str
    box: tuple[float, float, float, float]


def _draw_field(node: Node | None, field: _Field, surface: Surface) -> None:
    """Draw the frame of a field; without an element it is a place to sign on paper."""
    left, bottom, right, top = field.box
    surface.rectangles([(left, bottom, right - left, top - bottom)])
    if node is not None:
        surface.add_widget(Widget(field.name, field.description, surface.page, field.box), node)
