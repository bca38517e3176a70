"""Records as XML and back: the machine-readable half of every document (docs/record-xml.md).

The XML follows the model: an element per dataclass, an attribute per single value. What is absent
is empty by its type, never by a default that a later version might change: no text, no value, no
items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args

from preserve.errors import FormatError
from preserve.formats.record_xml_plan import ITEM, FieldPlan, element_tags, kebab, plan_of
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


def encode_record(record: Record) -> bytes:
    """Return the XML of a record; the same record gives the same bytes.

    Raises:
        FormatError: a text or number cannot be written (``RECORD-CHARACTER``, ``RECORD-VALUE``).
    """
    root = _write(record, kebab(type(record).__name__))
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
        for field in plan_of(owner)
        if field.name in header
    }
    return RecordHeader(kind, **values)


def _write(value: object, tag: str) -> Element:
    element, kind = Element(tag), _kind(value)
    for field in plan_of(kind):
        part = getattr(value, field.name)
        if part is None or part == () or (part == "" and not field.optional):
            continue
        if field.repeated:
            element.children.append(_write_items(field, part))
        elif field.is_attribute:
            element.attributes[field.tag] = write_value(part)
        else:
            element.children.append(_write(part, field.tag))
    return element


def _kind(value: object) -> Any:
    return type(value)


def _write_items(field: FieldPlan, items: tuple[Any, ...]) -> Element:
    if not field.single:
        children = [_write(item, field.item_tag) for item in items]
        return Element(field.tag, children=children)
    texts = [_item_text(item) for item in items]
    return Element(field.tag, children=[Element(ITEM, text=text) for text in texts])


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
    _refuse_foreign_content(element, element_tags(kind))
    values = {field.name: _read_field(field, attributes, children) for field in plan_of(kind)}
    for unknown in attributes:
        raise FormatError("RECORD-XML", problem=f"unknown {unknown} in {element.name}")
    return kind(**values)


def _refuse_foreign_content(element: Element, tags: tuple[str, ...]) -> None:
    """Refuse text, and elements that are unknown, stand twice or are out of order."""
    names = [child.name for child in element.children]
    if names != [tag for tag in tags if tag in names]:
        raise FormatError("RECORD-XML", problem=f"elements of {element.name}")
    # An element that can have no elements is empty; between elements blanks mean nothing.
    if element.text.strip(" \t\r\n" if tags else ""):
        raise FormatError("RECORD-XML", problem=f"text in {element.name}")


def _read_field(field: FieldPlan, attributes: dict[str, str], children: dict[str, Element]) -> Any:
    """Take a field's value out of what the element holds."""
    if field.repeated:
        return _read_items(field, children.pop(field.tag, None))
    if field.is_attribute:
        text = attributes.pop(field.tag, None)
        if text is not None:
            return read_value(field.kind, text, field.tag)
        if field.kind is str and not field.optional:
            return ""
    else:
        child = children.pop(field.tag, None)
        if child is not None:
            return _read(child, field.kind)
    if field.optional or field.absent is not None:
        return field.absent
    raise FormatError("RECORD-XML", problem=f"{field.tag} missing")


def _read_items(field: FieldPlan, parent: Element | None) -> tuple[Any, ...]:
    if parent is None:
        return ()
    foreign = any(child.name != field.item_tag for child in parent.children)
    if parent.attributes or not parent.children or foreign:
        raise FormatError("RECORD-XML", problem=f"content of {field.tag}")
    if not field.single:
        return tuple(_read(child, field.kind) for child in parent.children)
    return tuple(_read_item(field, child) for child in parent.children)


def _read_item(field: FieldPlan, child: Element) -> Any:
    if child.attributes or child.children:
        raise FormatError("RECORD-XML", problem=f"content of {field.tag}")
    if is_value(field.kind):
        return read_value(field.kind, child.text, field.tag)
    kinds, parts = get_args(field.kind), child.text.split(" ")
    if len(kinds) != len(parts):
        raise FormatError("RECORD-VALUE", field=field.tag)
    return tuple(read_value(k, part, field.tag) for k, part in zip(kinds, parts, strict=True))
