"""Builds one pupil's year from facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from preserve.ingest.attendance import months_of
from preserve.ingest.composed_cells import MOST_REGULAR_MARKS
from preserve.ingest.events import Honour, amendment, completion, honours, movement
from preserve.ingest.facts import FactKey
from preserve.ingest.primary import primary_year
from preserve.ingest.values import Row, Values, comment_level, count, level, mark, own
from preserve.model.results import (
    Absences,
    CommentLevel,
    PeriodSummary,
    PupilYear,
    SemesterResult,
    SubjectResult,
    YearResult,
)
from preserve.model.school import ClassGroup, Pupil, Relative, School, SchoolLevel, Subject

_PROMOTED = ("Được lên lớp", "Hoàn thành chương trình")
_NOT_PROMOTED = ("Không được lên lớp", "Chưa được lên lớp", "Chưa hoàn thành")


@dataclass(frozen=True, slots=True)
class ClassFrame:
    """What the pupils of a class have in common."""

    school: School
    group: ClassGroup
    principal: str
    amendments: tuple[Row, ...]
    """Of the whole year; each pupil's are picked by code."""
    movements: tuple[Row, ...]
    honours: tuple[Row, ...] = ()
    staff: tuple[tuple[str, str], ...] = ()
    """Codes and names of the year's staff."""


def pupil_year(code: str, values: Values, frame: ClassFrame) -> PupilYear:
    """Return a pupil with the results of one year."""
    return PupilYear(_pupil(code, values), year_result(code, values, frame))


def _pupil(code: str, values: Values) -> Pupil:
    def text(field: str) -> str:
        return own(values, field)

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
        guardian=_relative(text("guardian"), text("guardian_occupation")),
        register_number=text("register_number"),
        home_town=text("home_town"),
    )


def _relative(name: str, occupation: str) -> Relative | None:
    return Relative(name, occupation) if name else None


def year_result(code: str, values: Values, frame: ClassFrame) -> YearResult:
    """Return the results of one year out of the facts that count."""
    group, homeroom = frame.group, frame.group.homeroom_teacher
    is_primary = frame.school.level is SchoolLevel.PRIMARY
    taught = () if is_primary else group.subjects
    mine = tuple(row for row in frame.honours if row["pupil"] == code)
    staff: Mapping[str, str] = dict(frame.staff)
    return YearResult(
        school_year=group.school_year,
        class_name=group.name,
        grade=group.grade,
        number=int(own(values, "number") or "0"),
        regulation=group.regulation,
        school_name=frame.school.name,
        school_place=frame.school.place,
        subjects=_taught(
            tuple(_subject_result(subject, values, group) for subject in taught), values
        ),
        semester_1=_summary(values, 1),
        semester_2=_summary(values, 2),
        year=_summary(values, None),
        learning_after=level(own(values, "learning_after")),
        conduct_after=level(own(values, "conduct_after")),
        mean_after=mark(own(values, "mean_after") or None),
        outcome=own(values, "outcome"),
        promoted=_promoted(own(values, "outcome")),
        title=own(values, "title"),
        status=own(values, "status"),
        homeroom_teacher="" if homeroom is None else homeroom.name,
        principal=own(values, "principal") or frame.principal,
        amendments=tuple(amendment(row, staff) for row in _of(code, frame.amendments)),
        movements=tuple(movement(row) for row in _of(code, frame.movements)),
        note="; ".join(_notes(values)),
        primary=primary_year(values, group) if is_primary else None,
        attendance=months_of(values),
        completion=completion(mine),
        certificates=honours(mine, Honour.CERTIFICATE),
        contests=honours(mine, Honour.CONTEST),
        commendations=honours(mine, Honour.COMMENDATION, Honour.DISCIPLINE),
        summer_comment="; ".join(honours(mine, Honour.SUMMER)),
    )


def _of(code: str, rows: tuple[Row, ...]) -> Iterator[Row]:
    return (row for row in rows if row["pupil"] == code)


def _subject_result(subject: Subject, values: Values, group: ClassGroup) -> SubjectResult:
    def year(field: str) -> str | None:
        return values.get(FactKey(None, subject.name, field))

    again = _reassessed(values).get(subject.name)
    is_level = again in set(CommentLevel)
    return SubjectResult(
        subject=subject,
        semester_1=_semester_result(subject.name, values, 1),
        semester_2=_semester_result(subject.name, values, 2),
        year_average=mark(year("average")),
        year_level=comment_level(year("level")),
        reassessed_average=None if is_level else mark(again),
        reassessed_level=comment_level(again) if is_level else None,
        teachers=tuple(a.teacher.name for a in group.assignments if a.subject == subject.name),
    )


def _taught(results: tuple[SubjectResult, ...], values: Values) -> tuple[SubjectResult, ...]:
    """Return the subjects of a pupil; beside an elective that was not taken nobody is named.

    Before the year is summed up, and for who left before that, an empty subject may be any.
    """
    if not own(values, "learning"):
        return results
    return tuple(each if _is_taken(each) else replace(each, teachers=()) for each in results)


def _is_taken(result: SubjectResult) -> bool:
    found = (result.year_average, result.year_level, result.semester_1, result.semester_2)
    return found != (None, None, SemesterResult(), SemesterResult())


def _semester_result(subject: str, values: Values, semester: int) -> SemesterResult:
    def value(field: str) -> str | None:
        return values.get(FactKey(semester, subject, field))

    regular = (mark(value(f"tx{number}")) for number in range(1, MOST_REGULAR_MARKS + 1))
    return SemesterResult(
        regular=tuple(each for each in regular if each is not None),
        midterm=mark(value("gk")),
        final=mark(value("ck")),
        average=mark(value("average")),
        level=comment_level(value("level")),
        comment=value("comment") or "",
    )


def _summary(values: Values, semester: int | None) -> PeriodSummary:
    def value(field: str) -> str | None:
        return values.get(FactKey(semester, "", field))

    return PeriodSummary(
        learning=level(value("learning")),
        conduct=level(value("conduct")),
        absences=Absences(
            excused=count(value("absent_excused")),
            unexcused=count(value("absent_unexcused")),
            total=count(value("absent_total")),
        ),
        # In primary school the middle of a semester has a comment of its own, until its end has.
        homeroom_comment=value("homeroom_comment") or value("gk_homeroom_comment") or "",
        mean=mark(value("mean")),
        # The title of the year stands beside the year's decisions.
        title="" if semester is None else value("title") or "",
    )


def _reassessed(values: Values) -> dict[str, str]:
    """Return results after re-assessment by subject (TT 22/2021/TT-BGDĐT Art. 14)."""
    text = values.get(FactKey(None, "", "reassessment"))
    pairs = (part.rpartition(": ") for part in text.split("; ")) if text else ()
    return {subject: result for subject, _, result in pairs}


def _notes(values: Values) -> Iterator[str]:
    """Yield the remarks of all files once each: semesters, year, then the particulars'."""
    places = [(semester, name) for semester in (1, 2, None) for name in ("gk_note", "note")]
    keys = [FactKey(semester, "", name) for semester, name in places]
    texts = (values.get(key) for key in (*keys, FactKey(None, "", "changes")))
    yield from dict.fromkeys(text for text in texts if text)


def _promoted(outcome: str) -> bool | None:
    if outcome.startswith(_NOT_PROMOTED):
        return False
    return True if outcome.startswith(_PROMOTED) else None
