"""Looks sentences up: a code, a language and parameters become one line of text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from preserve.errors import PreserveError

LANGUAGES = ("vi", "en")


class _Parameters(dict[str, str]):
    """Leaves a placeholder without a value standing, so that a gap in a text is never a crash."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language."""

    language: str

    def message(self, code: str, parameters: Mapping[str, str] | None = None) -> str:
        """Return the sentence for a code; an unknown code is shown as it is, with its values."""
        entry = _catalogue().get(code)
        values = _Parameters(parameters or {})
        if entry is None:
            details = ", ".join(f"{key}={value}" for key, value in values.items())
            return f"{code}: {details}" if details else code
        return entry[self.language].format_map(values)

    def requirement(self, code: str) -> str:
        """Return the article or clause that a check stands on, empty when there is none."""
        return _catalogue().get(code, {}).get("requirement", "")

    def error(self, error: PreserveError) -> str:
        """Return the one line that tells a person what happened and what to do."""
        return self.message(error.code, error.parameters)


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    catalogue: dict[str, Mapping[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        catalogue.update(tomllib.loads(path.read_text(encoding="utf-8")))
    return catalogue
