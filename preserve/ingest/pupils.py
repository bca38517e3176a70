"""Builds one pupil's year from facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from preserve.ingest.facts import FactKey
from preserve.model.results import (
    Absences,
    CommentLevel,
    GradeAmendment,
    Level,
    Movement,
    PeriodSummary,
    PupilYear,
    SemesterResult,
    SubjectResult,
    YearResult,
)
from preserve.model.school import ClassGroup, Pupil, Relative, School, Subject

Values = Mapping[FactKey, str | None]
Row = Mapping[str, str | None]

_PROMOTED = ("Được lên lớp", "Hoàn thành chương trình")
_NOT_PROMOTED = ("Không được lên lớp", "Chưa hoàn thành")


@dataclass(frozen=True, slots=True)
class ClassFrame:
    """What the pupils of a class have in common."""

    school: School
    group: ClassGroup
    principal: str
    amendments: tuple[Row, ...]
    """Of the whole year; each pupil's are picked by code."""
    movements: tuple[Row, ...]


def pupil_year(code: str, values: Values, frame: ClassFrame) -> PupilYear:
    """Return a pupil with the results of one year."""
    return PupilYear(_pupil(code, values), _year_result(code, values, frame))


def _pupil(code: str, values: Values) -> Pupil:
    def text(field: str) -> str:
        return values.get(FactKey(None, "", field)) or ""

    return Pupil(
        code=code,
        name=text("name"),
        birth_date=date.fromisoformat(text("birth_date")),
        gender=text("gender"),
        personal_id=text("personal_id"),
        ethnic_group=text("ethnic_group"),
        nationality=text("nationality"),
        birth_place=text("birth_place"),
        priority_group=text("priority_group"),
        address=text("address"),
        father=_relative(text("father"), text("father_occupation")),
        mother=_relative(text("mother"), text("mother_occupation")),
        guardian=_relative(text("guardian"), ""),
        register_number=text("register_number"),
    )


def _relative(name: str, occupation: str) -> Relative | None:
    return Relative(name, occupation) if name else None


def _year_result(code: str, values: Values, frame: ClassFrame) -> YearResult:
    def text(field: str) -> str:
        return values.get(FactKey(None, "", field)) or ""

    group = frame.group
    homeroom = group.homeroom_teacher
    return YearResult(
        school_year=group.school_year,
        class_name=group.name,
        grade=group.grade,
        number=int(text("number")),
        regulation=group.regulation,
        school_name=frame.school.name,
        school_place=frame.school.place,
        subjects=tuple(_subject_result(subject, values, group) for subject in group.subjects),
        semester_1=_summary(values, 1),
        semester_2=_summary(values, 2),
        year=_summary(values, None),
        learning_after=_level(text("learning_after")),
        conduct_after=_level(text("conduct_after")),
        outcome=text("outcome"),
        promoted=_promoted(text("outcome")),
        title=text("title"),
        status=text("status"),
        homeroom_teacher="" if homeroom is None else homeroom.name,
        principal=frame.principal,
        amendments=tuple(_amendment(row) for row in frame.amendments if row["pupil"] == code),
        movements=tuple(_movement(row) for row in frame.movements if row["pupil"] == code),
        note="; ".join(_notes(values)),
    )


def _subject_result(subject: Subject, values: Values, group: ClassGroup) -> SubjectResult:
    def year(field: str) -> str | None:
        return values.get(FactKey(None, subject.name, field))

    again = _reassessed(values).get(subject.name)
    is_level = again in set(CommentLevel)
    return SubjectResult(
        subject=subject,
        semester_1=_semester_result(subject.name, values, 1),
        semester_2=_semester_result(subject.name, values, 2),
        year_average=_mark(year("average")),
        year_level=_comment_level(year("level")),
        reassessed_average=None if is_level else _mark(again),
        reassessed_level=_comment_level(again) if is_level else None,
        teachers=tuple(a.teacher.name for a in group.assignments if a.subject == subject.name),
    )


def _semester_result(subject: str, values: Values, semester: int) -> SemesterResult:
    def value(field: str) -> str | None:
        return values.get(FactKey(semester, subject, field))

    regular = (_mark(value(f"tx{number}")) for number in range(1, 6))
    return SemesterResult(
        regular=tuple(mark for mark in regular if mark is not None),
        midterm=_mark(value("gk")),
        final=_mark(value("ck")),
        average=_mark(value("average")),
        level=_comment_level(value("level")),
        comment=value("comment") or "",
    )


def _summary(values: Values, semester: int | None) -> PeriodSummary:
    def value(field: str) -> str | None:
        return values.get(FactKey(semester, "", field))

    return PeriodSummary(
        learning=_level(value("learning")),
        conduct=_level(value("conduct")),
        absences=Absences(
            excused=_count(value("absent_excused")),
            unexcused=_count(value("absent_unexcused")),
            total=_count(value("absent_total")),
        ),
        homeroom_comment=value("homeroom_comment") or "",
    )


def _reassessed(values: Values) -> dict[str, str]:
    """Return results after re-assessment by subject (TT 22/2021/TT-BGDĐT Art. 14)."""
    text = values.get(FactKey(None, "", "reassessment"))
    pairs = (part.rpartition(": ") for part in text.split("; ")) if text else ()
    return {subject: result for subject, _, result in pairs}


def _notes(values: Values) -> Iterator[str]:
    """Yield the remarks of all files once each: semesters, year, then the particulars'."""
    keys = [FactKey(semester, "", "note") for semester in (1, 2, None)]
    texts = (values.get(key) for key in (*keys, FactKey(None, "", "changes")))
    yield from dict.fromkeys(text for text in texts if text)


def _amendment(row: Row) -> GradeAmendment:
    def text(field: str) -> str:
        return row[field] or ""

    return GradeAmendment(
        number=text("amendment"),
        subject=text("subject"),
        semester=int(text("semester")),
        column=text("column"),
        old_value=text("old_value"),
        new_value=text("new_value"),
        reason=text("reason"),
        request_number=text("request_number"),
        decision_number=text("decision_number"),
        decision_date=_day(row["decision_date"]),
        minutes_number=text("minutes_number"),
        requested_by=text("requested_by"),
        approved_by=text("approved_by"),
        entered_on=_day(row["entered_on"]),
    )


def _movement(row: Row) -> Movement:
    return Movement(
        direction=row["direction"] or "",
        on=date.fromisoformat(row["date"] or ""),
        other_school=row["other_school"] or "",
        other_place=row["other_place"] or "",
        document_number=row["document_number"] or "",
        reason=row["reason"] or "",
    )


def _promoted(outcome: str) -> bool | None:
    if outcome.startswith(_NOT_PROMOTED):
        return False
    return True if outcome.startswith(_PROMOTED) else None


def _mark(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _level(text: str | None) -> Level | None:
    return Level(text) if text else None


def _comment_level(text: str | None) -> CommentLevel | None:
    return CommentLevel(text) if text else None


def _count(text: str | None) -> int | None:
    return None if text is None else int(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
