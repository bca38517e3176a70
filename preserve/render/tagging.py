"""The structure tree while a document is drawn: elements and the content they own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Mark(NamedTuple):
    """A piece of marked content: the page (from 0) and its MCID there."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Widget:
    """A signature field as it stands on a page."""

    name: str
    """Field name, a stable role id; never a person's name."""
    description: str
    """Plain Vietnamese description, read aloud by a screen reader."""
    page: int
    box: tuple[float, float, float, float]
    """Left, bottom, right, top in points."""


@dataclass(slots=True)
class Node:
    """A structure element; it grows while pages are drawn, hence not frozen."""

    kind: str
    """Standard structure type: ``H1``, ``P``, ``Table``, ``TR``, ``TH``, ``TD``, ``Form``."""
    attributes: str = ""
    """Content of ``/A``, for example ``/O /Table /Scope /Column``."""
    kids: list[Node | Mark | Widget] = field(default_factory=list)

    def add(self, kind: str, attributes: str = "") -> Node:
        """Append a new element and return it."""
        node = Node(kind, attributes)
        self.kids.append(node)
        return node
