"""Editions for paper: a conversion needs its event, and none of them is the signed document."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from tests.e2e.stage import Demo, is_one_line, rewind, run, sealed_copy, succeed

PUPIL = "9920000001"


def printed(folder: Path) -> list[str]:
    """Return the names of what was printed."""
    return sorted(path.name for path in folder.iterdir())


def test_conversion_needs_an_event(demo: Demo, tmp_path: Path) -> None:
    """Without one nothing is printed; a transfer is one pupil's, and the final grade is locked."""
    out = tmp_path / "out"
    order = ("print", out, "--year", demo.year)
    for more, code in (
        ((), 7),
        (("--event", "transfer"), 2),
        (("--event", "year_end", "--final-grade"), 7),
        (("--event", "year_end", "--class", "9Z"), 2),
    ):
        ran = run(*order, *more, archive=demo.archive)
        assert ran.code == code, ran.out + ran.err
        assert is_one_line(ran.err)
    assert not out.exists()


def test_conversion_is_drawn_from_the_signed_files(demo: Demo, tmp_path: Path) -> None:
    """Every document of the class, without fields to sign and without attachments."""
    archive, out = sealed_copy(demo, tmp_path), tmp_path / "out"
    succeed("print", out, "--year", demo.year, "--event", "year_end", archive=archive)
    names = printed(out)
    assert len(names) == 5
    assert f"hoc-ba.6A.{PUPIL}_{demo.year}.conversion-0001.pdf" in names
    for path in out.iterdir():
        with pikepdf.open(path) as pdf:
            assert "/AcroForm" not in pdf.Root
            assert list(pdf.attachments) == []


def test_unsigned_document_is_not_converted(demo: Demo, tmp_path: Path) -> None:
    """A conversion of what is not complete is refused; a draft and a regular print are made."""
    archive, out = rewind(demo, tmp_path / "copy", {"SUBJECT"}), tmp_path / "out"
    order = ("print", out, "--year", demo.year, "--pupil", PUPIL)
    ran = run(*order, "--event", "leave", archive=archive)
    assert ran.code == 7
    assert f"hoc-ba.6A.{PUPIL}" in ran.err
    succeed(*order, "--draft", archive=archive)
    succeed(*order, "--regular", archive=archive)
    name = f"hoc-ba.6A.{PUPIL}_{demo.year}"
    assert printed(out) == [f"{name}.draft-0001.pdf", f"{name}.regular-0002.pdf"]


def test_transcripts_of_a_locked_final_grade_are_bound(demo: Demo, tmp_path: Path) -> None:
    """One operation puts every transcript of the class into one file, each on an odd page."""
    archive, out = sealed_copy(demo, tmp_path), tmp_path / "out"
    order = ("print", out, "--year", demo.year, "--event", "year_end", "--bound")
    succeed(*order, archive=archive)
    assert printed(out) == [
        f"hoc-ba.6A_{demo.year}.conversion-0001.pdf",
        f"so-theo-doi.6A_{demo.year}.conversion-0001.pdf",
    ]
    with pikepdf.open(out / f"hoc-ba.6A_{demo.year}.conversion-0001.pdf") as pdf:
        assert len(pdf.pages) >= 4 * len(demo.pupils)
        assert "/AcroForm" not in pdf.Root
