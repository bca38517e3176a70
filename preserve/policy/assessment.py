"""Assessment policies: what one regulation of assessment says, as data.

The parts stand in the files ``assessment_*.py`` beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.policy.assessment_learning import Reading
from preserve.policy.assessment_primary import (
    PrimaryPolicy,
    primary_contradictions,
    read_primary,
)
from preserve.policy.assessment_secondary import (
    AssessmentPolicy,
    read_secondary,
    secondary_contradictions,
)
from preserve.policy.assessment_values import Source
from preserve.policy.files import PolicyFile, lay_over_bases, read_policies

__all__ = [
    "AssessmentPolicy",
    "PrimaryPolicy",
    "Reading",
    "RegulationPolicy",
    "Source",
    "load_assessment_policy",
    "load_regulation_policy",
    "parse_regulation_policy",
]

_VALUE_ERRORS = (KeyError, ValueError, TypeError, AttributeError, ArithmeticError)

RegulationPolicy = AssessmentPolicy | PrimaryPolicy


def load_regulation_policy(regulation: str, folders: Sequence[Path]) -> RegulationPolicy:
    """Return the policy of a regulation of any level, for example ``TT27-2020``.

    Raises:
        PolicyError: no file holds it, or a file contradicts itself.
    """
    for file in read_policies("assessment", folders):
        if file.table.get("regulation") == regulation:
            return parse_regulation_policy(lay_over_bases(file, folders))
    raise PolicyError("POLICY-NO-ASSESSMENT", regulation=regulation)


def load_assessment_policy(regulation: str, folders: Sequence[Path]) -> AssessmentPolicy:
    """Return the policy of a regulation of secondary school, for example ``TT22-2021``.

    Raises:
        PolicyError: no file holds it, it is one of primary school, or it contradicts itself.
    """
    policy = load_regulation_policy(regulation, folders)
    if isinstance(policy, PrimaryPolicy):
        raise PolicyError("POLICY-NO-ASSESSMENT", regulation=regulation)
    return policy


def parse_regulation_policy(file: PolicyFile) -> RegulationPolicy:
    """Turn one file into a policy.

    Raises:
        PolicyError: a key is missing, a value is unknown, or the tables have gaps.
    """
    try:
        policy = _read(file.table, file.sha256)
        problems = list(_contradictions(policy))
    except _VALUE_ERRORS as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=repr(error)) from error
    if problems:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=", ".join(problems))
    return policy


def _read(table: Mapping[str, Any], sha256: str) -> RegulationPolicy:
    match table["kind"]:
        case "secondary":
            return read_secondary(table, sha256)
        case "primary":
            return read_primary(table, sha256)
        case unknown:
            raise ValueError(f"kind = {unknown!r}")


def _contradictions(policy: RegulationPolicy) -> Iterator[str]:
    """Name what would leave a pupil without an answer, or give two."""
    match policy:
        case PrimaryPolicy():
            yield from primary_contradictions(policy)
        case AssessmentPolicy():
            yield from secondary_contradictions(policy)
