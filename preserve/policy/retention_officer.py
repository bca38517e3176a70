"""What the archive officer enters and the principal approves: official rows and exclusions.

The lawful place of a period is the school's yearly list of dossiers (Danh mục hồ sơ, NĐ
30/2020/NĐ-CP Art. 28, 29); each entry cites the circular's row and the decision behind the list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.retention import PeriodKind
from preserve.policy.files import PolicyFile, read_policies

KIND = "retention-officer"


class Basis(StrEnum):
    """How the annex row fits the record."""

    NAMED = "named"
    """The annex names the record."""
    NEAREST_GROUP = "van_dung"
    """The annex does not name it; the nearest group is applied (vận dụng)."""


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """The official row for a shipped row whose period is not known."""

    rule_id: str
    period: PeriodKind
    years: int | None
    counted_from: str
    instrument: str
    annex_row_number: str
    wording_vi: str
    basis: Basis
    file_list_decision_no: str
    """Number of the decision that issued the list of dossiers."""
    file_list_decision_date: date
    page_sha256: str
    """SHA-256 of the scanned page that shows the row."""
    entered_by: str
    """Staff code of the archive officer (cán bộ lưu trữ)."""
    approved_by: str
    """Staff code of the principal."""
    unusual_period_confirmed: bool = False
    """A second look at a period outside 2 to 70 years."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A guidance row or a replaced schedule's row that does not apply (không áp dụng)."""

    rule_id: str
    record_type: str
    citation: str
    entered_by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class OfficerDecisions:
    """Every entry of the archive officer."""

    rows: tuple[OfficerRow, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()


def load_officer_decisions(folders: Sequence[Path]) -> OfficerDecisions:
    """Read ``retention-officer/*.toml``; without such files nothing was decided.

    Raises:
        PolicyError: a file is not TOML, or an entry lacks something.
    """
    files = tuple(read_policies(KIND, folders))
    return OfficerDecisions(
        rows=tuple(row for file in files for row in _entries(file, "rows", _row)),
        not_applicable=tuple(
            mark for file in files for mark in _entries(file, "not_applicable", _mark)
        ),
    )


def _entries(file: PolicyFile, key: str, parse: Any) -> tuple[Any, ...]:
    try:
        return tuple(parse(table) for table in file.table.get(key, ()))
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


_NO_TEXT = frozenset({"years", "file_list_decision_date", "unusual_period_confirmed"})


def _row(table: Mapping[str, Any]) -> OfficerRow:
    _check_texts(table)
    if type(table["file_list_decision_date"]) is not date:
        raise ValueError("file_list_decision_date")
    return OfficerRow(
        **{
            **table,
            "period": PeriodKind(table["period"]),
            "years": table.get("years"),
            "basis": Basis(table["basis"]),
        }
    )


def _mark(table: Mapping[str, Any]) -> NotApplicable:
    _check_texts(table)
    return NotApplicable(**table)


def _check_texts(table: Mapping[str, Any]) -> None:
    for key, value in table.items():
        if key not in _NO_TEXT and not isinstance(value, str):
            raise ValueError(key)
