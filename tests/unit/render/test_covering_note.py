"""The note that goes with a transferred pupil's files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from preserve.errors import InputError
from preserve.render.covering_note import render_covering_note
from tests.unit.render.lint import lint
from tests.unit.render.minutes import covering_note
from tests.unit.render.people import NAMES
from tests.unit.render.reading import failures, form, pdftotext, squeezed


def rendered(files: int = 2, recipient: str = "") -> bytes:
    """Render a made-up note on the packaged form."""
    note = replace(covering_note(files), recipient=recipient)
    return render_covering_note(note, form("thu-gui-kem"))


@pytest.mark.parametrize("files", [0, 1, 2, 40])
def test_note_conforms(files: int) -> None:
    """The note passes both profiles and the lint, also when its list is long or empty."""
    data = rendered(files)
    assert failures(data) == []
    assert lint(data) == []


@pytest.mark.judge("poppler")
def test_note_says_what_is_enclosed_and_how_to_verify(tmp_path: Path) -> None:
    """Heading, pupil, every file with its digest, and the commands stand on one page."""
    text = pdftotext(rendered(), tmp_path, "-raw")
    found = squeezed(text)
    assert all(file.sha256 in text for file in covering_note().enclosed), "a digest is broken"
    wanted = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Xã Minh Họa, ngày 03 tháng 02 năm 2025",
        NAMES[2],
        "9910000001",
        "2023-2024, 2024-2025",
        "sha256sum",
        "preserve verify",
        *(file.name for file in covering_note().enclosed),
    ]
    assert [part for part in wanted if squeezed(part) not in found] == []
    assert text.count("\f") == 1


@pytest.mark.judge("poppler")
def test_words_of_the_note_are_those_of_its_form(tmp_path: Path) -> None:
    """A school may say it otherwise: nothing on the page is hard-coded."""
    own = form("thu-gui-kem")
    changed = replace(own, labels={**own.labels, "note.how": "Xin gọi cho văn thư."})
    text = pdftotext(render_covering_note(covering_note(), changed), tmp_path, "-raw")
    assert "Xin gọi cho văn thư." in text
    assert "sha256sum" not in text


def test_undrawable_letter_is_refused() -> None:
    """The refusal names the pupil's code only."""
    with pytest.raises(InputError) as caught:
        rendered(recipient="Trường 漢")
    assert caught.value.parameters["pupil"] == "9910000001"
