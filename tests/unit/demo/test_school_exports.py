"""The exports of the made-up school have the very layout of a school's own files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlrd

from preserve.demo.exports import write_exports
from preserve.demo.school import MadeUpSchool, make_school
from preserve.errors import StorageError
from preserve.ingest.assemble import assemble_class
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.imports import ImportOutcome
from preserve.policy.assessment import load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.rules.assessment import check_year_result

YEARS = ("2023-2024", "2024-2025")
SUBJECTS = (
    "Ngữ văn | Toán | Ngoại ngữ 1 | Giáo dục công dân | Lịch sử và Địa lí | Khoa học tự nhiên | "
    "Công nghệ | Tin học | Giáo dục thể chất | Nghệ thuật | Hoạt động trải nghiệm, hướng nghiệp | "
    "Nội dung giáo dục của địa phương"
)
ROSTER = (
    "STT | Họ tên | Ngày sinh | Giới tính | Mã dân tộc | Dân tộc | Mã tỉnh HSĐ | Tỉnh HSĐ | "
    "Quận/huyện HSĐ | Phường/Xã HSĐ | Thôn/Xóm/Ấp HSĐ | Mã định danh Bộ GD&ĐT | Trạng thái HS | "
    "Mã lớp"
)
PARTICULARS = (
    "Số TT | Mã định danh Bộ GD&ĐT | Số định danh cá nhân | Họ và tên | Ngày, tháng, năm sinh | "
    "Nơi sinh | Nam/nữ | Dân tộc | Quốc tịch | Đối tượng ưu tiên | Địa chỉ gia đình | Họ tên cha | "
    "Nghề nghiệp cha | Họ tên mẹ | Nghề nghiệp mẹ | Người giám hộ | Số sổ đăng bộ | "
    "Những thay đổi cần chú ý trong năm học"
)
MARKS = (
    "STT | Lớp | Mã định danh Bộ GD&ĐT | Họ và tên | Ngày sinh | ĐĐGtx1 | ĐĐGtx2 | ĐĐGtx3 | "
    "ĐĐGtx4 | ĐĐGtx5 | ĐĐGgk | ĐĐGck | Nhận xét"
)
COMMENTS = "STT | Mã định danh Bộ GD&ĐT | Họ và tên | Ngày sinh | Đánh giá | Nội dung nhận xét"
SUMMARY = (
    f"STT | Lớp | Mã định danh Bộ GD&ĐT | Họ và tên | Ngày sinh | {SUBJECTS} | KQ học tập | "
    "KQ rèn luyện | Buổi nghỉ có phép | Buổi nghỉ không phép | Tổng số buổi nghỉ"
)
YEAR_SUMMARY = (
    f"{SUMMARY} | Đánh giá lại | KQ học tập sau đánh giá lại | KQ rèn luyện sau rèn luyện hè | "
    "Lên lớp | Danh hiệu | Nhận xét GVCN | Ghi chú"
)
VNEDU = (
    "STT | Mã học sinh | Số định danh cá nhân | Họ và tên | Ngày sinh | Toán | LS&ĐL | KHTN | Tin "
    "| Văn | Ng.ngữ | GDCD | C.Nghệ | GDTC | Nghệ thuật | NDGDCĐP | HĐTN&HN | Kết quả học tập | "
    "Kết quả rèn luyện | Buổi nghỉ |  |  | Ghi chú"
)
AMENDMENTS = (
    "amendment_no,request_no,request_date,school_year,class,moet_code,full_name,subject,semester,"
    "column,old_value,new_value,semester_average_before,semester_average_after,"
    "year_average_before,year_average_after,learning_year_before,learning_year_after,"
    "title_before,title_after,reason,evidence,requested_by,approved_by,decision_no,decision_date,"
    "minutes_no,witnesses,entered_on"
)


def columns(header: str) -> list[str]:
    """Split a header written in words."""
    return [name.strip() for name in header.split("|")]


@pytest.fixture(scope="module")
def made_up() -> MadeUpSchool:
    """Make two classes of twelve pupils over two years."""
    return make_school(classes=2, pupils=12, seed=5, years=YEARS)


@pytest.fixture(scope="module")
def folder(made_up: MadeUpSchool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the exports once; tests only read them."""
    target = tmp_path_factory.mktemp("exports")
    write_exports(made_up, target)
    return target


def sheets(path: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield every sheet of a workbook as lists of cell values."""
    for sheet in openpyxl.load_workbook(path):
        yield sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)]


def table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with its header."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_the_files_bear_the_names_of_a_real_export(folder: Path) -> None:
    """Rosters, particulars, mark sheets and summaries lie where a school's systems put them."""
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    expected = {"school.json", "teachers.csv", "amendments.csv", "transfers.csv"}
    for year, grade in zip(YEARS, (8, 9), strict=True):
        for name in (f"{grade}A", f"{grade}B"):
            expected |= {
                f"{year}/danh_sach_hoc_sinh_{name}.xlsx",
                f"{year}/so_yeu_li_lich_{name}.xlsx",
                f"{year}/hk1/bang_diem_{name}.xlsx",
                f"{year}/hk2/bang_diem_{name}.xlsx",
                f"{year}/tong_hop_{name}.xlsx",
            }
        expected |= {
            f"{year}/hk{semester}/so_diem_tong_ket_khoi_khoi_{grade}.xls" for semester in (1, 2)
        }
    assert written == expected


def test_the_importer_reads_everything_back(made_up: MadeUpSchool, folder: Path) -> None:
    """The import is accepted without a warning and gives the very same records."""
    profile = parse_school_profile((folder / "school.json").read_bytes())
    submission = read_submission([folder], profile, policy_folders())
    submission = cross_check(submission, [], profile)
    assert submission.outcome is ImportOutcome.ACCEPTED
    policy = load_assessment_policy("TT22-2021", policy_folders())
    for expected in made_up.classes:
        group = expected.group
        found = assemble_class(profile, [submission], group.school_year, group.name)
        assert found.class_group == group
        assert found.pupils == expected.pupils
        for pupil_year in found.pupils:
            assert check_year_result(pupil_year.result, policy) == ()


def test_the_same_school_gives_the_same_bytes(
    made_up: MadeUpSchool, folder: Path, tmp_path: Path
) -> None:
    """No clock and no chance enters a file."""
    for path in write_exports(made_up, tmp_path):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_nothing_is_overwritten(made_up: MadeUpSchool, tmp_path: Path) -> None:
    """A file that is there stays as it is, and the writing stops."""
    (tmp_path / "teachers.csv").write_text("giữ nguyên", encoding="utf-8")
    with pytest.raises(StorageError):
        write_exports(made_up, tmp_path)
    assert (tmp_path / "teachers.csv").read_text(encoding="utf-8") == "giữ nguyên"


def test_the_roster_has_the_layout_of_the_ministry(folder: Path) -> None:
    """Fourteen columns, header in row 1, identifiers and dates as text."""
    ((name, rows),) = sheets(folder / "2024-2025" / "danh_sach_hoc_sinh_9A.xlsx")
    assert name == "CSDL"
    assert rows[0] == columns(ROSTER)
    assert [type(value) for value in rows[1]] == [int, *[str] * 13]
    assert [row[0] for row in rows[1:]] == list(range(1, 13))


def test_the_particulars_have_their_header_in_row_five(folder: Path) -> None:
    """Title lines stand in columns A and D, the fourth row is empty."""
    ((name, rows),) = sheets(folder / "2024-2025" / "so_yeu_li_lich_9A.xlsx")
    assert name == "Sơ yếu lí lịch"
    assert (rows[0][3], rows[1][3]) == ("SƠ YẾU LÍ LỊCH HỌC SINH", "Năm học 2024-2025")
    assert (rows[0][0], rows[1][0]) == ("Phòng GD&ĐT huyện Minh Họa", "Trường THCS Ví Dụ")
    assert rows[2][0] == "Lớp: 9A"
    assert set(rows[3]) == {None}
    assert rows[4] == columns(PARTICULARS)


def test_the_mark_sheets_have_one_sheet_per_subject(folder: Path) -> None:
    """Marked subjects have Mẫu 1 with numbers, comment subjects a level in words."""
    found = dict(sheets(folder / "2024-2025" / "hk1" / "bang_diem_9A.xlsx"))
    short = "Ngữ văn | Toán | Ngoại ngữ 1 | GDCD | Lịch sử và Địa lí | KHTN | Công nghệ | Tin học"
    assert list(found) == columns(f"{short} | GDTC | Nghệ thuật | HĐTN, HN | GDĐP")
    for name, rows in found.items():
        assert rows[0][3] == "BẢNG ĐIỂM HỌC KỲ"
        assert rows[1][3] == "Năm học 2024-2025 - Học kỳ: 1"
        marked = name in columns(short)
        assert rows[4] == columns(MARKS if marked else COMMENTS)
        for row in rows[5:]:
            if marked:
                assert all(isinstance(value, int | float | None) for value in row[5:12])
            else:
                assert row[4] in {"Đạt", "Chưa đạt"}
    assert found["GDCD"][2][:4] == ["Lớp: 9A", None, None, "Môn học: Giáo dục công dân"]


def test_whole_marks_are_whole_numbers(folder: Path) -> None:
    """8 stands as 8, not as 8.0, and 7,5 as 7.5."""
    rows = dict(sheets(folder / "2024-2025" / "hk1" / "bang_diem_9A.xlsx"))["Toán"]
    marks = [value for row in rows[5:] for value in row[5:9]]
    assert {type(value) for value in marks} == {int, float}
    assert all(value % 1 for value in marks if isinstance(value, float))


def test_the_class_summary_has_three_sheets(folder: Path) -> None:
    """Semester sheets have 24 columns, the year has five more."""
    found = dict(sheets(folder / "2024-2025" / "tong_hop_9A.xlsx"))
    assert list(found) == ["Học kỳ I", "Học kỳ II", "Cả năm"]
    assert found["Học kỳ I"][1][3] == "Năm học 2024-2025 - Học kỳ: 1"
    assert found["Học kỳ II"][1][3] == "Năm học 2024-2025 - Học kỳ: 2"
    assert found["Cả năm"][1][3] == "Năm học 2024-2025 - Cả năm"
    assert found["Học kỳ II"][4] == [*columns(SUMMARY), "Nhận xét GVCN", "Ghi chú"]
    assert found["Cả năm"][4] == columns(YEAR_SUMMARY)


def test_reassessed_marks_are_written_with_a_comma(folder: Path) -> None:
    """The cell names subject and mark, several separated by a semicolon."""
    rows = dict(sheets(folder / "2023-2024" / "tong_hop_8A.xlsx"))["Cả năm"]
    cells = [row[22] for row in rows[5:] if row[22]]
    assert any(
        cell.startswith("Toán: ") and "; Khoa học tự nhiên: " in cell and "," in cell
        for cell in cells
    )


def test_the_vnedu_summary_is_a_real_xls_with_a_merged_header(folder: Path) -> None:
    """Title in column H, header in row 6, second header row, averages as text with a comma."""
    path = folder / "2024-2025" / "hk2" / "so_diem_tong_ket_khoi_khoi_9.xls"
    assert path.read_bytes().startswith(bytes.fromhex("d0cf11e0a1b11ae1"))
    workbook = xlrd.open_workbook(path, formatting_info=True)
    assert workbook.sheet_names() == ["9a", "9b"]
    sheet = workbook.sheet_by_name("9b")
    assert sheet.cell_value(0, 7) == (
        "BẢNG TỔNG HỢP KẾT QUẢ GIÁO DỤC HỌC KỲ 2, NĂM HỌC 2024 - 2025"
    )
    assert sheet.cell_value(1, 7) == "Khối 9 - Lớp 9B - (Học kỳ 2)"
    assert sheet.row_values(5) == columns(VNEDU)
    assert sheet.merged_cells == [(5, 6, 19, 22)]
    below = ["(HS 1)"] * 8 + ["(N.xét)"] * 4 + ["(Học kỳ 2)"] * 2 + ["P", "K", "Tổng", ""]
    assert sheet.row_values(6) == ["", "", "", "", "", *below]
    for row in range(7, sheet.nrows):
        values, types = sheet.row_values(row), sheet.row_types(row)
        assert types[1:19].tolist() == [xlrd.XL_CELL_TEXT] * 18
        assert all(value == "-" or value[-2] == "," for value in values[5:13])


def test_the_pupil_who_left_has_dashes(made_up: MadeUpSchool, folder: Path) -> None:
    """In the semester after leaving every result is a dash and the note says why."""
    (left,) = (p for c in made_up.classes for p in c.pupils if p.result.movements)
    path = folder / "2024-2025" / "hk2" / "so_diem_tong_ket_khoi_khoi_9.xls"
    sheet = xlrd.open_workbook(path).sheet_by_name("9b")
    rows = [sheet.row_values(row) for row in range(7, sheet.nrows)]
    (found,) = (row for row in rows if row[1] == left.pupil.code)
    assert found[5:22] == ["-"] * 17
    assert found[22] == left.result.note


def test_school_json_names_sheets_columns_and_marks_due(folder: Path) -> None:
    """The profile tells a reader how every subject is called in every file."""
    profile = json.loads((folder / "school.json").read_text(encoding="utf-8"))
    assert profile["fictitious"] is True
    assert profile["school_years"]["2024-2025"]["classes"][1]["name"] == "9B"
    by_name = {subject["name"]: subject for subject in profile["subjects"]}
    assert list(by_name) == columns(SUBJECTS)
    assert by_name["Công nghệ"] == {
        "name": "Công nghệ",
        "gradebook_sheet": "Công nghệ",
        "vnedu_column": "C.Nghệ",
        "assessment": "marks and comments",
        "regular_marks_per_semester": {"8": 3, "9": 3},
    }
    assert "regular_marks_per_semester" not in by_name["Nghệ thuật"]


def test_teachers_have_a_row_per_year_and_subject(folder: Path) -> None:
    """Leaders teach nothing; a homeroom teacher's class stands in the last column."""
    rows = table(folder / "teachers.csv")
    assert (
        (folder / "teachers.csv")
        .read_bytes()
        .startswith(
            b"teacher_code,full_name,position,school_year,subject,part,classes,homeroom_class\r\n"
        )
    )
    leaders = [row for row in rows if not row["subject"]]
    assert {row["position"] for row in leaders} == {"Hiệu trưởng", "Phó Hiệu trưởng", "Văn thư"}
    assert sorted(row["homeroom_class"] for row in rows if row["homeroom_class"]) == [
        "8A",
        "8B",
        "9A",
        "9B",
    ]
    assert {row["part"] for row in rows if row["subject"] == "Nghệ thuật"} == {
        "Âm nhạc",
        "Mĩ thuật",
    }


def test_the_amendment_tells_both_values_and_both_averages(folder: Path) -> None:
    """One row with a comma in every mark and dates as dd/mm/yyyy."""
    content = (folder / "amendments.csv").read_text(encoding="utf-8")
    assert content.splitlines()[0] == AMENDMENTS
    (row,) = table(folder / "amendments.csv")
    assert row["column"] == "ĐĐGtx2"
    assert "," in row["old_value"]
    assert row["semester_average_before"] != row["semester_average_after"]
    assert row["request_date"] == "08/01/2025"


def test_a_school_without_events_still_has_both_files(tmp_path: Path) -> None:
    """A header without rows says that nothing happened."""
    small = make_school(classes=1, pupils=1, seed=1, years=("2024-2025",))
    write_exports(small, tmp_path)
    assert table(tmp_path / "amendments.csv") == []
    assert table(tmp_path / "transfers.csv") == []
