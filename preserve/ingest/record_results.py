"""The results of a class record as rows of facts, the reverse of ``pupils`` and ``primary``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from preserve.model.imports import SheetKind
from preserve.model.results import (
    PeriodSummary,
    PrimaryAssessment,
    PrimarySubjectResult,
    PupilYear,
    SemesterResult,
    SubjectResult,
    TraitResult,
    YearResult,
)

_Result = TypeVar("_Result", SubjectResult, PrimarySubjectResult)
Row = dict[str, str | None]
Sheet = tuple[SheetKind, int | None, str | None, list[Row]]
"""Kind, semester, subject and rows."""


def subject_sheets(pupils: Sequence[PupilYear]) -> Iterator[Sheet]:
    """Yield the marks of each subject and semester."""
    for name in _names(subject for member in pupils for subject in member.result.subjects):
        for semester in (1, 2):
            rows = [
                _of(member.pupil.code) | _marks(_semester(found, semester))
                for member in pupils
                if (found := _find(member.result.subjects, name)) is not None
            ]
            yield SheetKind.SUBJECT_MARKS, semester, name, rows


def primary_sheets(pupils: Sequence[PupilYear]) -> Iterator[Sheet]:
    """Yield the assessments of each subject of primary school, then the traits, by semester."""
    years = [(m.pupil.code, m.result.primary) for m in pupils if m.result.primary is not None]
    for name in _names(subject for _, year in years for subject in year.subjects):
        for semester in (1, 2):
            rows = [
                _of(code) | _assessments(found, semester)
                for code, year in years
                if (found := _find(year.subjects, name)) is not None
            ]
            yield SheetKind.PRIMARY_MARKS, semester, name, rows
    for semester in (1, 2) if years else ():
        rows = [_of(code) | _traits(year.traits, semester) for code, year in years]
        yield SheetKind.SEMESTER_SUMMARY, semester, None, rows


def summary_rows(pupils: Sequence[PupilYear], semester: int | None) -> list[Row]:
    """Return learning, conduct, absences and decisions of a semester or of the year."""
    return [_of(member.pupil.code) | _summary(member.result, semester) for member in pupils]


def _of(code: str) -> Row:
    return {"pupil": code}


def _summary(result: YearResult, semester: int | None) -> Row:
    match semester:
        case 1:
            return _period(result.semester_1)
        case 2:
            return _period(result.semester_2)
        case _:
            return _period(result.year) | _year(result)


def _period(summary: PeriodSummary) -> Row:
    absences = summary.absences
    return {
        "learning": summary.learning,
        "conduct": summary.conduct,
        "absent_excused": _number(absences.excused),
        "absent_unexcused": _number(absences.unexcused),
        "absent_total": _number(absences.total),
        "homeroom_comment": summary.homeroom_comment or None,
        "mean": _number(summary.mean),
        "title": summary.title or None,
    }


def _year(result: YearResult) -> Row:
    row: Row = {
        "learning_after": result.learning_after,
        "conduct_after": result.conduct_after,
        "mean_after": _number(result.mean_after),
        "outcome": result.outcome or None,
        "title": result.title or None,
        "note": result.note or None,
        "principal": result.principal or None,
        "reassessment": "; ".join(_reassessed(result.subjects)) or None,
    }
    for found in result.subjects:
        row[f"average:{found.subject.name}"] = _number(found.year_average)
        row[f"level:{found.subject.name}"] = found.year_level
    if result.primary is not None:
        row["primary_outcome"] = result.primary.outcome
        row["height"] = _number(result.primary.height)
        row["weight"] = _number(result.primary.weight)
        row |= {
            f"trait_comment:{trait.group.value}/{trait.name}": trait.comment or None
            for trait in result.primary.traits
        }
    return row


def _reassessed(subjects: Sequence[SubjectResult]) -> Iterator[str]:
    for found in subjects:
        again = found.reassessed_level or _number(found.reassessed_average)
        if again is not None:
            yield f"{found.subject.name}: {again}"


def _semester(result: SubjectResult, semester: int) -> SemesterResult:
    return result.semester_1 if semester == 1 else result.semester_2


def _marks(result: SemesterResult) -> Row:
    regular: Row = {f"tx{n}": _number(mark) for n, mark in enumerate(result.regular, start=1)}
    return regular | {
        "gk": _number(result.midterm),
        "ck": _number(result.final),
        "average": _number(result.average),
        "level": result.level,
        "comment": result.comment or None,
    }


def _assessments(result: PrimarySubjectResult, semester: int) -> Row:
    middle, end = (result.mid_1, result.end_1) if semester == 1 else (result.mid_2, result.end_2)
    return _assessment(middle, "gk") | _assessment(end, "ck")


def _assessment(assessment: PrimaryAssessment, period: str) -> Row:
    return {
        f"{period}_level": assessment.level,
        f"{period}_test": _number(assessment.test_mark),
        f"{period}_comment": assessment.comment or None,
    }


def _traits(traits: Sequence[TraitResult], semester: int) -> Row:
    row: Row = {}
    for trait in traits:
        word = f"{trait.group.value}/{trait.name}"
        middle, end = (trait.mid_1, trait.end_1) if semester == 1 else (trait.mid_2, trait.end_2)
        row |= {f"gk_trait:{word}": middle, f"ck_trait:{word}": end}
    return row


def _names(results: Iterator[SubjectResult] | Iterator[PrimarySubjectResult]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(result.subject.name for result in results))


def _find(results: Sequence[_Result], name: str) -> _Result | None:
    return next((result for result in results if result.subject.name == name), None)


def _number(value: Decimal | int | None) -> str | None:
    return None if value is None else str(value)
