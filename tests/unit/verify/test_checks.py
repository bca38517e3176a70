"""The catalogue of checks, its texts and the code agree."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from preserve.verify.checks import Check

PROJECT = Path(__file__).resolve().parents[3]
VERIFY = PROJECT / "preserve" / "verify"
TEXTS = tomllib.loads((PROJECT / "preserve/report/texts/verify.toml").read_text(encoding="utf-8"))
MAKERS = {"passed", "undetermined", "failed"}
GIVEN = {"subject"}
"""Every finding carries its subject as a parameter."""
ERRORS = {"VERIFY-NO-SUCH-PATH", "VERIFY-NO-TARGET", "VERIFY-UNREADABLE"}


def used_names() -> set[str]:
    """Names of ``Check`` members that the judge mentions."""
    return {
        node.attr
        for path in VERIFY.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Check"
    }


def keywords_in_code() -> set[str]:
    """Every keyword or dictionary key that the judge passes on to a finding."""
    names: set[str] = set()
    for path in VERIFY.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                *MAKERS,
                "describe_valid",
            }:
                names.update(keyword.arg for keyword in node.keywords if keyword.arg)
            if isinstance(node, ast.Dict):
                names.update(
                    key.value
                    for key in node.keys
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                )
    return names


def test_every_check_has_a_text_and_every_text_a_check() -> None:
    """The set of ids in the code is the set of ids in the texts."""
    assert {check.value for check in Check} == set(TEXTS) - ERRORS


def test_every_check_is_used_by_the_judge() -> None:
    """No id stands in the catalogue that no code can report."""
    assert {check.name for check in Check} == used_names()


def test_every_text_is_bilingual_and_cites_its_rule() -> None:
    """Vietnamese and English name the same values; a check names article or clause."""
    for code, entry in TEXTS.items():
        placeholders = {key: set(re.findall(r"{(\w+)}", entry[key])) for key in ("vi", "en")}
        assert placeholders["vi"] == placeholders["en"], code
        assert code in ERRORS or entry["requirement"], code


def test_every_placeholder_is_a_value_that_a_finding_carries() -> None:
    """A sentence never asks for a value that nobody gives."""
    known = keywords_in_code() | GIVEN
    for code in set(TEXTS) - ERRORS:
        asked = set(re.findall(r"{(\w+)}", TEXTS[code]["vi"]))
        assert asked <= known, (code, asked - known)


def test_vietnamese_texts_are_composed_unicode() -> None:
    """NFC, as everywhere in the project."""
    import unicodedata

    for entry in TEXTS.values():
        assert unicodedata.is_normalized("NFC", entry["vi"])
