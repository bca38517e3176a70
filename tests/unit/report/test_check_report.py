"""Differences and lists as a clerk reads them, in both languages."""

from __future__ import annotations

import json
import re

import pytest

from preserve.model.checks import ClassLists, ListedPupil, RuleFinding
from preserve.model.imports import Severity
from preserve.model.overview import RecordFinding
from preserve.report.check_report import (
    check_lines,
    describe_lists,
    describe_record_finding,
    list_lines,
)
from preserve.report.texts.catalogue import Texts

ARTICLE = "Thông tư 22/2021/TT-BGDĐT, Điều 9 khoản 1 điểm b"


def finding(
    severity: Severity = Severity.ERROR,
    code: str = "CHK-YEAR-AVERAGE",
    field: str = "year.average",
    values: tuple[str, str] = ("8.2", "8.1"),
    subject: str = "Toán",
) -> RuleFinding:
    """Return a finding."""
    return RuleFinding(severity, code, subject, field, *values, ARTICLE)


def record(pupil: str, class_name: str, one: RuleFinding) -> RecordFinding:
    """Return a finding about a pupil."""
    return RecordFinding(pupil, "2024-2025", class_name, one)


def test_a_difference_names_subject_field_both_values_and_article() -> None:
    """Everything a clerk needs stands under class and pupil, with the language's decimal sign."""
    vietnamese = "\n".join(check_lines([record("991", "6A", finding())], Texts("vi")))
    for part in ("6A", "991", "Toán", "điểm trung bình môn cả năm", "«8,2»", "«8,1»", ARTICLE):
        assert part in vietnamese
    english = "\n".join(check_lines([record("991", "6A", finding())], Texts("en")))
    for part in ("6A", "991", "Toán", "average of the year", "“8.2”", "“8.1”", ARTICLE):
        assert part in english


def test_classes_and_pupils_are_named_once_and_errors_come_first() -> None:
    """Two pupils of two classes: four headings; within a pupil errors stand before warnings."""
    warned = finding(Severity.WARNING, "CHK-MARK-MISSING", "hk1.midterm", ("", ""))
    found = [
        record("991", "6A", warned),
        record("991", "6A", finding()),
        record("992", "6B", finding()),
    ]
    lines = list(check_lines(found, Texts("vi")))
    assert [line for line in lines if line.startswith("Lớp")] == [
        "Lớp 6A, năm học 2024-2025",
        "Lớp 6B, năm học 2024-2025",
    ]
    assert [line.strip() for line in lines if re.fullmatch(r"  \d+", line)] == ["991", "992"]
    words = [line.split(":")[0].strip() for line in lines if line.startswith("    ")]
    assert [word for word in words if word.isupper()] == ["LỖI", "CẢNH BÁO", "LỖI"]
    assert lines[-2] == "2 lỗi, 1 cảnh báo ở 2 học sinh của 2 lớp."
    assert lines[-1].startswith("3 ")


def test_nothing_to_report_is_one_line() -> None:
    """A clean class is told in one sentence."""
    assert list(check_lines([], Texts("vi"))) == ["Không có điểm nào khác với quy định."]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "field",
    [
        *(f"{p}.{n}" for p in ("hk1", "hk2") for n in ("average", "regular", "midterm", "final")),
        *(
            f"{p}.{n}"
            for p in ("hk1", "hk2", "year", "after")
            for n in ("learning", "conduct", "mean", "level")
        ),
        *(f"{p}.{n}" for p in ("mid1", "end1", "mid2", "end2") for n in ("test", "level")),
        *(f"months.{n}" for n in ("excused", "unexcused", "absences")),
        *("hk1.absences", "year.absences", "hk1.title", "year.outcome", "2024-09.excused"),
        *("title", "promotion", "year"),
    ],
)
def test_every_field_has_its_words(language: str, field: str) -> None:
    """No field is ever shown as the program writes it."""
    one = finding(code="CHK-UNVERIFIABLE", field=field)
    message = describe_record_finding(record("991", "6A", one), Texts(language))["message"]
    assert not re.search(r"CHECK-|hk[12]|[{}]|\.(level|mean|title)", message)


def test_several_right_answers_and_nothing_are_put_into_words() -> None:
    """A slash and an empty cell are for machines."""
    one = finding(code="CHK-LEARNING", field="hk1.learning", values=("", "Khá / Đạt"), subject="")
    text = Texts("vi")
    described = describe_record_finding(record("991", "6A", one), text)
    assert described["message"].startswith("Kết quả học tập (học lực) học kì I")
    assert "«(trống)»" in described["message"]
    assert "«Khá hoặc Đạt»" in described["message"]
    assert (described["reported"], described["computed"]) == (None, "Khá / Đạt")
    assert json.loads(json.dumps(described)) == described


LISTS = ClassLists(
    school_year="2024-2025",
    class_name="6A",
    promoted=(ListedPupil(1, "991"), ListedPupil(12, "992")),
    not_promoted=(),
    commended=(ListedPupil(1, "991", ("Học sinh Giỏi",)),),
    reassessed=(ListedPupil(3, "993", ("Toán", "Tin học")),),
    summer=(),
    undecided=(ListedPupil(3, "993"),),
    left=(),
)


def test_the_five_lists_are_always_there() -> None:
    """An empty list says 0; those who are undecided or gone are listed only when there are any."""
    lines = list(list_lines([LISTS], Texts("vi")))
    assert lines == [
        "Lớp 6A, năm học 2024-2025",
        "  Được lên lớp, hoàn thành chương trình: 2",
        "      1. 991",
        "     12. 992",
        "  Không được lên lớp: 0",
        "  Khen thưởng: 1",
        "      1. 991: Học sinh Giỏi",
        "  Đánh giá lại (kiểm tra lại) các môn học: 1",
        "      3. 993: Toán, Tin học",
        "  Rèn luyện trong kì nghỉ hè: 0",
        "  Chưa xét được lên lớp: 1",
        "      3. 993",
    ]
    assert len(list(list_lines([LISTS], Texts("en")))) == len(lines)


def test_the_lists_as_json_hold_every_list() -> None:
    """Empty lists stand in the JSON form too."""
    (described,) = describe_lists([LISTS])
    assert described["reassessed"] == [
        {"number": 3, "pupil": "993", "details": ["Toán", "Tin học"]}
    ]
    assert {"promoted", "not_promoted", "commended", "summer", "undecided", "left"} <= set(
        described
    )
    assert json.loads(json.dumps(described)) == described
