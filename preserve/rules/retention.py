"""How long a record is kept: the strictest rule wins, and what is not known is kept.

Periods run from the year the work ended and end on 31 December of that year + N; a proposal to
review comes from 1 January after (Luật Lưu trữ 33/2024/QH15 Art. 15(3)). A dossier of several
kinds takes the longest (Art. 15(4)). Nothing here deletes or allows deletion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date

from preserve.errors import RuleRefusal
from preserve.model.retention import (
    Disposition,
    LegalHold,
    PeriodKind,
    RetentionRule,
    RetentionStatus,
    RuleEffect,
    SourceStatus,
)
from preserve.policy.retention import RetentionSchedule, ScheduleKind

PERMANENT = "permanent"
UNVERIFIED = "unverified"
WITHIN_PERIOD = "within-period"
REVIEW = "review"
HOLD = "hold"

_VERIFIED = frozenset({SourceStatus.SEEN, SourceStatus.CONFIRMED_BY_OFFICER})
_FROM_WORK_ENDED = "year_work_ended"
_END_OF_VALIDITY = "end_of_validity"
_EFFECT_ORDER = (RuleEffect.FIXES, RuleEffect.MINIMUM, RuleEffect.GUIDANCE)
_NO_EVENTS: Mapping[str, int] = {}


def evaluate(
    record_type: str,
    base_year: int | None,
    on: date,
    schedule: RetentionSchedule,
    *,
    hold: LegalHold | None = None,
    event_years: Mapping[str, int] = _NO_EVENTS,
) -> RetentionStatus:
    """Say what becomes of one record on one day.

    1. A row that says permanent, whatever its status, keeps the record for good.
    2. A schedule in force without a row holds it, as does an unknown kind of record.
    3. A row whose period is not known holds it.
    4. A row that fixes a period and is not verified holds it.
    5. Without any verified period from a schedule it is held.
    6. A row that counts from something whose year is not known holds it.
    7. Otherwise the latest last day of all rows, minimums and guidance included, decides.
    8. A legal hold keeps it whatever came out.

    Args:
        record_type: id of the kind of record, for example ``hoc-ba``.
        base_year: year the work ended: 2025 for the school year 2024-2025; ``None`` if unknown.
        on: the day that is asked about.
        schedule: all rows, with the officer's entries laid over by ``confirm``.
        hold: a complaint, inspection or lawsuit that the record belongs to.
        event_years: year of events that rows count from, by their ``counted_from``, for example
            ``graduation_or_transfer``; the latest year of several events.
    """
    rules = schedule.rules_for(record_type)
    status = _permanent(record_type, rules)  # 1
    if status is None:
        reason = _reason_to_hold(rules, schedule)  # 2 to 5
        ends = {rule.rule_id: _last_year(rule, base_year, event_years) for rule in rules}
        status = _held(record_type, rules, reason, ends)  # 6
        status = status or _dated(record_type, rules, ends, on)  # 7
    if hold is None:  # 8
        return status
    return replace(status, disposition=Disposition.HELD, reason=HOLD)


def join(statuses: Iterable[RetentionStatus]) -> RetentionStatus:
    """Return the status of a dossier or bundle: the strictest of its members'.

    Raises:
        RuleRefusal: there is no member.
    """
    members = tuple(statuses)
    if not members:
        raise RuleRefusal("RETENTION-EMPTY-DOSSIER")
    strictest = max(members, key=_strictness)
    if any(member.reason == HOLD for member in members):
        return replace(strictest, disposition=Disposition.HELD, reason=HOLD)
    return strictest


def retain_until_text(status: RetentionStatus) -> str:
    """Return a status as ``metadata/records.csv`` says it: a day, ``permanent`` or ``held``."""
    if status.permanent:
        return "permanent"
    return status.retain_until.isoformat() if status.retain_until is not None else "held"


def _permanent(record_type: str, rules: tuple[RetentionRule, ...]) -> RetentionStatus | None:
    permanent = [rule for rule in rules if rule.period is PeriodKind.PERMANENT]
    if not permanent:
        return None
    return RetentionStatus(
        record_type=record_type,
        disposition=Disposition.RETAIN,
        permanent=True,
        retain_until=None,
        reason=PERMANENT,
        deciding_rule=min(permanent, key=lambda rule: _EFFECT_ORDER.index(rule.effect)).rule_id,
        rules=rules,
    )


def _held(
    record_type: str,
    rules: tuple[RetentionRule, ...],
    reason: str | None,
    ends: Mapping[str, int | None],
) -> RetentionStatus | None:
    if reason is None:
        reason = next((rule_id for rule_id, year in ends.items() if year is None), None)
    if reason is None:
        return None
    return RetentionStatus(
        record_type=record_type,
        disposition=Disposition.HELD,
        permanent=False,
        retain_until=None,
        reason=UNVERIFIED,
        deciding_rule=reason,
        rules=rules,
    )


def _dated(
    record_type: str,
    rules: tuple[RetentionRule, ...],
    ends: Mapping[str, int | None],
    on: date,
) -> RetentionStatus:
    year, deciding = max((year, rule_id) for rule_id, year in ends.items() if year is not None)
    until = date(min(max(year, MINYEAR), MAXYEAR), 12, 31)
    over = on > until
    return RetentionStatus(
        record_type=record_type,
        disposition=Disposition.REVIEW if over else Disposition.RETAIN,
        permanent=False,
        retain_until=until,
        reason=REVIEW if over else WITHIN_PERIOD,
        deciding_rule=deciding,
        rules=rules,
    )


def _reason_to_hold(rules: tuple[RetentionRule, ...], schedule: RetentionSchedule) -> str | None:
    """Return the row that holds the record, an empty id when a row is missing, else ``None``."""
    in_force = {s.schedule_id for s in schedule.schedules if s.in_force}
    if not in_force or in_force - {rule.schedule for rule in rules}:  # 2
        return ""
    for rule in rules:
        if rule.period is PeriodKind.UNKNOWN:  # 3
            return rule.rule_id
        if rule.effect is RuleEffect.FIXES and rule.status not in _VERIFIED:  # 4
            return rule.rule_id
    tables = {s.schedule_id for s in schedule.schedules if s.kind is ScheduleKind.SCHEDULE}
    if not any(r.schedule in tables and r.effect is RuleEffect.FIXES for r in rules):  # 5
        return ""
    return None


def _last_year(
    rule: RetentionRule, base_year: int | None, event_years: Mapping[str, int]
) -> int | None:
    """Return the year on whose last day a row's period ends, ``None`` when it is not known."""
    if base_year is None:
        return None
    if rule.period is PeriodKind.WHILE_IN_FORCE:
        lost = event_years.get(_END_OF_VALIDITY)
        return None if lost is None else max(lost, base_year)
    if rule.period is not PeriodKind.YEARS or rule.years is None:
        return None
    if rule.counted_from == _FROM_WORK_ENDED:
        return base_year + rule.years
    event = event_years.get(rule.counted_from)
    return None if event is None else max(event, base_year) + rule.years


def _strictness(status: RetentionStatus) -> tuple[bool, bool, date]:
    return (status.permanent, status.retain_until is None, status.retain_until or date.max)
