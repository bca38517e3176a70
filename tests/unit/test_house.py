"""The house rules that no linter knows: texts, exit codes, reasons, documents, machine paths."""

from __future__ import annotations

import ast
import os
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from preserve import errors

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = (*sorted((PROJECT / "preserve").rglob("*.py")), PROJECT / "cli.py")
TEXT_FILES = sorted((PROJECT / "preserve" / "report" / "texts").glob("*.toml"))
ERROR_CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.PreserveError)
}
CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9_]+)+")
VERSIONED_DOCUMENTS = (
    "docs/architecture.md",
    "docs/exit-codes.md",
    "docs/format.md",
    "docs/glossary.md",
    "docs/record-xml.md",
    "docs/threat-model.md",
)
OTHER_DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "preserve/render/fonts/OFL.txt",
    "docs/judges.md",
    "docs/shell-completion.md",
    "docs/vi/huong-dan.md",
    "benchmarks/README.md",
)
DECISIONS = 15
# Folders that an installed package has and a checkout has not.
RESERVED_FOLDERS = {"preserve/policy/defaults"}
# Written with brackets so that this file does not contain what it forbids.
MACHINE_TRACES = re.compile(
    r"/h[o]me/|/w[o]rk/|/tmp/w[/]|\.libr[a]ry\b|pyp[i]\.org/simple|registry\.np[m]js|rep[o]1?\.maven"
)


@dataclass(frozen=True, slots=True)
class Site:
    """One place where an error is made."""

    file: Path
    line: int
    codes: tuple[str, ...]
    """Literal codes; empty when the code is computed."""
    parameters: frozenset[str]
    open_ended: bool
    """True when parameters are passed on with ``**``."""

    def __str__(self) -> str:
        """Name the place the way an editor opens it."""
        return f"{self.file.relative_to(PROJECT)}:{self.line}"


@cache
def syntax(file: Path) -> ast.Module:
    """Parse one source file."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return every text by its code."""
    found: dict[str, dict[str, str]] = {}
    for file in TEXT_FILES:
        found.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return found


def literal_codes(node: ast.expr) -> tuple[str, ...]:
    """Return the codes an expression can be: a literal, or either side of a condition."""
    match node:
        case ast.Constant(value=str(code)):
            return (code,)
        case ast.IfExp(body=body, orelse=orelse):
            one, other = literal_codes(body), literal_codes(orelse)
            return (*one, *other) if one and other else ()
        case _:
            return ()


def sites() -> Iterator[Site]:
    """Yield every place where an error of the program is made."""
    for file in SOURCES:
        for node in ast.walk(syntax(file)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func).rsplit(".", 1)[-1]
            if called in ERROR_CLASSES:
                yield Site(
                    file,
                    node.lineno,
                    literal_codes(node.args[0]),
                    frozenset(k.arg for k in node.keywords if k.arg is not None),
                    any(k.arg is None for k in node.keywords),
                )


@cache
def named_codes() -> dict[str, str]:
    """Return every code-shaped string of the source whose first word is one that texts use."""
    families = {code.split("-", 1)[0] for code in texts()}
    return {
        node.value: f"{file.relative_to(PROJECT)}:{node.lineno}"
        for file in SOURCES
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
        and node.value.split("-", 1)[0] in families
    }


@cache
def composed_codes() -> dict[str, str]:
    """Return the beginning of every code that an f-string completes, such as ``UI-STATE-``."""
    return {
        node.values[0].value: f"{file.relative_to(PROJECT)}:{node.lineno}"
        for file in SOURCES
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and isinstance(node.values[0].value, str)
        and re.fullmatch(r"[A-Z][A-Z0-9]*-(?:[A-Z0-9]+-)*", node.values[0].value)
        and node.values[0].value.split("-", 1)[0] in {code.split("-", 1)[0] for code in texts()}
    }


def placeholders(text: str) -> set[str]:
    """Return the names in braces of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def project_files() -> Iterator[Path]:
    """Yield every text file of the project, without environments, caches and demo archives."""
    for folder, folders, names in os.walk(PROJECT):
        folders[:] = [
            name
            for name in folders
            if (not name.startswith(".") or name == ".ci")
            and name not in {"__pycache__", "build", "dist", "target"}
            and not re.fullmatch(r"demo(-\d+)?", name if Path(folder) == PROJECT else "")
        ]
        for path in (Path(folder) / name for name in names):
            if b"\0" not in path.read_bytes():
                yield path


def test_every_error_has_a_text() -> None:
    """Each code that an error is raised with has its sentence in both languages."""
    missing = {f"{site}: {code}" for site in sites() for code in site.codes if code not in texts()}
    assert missing == set()


def test_every_named_code_has_a_text() -> None:
    """A code that is handed on as data (a finding, a table of codes) has its sentence too."""
    missing = {
        f"{where}: {code}"
        for code, where in named_codes().items()
        if code not in texts() and not any(start + code in texts() for start in composed_codes())
    }
    assert missing == set()


def test_every_text_is_used() -> None:
    """A sentence that no code of the source can show is dead."""
    used = named_codes().keys() | {code for site in sites() for code in site.codes}
    dead = {c for c in texts().keys() - used if not c.startswith(tuple(composed_codes()))}
    assert dead == set()


def test_every_composed_code_has_texts() -> None:
    """A code whose last word is composed when the program runs has some sentence at least."""
    silent = {
        f"{where}: {start}"
        for start, where in composed_codes().items()
        if not any(code.startswith(start) for code in texts())
    }
    assert silent == set()


def test_texts_name_only_what_errors_carry() -> None:
    """A placeholder of a sentence is a parameter at every place that raises it."""
    unfilled = {
        f"{site}: {code} lacks {sorted(wanted - site.parameters)}"
        for site in sites()
        if not site.open_ended
        for code in site.codes
        if (wanted := placeholders(texts().get(code, {}).get("en", ""))) - site.parameters
    }
    assert unfilled == set()


def test_exit_code_page_agrees_with_the_tree() -> None:
    """docs/exit-codes.md lists exactly the classes of preserve.errors with their codes."""
    page = (PROJECT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|\s*(\d+)\s*\|\s*`(\w+)`", page, re.MULTILINE)
    assert {name: int(code) for code, name in rows} == {
        name: kind.exit_code for name, kind in ERROR_CLASSES.items()
    }


def test_every_lint_exception_has_a_reason() -> None:
    """Each rule that ruff is told to ignore says why on its own line."""
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)["tool"]["ruff"]["lint"]
    ignored = {
        *table["ignore"],
        *(r for rules in table["per-file-ignores"].values() for r in rules),
    }
    explained = set(re.findall(r'^\s+"([A-Z]+\d*)",\s+# \S+', text, re.MULTILINE))
    assert ignored - explained == set()


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_noqa_in_source_has_a_reason(file: Path) -> None:
    """A rule that a line switches off is explained behind it, at least once in each file."""
    found = re.findall(r"# noqa(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    switched_off, explained = set[str](), set[str]()
    for rest in found:
        codes, reason = re.fullmatch(r":((?: ?[A-Z]+\d+,?)+)(.*)", rest).groups()  # type: ignore[union-attr]
        switched_off.update(re.findall(r"\w+", codes))
        if reason.strip():
            explained.update(re.findall(r"\w+", codes))
    assert switched_off - explained == set()


def test_every_dependency_is_explained() -> None:
    """Each dependency and its range stand in the decision about dependencies."""
    table = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *table["build-system"]["requires"],
        *table["project"]["dependencies"],
        *table["dependency-groups"]["dev"],
    ]
    page = (PROJECT / "docs" / "adr" / "0014-dependencies.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", page, re.MULTILINE))
    split = {re.match(r"[\w.\-]+(\[\w+\])?", item)[0]: item for item in wanted}  # type: ignore[index]
    assert rows == {(name, item.removeprefix(name)) for name, item in split.items()}


@pytest.mark.parametrize("name", [*VERSIONED_DOCUMENTS, *OTHER_DOCUMENTS])
def test_document_exists(name: str) -> None:
    """The documents that others rely on are there and say something."""
    assert (PROJECT / name).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("name", VERSIONED_DOCUMENTS)
def test_normative_document_has_a_version(name: str) -> None:
    """A document that others may implement names its version at the top."""
    top = (PROJECT / name).read_text(encoding="utf-8")[:400]
    assert re.search(r"[Vv]ersion:? \d+", top)


def test_decisions_are_numbered_without_gaps() -> None:
    """Each decision has its own number, and none is missing."""
    numbers = [int(path.name[:4]) for path in sorted((PROJECT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= DECISIONS


@pytest.mark.parametrize("heading", ["## Context", "## Options", "## Outcome", "## Consequences"])
def test_decisions_have_the_same_parts(heading: str) -> None:
    """A decision says why it was needed, what else was possible, what was chosen, what follows."""
    for path in sorted((PROJECT / "docs" / "adr").glob("*.md")):
        assert heading in path.read_text(encoding="utf-8").splitlines(), path.name


def test_documents_name_only_files_that_exist() -> None:
    """A path of the project in the documents, such as the tests of a promise, is there."""
    absent = {
        f"{path.relative_to(PROJECT)}: {named}"
        for path in sorted((PROJECT / "docs").rglob("*.md"))
        for named in re.findall(
            r"`((?:tests|preserve|policies|tools|benchmarks)/[\w./-]*)`",
            path.read_text(encoding="utf-8"),
        )
        if not (PROJECT / named).exists() and named not in RESERVED_FOLDERS
    }
    assert absent == set()


def test_promises_name_folders_with_tests() -> None:
    """Behind each promise of the threat model stands at least one test."""
    page = (PROJECT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\| P-\d+ .*$", page, re.MULTILINE):
        folders = re.findall(r"`(tests/[\w./-]*)`", row)
        assert folders or "**planned**" in row, row
        for folder in folders:
            found = [PROJECT / folder, *(PROJECT / folder).rglob("test_*.py")]
            assert any(f.is_file() and "def test_" in f.read_text("utf-8") for f in found), row


def test_no_file_names_a_machine() -> None:
    """No file of the project names a path of one machine or a package registry's host."""
    traces = {
        f"{path.relative_to(PROJECT)}: {found[0]}"
        for path in project_files()
        if (found := MACHINE_TRACES.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert traces == set()


def test_documents_agree_with_the_program() -> None:
    """Links resolve, and the commands of the documents are the commands of the program."""
    finished = run_check_docs(PROJECT)
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("README.md", "See [this](docs/absent.md).", "no such file: docs/absent.md"),
        ("README.md", "See [this](LICENSE#absent).", "no such heading: LICENSE#absent"),
        ("README.md", "Type `preserve absent`.", "no such command: preserve absent"),
        ("README.md", "Type `make absent`.", "no such target: make absent"),
        ("docs/exit-codes.md", "| 9 | `AbsentError` |", "documents AbsentError with code 9"),
    ],
)
def test_document_check_finds(tmp_path: Path, name: str, line: str, expected: str) -> None:
    """The check of the documents finds a planted fault of each kind."""
    for copied in ("README.md", "LICENSE", "Makefile", "docs/exit-codes.md"):
        target = tmp_path / copied
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((PROJECT / copied).read_bytes())
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    finished = run_check_docs(tmp_path)
    assert expected in finished.stdout
    assert finished.returncode == 1


def run_check_docs(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the documents that lie in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "tools.check_docs", folder],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
