"""The sample school, whole and damaged on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlrd
import xlwt

from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.imports import Submission
from preserve.policy.files import policy_folders

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
YEAR = "2024-2025"


def read_school(folder: Path) -> SchoolProfile:
    """Read the profile that lies in a folder of exports."""
    return parse_school_profile((folder / "school.json").read_bytes())


def import_all(folder: Path, held: tuple[Submission, ...] = ()) -> Submission:
    """Read and cross-check a folder the way an import does."""
    profile = read_school(folder)
    return cross_check(read_submission([folder], profile, policy_folders()), held, profile)


@pytest.fixture(scope="session")
def profile() -> SchoolProfile:
    """The sample school."""
    return read_school(SAMPLE)


@pytest.fixture(scope="session")
def submission() -> Submission:
    """The sample's import."""
    return import_all(SAMPLE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sample that a test may damage."""
    folder = tmp_path / "exports"
    shutil.copytree(SAMPLE, folder)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


Cells = dict[tuple[str, str], Any]


@pytest.fixture
def edit(copy: Path) -> Callable[[str, Cells], Path]:
    """Write values into cells of one of the copy's .xlsx files."""

    def change(name: str, cells: Cells) -> Path:
        path = copy / name
        book = openpyxl.load_workbook(path)
        for (sheet, address), value in cells.items():
            book[sheet][address] = value
        book.save(path)
        return path

    return change


@pytest.fixture
def edit_xls(copy: Path) -> Callable[[str, dict[tuple[str, int, int], Any]], Path]:
    """Write values into cells (sheet, row, column from 0) of one of the copy's .xls files."""

    def change(name: str, cells: dict[tuple[str, int, int], Any]) -> Path:
        path = copy / name
        old = xlrd.open_workbook(path)
        new = xlwt.Workbook()
        for sheet in old.sheets():
            target = new.add_sheet(sheet.name)
            for row in range(sheet.nrows):
                for column in range(sheet.ncols):
                    value = cells.get((sheet.name, row, column), sheet.cell_value(row, column))
                    if value != "":
                        target.write(row, column, value)
        new.save(str(path))
        return path

    return change
