"""The lists of a class record as rows of facts: staff, corrections, moves, honours, attendance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from preserve.ingest.attendance import DAY, EXCUSED, UNEXCUSED
from preserve.ingest.events import Honour, consequence_fields
from preserve.model.imports import SheetKind
from preserve.model.results import GradeAmendment, Movement, PupilYear, YearResult
from preserve.model.school import ClassGroup, StaffMember

Row = dict[str, str | None]


def list_rows(
    group: ClassGroup, pupils: Sequence[PupilYear]
) -> Iterator[tuple[SheetKind, list[Row]]]:
    """Yield the rows of each list."""
    yield SheetKind.TEACHERS, list(_staff(group))
    amended = [(m, _amended(each)) for m in pupils for each in m.result.amendments]
    moved = [(m, _moved(each)) for m in pupils for each in m.result.movements]
    honoured = [(m, row) for m in pupils for row in _honours(m.result)]
    yield SheetKind.AMENDMENTS, [_about(member, group) | row for member, row in amended]
    yield SheetKind.MOVEMENTS, [_about(member, group) | row for member, row in moved]
    yield SheetKind.HONOURS, [_about(member, group) | row for member, row in honoured]
    # A column that a pupil has no entry in still says that the month was kept.
    kept: dict[tuple[str, ...], list[Row]] = {}
    for member in pupils:
        months = tuple(month.month for month in member.result.attendance)
        kept.setdefault(months, []).append(_absences(member))
    yield from ((SheetKind.ATTENDANCE, rows) for months, rows in kept.items() if months)


def _about(member: PupilYear, group: ClassGroup) -> Row:
    return {
        "school_year": group.school_year,
        "class": group.name,
        "pupil": member.pupil.code,
    }


def _staff(group: ClassGroup) -> Iterator[Row]:
    for given in group.assignments:
        row = _person(given.teacher, group)
        yield row | {"subject": given.subject, "part": given.part, "classes": group.name}
    if group.homeroom_teacher is not None and group.homeroom_teacher.name:
        yield _person(group.homeroom_teacher, group) | {"homeroom_class": group.name}


def _person(member: StaffMember, group: ClassGroup) -> Row:
    return {
        "staff": member.code,
        "name": member.name,
        "position": member.position or None,
        "school_year": group.school_year,
        "subject": None,
        "part": None,
        "classes": None,
        "homeroom_class": None,
    }


def _amended(amendment: GradeAmendment) -> Row:
    row: Row = {
        "amendment": amendment.number,
        "subject": amendment.subject,
        "semester": str(amendment.semester),
        "witnesses": ";".join(amendment.witnesses) or None,
        "decision_date": _day(amendment.decision_date),
        "entered_on": _day(amendment.entered_on),
        "request_date": _day(amendment.request_date),
    }
    row |= {field: getattr(amendment, field) or None for field in _AMENDMENT_TEXTS}
    for each in amendment.consequences:
        field = consequence_fields(each.field)
        if field is not None:
            row |= {f"{field}_before": each.before or None, f"{field}_after": each.after or None}
    return row


_AMENDMENT_TEXTS = (
    "column",
    "old_value",
    "new_value",
    "reason",
    "request_number",
    "decision_number",
    "minutes_number",
    "requested_by",
    "approved_by",
    "evidence",
    "initials",
)


def _moved(movement: Movement) -> Row:
    return {
        "direction": movement.direction,
        "date": movement.on.isoformat(),
        "other_school": movement.other_school or None,
        "other_place": movement.other_place or None,
        "document_number": movement.document_number or None,
        "reason": movement.reason or None,
    }


def _honours(result: YearResult) -> Iterator[Row]:
    for kind, texts in (
        (Honour.CONTEST, result.contests),
        (Honour.CERTIFICATE, result.certificates),
        (Honour.COMMENDATION, result.commendations),
        (Honour.SUMMER, (result.summer_comment,) if result.summer_comment else ()),
    ):
        for text in texts:
            yield _honour(kind, text)
    if result.completion is not None:
        yield _honour(Honour.COMPLETION, None) | {
            "decision_number": result.completion.decision_number or None,
            "decision_date": _day(result.completion.decision_date),
            "register_number": result.completion.register_number or None,
        }


def _honour(kind: Honour, text: str | None) -> Row:
    return {
        "honour": kind.value,
        "text": text,
        "decision_number": None,
        "decision_date": None,
        "register_number": None,
    }


def _absences(member: PupilYear) -> Row:
    row: Row = {"pupil": member.pupil.code}
    for month in member.result.attendance:
        row |= {
            f"{EXCUSED}:{month.month}": None if month.excused is None else str(month.excused),
            f"{UNEXCUSED}:{month.month}": None if month.unexcused is None else str(month.unexcused),
        }
        for session in month.sessions:
            field = f"{DAY}:{session.on.isoformat()}"
            row[field] = (row.get(field) or "") + ("P" if session.excused else "K")
    return row


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
