"""Elements and text: a small XML subset without DTD, entities, comments or mixed content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from preserve.errors import FormatError

MAX_BYTES = 64 * 1024 * 1024
"""A grade book of 60 pupils and 15 subjects takes about 2 MiB."""
MAX_ELEMENTS = 500_000
MAX_DEPTH = 24
_SEPARATOR = "\n"
"""Between namespace and name; neither can hold a line feed."""
_UNHOLDABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a reference (clause 2.2, production Char)."""
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        # A parser turns these into spaces or line feeds unless they are written as references.
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)


@dataclass(slots=True)
class Element:
    """An element with attributes and either elements or text inside."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""


def write_tree(root: Element, namespace: str) -> bytes:
    """Write a tree as UTF-8, one element a line, attributes in the given order.

    Raises:
        FormatError: ``RECORD-CHARACTER``, XML 1.0 cannot hold a character of a text.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.extend(_lines(root, "", f' xmlns="{namespace}"'))
    lines.append("")
    return "\n".join(lines).encode("utf-8")


def read_tree(data: bytes, namespace: str) -> Element:
    """Read what ``write_tree`` wrote, and anything that means the same.

    Raises:
        FormatError: ``RECORD-XML`` for malformed or foreign XML, ``RECORD-DTD`` for a document
            type or an entity, ``RECORD-LIMIT`` for one that is too large or too deep.
    """
    if len(data) > MAX_BYTES:
        raise FormatError("RECORD-LIMIT", limit="bytes", value=MAX_BYTES)
    builder = _Builder(namespace)
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.ProcessingInstructionHandler = _refuse_instruction
    try:
        parser.Parse(data, True)  # noqa: FBT003  (expat takes no keywords)
    except (expat.ExpatError, ValueError) as error:
        raise FormatError("RECORD-XML", problem=_position(error)) from error
    if builder.root is None:
        raise FormatError("RECORD-XML", problem="empty")
    return builder.root


@dataclass(slots=True)
class _Builder:
    """Collects parser events into a tree."""

    namespace: str
    root: Element | None = None
    open: list[Element] = field(default_factory=list)
    count: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(_SEPARATOR)
        if space != self.namespace:
            raise FormatError("RECORD-XML", problem=f"namespace of {local}")
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise FormatError("RECORD-LIMIT", limit="elements", value=MAX_ELEMENTS)
        if len(self.open) >= MAX_DEPTH:
            raise FormatError("RECORD-LIMIT", limit="depth", value=MAX_DEPTH)
        element = Element(local, attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        element = self.open.pop()
        if element.children:
            if element.text.strip(" \t\r\n"):
                raise FormatError("RECORD-XML", problem=f"text between elements of {element.name}")
            element.text = ""

    def text(self, text: str) -> None:
        self.open[-1].text += text


def _lines(element: Element, indent: str, extra: str = "") -> Iterator[str]:
    attributes = "".join(f' {key}="{_escape(value)}"' for key, value in element.attributes.items())
    start = f"{indent}<{element.name}{extra}{attributes}"
    if element.children:
        yield f"{start}>"
        for child in element.children:
            yield from _lines(child, f"{indent} ")
        yield f"{indent}</{element.name}>"
    elif element.text:
        yield f"{start}>{_escape(element.text)}</{element.name}>"
    else:
        yield f"{start}/>"


def _escape(text: str) -> str:
    found = _UNHOLDABLE.search(text)
    if found:
        raise FormatError("RECORD-CHARACTER", code_point=f"U+{ord(found[0]):04X}")
    return text.translate(_ESCAPES)


def _refuse_dtd(*_arguments: object) -> None:
    raise FormatError("RECORD-DTD")


def _refuse_instruction(*_arguments: object) -> None:
    raise FormatError("RECORD-XML", problem="processing instruction")


def _position(error: Exception) -> str:
    match error:
        case expat.ExpatError(lineno=line, offset=column):
            return f"{expat.errors.messages.get(error.code, 'syntax')}, {line}:{column}"
        case _:
            return type(error).__name__
