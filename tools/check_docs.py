"""Checks the documents: links resolve, commands and targets exist, exit codes agree.

Run as ``python -m tools.check_docs [FOLDER]``; every problem is one line, any problem exits 1.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click

from preserve import errors

_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(
    r"(?:^|\s)preserve (?:--quiet |--[\w-]+[= ]\S+ )*([a-z][a-z-]+)", re.MULTILINE
)
_MAKE = re.compile(r"^(?:\$ )?make (?:[A-Z]+=\S+ )*([a-z]+)", re.MULTILINE)
_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
_CODE_ROW = re.compile(r"^\|\s*(\d+)\s*\|\s*`(\w+)`", re.MULTILINE)
_FOREIGN = ("http://", "https://", "mailto:")
_SKIPPED = {".venv", ".git", "node_modules", "build", "dist", "target"}


def documents(root: Path) -> tuple[Path, ...]:
    """Return every Markdown document of the project."""
    found = (path for path in root.rglob("*.md") if not _SKIPPED & set(path.parts))
    return tuple(sorted(path for path in found if not path.relative_to(root).match("demo*/**")))


def broken_links(root: Path) -> Iterator[str]:
    """Yield each link between documents whose file or heading does not exist."""
    for document in documents(root):
        text = _FENCE.sub("", document.read_text(encoding="utf-8"))
        for target in _LINK.findall(text):
            if target.startswith(_FOREIGN):
                continue
            path, _, fragment = unquote(target).partition("#")
            file = (document.parent / path).resolve() if path else document
            if not file.exists():
                yield f"{document.relative_to(root)}: no such file: {target}"
            elif fragment and fragment not in _anchors(file):
                yield f"{document.relative_to(root)}: no such heading: {target}"


def unknown_commands(root: Path, commands: frozenset[str]) -> Iterator[str]:
    """Yield each ``preserve`` command that a document names and the program lacks."""
    for document in documents(root):
        for name in sorted(_named(_COMMAND, document) - commands):
            yield f"{document.relative_to(root)}: no such command: preserve {name}"


def unnamed_commands(root: Path, commands: frozenset[str]) -> Iterator[str]:
    """Yield each command that README.md forgets."""
    for name in sorted(commands - _named(_COMMAND, root / "README.md")):
        yield f"README.md: does not name the command: preserve {name}"


def unknown_targets(root: Path) -> Iterator[str]:
    """Yield each ``make`` target that a document names and the Makefile lacks."""
    targets = set(_TARGET.findall((root / "Makefile").read_text(encoding="utf-8")))
    for document in documents(root):
        for name in sorted(_named(_MAKE, document) - targets):
            yield f"{document.relative_to(root)}: no such target: make {name}"


def wrong_exit_codes(root: Path) -> Iterator[str]:
    """Yield each difference between docs/exit-codes.md and the exception tree."""
    rows = _CODE_ROW.findall((root / "docs" / "exit-codes.md").read_text(encoding="utf-8"))
    documented = {(int(number), name) for number, name in rows}
    real = {(kind.exit_code, kind.__name__) for kind in error_classes()}
    for number, name in sorted(documented ^ real):
        side = "documents" if (number, name) in documented else "lacks"
        yield f"docs/exit-codes.md: {side} {name} with code {number}"


def error_classes() -> tuple[type[errors.PreserveError], ...]:
    """Return the exception tree of the program."""
    found = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.PreserveError)
    ]
    return tuple(found)


def program_commands() -> frozenset[str]:
    """Return the names of the commands that ``cli.py`` offers."""
    module = importlib.import_module("cli")
    groups = [value for value in vars(module).values() if isinstance(value, click.Group)]
    return frozenset(name for group in groups for name in group.commands)


def _named(pattern: re.Pattern[str], document: Path) -> frozenset[str]:
    """Return what a pattern finds in the code of a document; prose is left out."""
    text = document.read_text(encoding="utf-8")
    code = [*_FENCE.findall(text), *_INLINE.findall(_FENCE.sub("", text))]
    return frozenset(name for part in code for name in pattern.findall(part))


def _anchors(file: Path) -> set[str]:
    headings = _HEADING.findall(_FENCE.sub("", file.read_text(encoding="utf-8")))
    return {_anchor(heading) for heading in headings}


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return words.strip().replace(" ", "-")


def main(arguments: list[str]) -> int:
    """Print every problem and return the exit code."""
    root = Path(arguments[0] if arguments else ".").resolve()
    commands = program_commands()
    problems = [
        *broken_links(root),
        *unknown_commands(root, commands),
        *unnamed_commands(root, commands),
        *unknown_targets(root),
        *wrong_exit_codes(root),
    ]
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
