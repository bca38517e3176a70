"""Turns retention answers into JSON and table rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from preserve.model.overview import RecordRetention
from preserve.model.retention import RetentionRule, RetentionStatus
from preserve.report.texts.catalogue import Texts


def describe_retention(answer: RecordRetention, on: date, texts: Texts) -> dict[str, Any]:
    """Return the JSON form of one answer with every rule that led to it."""
    status = answer.status
    return {
        "record": answer.record_id,
        "record_type": status.record_type,
        "school_year": answer.school_year,
        "class": answer.class_name or None,
        "on": on.isoformat(),
        "disposition": status.disposition.value,
        "permanent": status.permanent,
        "retain_until": status.retain_until.isoformat() if status.retain_until else None,
        "reason": status.reason,
        "message": _answer(status, texts),
        "deciding_rule": status.deciding_rule or None,
        "rules": [_describe_rule(rule) for rule in status.rules],
    }


def retention_rows(
    answers: Iterable[RecordRetention], texts: Texts
) -> Iterator[tuple[object, ...]]:
    """Yield one row per record type and year: its number of records, answer, rule and citation."""
    groups: Counter[tuple[str, str]] = Counter()
    statuses: dict[tuple[str, str], RetentionStatus] = {}
    for answer in answers:
        key = (answer.status.record_type, answer.school_year)
        groups[key] += 1
        statuses[key] = answer.status
    for (record_type, year), count in groups.items():
        status = statuses[record_type, year]
        rule = next((r for r in status.rules if r.rule_id == status.deciding_rule), None)
        yield (
            texts.message(f"UI-RECORD-{record_type.upper()}"),
            year,
            count,
            _answer(status, texts),
            status.deciding_rule,
            rule.citation if rule else "",
            texts.message(f"UI-SOURCE-{rule.status.name}") if rule else "",
        )


def _answer(status: RetentionStatus, texts: Texts) -> str:
    until = f"{status.retain_until:%d/%m/%Y}" if status.retain_until else ""
    return texts.message(f"UI-RETENTION-{status.reason.upper()}", {"until": until})


def _describe_rule(rule: RetentionRule) -> dict[str, Any]:
    return {
        "id": rule.rule_id,
        "schedule": rule.schedule,
        "period": rule.period.value,
        "years": rule.years,
        "effect": rule.effect.value,
        "citation": rule.citation,
        "status": rule.status.value,
    }
