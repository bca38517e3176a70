"""The note that goes with a transferred pupil's files."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from preserve.errors import InputError
from preserve.model.records import CoveringNote, EnclosedFile
from preserve.render.covering_note import render_covering_note
from tests.unit.render.lint import lint
from tests.unit.render.people import NAMES, SCHOOL, pupil
from tests.unit.render.reading import failures, pdftotext, squeezed


def note(files: int = 2) -> CoveringNote:
    """Return a made-up note."""
    enclosed = tuple(
        EnclosedFile(
            f"documents/hocba-8A-9910000001_{year}-{year + 1}.pdf",
            hashlib.sha256(str(year).encode()).hexdigest(),
            f"Học bạ năm học {year}-{year + 1}",
        )
        for year in range(2023, 2023 + files)
    )
    return CoveringNote(
        record_id="thu-gui-kem.9910000001",
        version=1,
        form="thu-gui-kem",
        document_number="",
        school=SCHOOL,
        pupil=pupil(NAMES[2]),
        class_name="8A",
        school_years=("2023-2024", "2024-2025"),
        document_date=date(2025, 2, 3),
        enclosed=enclosed,
        signer_name="Hiệu Trưởng Ví Dụ",
    )


@pytest.mark.parametrize("files", [0, 1, 2, 40])
def test_note_conforms(files: int) -> None:
    """The note passes both profiles and the lint, also when its list is long or empty."""
    data = render_covering_note(note(files))
    assert failures(data) == []
    assert lint(data) == []


@pytest.mark.judge("poppler")
def test_note_says_what_is_enclosed_and_how_to_verify(tmp_path: Path) -> None:
    """Heading, pupil, every file with its digest, and the commands stand on one page."""
    text = pdftotext(render_covering_note(note()), tmp_path, "-raw")
    found = squeezed(text)
    assert all(file.sha256 in text for file in note().enclosed), "a digest is broken"
    wanted = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Xã Minh Họa, ngày 03 tháng 02 năm 2025",
        NAMES[2],
        "9910000001",
        "2023-2024, 2024-2025",
        "sha256sum",
        "preserve verify",
        *(file.name for file in note().enclosed),
    ]
    assert [part for part in wanted if squeezed(part) not in found] == []
    assert text.count("\f") == 1


def test_same_note_gives_same_bytes() -> None:
    """Nothing but the note decides the bytes."""
    assert render_covering_note(note()) == render_covering_note(note())


def test_undrawable_letter_is_refused() -> None:
    """The refusal names the pupil's code only."""
    with pytest.raises(InputError) as caught:
        render_covering_note(replace(note(), recipient="Trường 漢"))
    assert caught.value.parameters["pupil"] == "9910000001"
