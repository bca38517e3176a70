"""Class lists without numbers are put in the Vietnamese order of names."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from preserve.ingest.collation import name_key
from tests.unit.ingest.small_school import make_profile, pupils, read, said, write_roster

# Written by hand from the order of the alphabet and of the tones, not taken from the program.
ORDERED = """
Bùi Thị A
Lê Văn An
Nguyễn Thị An
Nguyễn Văn An
Trần Văn An
Lê Thị Ái
Phạm Gia Ân
Y Đĕm Ayŭn
Lê Thị Ba
Lê Thị Bà
Lê Thị Bả
Lê Thị Bã
Lê Thị Bá
Lê Thị Bạ
Lê Thị Băng
Lê Thị Bằng
Lê Thị Bâng
Lê Văn Bình
Phạm Thị Cúc
Lê Văn Danh
Lê Văn Dũng
Lê Văn Đại
Lê Văn Đạt
Trần Đức Em
Lê Thị Én
Lê Thị Êm
Lê Thị Hoa
Lê Thị Hòa
Lê Thị Hoà
Lê Thị Mai
Phạm Văn Oanh
Phạm Văn Ông
Phạm Văn Ơn
Lê Văn Tú
Lê Văn Tư
Lê Văn Ước
Lê Thị Xuân
Lê Thị Yến
Lê Thị Ý
""".strip().splitlines()
LETTERS = tuple("aăâbcdđeêghiklmnoôơpqrstuưvxy")


def by_name(names: list[str]) -> list[str]:
    """Sort names that come in the opposite order."""
    names = [*reversed(names)]
    names.sort(key=name_key)
    return names


def test_letters_follow_the_alphabet() -> None:
    """Ă, â, đ, ê, ô, ơ and ư are letters of their own, each after its base letter."""
    names = [f"Lê Văn {letter.upper()}" for letter in LETTERS]
    assert by_name(names) == names


def test_tones_follow_within_a_syllable() -> None:
    """Ngang, huyền, hỏi, ngã, sắc, nặng."""
    names = [f"Lê Văn {name}" for name in ("Ma", "Mà", "Mả", "Mã", "Má", "Mạ")]
    assert by_name(names) == names


def test_given_name_comes_first_then_middle_then_family() -> None:
    """Namesakes are told apart by their middle names, then by the family name."""
    names = ["Vũ An Anh", "Bùi Bảo Anh", "Lê Bảo Anh", "An Thị Bình"]
    assert by_name(names) == names


def test_base_letters_count_before_tones() -> None:
    """A tone decides only between names whose letters are equal."""
    names = ["Lê Thị Ba", "Lê Thị Bá", "Lê Thị Bai", "Lê Thị Bài", "Lê Thị Bảnh", "Lê Thị Bát"]
    assert by_name(names) == names


@given(st.permutations(ORDERED))
def test_order_does_not_depend_on_the_list(names: list[str]) -> None:
    """Any list of the same names is put in one order."""
    assert sorted(names, key=name_key) == sorted(ORDERED, key=name_key)


def test_names_of_other_peoples_have_a_place() -> None:
    """Letters that Vietnamese has not are sorted beside their base letters, and nothing fails."""
    assert name_key("Lê Thị Ayá") < name_key("Y Đĕm Ayŭn") < name_key("Lê Thị Ba")
    assert name_key("Ngọ")[0] < name_key("Ngộ")[0]


def test_list_without_numbers_is_numbered_by_name(tmp_path: Path) -> None:
    """The numbers are assigned, a warning says so, and the class list has that order."""
    profile = make_profile("THCS")
    write_roster(tmp_path, numbers=False)
    submission = read(tmp_path, profile)
    assert said(submission) == [("IMP-NUMBERS-ASSIGNED", "")]
    listed = [(m.result.number, m.pupil.name) for m in pupils(submission, profile)]
    assert listed == [(1, "Y Đĕm Ayŭn"), (2, "Lê Thị Bịa"), (3, "Phạm Văn Đặt")]


def test_numbers_of_the_school_are_kept(tmp_path: Path) -> None:
    """A school that numbers its list otherwise is not corrected."""
    profile = make_profile("THCS")
    write_roster(tmp_path)
    submission = read(tmp_path, profile)
    assert said(submission) == []
    assert [m.result.number for m in pupils(submission, profile)] == [1, 2, 3]
