"""docs/conformity.md names every duty once, with a module and a test that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
PAGE = (PROJECT / "docs" / "conformity.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells
    for line in PAGE.splitlines()
    if re.match(r"\| (SGN|ALG)-\d\d \|", line)
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}
DUTIES = [*(f"SGN-0{n}" for n in range(1, 9)), *(f"ALG-0{n}" for n in range(1, 10))]


def test_every_duty_stands_in_the_page_once() -> None:
    """The ids are those of the duties of TT 15/2025/TT-BKHCN that the design lists."""
    assert list(ROWS) == DUTIES
    assert len(re.findall(r"^\| (?:SGN|ALG)-\d\d \|", PAGE, re.MULTILINE)) == len(DUTIES)


@pytest.mark.parametrize("duty", DUTIES)
def test_duty_names_files_that_exist(duty: str) -> None:
    """Each duty has a place in the program and a test that really tests something."""
    _, _, where, tests, state = ROWS[duty]
    assert where == "this page" or re.findall(r"`([^`]+)`", where)
    for name in re.findall(r"`([^`]+)`", where):
        assert (PROJECT / name).exists(), name
    named = re.findall(r"`([^`]+)`", tests)
    assert named
    for name in named:
        assert "def test_" in (PROJECT / name).read_text(encoding="utf-8"), name
    assert state.startswith("met")


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`((?:preserve|tests|policies)/[^`]+)`", PAGE)))
)
def test_page_names_nothing_that_is_not_there(name: str) -> None:
    """The third table too."""
    assert (PROJECT / name).exists()
