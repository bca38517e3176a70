"""Writes the structure tree and its way back: the ParentTree (ISO 32000-1 clause 14.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Pdf

from preserve.render.tagging import Mark, Node, Widget


@dataclass(frozen=True, slots=True)
class TreePlaces:
    """Everything that elements point to."""

    pages: Sequence[Object]
    """Page dictionaries."""
    widgets: dict[str, Object]
    """Field name to its annotation."""


def write_structure(
    pdf: Pdf, root: Node, owners: Sequence[Sequence[Node]], places: TreePlaces
) -> None:
    """Write every element; give pages and widgets their keys into the ParentTree."""
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    writer = _Writer(pdf, places)
    tree.K = writer.write(root, tree)
    elements = writer.elements
    numbers = Array()
    for index, row in enumerate(owners):
        places.pages[index].StructParents = index
        places.pages[index].Tabs = Name.S
        numbers.append(index)
        numbers.append(pdf.make_indirect(Array([elements[id(node)] for node in row])))
    for index, (name, element) in enumerate(writer.forms, start=len(owners)):
        places.widgets[name].StructParent = index
        numbers.append(index)
        numbers.append(element)
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.ParentTreeNextKey = len(numbers) // 2
    pdf.Root.StructTreeRoot = tree


class _Writer:
    """Writes elements and remembers them; what many elements share is written once."""

    def __init__(self, pdf: Pdf, places: TreePlaces) -> None:
        self.elements: dict[int, Object] = {}
        """Element by the identity of its node."""
        self.forms: list[tuple[str, Object]] = []
        """Field names with their elements."""
        self._pdf = pdf
        self._places = places
        self._attributes: dict[str, Object] = {}
        self._names: dict[str, Name] = {}

    def write(self, node: Node, parent: Object) -> Object:
        """Write a node and everything below it."""
        home = next((kid.page for kid in node.kids if not isinstance(kid, Node)), None)
        entries = {"/Type": Name.StructElem, "/S": self._name(node.kind), "/P": parent}
        if home is not None:
            entries["/Pg"] = self._places.pages[home]
        if node.attributes:
            entries["/A"] = self._attribute(node.attributes)
        element = self._pdf.make_indirect(Dictionary(entries))
        self.elements[id(node)] = element
        if node.kids:
            kids = [self._kid(kid, element, home) for kid in node.kids]
            element["/K"] = kids[0] if len(kids) == 1 else Array(kids)
        return element

    def _kid(self, kid: Node | Mark | Widget, element: Object, home: int | None) -> Object | int:
        pages = self._places.pages
        match kid:
            case Mark(page=page, mcid=mcid):
                if page == home:
                    return mcid
                return Dictionary(Type=Name.MCR, Pg=pages[page], MCID=mcid)
            case Node():
                return self.write(kid, element)
            case Widget(name=name, page=page):
                self.forms.append((name, element))
                return Dictionary(Type=Name.OBJR, Pg=pages[page], Obj=self._places.widgets[name])

    def _name(self, kind: str) -> Name:
        return self._names.setdefault(kind, Name(f"/{kind}"))

    def _attribute(self, text: str) -> Object:
        if text not in self._attributes:
            attribute = Object.parse(f"<<{text}>>".encode("ascii"))
            self._attributes[text] = self._pdf.make_indirect(attribute)
        return self._attributes[text]
