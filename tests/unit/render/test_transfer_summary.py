"""The summary of results that a pupil takes along in the middle of a year."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from preserve.errors import InputError
from preserve.model.records import TransferSummary
from preserve.model.results import Absences, Level, PeriodSummary
from preserve.render.transfer_summary import render_transfer_summary
from preserve.render.wording import mark_text
from tests.unit.render.lint import lint
from tests.unit.render.minutes import primary_transfer_summary, running_year, transfer_summary
from tests.unit.render.people import MOVEMENT
from tests.unit.render.reading import failures, fields, form, pdftotext, squeezed


def rendered(summary: TransferSummary) -> bytes:
    """Render on the packaged form."""
    return render_transfer_summary(summary, form("bang-tong-hop-chuyen-truong"))


def text_of(summary: TransferSummary, folder: Path) -> str:
    """Return the text of the pages without white space."""
    return squeezed(pdftotext(rendered(summary), folder, "-raw"))


def absent(wanted: list[str], found: str) -> list[str]:
    """Return what a text does not hold."""
    return [part for part in wanted if squeezed(part) not in found]


@pytest.mark.judge("poppler")
def test_summary_says_who_and_where_to(tmp_path: Path) -> None:
    """Identity, the school of today and the one of tomorrow, and why."""
    summary = transfer_summary()
    wanted = [
        summary.pupil.name,
        summary.pupil.code,
        "29/02/2012",
        "Trường THCS Ví Dụ",
        "Trường THCS Nơi Đến, Xã Mẫu, Tỉnh Khác",
        "Theo gia đình chuyển chỗ ở",
        "KẾT QUẢ NĂM HỌC 2024-2025, LỚP 8A",
        "kết quả có đến 14/03/2025",
    ]
    assert absent(wanted, text_of(summary, tmp_path)) == []


@pytest.mark.judge("poppler")
def test_every_mark_so_far_is_printed(tmp_path: Path) -> None:
    """Regular, mid-term and final marks of every subject stand in its row, zeros included."""
    summary = transfer_summary()
    found = text_of(summary, tmp_path)
    for result in summary.years[-1].subjects:
        first, second = result.semester_1, result.semester_2
        row = [
            result.subject.name,
            "; ".join(map(mark_text, first.regular)),
            mark_text(first.midterm),
            mark_text(first.final),
            mark_text(first.average) or (first.level.value if first.level else ""),
            "; ".join(map(mark_text, second.regular)),
            mark_text(second.midterm),
        ]
        assert squeezed("".join(row)) in found, result.subject.name
    assert "7,5;0,0" in found


@pytest.mark.judge("poppler")
def test_finished_semester_absences_and_months_are_printed(tmp_path: Path) -> None:
    """Levels of the first semester, half-days of both, and the days of each month."""
    wanted = [
        "Học kì I Tốt",
        "Học kì II 1 0 1",
        "09/2024 1 0 12/09 (P)",
        "10/2024 0 1 03/10 (K)",
        "11/2024",
    ]
    found = text_of(transfer_summary(), tmp_path)
    assert absent(wanted, found) == []
    # The year is not over: it has no row of its own.
    assert squeezed("Cả năm Tốt") not in found


@pytest.mark.judge("poppler")
def test_finished_years_are_printed_with_their_subjects(tmp_path: Path) -> None:
    """School, levels, decision and title of each year, and a column of year results."""
    summary = transfer_summary(3)
    found = text_of(summary, tmp_path)
    for year in summary.years[:-1]:
        assert year.year.learning is not None
        assert squeezed(f"Tốt {year.year.learning.value} Được lên lớp Học sinh Giỏi") in found
    subject = summary.years[0].subjects[0].subject.name
    row = "".join(mark_text(year.subjects[0].year_average) for year in summary.years[:-1])
    assert f"{squeezed(subject)}{row}" in found


@pytest.mark.judge("poppler")
def test_first_year_has_no_history(tmp_path: Path) -> None:
    """A pupil without earlier years is told so, in words."""
    found = text_of(transfer_summary(0), tmp_path)
    assert squeezed("Chưa có năm học nào trước đó") in found


@pytest.mark.judge("poppler")
def test_corrected_marks_are_confirmed(tmp_path: Path) -> None:
    """The receiving school sees which marks were corrected and by which decision."""
    wanted = ["Điểm đã sửa: 01 chỗ", "cột ĐĐGtx1: 6,5 sửa thành 8,5; quyết định số 12/QĐ-VD"]
    assert absent(wanted, text_of(transfer_summary(), tmp_path)) == []


@pytest.mark.judge("poppler")
def test_results_after_reassessment_stand_beside_the_first_ones(tmp_path: Path) -> None:
    """A second result never replaces the first one, and a mean is printed where there is one."""
    summary = transfer_summary(0)
    year = replace(
        running_year(),
        year=PeriodSummary(Level.WEAK, Level.GOOD, Absences(), mean=Decimal("4.8")),
        learning_after=Level.AVERAGE,
        mean_after=Decimal("5.1"),
        outcome="Được lên lớp",
    )
    found = text_of(replace(summary, years=(year,)), tmp_path)
    wanted = [
        "Yếu; sau đánh giá lại: Trung bình",
        "ĐTB các môn",
        "4,8; sau đánh giá lại: 5,1",
        "cuối năm học: Được lên",
    ]
    assert absent(wanted, found) == []


@pytest.mark.judge("poppler")
def test_primary_school_has_levels_tests_and_traits(tmp_path: Path) -> None:
    """Four times of the year; a test mark is a whole number; there is no conduct."""
    found = text_of(primary_transfer_summary(), tmp_path)
    wanted = [
        "Tiếng Việt Hoàn thành Hoàn thành tốt 9",
        "Phẩm chất chủ yếu Yêu nước Đạt Tốt",
        "Năng lực đặc thù Ngôn ngữ Đạt Tốt",
        "Kết quả giáo dục",
        "Hoàn thành tốt; 9",
    ]
    assert absent(wanted, found) == []
    assert squeezed("Rèn luyện") not in found.split(squeezed("THÔNG TIN CÁ NHÂN"))[1]


@pytest.mark.judge("poppler")
def test_running_year_has_its_comments_and_events(tmp_path: Path) -> None:
    """No transcript of that year exists yet, so the summary says what teachers said."""
    summary = transfer_summary(0)
    year = replace(running_year(), movements=(MOVEMENT,), contests=("Giải Ba môn Toán cấp xã",))
    found = text_of(replace(summary, years=(year,)), tmp_path)
    said = [(r.subject.name, r.semester_1.comment) for r in year.subjects if r.semester_1.comment]
    assert said
    wanted = [f"{name} Học kì I {comment}" for name, comment in said]
    wanted += [
        f"Giáo viên chủ nhiệm Học kì I {year.semester_1.homeroom_comment}",
        "Chuyển đến ngày 20/01/2025 từ Trường THCS Khác, Tỉnh Mẫu (văn bản số 05/GT)",
        "Giải Ba môn Toán cấp xã",
    ]
    assert absent(wanted, found) == []


def test_homeroom_teacher_principal_and_seal_have_fields() -> None:
    """The policy's three signatures."""
    assert set(fields(rendered(transfer_summary()))) == {
        "HOMEROOM_2024-2025",
        "PRINCIPAL_2024-2025",
        "SEAL_2024-2025",
    }


def test_year_without_any_result_conforms() -> None:
    """A pupil who leaves in the first week has a class and nothing else."""
    summary = transfer_summary(0)
    year = replace(
        running_year(),
        subjects=(),
        semester_1=PeriodSummary(),
        semester_2=PeriodSummary(),
        amendments=(),
        attendance=(),
    )
    data = rendered(replace(summary, years=(year,)))
    assert failures(data) == []
    assert lint(data) == []


def test_no_year_at_all_is_refused() -> None:
    """There is nothing to sum up."""
    with pytest.raises(InputError) as caught:
        rendered(replace(transfer_summary(), years=()))
    assert caught.value.code == "RENDER-NO-YEARS"
