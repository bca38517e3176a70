"""The retention schedules: every row of law and local rule with its citation and status.

Read strictly: a row that cannot be placed could make a record look free. A row without a
citation or status, for an unknown kind of record or schedule, or twice, stops the program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from preserve.errors import PolicyError
from preserve.model.retention import PeriodKind, RetentionRule, RuleEffect, SourceStatus
from preserve.policy.files import PolicyFile, read_policies

KIND = "retention"

_ENGINE = {
    "when_period_null": "permanent",
    "when_status_not_seen_and_not_confirmed": "permanent",
    "when_record_type_has_no_row": "permanent",
    "when_schedule_in_force_has_no_row": "permanent",
    "several_rows": "strictest",
    "dossier_of_several_types": "longest",
    "years_end_on": "12-31",
    "on_expiry": "propose_only",
    "shipped_rows_release_nothing": True,
}
"""The only settings that ``preserve/rules/retention.py`` implements."""


class ScheduleKind(StrEnum):
    """What kind of source a schedule is."""

    SCHEDULE = "schedule"
    """A ministry's table of periods (bảng thời hạn bảo quản)."""
    OVERLAY = "overlay"
    LOCAL = "local"
    GUIDANCE = "guidance"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One instrument, or group of instruments, that rows come from."""

    schedule_id: str
    kind: ScheduleKind
    title_vi: str
    title_en: str
    source: str
    status: SourceStatus
    in_force_from: date | None = None
    """``None`` when the day is not known."""
    in_force_from_status: SourceStatus = SourceStatus.UNVERIFIED
    replaced_by: str | None = None
    note: str = ""

    @property
    def in_force(self) -> bool:
        """True for a ministry's table that nothing replaced, as far as the data know.

        The date that is asked about plays no part: a table that was replaced must not release a
        record because somebody asks about a day before.
        """
        return self.kind is ScheduleKind.SCHEDULE and self.replaced_by is None


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record, by the name that the school uses."""

    type_id: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class RetentionSchedule:
    """Everything that is known about periods."""

    schedules: tuple[Schedule, ...]
    record_types: tuple[RecordType, ...]
    rules: tuple[RetentionRule, ...]
    sources: tuple[tuple[str, str], ...]
    """Pairs (file name, SHA-256) of the files that were read; for reports and bundles."""

    def schedule(self, schedule_id: str) -> Schedule | None:
        """Return a schedule by its id."""
        return next((s for s in self.schedules if s.schedule_id == schedule_id), None)

    def record_type(self, type_id: str) -> RecordType | None:
        """Return a kind of record by its id."""
        return next((t for t in self.record_types if t.type_id == type_id), None)

    def rules_for(self, type_id: str) -> tuple[RetentionRule, ...]:
        """Return every row that names a kind of record, of all schedules."""
        return tuple(rule for rule in self.rules if type_id in rule.record_types)


def load_retention(folders: Sequence[Path]) -> RetentionSchedule:
    """Read every file of ``retention/``; an earlier folder hides a later one's file.

    Raises:
        PolicyError: a file is missing, is not TOML, or says something that cannot be used.
    """
    files = tuple(read_policies(KIND, folders))
    if not files:
        raise PolicyError("POLICY-MISSING", kind=KIND, name="*")
    schedule = RetentionSchedule(
        schedules=tuple(s for file in files for s in _schedules(file)),
        record_types=tuple(t for file in files for t in _record_types(file)),
        rules=tuple(rule for file in files for rule in _rules(file)),
        sources=tuple((f"{file.name}.toml", file.sha256) for file in files),
    )
    _check_engine(files)
    _check_references(schedule)
    return schedule


def _check_engine(files: tuple[PolicyFile, ...]) -> None:
    engines = [file for file in files if "engine" in file.table]
    if len(engines) != 1 or engines[0].table["engine"] != _ENGINE:
        raise PolicyError("RETENTION-ENGINE", files=", ".join(f.name for f in engines) or "-")


def _check_references(schedule: RetentionSchedule) -> None:
    _check_unique([s.schedule_id for s in schedule.schedules])
    _check_unique([t.type_id for t in schedule.record_types])
    _check_unique([r.rule_id for r in schedule.rules])
    if not any(s.in_force for s in schedule.schedules):
        raise PolicyError("RETENTION-NO-SCHEDULE-IN-FORCE")
    known = {t.type_id for t in schedule.record_types}
    for rule in schedule.rules:
        for type_id in set(rule.record_types) - known:
            raise PolicyError("RETENTION-UNKNOWN-ID", item=rule.rule_id, name=type_id)
    names = {s.schedule_id for s in schedule.schedules}
    for item in schedule.schedules:
        if item.replaced_by is not None and item.replaced_by not in names:
            raise PolicyError("RETENTION-UNKNOWN-ID", item=item.schedule_id, name=item.replaced_by)


def _check_unique(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PolicyError("RETENTION-DUPLICATE-ID", name=name)


def _schedules(file: PolicyFile) -> tuple[Schedule, ...]:
    if "schedule" not in file.table:
        return ()
    table = file.table["schedule"]
    try:
        return (
            Schedule(
                schedule_id=_text(table, "id"),
                kind=ScheduleKind(table["kind"]),
                title_vi=_text(table, "title_vi"),
                title_en=_text(table, "title_en"),
                source=_text(table, "source"),
                status=SourceStatus(table["status"]),
                in_force_from=table.get("in_force_from"),
                in_force_from_status=SourceStatus(table["in_force_from_status"]),
                replaced_by=table.get("replaced_by"),
                note=table.get("note", ""),
            ),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def _record_types(file: PolicyFile) -> tuple[RecordType, ...]:
    try:
        return tuple(
            RecordType(_text(table, "id"), _text(table, "name_vi"), _text(table, "name_en"))
            for table in file.table.get("record_types", ())
        )
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def _rules(file: PolicyFile) -> tuple[RetentionRule, ...]:
    rows = file.table.get("rows", ())
    try:
        home = file.table["schedule"]["id"] if rows else ""
        return tuple(_rule(table, home) for table in rows)
    except (KeyError, ValueError, TypeError) as error:
        raise PolicyError("POLICY-CONTENT", path=file.path, problem=error) from error


def _rule(table: Mapping[str, Any], home: str) -> RetentionRule:
    rule = RetentionRule(
        rule_id=_text(table, "id"),
        schedule=_text(table, "schedule"),
        record_types=tuple(table["record_types"]),
        period=PeriodKind(table["period"]),
        years=table.get("years"),
        counted_from=_text(table, "counted_from"),
        effect=RuleEffect(table["effect"]),
        citation=_text(table, "source"),
        status=SourceStatus(table["status"]),
        name_vi=table.get("name_vi", ""),
        name_en=table.get("name_en", ""),
        note=table.get("note", ""),
    )
    if rule.schedule != home or not rule.record_types:
        raise ValueError(f"{rule.rule_id}: schedule, record_types")
    if rule.status is SourceStatus.CONFIRMED_BY_OFFICER:
        raise ValueError(f"{rule.rule_id}: an officer confirms in retention-officer/, not here")
    if not is_period(rule.period, rule.years):
        raise ValueError(f"{rule.rule_id}: period, years")
    return rule


def is_period(period: PeriodKind, years: int | None) -> bool:
    """Tell whether a number of years stands exactly where the kind of period wants one."""
    if period is PeriodKind.YEARS:
        return type(years) is int and years >= 1
    return years is None


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(key)
    return value
