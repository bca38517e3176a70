"""A cell is read exactly or not at all."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.ingest.cells import CellReader, Misread, Reading, cell_reader
from preserve.ingest.names import known_names
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.tables import CellFault, CellValue
from preserve.policy.imports import CellKind, ColumnRule
from tests.unit.ingest.conftest import SAMPLE, read_school

PROFILE: SchoolProfile = read_school(SAMPLE)


def reader(kind: CellKind, *choices: str) -> CellReader:
    """Return the reader of a column of that kind."""
    return cell_reader(ColumnRule("x", ("X",), kind, choices=choices), known_names(PROFILE))


def read(kind: CellKind, value: CellValue, *choices: str) -> Reading:
    """Read one cell."""
    return reader(kind, *choices)(value)


def code(reading: Reading) -> str:
    """Return the code of a fault."""
    assert isinstance(reading, Misread), reading
    return reading.code


@given(st.integers(min_value=0, max_value=100))
def test_marks_read_the_same_however_written(tenths: int) -> None:
    """Text with comma or point, whole numbers and binary numbers give the same decimal."""
    mark = Decimal(tenths) / 10
    written: list[CellValue] = [f"{mark:.1f}", f"{mark:.1f}".replace(".", ","), float(mark)]
    if tenths % 10 == 0:
        written += [tenths // 10, str(tenths // 10)]
    assert {read(CellKind.MARK, value) for value in written} == {f"{mark:.1f}"}


@given(st.floats() | st.integers() | st.text() | st.dates() | st.datetimes())
def test_a_mark_is_a_mark_or_a_fault(value: Any) -> None:
    """Whatever stands in a cell, a reading is 0.0 to 10.0, empty, or a fault."""
    match read(CellKind.MARK, value):
        case str() as text:
            assert Decimal(0) <= Decimal(text) <= Decimal(10)
            assert isinstance(value, float | int | str)
            assert Decimal(text) == Decimal(str(value).strip().replace(",", "."))
        case None:
            assert isinstance(value, str)
            assert value.strip() in {"", "-"}
        case Misread(code=found):
            assert found.startswith(("IMP-MARK-", "IMP-TEXT-"))


@pytest.mark.parametrize("value", ["10,1", 10.1, 11, "100", "85"])
def test_marks_above_ten_are_refused(value: CellValue) -> None:
    """85 is not 8,5."""
    assert code(read(CellKind.MARK, value)) == "IMP-MARK-RANGE"


@pytest.mark.parametrize("value", ["8,50", "8.50", "8,5000", 8.50])
def test_zeros_behind_a_decimal_change_nothing(value: CellValue) -> None:
    """8,50 is 8,5 exactly; so are 10,00 and 0,00 whole."""
    assert read(CellKind.MARK, value) == "8.5"
    assert read(CellKind.MARK, "10,00") == "10.0"
    assert read(CellKind.MARK, "0,00") == "0.0"


@pytest.mark.parametrize("value", ["8,55", "8.505", 8.25, "0,01", 8.299999999999999])
def test_second_decimals_are_refused(value: CellValue) -> None:
    """A mark is never rounded."""
    assert code(read(CellKind.MARK, value)) == "IMP-MARK-DECIMALS"


@pytest.mark.parametrize("value", ["08", "8,", ",5", "1e1", "٨", "８", "+8", "8 5", "--", "–"])
def test_other_writings_are_no_marks(value: CellValue) -> None:
    """Only plain ASCII digits with one comma or point are a number."""
    assert code(read(CellKind.MARK, value)) == "IMP-MARK-FORM"


@pytest.mark.parametrize("kind", [CellKind.MARK, CellKind.COMMENT_LEVEL, CellKind.COUNT])
@pytest.mark.parametrize("value", [None, "", "  ", "-", " - "])
def test_empty_and_dash_are_no_result(kind: CellKind, value: CellValue) -> None:
    """Nothing and a dash say that there is no result; zero is one."""
    assert read(kind, value) is None


def test_marks_that_became_dates_are_told() -> None:
    """8.5 typed where points belong to dates is the 8th of May, and no mark."""
    assert code(read(CellKind.MARK, date(2025, 5, 8))) == "IMP-MARK-DATE"


def test_zero_is_a_result() -> None:
    """The number 0 and the text "0" are marks and counts."""
    assert read(CellKind.MARK, 0) == read(CellKind.MARK, "0") == "0.0"
    assert read(CellKind.COUNT, 0) == read(CellKind.COUNT, "0") == "0"


@pytest.mark.parametrize("value", ["Đ", "Đạt", "D"])
def test_passed_has_three_writings(value: str) -> None:
    """Đ, Đạt and D are the same level."""
    assert read(CellKind.COMMENT_LEVEL, value) == "Đ"


@pytest.mark.parametrize("value", ["CĐ", "Chưa đạt", "CD"])
def test_not_passed_has_three_writings(value: str) -> None:
    """CĐ, Chưa đạt and CD are the same level."""
    assert read(CellKind.COMMENT_LEVEL, value) == "CĐ"


@pytest.mark.parametrize("value", ["đạt", "Chưa Đạt", "Không đạt", "Khá", 1, "C Đ", "chưa"])
def test_other_levels_are_refused(value: CellValue) -> None:
    """No other word is a level; above all none is taken for Đạt."""
    assert code(read(CellKind.COMMENT_LEVEL, value)) == "IMP-LEVEL-UNKNOWN"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)))
def test_dates_read_the_same_however_stored(day: date) -> None:
    """Every way to write day, month and year, and a spreadsheet's own date, give one form."""
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (a cell knows no zone)
    texts = [f"{day.day:02d}{sign}{day.month:02d}{sign}{day.year}" for sign in "/-."]
    texts += [f"{day.day}{sign}{day.month}{sign}{day.year}" for sign in "/-."]
    values: list[CellValue] = [*texts, day.isoformat(), moment, day]
    assert {read(CellKind.DATE, value) for value in values} == {day.isoformat()}


@pytest.mark.parametrize(
    "value",
    [
        "13/25/2010",
        "31/02/2010",
        "05/13/2010",
        "01/09-2010",
        "2010/09/01",
        "2010-9-1",
        "0/9/2010",
        "001/09/2010",
        "01/09/1899",
        "01/09/2999",
        "hôm qua",
        True,
        datetime(2010, 9, 1, 7, 30),  # noqa: DTZ001  (a cell knows no zone)
    ],
)
def test_other_dates_are_refused(value: CellValue) -> None:
    """Nothing is guessed about the order of day and month; 05/13/2010 is no day."""
    expected = "IMP-DATE-NUMBER" if value is True else "IMP-DATE-FORM"
    assert code(read(CellKind.DATE, value)) == expected


@pytest.mark.parametrize("value", ["01/09/10", "1-9-10", "1.9.10", "2010", "9/2010", "10"])
def test_parts_of_dates_are_refused(value: CellValue) -> None:
    """A year of two digits, and a year or month without its day, are told as such."""
    expected = "IMP-DATE-FORM" if value == "10" else "IMP-DATE-YEAR"
    assert code(read(CellKind.DATE, value)) == expected


@pytest.mark.parametrize("value", [40422, 40422.0, 2010, 1092010, 0])
def test_bare_numbers_are_no_dates(value: CellValue) -> None:
    """A serial without a date's format may count from 1900 or 1904, or be no serial."""
    assert code(read(CellKind.DATE, value)) == "IMP-DATE-NUMBER"


@pytest.mark.parametrize("value", ["9910000006", "GV01", "AB-12-c"])
def test_identifiers_are_kept_as_text(value: str) -> None:
    """Leading zeros and letters stay."""
    assert read(CellKind.IDENTIFIER, value) == value


@pytest.mark.parametrize(
    "value", ["9910000006.0", "9910000006,0", "7.9202E+10", "7,92E+11", "1E+5"]
)
def test_identifiers_that_were_numbers_are_refused(value: str) -> None:
    """Text with a trailing .0 or in floating form is never turned back into a code."""
    assert code(read(CellKind.IDENTIFIER, value)) == "IMP-IDENTIFIER-DECIMALS"


@pytest.mark.parametrize("value", [9910000006, 9910000006.0, 79202012345.0, 1.5, date(2010, 1, 1)])
def test_numeric_identifiers_are_refused(value: CellValue) -> None:
    """A number may have lost its zeros."""
    assert code(read(CellKind.IDENTIFIER, value)) == "IMP-IDENTIFIER-NUMBER"


@pytest.mark.parametrize(
    "value",
    [
        "..",
        "../x",
        "a/b",
        "a\\b",
        "C:",
        "~",
        "-a",
        "a-",
        "a b",
        "a.b",
        "Đ1",
        "１２",
        "*",
        "CON",
        "nul",
        "Com1",
        "lpt9",
    ],
)
def test_path_like_identifiers_are_refused(value: str) -> None:
    """A code can become part of a path, so it holds letters, digits and inner hyphens only."""
    assert code(read(CellKind.IDENTIFIER, value)) == "IMP-IDENTIFIER-FORM"


@given(st.text())
def test_accepted_identifiers_are_harmless(value: str) -> None:
    """No accepted code has a separator, a dot or a letter outside ASCII."""
    reading = read(CellKind.IDENTIFIER, value)
    if isinstance(reading, str):
        assert reading.isascii()
        assert reading.replace("-", "").isalnum()


@pytest.mark.parametrize("value", [5, 5.5, date(2010, 1, 1)])
def test_text_columns_take_text_only(value: CellValue) -> None:
    """A number in a text column has lost its writing."""
    assert code(read(CellKind.TEXT, value)) == "IMP-CELL-NOT-TEXT"


def test_thirty_six_is_kept_and_said() -> None:
    """A text of exactly 36 may stand for nothing; it is kept with a warning."""
    assert read(CellKind.TEXT, "36") == Misread("IMP-CELL-PLACEHOLDER", text="36")
    assert read(CellKind.TEXT, "36 buổi") == "36 buổi"
    assert read(CellKind.IDENTIFIER, "36") == "36"


@pytest.mark.parametrize("kind", [CellKind.TEXT, CellKind.MARK, CellKind.DATE, CellKind.IDENTIFIER])
@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("8\u200b,5", "IMP-TEXT-CHARACTER"),
        ("An\u202eh", "IMP-TEXT-CHARACTER"),
        ("a\x00b", "IMP-TEXT-CHARACTER"),
        ("a\ud800", "IMP-TEXT-CHARACTER"),
        ("\u00d0inh", "IMP-TEXT-LOOKALIKE"),
        ("NguyÔn V¨n An", "IMP-TEXT-TCVN3"),
        ("Nguyeãn Vaên An", "IMP-TEXT-VNI"),
        ("coâng", "IMP-TEXT-OLD-FONT"),
        ("x" * 32_768, "IMP-TEXT-TOO-LONG"),
    ],
)
def test_text_that_cannot_be_stored_is_refused(kind: CellKind, value: str, wanted: str) -> None:
    """No column takes unseen characters, look-alikes, old encodings or endless text."""
    fault = read(kind, value)
    assert code(fault) == wanted
    assert isinstance(fault, Misread)
    assert not {text for _, text in fault.parameters} & {value, value[:60]}


def test_text_of_the_greatest_length_is_read() -> None:
    """The limit itself is within it."""
    assert read(CellKind.TEXT, "x" * 32_767) == "x" * 32_767


def test_text_is_composed_and_stripped() -> None:
    """Decomposed letters are composed; blanks around go."""
    assert read(CellKind.TEXT, " Nguye\u0302\u0303n ") == "Nguyễn"


def test_choices_are_exact() -> None:
    """A choice is one of the listed texts, or a dash for none."""
    assert read(CellKind.CHOICE, "Nam", "Nam", "Nữ") == "Nam"
    assert read(CellKind.CHOICE, "-", "Nam", "Nữ") is None
    assert code(read(CellKind.CHOICE, "nam", "Nam", "Nữ")) == "IMP-CHOICE-UNKNOWN"
    assert code(read(CellKind.CHOICE, 1, "Nam", "Nữ")) == "IMP-CHOICE-UNKNOWN"


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (CellKind.CLASS, "6a", "6A"),
        (CellKind.CLASSES, "6A; 9a", "6A;9A"),
        (CellKind.SCHOOL_YEAR, "2024 - 2025", "2024-2025"),
        (CellKind.SEMESTER, "II", "2"),
        (CellKind.SEMESTER, 1, "1"),
        (CellKind.SUBJECT, "LS&ĐL", "Lịch sử và Địa lí"),
        (CellKind.SUBJECT, "lịch sử và địa lý", "Lịch sử và Địa lí"),
        (CellKind.REASSESSMENT, "Toán: 5,5; KHTN: 6", "Toán: 5.5; Khoa học tự nhiên: 6.0"),
        (CellKind.REASSESSMENT, "Nghệ thuật: Đạt", "Nghệ thuật: Đ"),
        (CellKind.MARK_OR_LEVEL, "Chưa đạt", "CĐ"),
        (CellKind.MARK_OR_LEVEL, "5,8", "5.8"),
    ],
)
def test_names_become_the_profiles_names(kind: CellKind, value: CellValue, wanted: str) -> None:
    """Classes, years, semesters and subjects are written as the school profile writes them."""
    assert read(kind, value) == wanted


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (CellKind.CLASS, "7C", "IMP-CLASS-UNKNOWN"),
        (CellKind.CLASSES, "6A;7C", "IMP-CLASS-UNKNOWN"),
        (CellKind.CLASSES, "6A;", "IMP-CLASS-UNKNOWN"),
        (CellKind.SCHOOL_YEAR, "2030-2031", "IMP-YEAR-UNKNOWN"),
        (CellKind.SEMESTER, "3", "IMP-SEMESTER-UNKNOWN"),
        (CellKind.SUBJECT, "Thiên văn", "IMP-SUBJECT-UNKNOWN"),
        (CellKind.ORDINAL, "một", "IMP-NUMBER-FORM"),
        (CellKind.COUNT, -1, "IMP-NUMBER-FORM"),
        (CellKind.COUNT, 1.5, "IMP-NUMBER-FORM"),
        (CellKind.REASSESSMENT, "Toán:", "IMP-REASSESSMENT-FORM"),
    ],
)
def test_unknown_names_are_refused(kind: CellKind, value: CellValue, wanted: str) -> None:
    """What the profile does not know is not taken."""
    assert code(read(kind, value)) == wanted


@pytest.mark.parametrize("fault", list(CellFault))
def test_faulty_cells_stay_faulty_beside_equal_texts(fault: CellFault) -> None:
    """A fault is never remembered as the text of its own code, nor the other way round."""
    one = reader(CellKind.TEXT)
    assert one(fault.value) == fault.value
    assert code(one(fault)) == fault.value
    assert one(fault.value) == fault.value
