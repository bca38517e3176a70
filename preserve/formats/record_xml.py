"""Records as XML and back: the machine-readable half of every document (docs/record-xml.md).

The XML follows the model: an element per dataclass, an attribute per single value. What is absent
is empty by its type, never by a default that a later version might change: no text, no value, no
items.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from preserve.errors import FormatError
from preserve.formats.record_xml_tree import Element, read_tree, write_tree
from preserve.formats.record_xml_values import is_value, read_value, write_value
from preserve.model.records import (
    AmendmentMinutes,
    AssessmentSummary,
    CoveringNote,
    GradeBook,
    Record,
    SealingMinutes,
    Transcript,
    TransferSummary,
)
from preserve.model.roles import Signatory
from preserve.model.school import School

NAMESPACE = "urn:preserve:record:1"
ROOTS: Mapping[str, type[Record]] = {
    "transcript": Transcript,
    "grade-book": GradeBook,
    "assessment-summary": AssessmentSummary,
    "transfer-summary": TransferSummary,
    "amendment-minutes": AmendmentMinutes,
    "sealing-minutes": SealingMinutes,
    "covering-note": CoveringNote,
}
"""Name of the root element to kind of record."""
_ITEM = "item"
"""Element of a list whose items are not dataclasses."""


def encode_record(record: Record) -> bytes:
    """Return the XML of a record; the same record gives the same bytes.

    Raises:
        FormatError: a text or number cannot be written (``RECORD-CHARACTER``, ``RECORD-VALUE``).
    """
    root = _write(record, _kebab(type(record).__name__))
    return write_tree(root, NAMESPACE)


def decode_record(data: bytes) -> Record:
    """Return the record that an XML holds, field by field equal to the encoded one.

    Raises:
        FormatError: the bytes are no such XML, name an unknown element or attribute, lack a
            value, or exceed a limit.
    """
    root = read_tree(data, NAMESPACE)
    kind = ROOTS.get(root.name)
    if kind is None:
        raise FormatError("RECORD-XML", problem=f"root {root.name}")
    record: Record = _read(root, kind)
    return record


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """What a signer has to know of a record, without its thousands of marks."""

    kind: type[Record]
    record_id: str
    form: str
    school: School
    signatories: tuple[Signatory, ...]


def decode_header(data: bytes) -> RecordHeader:
    """Return the header of a record; what else it holds is not looked at.

    Raises:
        FormatError: as :func:`decode_record`, as far as the header is concerned.
    """
    root = read_tree(data, NAMESPACE)
    kind = ROOTS.get(root.name)
    if kind is None:
        raise FormatError("RECORD-XML", problem=f"root {root.name}")
    attributes = dict(root.attributes)
    children = {child.name: child for child in root.children}
    owner: Any = kind
    header = {field.name for field in fields(RecordHeader)}
    values = {
        field.name: _read_field(field, attributes, children)
        for field in _plan(owner)
        if field.name in header
    }
    return RecordHeader(kind, **values)


@dataclass(frozen=True, slots=True)
class _Field:
    """How one field of a dataclass is written."""

    name: str
    tag: str
    kind: Any
    """The type without ``None`` and without the tuple around it."""
    optional: bool
    repeated: bool

    @property
    def item_tag(self) -> str:
        """Element of one item: the dataclass's name, or ``item`` for single values."""
        return _ITEM if self.single else _kebab(self.kind.__name__)

    @property
    def single(self) -> bool:
        """False for a dataclass, which is an element with content of its own."""
        return not is_dataclass(self.kind)


@cache
def _plan(owner: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(owner)
    return tuple(_field(field.name, hints[field.name]) for field in fields(owner))


def _field(name: str, hint: Any) -> _Field:
    optional = repeated = False
    if get_origin(hint) in {Union, types.UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
        optional = True
    if get_origin(hint) is tuple and get_args(hint)[-1] is Ellipsis:
        hint, repeated = get_args(hint)[0], True
    return _Field(name, name.replace("_", "-"), hint, optional, repeated)


def _write(value: object, tag: str) -> Element:
    element, kind = Element(tag), _kind(value)
    for field in _plan(kind):
        part = getattr(value, field.name)
        if part is None or part == () or (part == "" and not field.optional):
            continue
        if field.repeated:
            element.children.append(_write_items(field, part))
        elif is_value(field.kind):
            element.attributes[field.tag] = write_value(part)
        else:
            element.children.append(_write(part, field.tag))
    return element


def _kind(value: object) -> Any:
    return type(value)


def _write_items(field: _Field, items: tuple[Any, ...]) -> Element:
    if not field.single:
        children = [_write(item, field.item_tag) for item in items]
        return Element(field.tag, children=children)
    texts = [_item_text(item) for item in items]
    return Element(field.tag, children=[Element(_ITEM, text=text) for text in texts])


def _item_text(item: object) -> str:
    """Write a value, or a fixed tuple of values with spaces between."""
    match item:
        case tuple():
            return " ".join(write_value(part) for part in item)
        case _:
            return write_value(item)


def _read(element: Element, kind: Any) -> Any:
    attributes = dict(element.attributes)
    children = {child.name: child for child in element.children}
    if len(children) != len(element.children):
        raise FormatError("RECORD-XML", problem=f"repeated element in {element.name}")
    if element.text.strip(" \t\r\n"):
        raise FormatError("RECORD-XML", problem=f"text in {element.name}")
    values = {field.name: _read_field(field, attributes, children) for field in _plan(kind)}
    for unknown in (*attributes, *children):
        raise FormatError("RECORD-XML", problem=f"unknown {unknown} in {element.name}")
    return kind(**values)


def _read_field(field: _Field, attributes: dict[str, str], children: dict[str, Element]) -> Any:
    """Take a field's value out of what the element holds."""
    if field.repeated:
        return _read_items(field, children.pop(field.tag, None))
    if is_value(field.kind):
        text = attributes.pop(field.tag, None)
        if text is not None:
            return read_value(field.kind, text, field.tag)
        if field.kind is str and not field.optional:
            return ""
    else:
        child = children.pop(field.tag, None)
        if child is not None:
            return _read(child, field.kind)
    if field.optional:
        return None
    raise FormatError("RECORD-XML", problem=f"{field.tag} missing")


def _read_items(field: _Field, parent: Element | None) -> tuple[Any, ...]:
    if parent is None:
        return ()
    foreign = any(child.name != field.item_tag for child in parent.children)
    if parent.attributes or not parent.children or foreign:
        raise FormatError("RECORD-XML", problem=f"content of {field.tag}")
    if not field.single:
        return tuple(_read(child, field.kind) for child in parent.children)
    return tuple(_read_item(field, child) for child in parent.children)


def _read_item(field: _Field, child: Element) -> Any:
    if child.attributes or child.children:
        raise FormatError("RECORD-XML", problem=f"content of {field.tag}")
    if is_value(field.kind):
        return read_value(field.kind, child.text, field.tag)
    kinds, parts = get_args(field.kind), child.text.split(" ")
    if len(kinds) != len(parts):
        raise FormatError("RECORD-VALUE", field=field.tag)
    return tuple(read_value(k, part, field.tag) for k, part in zip(kinds, parts, strict=True))


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
