"""Turns differences between records and rules, and the lists of a class, into JSON and lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from preserve.model.checks import ClassLists, ListedPupil, RuleFinding
from preserve.model.imports import Severity
from preserve.model.overview import RecordFinding
from preserve.report.texts.catalogue import Texts

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")


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
    """Yield the differences under their class and pupil, errors first, then how many there are."""
    items = list(found)
    for (year, name), of_class in groupby(items, lambda item: (item.school_year, item.class_name)):
        yield texts.message("CHECK-CLASS", {"year": year, "class_name": name})
        for pupil, of_pupil in groupby(of_class, lambda item: item.pupil):
            yield f"  {pupil}"
            for item in sorted(
                of_pupil, key=lambda item: item.finding.severity is Severity.WARNING
            ):
                yield from _finding_lines(item.finding, texts)
    if not items:
        yield texts.message("UI-CHECK-NONE")
        return
    yield ""
    yield texts.message("CHECK-COUNTS", _counts(items))
    yield texts.message("UI-CHECK-TOTAL", {"count": str(len(items))})


def describe_lists(lists: Iterable[ClassLists]) -> list[dict[str, Any]]:
    """Return the JSON form of the lists of each class."""
    return [
        {
            "school_year": item.school_year,
            "class": item.class_name,
            **{
                name: [
                    {"number": one.number, "pupil": one.pupil, "details": list(one.details)}
                    for one in pupils
                ]
                for name, pupils in _named_lists(item)
            },
        }
        for item in lists
    ]


def list_lines(lists: Iterable[ClassLists], texts: Texts) -> Iterator[str]:
    """Yield the lists of each class, one pupil a line; an empty list is told to be empty."""
    for item in lists:
        yield texts.message(
            "CHECK-CLASS", {"year": item.school_year, "class_name": item.class_name}
        )
        for name, pupils in _named_lists(item):
            if not pupils and name in {"undecided", "left"}:
                continue
            yield "  " + texts.message(f"CHECK-LIST-{name.upper()}", {"count": str(len(pupils))})
            yield from (f"    {_entry(one)}" for one in pupils)


def _named_lists(item: ClassLists) -> tuple[tuple[str, tuple[ListedPupil, ...]], ...]:
    return (
        ("promoted", item.promoted),
        ("not_promoted", item.not_promoted),
        ("commended", item.commended),
        ("reassessed", item.reassessed),
        ("summer", item.summer),
        ("undecided", item.undecided),
        ("left", item.left),
    )


def _entry(one: ListedPupil) -> str:
    details = f": {', '.join(one.details)}" if one.details else ""
    return f"{one.number:>3}. {one.pupil}{details}"


def _finding_lines(finding: RuleFinding, texts: Texts) -> Iterator[str]:
    label = texts.message(f"UI-SEVERITY-{finding.severity.name}")
    yield f"    {label}: {_message(finding, texts)}"
    yield f"      {finding.requirement} [{finding.code}]"


def _counts(items: Sequence[RecordFinding]) -> dict[str, str]:
    errors = sum(item.finding.severity is Severity.ERROR for item in items)
    return {
        "errors": str(errors),
        "warnings": str(len(items) - errors),
        "pupils": str(len({item.pupil for item in items})),
        "classes": str(len({(item.school_year, item.class_name) for item in items})),
    }


def _message(finding: RuleFinding, texts: Texts) -> str:
    """Return the sentence; it may begin with the name of a field, so its first letter is raised."""
    message = texts.message(
        finding.code,
        {
            "place": f"{finding.subject}: " if finding.subject else "",
            "subject": finding.subject,
            "field": _field(finding.field, texts),
            "reported": _value(finding.reported, texts),
            "computed": _value(finding.computed, texts),
        },
    )
    return message[:1].upper() + message[1:]


def _field(field: str, texts: Texts) -> str:
    """Return the words for a field such as ``hk1.average``."""
    period, _, name = field.rpartition(".")
    label = texts.message(f"CHECK-FIELD-{name.upper()}")
    month = _MONTH.fullmatch(period)
    if month is not None:
        values = {"year": month[1], "month": month[2].lstrip("0")}
        return f"{label} {texts.message('CHECK-PERIOD-MONTH', values)}"
    return f"{label} {texts.message(f'CHECK-PERIOD-{period.upper()}')}" if period else label


def _value(value: str, texts: Texts) -> str:
    """Return a value as the language writes it: decimal comma, "or" between right answers."""
    if not value:
        return texts.message("CHECK-EMPTY")
    parts = value.split(" / ")
    if texts.language == "vi":
        parts = [p.replace(".", ",") if _DECIMAL.fullmatch(p) else p for p in parts]
    return f" {texts.message('CHECK-OR')} ".join(parts)
