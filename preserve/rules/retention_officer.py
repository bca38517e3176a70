"""Lays the archive officer's entries over the shipped rows, or refuses them."""

from __future__ import annotations

import re
from dataclasses import replace

from preserve.errors import RuleRefusal
from preserve.model.retention import PeriodKind, RetentionRule, RuleEffect, SourceStatus
from preserve.policy.retention import RetentionSchedule, is_period
from preserve.policy.retention_officer import NotApplicable, OfficerDecisions, OfficerRow

_USUAL_YEARS = range(2, 71)
"""Luật Lưu trữ 33/2024/QH15 Art. 15: a fixed period has 2 to 70 years (unverified)."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def confirm(schedule: RetentionSchedule, decisions: OfficerDecisions) -> RetentionSchedule:
    """Return the schedule with the officer's rows filled in and the excluded rows taken out.

    A row can only be filled where the official period was not known; what was read in the law
    stands. Only guidance and the rows of a replaced schedule can be excluded.

    Raises:
        RuleRefusal: an entry names no such row, may not touch it, or lacks what it must cite.
    """
    rules = {rule.rule_id: rule for rule in schedule.rules}
    for row in decisions.rows:
        rules[row.rule_id] = _filled(rules.get(row.rule_id), row)
    for mark in decisions.not_applicable:
        rules[mark.rule_id] = _excluded(schedule, rules.get(mark.rule_id), mark)
    return replace(schedule, rules=tuple(rules.values()))


def _filled(rule: RetentionRule | None, row: OfficerRow) -> RetentionRule:
    if rule is None or rule.period is not PeriodKind.UNKNOWN:
        raise RuleRefusal("RETENTION-ROW-NOT-OPEN", rule=row.rule_id)
    if row.period is PeriodKind.UNKNOWN or not is_period(row.period, row.years):
        raise RuleRefusal("RETENTION-OFFICER-PERIOD", rule=row.rule_id)
    unusual = row.years is not None and row.years not in _USUAL_YEARS
    if unusual and not row.unusual_period_confirmed:
        raise RuleRefusal("RETENTION-OFFICER-PERIOD", rule=row.rule_id)
    _check_citation(row)
    return replace(
        rule,
        period=row.period,
        years=row.years,
        counted_from=row.counted_from,
        status=SourceStatus.CONFIRMED_BY_OFFICER,
        citation=(
            f"{row.instrument}, {row.annex_row_number}; Danh mục hồ sơ theo Quyết định "
            f"{row.file_list_decision_no} ngày {row.file_list_decision_date:%d/%m/%Y}"
        ),
    )


def _check_citation(row: OfficerRow) -> None:
    texts = (
        row.counted_from,
        row.instrument,
        row.annex_row_number,
        row.wording_vi,
        row.file_list_decision_no,
        row.entered_by,
        row.approved_by,
    )
    if not all(text.strip() for text in texts) or not _SHA256.fullmatch(row.page_sha256):
        raise RuleRefusal("RETENTION-OFFICER-CITATION", rule=row.rule_id)


def _excluded(
    schedule: RetentionSchedule, rule: RetentionRule | None, mark: NotApplicable
) -> RetentionRule:
    if rule is None or mark.record_type not in rule.record_types:
        raise RuleRefusal("RETENTION-NOT-EXCLUDABLE", rule=mark.rule_id)
    home = schedule.schedule(rule.schedule)
    replaced = home is not None and home.replaced_by is not None
    if rule.effect is not RuleEffect.GUIDANCE and not replaced:
        raise RuleRefusal("RETENTION-NOT-EXCLUDABLE", rule=mark.rule_id)
    if not all(t.strip() for t in (mark.citation, mark.entered_by, mark.approved_by)):
        raise RuleRefusal("RETENTION-OFFICER-CITATION", rule=mark.rule_id)
    return replace(rule, record_types=tuple(t for t in rule.record_types if t != mark.record_type))
