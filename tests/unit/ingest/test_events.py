"""A corrected mark carries its whole dossier into the records."""

from __future__ import annotations

from datetime import date

import pytest

from preserve.ingest.assemble import assemble_class
from preserve.ingest.events import amendment, initials
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import Submission
from preserve.model.results import Consequence
from tests.unit.ingest.conftest import YEAR

ROW: dict[str, str | None] = {
    "amendment": "SD04",
    "subject": "Giáo dục công dân",
    "semester": "2",
    "column": "ĐĐGck",
    "old_value": "7.5",
    "new_value": "8.5",
    "reason": "Cộng sót điểm",
    "semester_result_before": "7.9",
    "semester_result_after": "8.3",
    "year_result_before": "7.9",
    "year_result_after": "8.2",
    "learning_before": "Khá",
    "learning_after": "Tốt",
    "title_before": None,
    "title_after": "Học sinh Giỏi",
}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Nguyễn Văn An", "N.V.A"), ("Lê Đạt", "L.Đ"), ("y Đĕm Ayŭn", "Y.Đ.A"), ("", "")],
)
def test_initials_are_the_first_letters(name: str, wanted: str) -> None:
    """Every word of the name gives a capital letter; đ stays đ."""
    assert initials(name) == wanted


def test_consequences_are_what_changed() -> None:
    """Averages, level and title that a correction moved are told with both values."""
    assert amendment(ROW, {}).consequences == (
        Consequence("ĐTBmhk", "7.9", "8.3"),
        Consequence("ĐTBmcn", "7.9", "8.2"),
        Consequence("Kết quả học tập", "Khá", "Tốt"),
        Consequence("Danh hiệu", "", "Học sinh Giỏi"),
    )


def test_subject_of_comments_has_results_and_no_average() -> None:
    """The consequence in a subject of comments bears another name; what stayed is none."""
    row = ROW | {"semester_result_before": "CĐ", "semester_result_after": "Đ"}
    row |= {"year_result_before": "Đ", "year_result_after": "Đ", "learning_before": "Tốt"}
    row |= {"title_before": "Học sinh Giỏi"}
    assert amendment(row, {}).consequences == (Consequence("Kết quả học kì", "CĐ", "Đ"),)


def test_dossier_of_the_sample_is_complete(profile: SchoolProfile, submission: Submission) -> None:
    """Request, evidence, witnesses and initials of the sample's correction arrive."""
    pupils = assemble_class(profile, [submission], YEAR, "6A").pupils
    (found,) = (each for member in pupils for each in member.result.amendments)
    assert (found.number, found.request_date) == ("SD02", date(2025, 1, 8))
    assert found.evidence == "Sổ theo dõi của giáo viên"
    assert found.witnesses == ("GV02", "GV16")
    assert len(found.initials.split(".")) >= 2
    assert found.consequences == (Consequence("ĐTBmhk", "5.6", "5.8"),)
