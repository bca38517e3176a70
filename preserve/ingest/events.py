"""Builds what happened to a pupil in a year: corrected marks, moves, prizes, completion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from preserve.ingest.values import Row, day
from preserve.model.results import (
    CommentLevel,
    Completion,
    Consequence,
    GradeAmendment,
    Movement,
)


class Honour(StrEnum):
    """Kinds of rows of the list of honours, as the list writes them."""

    CONTEST = "Giải thưởng"
    CERTIFICATE = "Chứng chỉ"
    COMMENDATION = "Khen thưởng"
    DISCIPLINE = "Kỉ luật"
    SUMMER = "Rèn luyện hè"
    COMPLETION = "Hoàn thành chương trình"


_CONSEQUENCES = (
    ("semester_result", "ĐTBmhk", "Kết quả học kì"),
    ("year_result", "ĐTBmcn", "Kết quả cả năm"),
    ("learning", "Kết quả học tập", "Kết quả học tập"),
    ("title", "Danh hiệu", "Danh hiệu"),
)
"""Fields with their names: in a subject assessed by marks, and in one assessed by comments."""


def amendment(row: Row, staff: Mapping[str, str]) -> GradeAmendment:
    """Return a corrected mark with its dossier.

    Args:
        row: of the list of amendments.
        staff: names of the staff by code, for the initials.
    """

    def text(field: str) -> str:
        return row.get(field) or ""

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
        decision_date=day(row.get("decision_date")),
        minutes_number=text("minutes_number"),
        requested_by=text("requested_by"),
        approved_by=text("approved_by"),
        entered_on=day(row.get("entered_on")),
        request_date=day(row.get("request_date")),
        evidence=text("evidence"),
        witnesses=tuple(w.strip() for w in text("witnesses").split(";") if w.strip()),
        initials=text("initials") or initials(staff.get(text("requested_by"), "")),
        consequences=tuple(_consequences(row)),
    )


def initials(name: str) -> str:
    """Return ``N.V.A`` for ``Nguyễn Văn An``."""
    return ".".join(word[0] for word in name.split()).upper()


def consequence_fields(name: str) -> str | None:
    """Return the field whose change is called ``name``."""
    return next((field for field, *names in _CONSEQUENCES if name in names), None)


def _consequences(row: Row) -> Iterator[Consequence]:
    """Yield the results that a correction changed; those it left alone are no consequence."""
    words = set(CommentLevel)
    for field, by_marks, by_comments in _CONSEQUENCES:
        before, after = row.get(f"{field}_before") or "", row.get(f"{field}_after") or ""
        if before != after:
            yield Consequence(by_comments if {before, after} & words else by_marks, before, after)


def movement(row: Row) -> Movement:
    """Return a move to or from another school."""
    return Movement(
        direction=row["direction"] or "",
        on=date.fromisoformat(row["date"] or ""),
        other_school=row["other_school"] or "",
        other_place=row["other_place"] or "",
        document_number=row["document_number"] or "",
        reason=row["reason"] or "",
    )


def honours(rows: Sequence[Row], *kinds: Honour) -> tuple[str, ...]:
    """Return the honours of some kinds as written, with the decision where there is one."""
    return tuple(_honour(row) for row in rows if row["honour"] in kinds)


def _honour(row: Row) -> str:
    text, number, on = row["text"] or "", row["decision_number"], day(row["decision_date"])
    dated = f", ngày {on:%d/%m/%Y}" if on is not None else ""
    return f"{text} (số {number}{dated})" if number else text


def completion(rows: Sequence[Row]) -> Completion | None:
    """Return the recognition that a level was completed."""
    found = [row for row in rows if row["honour"] == Honour.COMPLETION]
    if not found:
        return None
    row = found[-1]
    return Completion(
        decision_number=row["decision_number"] or "",
        decision_date=day(row["decision_date"]),
        register_number=row["register_number"] or "",
    )
