"""A made-up class book with everything that the model can hold, for tests and measurements."""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from preserve.model.records import GradeBook
from preserve.model.results import (
    AbsentSession,
    Completion,
    Consequence,
    MonthAttendance,
    Movement,
    PupilYear,
)
from tests.unit.render.people import amendment, grade_book

MONTHS = (*((2024, month) for month in range(9, 13)), *((2025, month) for month in range(1, 6)))
LEFT = Movement(
    "out", date(2025, 1, 15), "Trường THCS Nơi Khác", "Tỉnh Mẫu", "07/GT", "Theo gia đình"
)
CAME = Movement("in", date(2024, 11, 4), "Trường THCS Khác", "Tỉnh Mẫu", "05/GT")


def full_grade_book(pupils: int = 45, seed: int = 1) -> GradeBook:
    """Return a class with attendance of nine months, corrections, a leaver and a late comer."""
    book = grade_book(pupils, seed)
    generator = random.Random(seed)  # noqa: S311  (made-up absences are no secrets)
    members = [with_attendance(member, generator) for member in book.pupils]
    members[0] = with_honours(members[0])
    if pupils > 3:
        members[1] = with_movements(members[1], LEFT)
        members[3] = with_movements(members[3], CAME)
    return replace(book, pupils=tuple(members))


def with_attendance(member: PupilYear, generator: random.Random) -> PupilYear:
    """Return the pupil with half-days of absence in every month."""
    months = tuple(
        MonthAttendance(
            f"{year}-{month:02d}",
            sum(session.excused for session in sessions),
            sum(not session.excused for session in sessions),
            sessions,
        )
        for year, month in MONTHS
        for sessions in [tuple(_sessions(generator, year, month))]
    )
    return replace(member, result=replace(member.result, attendance=months))


def with_movements(member: PupilYear, *movements: Movement) -> PupilYear:
    """Return the pupil with these movements."""
    return replace(member, result=replace(member.result, movements=movements))


def with_honours(member: PupilYear) -> PupilYear:
    """Return the pupil with everything that may follow the year's results."""
    result = replace(
        member.result,
        certificates=("Chứng chỉ nghề Tin học văn phòng, loại Giỏi",),
        contests=("Giải Ba môn Toán cấp huyện",),
        commendations=("Giấy khen của hiệu trưởng",),
        summer_comment="Đã hoàn thành bài tập hè.",
        completion=Completion("45/QĐ-VD", date(2025, 6, 20), "118"),
        note="Ở trọ xa nhà.",
    )
    return replace(member, result=result)


def with_amendments(member: PupilYear, subjects: Sequence[str]) -> PupilYear:
    """Return the pupil with a corrected mid-term mark and its consequences in each subject."""
    consequences = (Consequence("ĐTBmhk", "6.9", "7.2"), Consequence("ĐTBmcn", "7.0", "7.3"))
    changes = tuple(
        replace(
            amendment(subject),
            column="ĐĐGgk",
            initials="VD",
            evidence="Bài kiểm tra số 3",
            request_date=date(2025, 1, 8),
            consequences=consequences,
        )
        for subject in subjects
    )
    return replace(member, result=replace(member.result, amendments=changes))


def _sessions(generator: random.Random, year: int, month: int) -> Iterator[AbsentSession]:
    for day in range(1, monthrange(year, month)[1] + 1):
        on = date(year, month, day)
        if on.weekday() < 6 and generator.random() < 0.05:
            yield from _absent(generator, on)


def _absent(generator: random.Random, on: date) -> Iterator[AbsentSession]:
    yield AbsentSession(on, generator.random() < 0.8)
    if generator.random() < 0.2:
        yield AbsentSession(on, excused=False)
