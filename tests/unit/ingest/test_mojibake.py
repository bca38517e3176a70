"""UTF-8 that was opened in another encoding is told and never stored as somebody's name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.ingest.cells import Misread
from preserve.ingest.legacy_fonts import LegacyFont, recognise_font
from preserve.ingest.mojibake import is_mojibake
from preserve.model.imports import ImportOutcome
from preserve.policy.imports import CellKind
from tests.unit.ingest.conftest import SAMPLE, import_all
from tests.unit.ingest.test_cells import read

WORDS = ("Nguyễn", "Hoàng", "Ngô", "Lâm", "Trần", "Hà", "Cần", "Ơn", "Ăn", "Vũ", "Êban", "Thử")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_utf_8_read_as_latin_1_is_told(names: list[str]) -> None:
    """Whichever words a text has, its bytes shown as letters are recognised."""
    text = " ".join(names)
    assert is_mojibake(text.encode().decode("latin-1"))
    assert not is_mojibake(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thử",
        "NGÔ",
        "Ngô Lan",
        "Lâm Hà",
        "Hoàng Bịa",
        "Cần, rất ngoan; mạnh dạn hơn",
        "Ơn",
        "Ô",
    ],
)
def test_utf_8_read_as_windows_1252_is_told(text: str) -> None:
    """What Windows shows of Vietnamese UTF-8 is recognised, in short words and in sentences."""
    assert recognise_font(text.encode().decode("cp1252")) is LegacyFont.MOJIBAKE


def test_lost_no_break_spaces_do_not_hide_it() -> None:
    """The byte A0 is shown as a no-break space, which programs turn into a space or strip."""
    assert is_mojibake("HoÃ ng Thá»‹ HÃ")


@pytest.mark.parametrize(
    "text",
    ["HAI NGÃ…", "NGÃ BA", "“NGÃ”", "café", "LÀ Ô", "20 °C ± 1", "Côte d’Ivoire", "5 €", "½"],
)
def test_signs_of_western_europe_are_no_mojibake(text: str) -> None:
    """Letters and signs of one byte that stand in real text are left alone."""
    assert not is_mojibake(text)


def test_no_cell_of_the_sample_is_mojibake() -> None:
    """Nothing of a whole made-up school is taken for it."""
    cells = [
        cell
        for path in sorted(SAMPLE.glob("*.csv"))
        for row in csv.reader(path.read_text("utf-8").splitlines())
        for cell in row
    ]
    assert len(cells) > 100
    assert [cell for cell in cells if is_mojibake(cell)] == []


def test_mojibake_in_a_cell_is_a_fault() -> None:
    """A comment or name in disguise is refused at its cell."""
    shown = "Nguyễn".encode().decode("cp1252")
    assert read(CellKind.TEXT, shown) == Misread("IMP-TEXT-MOJIBAKE")


def test_a_file_in_disguise_is_refused(copy: Path) -> None:
    """A list of teachers that was saved so is refused as a whole, with one sentence."""
    path = copy / "teachers.csv"
    shown = path.read_bytes().decode("latin-1").encode()
    path.write_bytes(shown)
    submission = import_all(copy)
    assert submission.outcome is ImportOutcome.REFUSED
    (file,) = (file for file in submission.files if file.original_name == "teachers.csv")
    assert [finding.code for finding in file.findings] == ["IMP-TEXT-MOJIBAKE"]
