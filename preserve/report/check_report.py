"""Turns differences between records and rules into JSON and into lines for a clerk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from preserve.model.checks import RuleFinding
from preserve.model.overview import RecordFinding
from preserve.report.texts.catalogue import Texts


def describe_record_finding(item: RecordFinding, texts: Texts) -> dict[str, Any]:
    """Return the JSON form of one difference."""
    finding = item.finding
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "school_year": item.school_year,
        "class": item.class_name,
        "pupil": item.pupil,
        "subject": finding.subject or None,
        "field": finding.field,
        "reported": finding.reported or None,
        "computed": finding.computed or None,
        "requirement": finding.requirement,
        "message": _message(finding, texts),
    }


def check_lines(found: Iterable[RecordFinding], texts: Texts) -> Iterator[str]:
    """Yield one line per difference, then how many there are."""
    count = 0
    for item in found:
        count += 1
        finding = item.finding
        label = texts.message(f"UI-SEVERITY-{finding.severity.name}")
        place = " ".join(p for p in (item.class_name, item.pupil, finding.subject) if p)
        yield (
            f"{label} {item.school_year} {place} [{finding.field}]: "
            f"{_message(finding, texts)} ({finding.requirement})"
        )
    yield texts.message("UI-CHECK-TOTAL" if count else "UI-CHECK-NONE", {"count": str(count)})


def _message(finding: RuleFinding, texts: Texts) -> str:
    return texts.message(
        finding.code,
        {
            "subject": finding.subject,
            "field": finding.field,
            "reported": finding.reported,
            "computed": finding.computed,
        },
    )
