"""The school profile is read whole, or refused with everything that is wrong in it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from preserve.errors import FormatError
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.model.school import AssessmentKind, SchoolLevel
from tests.unit.ingest.conftest import SAMPLE

TABLE: dict[str, Any] = json.loads((SAMPLE / "school.json").read_text(encoding="utf-8"))


def problems(table: object) -> str:
    """Return what is said to be wrong."""
    with pytest.raises(FormatError) as caught:
        parse_school_profile(json.dumps(table).encode())
    assert caught.value.code == "IMP-SCHOOL-PROFILE"
    return caught.value.parameters["problems"]


def test_sample_profile_is_read(profile: SchoolProfile) -> None:
    """School, years, classes, subjects and staff of the sample are all there."""
    assert profile.school.code == "00000001"
    assert profile.school.level is SchoolLevel.LOWER_SECONDARY
    assert profile.school.place == "Xã Minh Họa, Huyện Mẫu, Tỉnh Ví Dụ"
    assert [year.name for year in profile.years] == ["2023-2024", "2024-2025"]
    assert [group.name for group in profile.classes] == ["8A", "8B", "6A", "6B", "9A", "9B"]
    assert profile.foreign_language_1 == "Tiếng Anh"
    assert profile.principal is not None
    assert (profile.principal.code, profile.principal.position) == ("GV01", "Hiệu trưởng")
    civics = profile.subjects[3]
    assert (civics.code, civics.aliases) == ("giao-duc-cong-dan", ("GDCD",))
    assert civics.kind is AssessmentKind.MARKS
    assert civics.regular_marks == ((6, 2), (8, 2), (9, 2))
    assert profile.subjects[8].kind is AssessmentKind.COMMENTS
    assert profile.subjects[8].regular_marks == ()


def test_class_is_found_by_year_and_name(profile: SchoolProfile) -> None:
    """The same name in another year is another class."""
    group = profile.class_group("2024-2025", "6A")
    assert group is not None
    assert group.homeroom_teacher is not None
    assert group.homeroom_teacher.code == "GV04"
    assert profile.class_group("2023-2024", "6A") is None


def test_everything_wrong_is_told_at_once() -> None:
    """Missing, mistyped and unknown entries are listed together."""
    table = copy.deepcopy(TABLE)
    del table["code"]
    table["level"] = "ĐH"
    table["school_years"]["2024-2025"]["first_day"] = "05/09/2024"
    table["school_years"]["2024-2025"]["classes"][0]["grade"] = "6"
    table["school_years"]["2024-2025"]["classes"][1]["subjects"][2] = "Thiên văn"
    table["subjects"][0]["assessment"] = "stars"
    table["principal"] = {"teacher_code": "GV01"}
    told = problems(table)
    for entry in (
        "code",
        "level",
        "school_years.2024-2025.first_day",
        "school_years.2024-2025.classes[0].grade",
        "school_years.2024-2025.classes[1].subjects[2]",
        "subjects[0].assessment",
        "principal.name",
    ):
        assert entry in told.split("; "), told


def test_two_subjects_cannot_share_a_name() -> None:
    """An alias that means two subjects would make a column ambiguous."""
    table = copy.deepcopy(TABLE)
    table["subjects"][1]["vnedu_column"] = "văn"
    assert "subjects: văn (Ngữ văn, Toán)" in problems(table)


def test_two_classes_of_a_year_cannot_share_a_name() -> None:
    """6a and 6A are the same class."""
    table = copy.deepcopy(TABLE)
    table["school_years"]["2024-2025"]["classes"][1]["name"] = "6a"
    assert "classes: 2024-2025 6a" in problems(table)


def test_year_is_two_years_in_a_row() -> None:
    """2024-2026 is no school year."""
    table = copy.deepcopy(TABLE)
    table["school_years"]["2024-2026"] = table["school_years"].pop("2024-2025")
    assert "school_years.2024-2026" in problems(table).split("; ")


@pytest.mark.parametrize("table", [[], 1, "x", None, {}, {"school_years": {"2024-2025": 3}}])
def test_other_json_is_refused(table: object) -> None:
    """JSON that is no school profile says what it lacks."""
    assert "subjects" in problems(table)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    """Broken JSON is an error of ours."""
    with pytest.raises(FormatError) as caught:
        parse_school_profile(content)
    assert caught.value.code == "IMP-SCHOOL-JSON"
