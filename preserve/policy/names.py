"""Words that export files use for one and the same thing: subjects, traits, ends of tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.results import TraitGroup
from preserve.policy.files import read_policy

_FILE = "default"


@dataclass(frozen=True, slots=True)
class TraitWords:
    """A quality or competence of primary school and its other names."""

    group: TraitGroup
    name: str
    """Name as the form prints it, for example ``Yêu nước``."""
    also: tuple[str, ...]
    spans: tuple[str, ...]
    """Headers under which its column stands, for example ``Năng lực đặc thù``."""


@dataclass(frozen=True, slots=True)
class ImportWords:
    """What the words of export files mean, whatever school they come from."""

    subjects: tuple[tuple[str, ...], ...] = ()
    """Groups of names that mean one subject."""
    traits: tuple[TraitWords, ...] = ()
    footers: tuple[re.Pattern[str], ...] = ()
    """Patterns of the cell that a table's foot begins with, matched like titles."""


def load_import_words(folders: Sequence[Path]) -> ImportWords:
    """Read ``names/default.toml``.

    Raises:
        PolicyError: it is missing or cannot be used.
    """
    file = read_policy("names", _FILE, folders)
    try:
        table = file.table
        return ImportWords(
            subjects=tuple(tuple(group) for group in table["subjects"]),
            traits=tuple(_trait(entry, table["trait_groups"]) for entry in table["traits"]),
            footers=tuple(re.compile(text) for text in table["footers"]),
        )
    except (KeyError, ValueError, TypeError, re.error) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def _trait(entry: Mapping[str, Any], spans: Mapping[str, Sequence[str]]) -> TraitWords:
    group = TraitGroup(entry["group"])
    return TraitWords(group, entry["name"], tuple(entry.get("also", ())), tuple(spans[group]))
