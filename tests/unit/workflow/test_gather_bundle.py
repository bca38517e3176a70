"""Which files of an import go into the bundle of a year."""

from __future__ import annotations

from preserve.model.imports import SheetFacts, SheetKind, SourceFile, Submission
from preserve.workflow.gather_bundle import _files_of


def file(name: str, *years: str | None) -> SourceFile:
    """Return a file with a sheet for each year."""
    sheets = tuple(SheetFacts(SheetKind.ROSTER, "", (), (), (), school_year=y) for y in years)
    return SourceFile(f"tep/{name}", name, 1, "00" * 64, "", sheets, ())


def chosen(*files: SourceFile) -> list[str]:
    """Return the names of the files that belong to 2024-2025."""
    return [f.stored_name for f in _files_of(Submission(files), "2024-2025")]


def test_files_of_the_year_and_of_no_year_are_taken() -> None:
    """A list of teachers names no year and goes everywhere; another year's file does not."""
    given = (file("1", "2024-2025"), file("2", "2023-2024"), file("3", None))
    assert chosen(*given) == ["1", "3"]


def test_file_without_facts_goes_with_its_neighbours() -> None:
    """Signed XML of the Ministry is kept in the bundle of the year that it came with."""
    assert chosen(file("1", "2024-2025"), file("2")) == ["1", "2"]
    assert chosen(file("1", "2023-2024"), file("2")) == []


def test_file_without_facts_is_never_lost() -> None:
    """An import of such files alone says no year: it goes into every bundle."""
    assert chosen(file("1"), file("2")) == ["1", "2"]
