"""Writes the structure tree and its way back: the ParentTree (ISO 32000-1 clause 14.7).

A class book has tens of thousands of elements: they are written as text, which costs a fraction
of building them as objects of the library, and without what is optional (``/Type``, spaces).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pikepdf import Dictionary, Name, Object, Pdf

from preserve.render.tagging import Mark, Node, Widget


@dataclass(frozen=True, slots=True)
class TreePlaces:
    """Object numbers of everything that elements point to."""

    root: int
    """The ``StructTreeRoot``."""
    pages: Sequence[int]
    widgets: Mapping[str, int]
    """Field name to its annotation, in the order of the keys in the ParentTree."""


def claim_places(pdf: Pdf, pages: Sequence[Object], widgets: Mapping[str, Object]) -> None:
    """Give pages and annotations their keys into the ParentTree, and the tree its place."""
    for index, page in enumerate(pages):
        page.StructParents = index
        page.Tabs = Name.S
    for index, widget in enumerate(widgets.values(), start=len(pages)):
        widget.StructParent = index
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))


def structure_objects(
    root: Node, owners: Sequence[Sequence[Node]], places: TreePlaces, first: int
) -> list[tuple[int, str]]:
    """Return the objects of the tree, number and value; new numbers begin at ``first``."""
    writer = _Writer(places, first)
    top = writer.write(root, places.root)
    rows = [" ".join([f"{writer.numbers[id(node)]} 0 R" for node in row]) for row in owners]
    numbers = [f"{index} {writer.add(f'[{row}]')} 0 R" for index, row in enumerate(rows)]
    for index, name in enumerate(places.widgets, start=len(owners)):
        numbers.append(f"{index} {writer.forms[name]} 0 R")
    parents = writer.add(f"<</Nums [{' '.join(numbers)}]>>")
    tree = (
        f"<</Type /StructTreeRoot /K {top} 0 R /ParentTree {parents} 0 R"
        f" /ParentTreeNextKey {len(numbers)}>>"
    )
    return [*writer.objects, (places.root, tree)]


class _Writer:
    """Writes elements as text and remembers their numbers; shared attributes are written once."""

    def __init__(self, places: TreePlaces, first: int) -> None:
        self.objects: list[tuple[int, str]] = []
        self.numbers: dict[int, int] = {}
        """Number of each element that owns content, by the identity of its node."""
        self.forms: dict[str, int] = {}
        """Field names with the numbers of their elements."""
        self._next = first
        self._places = places
        self._attributes: dict[str, int] = {}

    def add(self, value: str) -> int:
        """Add an object and return its number."""
        number = self._next
        self._next += 1
        self.objects.append((number, value))
        return number

    def write(self, node: Node, parent: int) -> int:
        """Write a node and everything below it, and return its number."""
        attributes = self._attribute(node.attributes) if node.attributes else ""
        number = self._next
        self._next += 1
        head = f"<</S/{node.kind}/P {parent} 0 R{attributes}"
        kids = node.kids
        if not kids:
            self.objects.append((number, f"{head}>>"))
            return number
        home = _home(kids)
        if home is not None:
            self.numbers[id(node)] = number
            head = f"{head}/Pg {self._places.pages[home]} 0 R"
        texts = [self._kid(kid, number, home) for kid in kids]
        value = texts[0] if len(texts) == 1 else f"[{' '.join(texts)}]"
        self.objects.append((number, f"{head}/K {value}>>"))
        return number

    def _kid(self, kid: Node | Mark | Widget, number: int, home: int | None) -> str:
        pages = self._places.pages
        match kid:
            case Node():
                return f"{self.write(kid, number)} 0 R"
            case Mark(page=page, mcid=mcid):
                if page == home:
                    return str(mcid)
                return f"<</Type /MCR /Pg {pages[page]} 0 R /MCID {mcid}>>"
            case Widget(name=name, page=page):
                self.forms[name] = number
                annotation = self._places.widgets[name]
                return f"<</Type /OBJR /Pg {pages[page]} 0 R /Obj {annotation} 0 R>>"

    def _attribute(self, text: str) -> str:
        if text not in self._attributes:
            self._attributes[text] = self.add(f"<<{text}>>")
        return f"/A {self._attributes[text]} 0 R"


def _home(kids: Sequence[Node | Mark | Widget]) -> int | None:
    """Return the page of an element's first own content."""
    for kid in kids:
        if not isinstance(kid, Node):
            return kid.page
    return None
