"""Attendance: the days, the totals of the months and those of the year agree (R-007)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from preserve.ingest.attendance import DAY, EXCUSED, UNEXCUSED
from preserve.ingest.facts import FactKey, PupilRow
from preserve.ingest.findings import Remark, warning
from preserve.ingest.merging import ClassKey, Stated, stated_facts

_KINDS = ((EXCUSED, "absent_excused", "P"), (UNEXCUSED, "absent_unexcused", "K"))


def check_attendance(by_class: Mapping[ClassKey, list[PupilRow]]) -> Iterator[Remark]:
    """Yield pupils whose absences do not add up; the school's totals are kept as they are.

    Args:
        by_class: the rows of the import that state facts.
    """
    for rows in by_class.values():
        sheets = {id(row.sheet): row.sheet for row in rows}
        if any(
            field.startswith((f"{EXCUSED}:", f"{DAY}:"))
            for sheet in sheets.values()
            for field in sheet.fields
        ):
            for pupil, facts in stated_facts(rows).items():
                yield from _sums(pupil, facts)


def _sums(pupil: str, facts: Mapping[FactKey, Stated]) -> Iterator[Remark]:
    months = {key.subject[:7]: each.file for key, each in facts.items() if _counts(key, each)}
    for month_field, year_field, letter in _KINDS:
        total = 0
        for month, file in sorted(months.items()):
            stated = facts.get(FactKey(None, month, month_field))
            counted = _days(facts, month, letter)
            if stated is None or stated.value is None:
                total += counted or 0
                continue
            total += int(stated.value)
            if counted is not None and counted != int(stated.value):
                yield _differs(file.stored_name, pupil, month, stated.value, counted)
        year = facts.get(FactKey(None, "", year_field))
        if months and year is not None and year.value is not None and int(year.value) != total:
            yield _differs(year.file.stored_name, pupil, "", year.value, total)


def _counts(key: FactKey, stated: Stated) -> bool:
    """Tell whether a fact shows that its month was kept; an empty total shows nothing."""
    return key.field == DAY or (key.field in {EXCUSED, UNEXCUSED} and stated.value is not None)


def _days(facts: Mapping[FactKey, Stated], month: str, letter: str) -> int | None:
    kept = [s.value or "" for k, s in facts.items() if k.field == DAY and k.subject[:7] == month]
    return sum(value.count(letter) for value in kept) if kept else None


def _differs(file: str, pupil: str, month: str, stated: str, counted: int) -> Remark:
    code = "IMP-ATTENDANCE-MONTH" if month else "IMP-ATTENDANCE-YEAR"
    parameters = {"month": month} if month else {}
    return file, warning(code, pupil=pupil, stated=stated, counted=str(counted), **parameters)
