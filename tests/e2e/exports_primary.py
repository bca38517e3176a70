"""Export files of a made-up primary school: grades 2 and 4 under TT 27/2020/TT-BGDĐT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.e2e.exports_files import (
    PERSON,
    Place,
    Rows,
    Taught,
    children,
    titles,
    write_book,
    write_honours,
    write_place,
)

YEAR = "2024-2025"
COMMENTS = (
    "Đạo đức",
    "Giáo dục thể chất",
    "Nghệ thuật (Âm nhạc)",
    "Nghệ thuật (Mĩ thuật)",
    "Hoạt động trải nghiệm",
)
GRADE_2 = ("Tiếng Việt", "Toán", *COMMENTS, "Tự nhiên và Xã hội")
GRADE_4 = (
    "Tiếng Việt",
    "Toán",
    "Ngoại ngữ 1",
    "Lịch sử và Địa lí",
    "Khoa học",
    "Tin học và Công nghệ (Tin học)",
    "Tin học và Công nghệ (Công nghệ)",
    *COMMENTS,
)
QUALITIES = ("Yêu nước", "Nhân ái", "Chăm chỉ", "Trung thực", "Trách nhiệm")
GENERAL = ("Tự chủ và tự học", "Giao tiếp và hợp tác", "GQVĐ&ST")
SPECIFIC = {
    2: ("Ngôn ngữ", "Tính toán", "Khoa học", "Thẩm mĩ", "Thể chất"),
    4: ("Ngôn ngữ", "Tính toán", "Khoa học", "Công nghệ", "Tin học", "Thẩm mĩ", "Thể chất"),
}
CLASSES = (
    Taught(
        YEAR, "2A", 2, "TT27-2020", GRADE_2, children(9930000001, 2017, "Lê"), ("GV04", "Cô Hai A")
    ),
    Taught(
        YEAR, "4B", 4, "TT27-2020", GRADE_4, children(9930000101, 2015, "Vũ"), ("GV05", "Cô Bốn B")
    ),
)
PLACE = Place(
    name="Trường Tiểu học Bịa Đặt",
    level="TH",
    head="Hiệu trưởng",
    comments=frozenset((*COMMENTS, "Tự nhiên và Xã hội")),
    classes=CLASSES,
)
TESTS = (10, 8, 7, 5, 4)
"""The test of every subject and time, by place in the class."""
LEVELS = ("T", "T", "H", "H", "H")
TRAITS = ("T", "T", "Đ", "T", "Đ")
OUTCOMES = ("HTXS", "HTT", "HT", "HT", "CHT")
TITLES = (
    "Học sinh Xuất sắc",
    "Học sinh hoàn thành tốt trong học tập và rèn luyện",
    None,
    None,
    None,
)
DECISIONS = ("Được lên lớp",) * 4 + ("Chưa được lên lớp",)
_SHEETS = {name: name.replace("Tin học và Công nghệ", "TH&CN") for name in GRADE_4}
"""A sheet's name has 31 letters at most."""
_PERIODS = ("Giữa học kì I", "Cuối học kì I", "Giữa học kì II", "Cuối năm")
_MONTHS = ("Tháng 9", "Tháng 10")


def write_primary(folder: Path) -> None:
    """Write every file of the school."""
    write_place(PLACE, folder)
    for taught in CLASSES:
        for semester in (1, 2):
            book = folder / YEAR / f"hk{semester}" / f"danh_gia_{taught.name}.xlsx"
            sheets = {_SHEETS.get(s, s): _subject(taught, s, semester) for s in taught.subjects}
            write_book(book, sheets)
        write_book(folder / YEAR / f"tong_hop_{taught.name}.xlsx", dict(_summaries(taught)))
        write_book(folder / YEAR / f"so_yeu_{taught.name}.xlsx", {"Sơ yếu": _particulars(taught)})
    write_book(folder / YEAR / "diem_danh_2A.xlsx", {"Cả năm": _attendance(CLASSES[0])})
    first = CLASSES[1].children[0]
    write_honours(
        folder, YEAR, [(first, "Giải thưởng", "Giải Nhì cấp huyện môn Bịa", None, None, None)]
    )


def write_planted(folder: Path) -> None:
    """Write a later summary of 4B in which outcome, title and promotion are wrong."""
    outcomes = ("HTXS", "HTXS", "HT", "HT", "CHT")
    decisions = (*DECISIONS[:4], "Được lên lớp")
    named = (TITLES[0], "Học sinh Xuất sắc", "Học sinh Xuất sắc", None, None)
    rows = _summary(CLASSES[1], _PERIODS[3], (outcomes, named, decisions))
    write_book(folder / YEAR / "tong_hop_4B_lai.xlsx", {_PERIODS[3]: rows})


def _has_test(taught: Taught, subject: str, *, middle: bool) -> bool:
    if middle:
        return taught.grade == 4 and subject in {"Tiếng Việt", "Toán"}
    return subject not in PLACE.comments


def _level(subject: str, place: int) -> str:
    """The last child has not completed mathematics."""
    return "C" if place == 4 and subject == "Toán" else LEVELS[place]


def _subject(taught: Taught, subject: str, semester: int) -> Rows:
    about = titles(
        PLACE,
        taught,
        "BẢNG ĐÁNH GIÁ KẾT QUẢ HỌC TẬP",
        f"Năm học {YEAR} - Học kì: {'I' * semester}",
        f"Môn học: {subject}",
    )
    header: tuple[str, ...] = (
        "STT",
        "Lớp",
        *PERSON[1:],
        "Mức đạt được GK",
        "Điểm KTĐK GK",
        "Nhận xét GK",
    )
    header += ("Mức đạt được CK", "Điểm KTĐK", "Nhận xét CK")
    rows = []
    for n, child in enumerate(taught.children):
        middle, end = (_has_test(taught, subject, middle=m) for m in (True, False))
        level = _level(subject, n)
        first = (level, TESTS[n] if middle else None, "Chăm học bài.")
        second = (level, TESTS[n] if end else None, "Biết giúp bạn.")
        rows.append((n + 1, taught.name, *child.person, *first, *second))
    return [*about, header, *rows]


def _summaries(taught: Taught) -> Iterator[tuple[str, Rows]]:
    for period in _PERIODS[:3]:
        yield period, _summary(taught, period, ())
    yield _PERIODS[3], _summary(taught, _PERIODS[3], (OUTCOMES, TITLES, DECISIONS))


def _summary(taught: Taught, period: str, closing: Sequence[Sequence[Any]]) -> Rows:
    about = titles(PLACE, taught, "BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC", f"Năm học {YEAR}")
    middle = period.startswith("Giữa")
    upper: list[str | None] = [*PERSON, "Chiều cao (cm)", "Cân nặng (kg)"]
    upper += ["Số ngày nghỉ", None]
    lower: list[str | None] = [None] * 6 + ["Có phép", "Không phép"]
    for subject in taught.subjects:
        tested = _has_test(taught, subject, middle=middle)
        upper += [subject, None] if tested else [subject]
        lower += ["Mức đạt được", "Điểm KTĐK"] if tested else ["Mức đạt được"]
    traits = (QUALITIES, GENERAL, SPECIFIC[taught.grade])
    spans = ("Phẩm chất chủ yếu", "Năng lực chung", "Năng lực đặc thù")
    for span, names in zip(spans, traits, strict=True):
        upper += [span, *[None] * (len(names) - 1)]
        lower += names
    if closing:
        upper += ["Nhận xét GVCN", "Đánh giá KQGD", "Khen thưởng", "Lên lớp"]
    count = sum(map(len, traits))
    rows = [
        (*cells, *[TRAITS[n]] * count, *_closing(n, closing))
        for n, cells in enumerate(_results(taught, period))
    ]
    return [*about, upper, lower, *rows]


def _results(taught: Taught, period: str) -> Iterator[list[Any]]:
    """Yield each child's cells up to the subjects; days missed stand at the ends of semesters."""
    middle = period.startswith("Giữa")
    for n, child in enumerate(taught.children):
        missed = {"Cuối học kì I": (n, 0), "Cuối năm": (2 * n + 1, 0)}.get(period, (None, None))
        height = 120 + n + _PERIODS.index(period)
        cells: list[Any] = [n + 1, *child.person, height, f"{25 + n},5", *missed]
        for subject in taught.subjects:
            cells.append(_level(subject, n))
            if _has_test(taught, subject, middle=middle):
                cells.append(TESTS[n])
        yield cells


def _closing(place: int, closing: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return ("Con ngoan, mạnh dạn.", *(cells[place] for cells in closing)) if closing else ()


def _particulars(taught: Taught) -> Rows:
    about = titles(PLACE, taught, "SƠ YẾU LÍ LỊCH HỌC SINH", f"Năm học {YEAR}")
    header = (
        *("Số TT", "Mã định danh Bộ GD&ĐT", "Số định danh cá nhân", "Họ và tên"),
        *("Ngày, tháng, năm sinh", "Nơi sinh", "Nam/nữ", "Dân tộc", "Quốc tịch", "Quê quán"),
        *("Đối tượng ưu tiên", "Địa chỉ gia đình", "Họ tên cha", "Nghề nghiệp cha"),
        *("Họ tên mẹ", "Nghề nghiệp mẹ", "Người giám hộ", "Số sổ đăng bộ"),
        "Những thay đổi cần chú ý trong năm học",
    )
    rows = [
        (
            *(n, child.code, f"00099{child.code[-7:]}", child.name, child.born),
            *("Tỉnh Ví Dụ", child.gender, "Kinh", "Việt Nam", "Xã Bịa Đặt, tỉnh Ví Dụ"),
            *(None, "Thôn 1, xã Bịa Đặt", "Lê Văn Cha", "Làm ruộng"),
            *("Vũ Thị Mẹ", "May mặc", None, f"{child.code[-3:]}", None),
        )
        for n, child in enumerate(taught.children, start=1)
    ]
    return [*about, header, *rows]


def _attendance(taught: Taught) -> Rows:
    """Totals of the months, which add up to the days of the year's summary."""
    about = titles(PLACE, taught, "BẢNG TỔNG HỢP CHUYÊN CẦN", f"Năm học {YEAR}")
    upper = (*PERSON, _MONTHS[0], None, _MONTHS[1], None)
    lower = (*[None] * 4, "P", "K", "P", "K")
    rows = [(n + 1, *child.person, n, 0, n + 1, 0) for n, child in enumerate(taught.children)]
    return [*about, upper, lower, *rows]
