"""A pupil's year as plain data has every key, and decimals as strings."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from preserve.model.results import (
    Absences,
    CommentLevel,
    Level,
    PeriodSummary,
    PrimaryAssessment,
    PrimaryOutcome,
    PrimarySubjectResult,
    PrimaryYear,
    PupilYear,
    SemesterResult,
    SubjectLevel,
    SubjectResult,
    TraitGroup,
    TraitLevel,
    TraitResult,
    YearResult,
)
from preserve.model.school import AssessmentKind, Pupil, Subject
from preserve.report.records_json import describe_pupil_year

MATHS = Subject("Toán", "toan", AssessmentKind.MARKS)
ARTS = Subject("Nghệ thuật", "nghe-thuat", AssessmentKind.COMMENTS)
EMPTY = SemesterResult()
PUPIL = Pupil("9900000001", "Nguyễn Thị Ví Dụ", date(2013, 2, 1), "Nữ")
YEAR = YearResult(
    school_year="2024-2025",
    class_name="6A",
    grade=6,
    number=1,
    regulation="TT22-2021",
    school_name="Trường THCS Ví Dụ",
    school_place="Xã Ví Dụ",
    subjects=(
        SubjectResult(
            MATHS,
            SemesterResult((Decimal(8), Decimal(0)), Decimal("8.5"), Decimal(10), Decimal("8.0")),
            EMPTY,
        ),
        SubjectResult(ARTS, EMPTY, EMPTY, year_level=CommentLevel.NOT_PASSED),
    ),
    semester_1=PeriodSummary(Level.FAIR, Level.GOOD, Absences(1, 2, 3)),
    semester_2=PeriodSummary(),
    year=PeriodSummary(absences=Absences(total=0)),
    conduct_after=Level.PASSED,
)


def test_description_is_plain_and_complete() -> None:
    """Marks have one decimal always, nothing is null, and zero is not nothing."""
    described = json.loads(json.dumps(describe_pupil_year(PupilYear(PUPIL, YEAR))))
    nothing: dict[str, object] = {
        "tx": [],
        "gk": None,
        "ck": None,
        "average": None,
        "level": None,
        "comment": None,
    }
    assert described == {
        "pupil": {
            "code": "9900000001",
            "name": "Nguyễn Thị Ví Dụ",
            "birth_date": "2013-02-01",
            "gender": "Nữ",
            "personal_id": None,
            "ethnic_group": None,
        },
        "school_year": "2024-2025",
        "class": "6A",
        "subjects": [
            {
                "subject": "Toán",
                "hk1": {
                    "tx": ["8.0", "0.0"],
                    "gk": "8.5",
                    "ck": "10.0",
                    "average": "8.0",
                    "level": None,
                    "comment": None,
                },
                "hk2": nothing,
                "year": {"average": None, "level": None},
            },
            {
                "subject": "Nghệ thuật",
                "hk1": nothing,
                "hk2": nothing,
                "year": {"average": None, "level": "CĐ"},
            },
        ],
        "hk1": {"learning": "Khá", "conduct": "Tốt", "absent_total": 3, "mean": None},
        "hk2": {"learning": None, "conduct": None, "absent_total": None, "mean": None},
        "year": {
            "learning": None,
            "conduct": None,
            "absent_total": 0,
            "mean": None,
            "promoted": None,
            "outcome": None,
            "title": None,
        },
        "after_summer": {"learning": None, "conduct": "Đạt"},
        "primary": None,
    }


def test_decisions_are_told_as_written() -> None:
    """Outcome, promotion and title appear as the school stated them."""
    decided = replace(YEAR, outcome="Được lên lớp", promoted=True, title="Học sinh Giỏi")
    year = describe_pupil_year(PupilYear(PUPIL, decided))["year"]
    assert (year["outcome"], year["promoted"], year["title"]) == (
        "Được lên lớp",
        True,
        "Học sinh Giỏi",
    )


def test_year_of_primary_school_is_told_whole() -> None:
    """Levels in words, tests as whole numbers, qualities with their group, the outcome."""
    assessed = PrimaryAssessment(SubjectLevel.WELL_COMPLETED, Decimal(9), "Chăm học")
    year = PrimaryYear(
        subjects=(PrimarySubjectResult(MATHS, end_2=assessed),),
        traits=(TraitResult(TraitGroup.QUALITY, "Yêu nước", mid_1=TraitLevel.PASSED),),
        outcome=PrimaryOutcome.GOOD,
        height=Decimal("128.5"),
    )
    result = replace(YEAR, subjects=(), primary=year)
    told = json.loads(json.dumps(describe_pupil_year(PupilYear(PUPIL, result))))["primary"]
    assert (told["outcome"], told["height"], told["weight"]) == ("Hoàn thành tốt", "128.5", None)
    (subject,), (trait,) = told["subjects"], told["traits"]
    assert subject["end_2"] == {"level": "Hoàn thành tốt", "test": "9", "comment": "Chăm học"}
    assert subject["mid_1"] == {"level": None, "test": None, "comment": None}
    assert (trait["group"], trait["name"], trait["mid_1"]) == ("quality", "Yêu nước", "Đạt")
