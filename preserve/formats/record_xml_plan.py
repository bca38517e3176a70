"""How each field of a record is written: attribute, element or list; the types decide alone."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from preserve.formats.record_xml_values import is_value
from preserve.model.school import School, SchoolKind

ITEM = "item"
"""Element of a list whose items are not dataclasses."""
_LATER: Mapping[tuple[type, str], object] = {(School, "kind"): SchoolKind.SCHOOL}
"""Values that the first files lack, and what their absence says, for good.

This is no default of the model: it stays what it is even if the model's default changes.
"""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """How one field of a dataclass is written."""

    name: str
    tag: str
    """Name of the attribute or element."""
    kind: Any
    """The type without ``None`` and without the tuple around it."""
    optional: bool
    repeated: bool
    is_attribute: bool
    """True for one single value; everything else is an element."""
    absent: Any = None
    """What an absent attribute says when it is a value; ``None`` when it says nothing."""

    @property
    def item_tag(self) -> str:
        """Element of one item: the dataclass's name, or ``item`` for single values."""
        return ITEM if self.single else kebab(self.kind.__name__)

    @property
    def single(self) -> bool:
        """False for a dataclass, which is an element with content of its own."""
        return not is_dataclass(self.kind)

    @property
    def required(self) -> bool:
        """False when an absent attribute or element has a meaning: no value, no text, no items."""
        says_something = self.optional or self.repeated or self.kind is str
        return not says_something and self.absent is None


@cache
def plan_of(owner: Any) -> tuple[FieldPlan, ...]:
    """Return how the fields of a dataclass are written, in their order."""
    hints = get_type_hints(owner)
    return tuple(
        _field(field.name, hints[field.name], _LATER.get((owner, field.name)))
        for field in fields(owner)
    )


@cache
def element_tags(owner: Any) -> tuple[str, ...]:
    """Return the names of the child elements of a dataclass, in their order."""
    return tuple(field.tag for field in plan_of(owner) if not field.is_attribute)


def kebab(name: str) -> str:
    """Return a type's name as an element's name: ``YearResult`` is ``year-result``."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def _field(name: str, hint: Any, absent: object) -> FieldPlan:
    optional = repeated = False
    if get_origin(hint) in {Union, types.UnionType}:
        (hint,) = (part for part in get_args(hint) if part is not type(None))
        optional = True
    if get_origin(hint) is tuple and get_args(hint)[-1] is Ellipsis:
        hint, repeated = get_args(hint)[0], True
    return FieldPlan(
        name=name,
        tag=name.replace("_", "-"),
        kind=hint,
        optional=optional,
        repeated=repeated,
        is_attribute=is_value(hint) and not repeated,
        absent=absent,
    )
