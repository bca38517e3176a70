"""The contracts of the layers bite: each is proven by an import that it must refuse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

# Contract, the module that is planted, and the import that the contract must refuse.
VIOLATIONS = [
    ("layers", "model/planted.py", "preserve.workflow"),
    ("layers", "rules/planted.py", "preserve.render"),
    ("layers", "ingest/planted.py", "preserve.render"),
    ("layers", "report/planted.py", "preserve.demo"),
    ("layers", "workflow/planted.py", "preserve.command"),
    ("pure", "model/planted.py", "asn1crypto"),
    ("pure", "policy/planted.py", "subprocess"),
    ("pure", "rules/planted.py", "socket"),
    ("independent-verifier", "verify/planted.py", "preserve.sign"),
    ("independent-verifier", "verify/planted.py", "preserve.package"),
    ("independent-verifier", "verify/planted.py", "preserve.evidence"),
    ("independent-verifier", "verify/planted.py", "preserve.render"),
    ("independent-verifier", "verify/planted.py", "preserve.store"),
    ("independent-verifier", "verify/planted.py", "reportlab"),
    ("independent-verifier", "verify/planted.py", "boto3"),
    ("home-boto3", "sign/planted.py", "boto3"),
    ("home-reportlab", "report/planted.py", "reportlab"),
    ("home-click", "workflow/planted.py", "click"),
    ("home-pyhanko", "package/planted.py", "pyhanko"),
    ("home-pikepdf", "sign/planted.py", "pikepdf"),
    ("home-sqlite3", "journal/planted.py", "sqlite3"),
    ("home-pkcs11", "trust/planted.py", "pkcs11"),
    ("nothing-imports-cli", "workflow/planted.py", "cli"),
]


def lint_imports(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Check contracts, or all of them, over a copy of the source."""
    selection = [part for contract in contracts for part in ("--contract", contract)]
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo", *selection],
        cwd=tree,
        # The copy must be analysed, not the checkout that PYTHONPATH may name.
        env={**os.environ, "PYTHONPATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def names_of_contracts() -> dict[str, str]:
    """Return the name of each contract by its id."""
    table = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return {c["id"]: c["name"] for c in table["tool"]["importlinter"]["contracts"]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a copy of the source that a test may spoil."""
    shutil.copytree(
        PROJECT / "preserve",
        tmp_path / "preserve",
        ignore=shutil.ignore_patterns("__pycache__", "*.ttf", "*.toml"),
    )
    for name in ("cli.py", "pyproject.toml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def assert_broken(tree: Path, contract: str) -> None:
    """Check one contract and expect it, and only it, to be named as broken."""
    finished = lint_imports(tree, contract)
    assert f"{names_of_contracts()[contract]} BROKEN" in finished.stdout
    assert finished.returncode == 1


def test_source_keeps_every_contract(tree: Path) -> None:
    """The source as it stands breaks no contract."""
    finished = lint_imports(tree)
    assert finished.returncode == 0, finished.stdout
    for name in names_of_contracts().values():
        assert f"{name} KEPT" in finished.stdout


@pytest.mark.parametrize(("contract", "module", "imported"), VIOLATIONS)
def test_planted_import_is_refused(tree: Path, contract: str, module: str, imported: str) -> None:
    """One forbidden import breaks the contract that forbids it."""
    (tree / "preserve" / module).write_text(f"import {imported}\n", encoding="utf-8")
    assert_broken(tree, contract)


def test_errors_import_no_third_party(tree: Path) -> None:
    """The exception tree, a module and not a package, is held to the same purity."""
    errors = tree / "preserve" / "errors.py"
    errors.write_text(errors.read_text(encoding="utf-8") + "\nimport click\n", encoding="utf-8")
    assert_broken(tree, "pure")


def test_cycle_is_refused(tree: Path) -> None:
    """Two siblings that import each other break the second contract, at any depth."""
    (tree / "preserve" / "catalog" / "one.py").write_text(
        "import preserve.catalog.two\n", encoding="utf-8"
    )
    (tree / "preserve" / "catalog" / "two.py").write_text(
        "import preserve.catalog.one\n", encoding="utf-8"
    )
    assert_broken(tree, "acyclic")


def test_unlisted_package_is_refused(tree: Path) -> None:
    """The layers are exhaustive: a package that no layer names breaks the first contract."""
    (tree / "preserve" / "attic").mkdir()
    (tree / "preserve" / "attic" / "__init__.py").touch()
    assert_broken(tree, "layers")


def test_every_contract_is_proven() -> None:
    """No contract is without a planted violation."""
    proven = {contract for contract, _, _ in VIOLATIONS} | {"acyclic"}
    assert proven == names_of_contracts().keys()
