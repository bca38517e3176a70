"""The XSD 1.0 schema of the record XML, derived from the types of the model.

It admits what :func:`preserve.formats.record_xml.decode_record` admits, with the few exceptions
that docs/record-xml.md lists. Types are named like the elements that the model's types become.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, get_args

from preserve.formats.record_xml import NAMESPACE, ROOTS
from preserve.formats.record_xml_plan import FieldPlan, kebab, plan_of
from preserve.formats.record_xml_tree import Element, write_tree
from preserve.formats.record_xml_values import DATE, DECIMAL, INTEGER, TRUTH, write_value

XML_SCHEMA = "http://www.w3.org/2001/XMLSchema"
_PREFIX = "r"
"""Prefix of the record's namespace inside the schema."""
_SIMPLE: dict[Any, tuple[str, str, str]] = {
    bool: ("truth", "boolean", "|".join(TRUTH)),
    int: ("whole-number", "integer", INTEGER.pattern),
    Decimal: ("mark", "decimal", DECIMAL.pattern),
    date: ("day", "date", DATE.pattern),
}
"""Name, base type and spelling of the values that are neither text nor one of a list."""
_PAIR = "pair"


def record_schema() -> bytes:
    """Return the schema of all kinds of records; the same types give the same bytes."""
    root = Element(
        "schema",
        {
            f"xmlns:{_PREFIX}": NAMESPACE,
            "targetNamespace": NAMESPACE,
            "elementFormDefault": "qualified",
            "version": NAMESPACE.rpartition(":")[2],
        },
    )
    reached = tuple(
        dict.fromkeys(kind for root_kind in ROOTS.values() for kind in _below(root_kind))
    )
    for tag, kind in ROOTS.items():
        root.children.append(Element("element", {"name": tag, "type": _type_name(kind)}))
    records = sorted((kind for kind in reached if is_dataclass(kind)), key=_name)
    words = sorted((kind for kind in reached if _is_words(kind)), key=_name)
    root.children.extend(map(_record_type, records))
    root.children.extend(map(_word_type, words))
    root.children.extend(_simple_types())
    return write_tree(root, XML_SCHEMA)


def _below(kind: Any) -> Iterator[Any]:
    """Yield a record type and every type that its fields need, each at least once."""
    yield kind
    owner: Any = kind
    if is_dataclass(kind):
        for field in plan_of(owner):
            yield from _below(field.kind)


def _is_words(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _name(kind: Any) -> str:
    return kebab(kind.__name__)


def _type_name(kind: Any) -> str:
    """Return how a field refers to its type."""
    if kind is str:
        return "string"
    if kind in _SIMPLE:
        return f"{_PREFIX}:{_SIMPLE[kind][0]}"
    # A fixed tuple of two whole numbers is the only kind of item that has no name of its own.
    if get_args(kind) == (int, int):
        return f"{_PREFIX}:{_PAIR}"
    return f"{_PREFIX}:{_name(kind)}"


def _record_type(kind: Any) -> Element:
    """Return the type of a dataclass: child elements in their order, then the attributes."""
    plan = plan_of(kind)
    children = [_element(field) for field in plan if not field.is_attribute]
    content = [Element("sequence", children=children)] if children else []
    attributes = [_attribute(field) for field in plan if field.is_attribute]
    return Element("complexType", {"name": _name(kind)}, [*content, *attributes])


def _element(field: FieldPlan) -> Element:
    attributes = {"name": field.tag}
    children = []
    if field.repeated:
        children.append(_list_type(field))
    else:
        attributes["type"] = _type_name(field.kind)
    if not field.required:
        attributes["minOccurs"] = "0"
    return Element("element", attributes, children)


def _list_type(field: FieldPlan) -> Element:
    """Return the type of a list: it is left out when it has no items, so it has one at least."""
    item = {
        "name": field.item_tag,
        "type": _type_name(field.kind),
        "maxOccurs": "unbounded",
    }
    return Element(
        "complexType", children=[Element("sequence", children=[Element("element", item)])]
    )


def _attribute(field: FieldPlan) -> Element:
    attributes = {"name": field.tag, "type": _type_name(field.kind)}
    if field.required:
        attributes["use"] = "required"
    if field.absent is not None:
        attributes["default"] = write_value(field.absent)
    return Element("attribute", attributes)


def _word_type(kind: Any) -> Element:
    values = (Element("enumeration", {"value": word.value}) for word in kind)
    return _restriction(_name(kind), "string", values)


def _simple_types() -> Iterator[Element]:
    for name, base, spelling in _SIMPLE.values():
        yield _restriction(name, base, [_pattern(spelling)])
    yield _restriction(_PAIR, "string", [_pattern(f"{INTEGER.pattern} {INTEGER.pattern}")])


def _restriction(name: str, base: str, facets: Iterable[Element]) -> Element:
    restriction = Element("restriction", {"base": base}, list(facets))
    return Element("simpleType", {"name": name}, [restriction])


def _pattern(spelling: str) -> Element:
    return Element("pattern", {"value": spelling})
