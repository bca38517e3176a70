"""EU DSS and veraPDF look at the documents of the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.stage import Demo, signed_fields, steps
from tests.java_judges import JavaJudges

pytestmark = pytest.mark.judge("java")


def chosen(demo: Demo) -> list[Path]:
    """Return a grade book and a transcript; the same code made all the others."""
    books = [folder for folder in demo.documents if folder.name.startswith("so-theo-doi")]
    transcripts = [folder for folder in demo.documents if folder.name.startswith("hoc-ba")]
    return [books[0], transcripts[0]]


def test_eu_dss_passes_every_signature(demo: Demo, java_judges: JavaJudges) -> None:
    """With the demo's anchors and revocation lists each signature is TOTAL_PASSED at level B-T."""
    java_judges.trust(demo.trust)
    for folder in chosen(demo):
        file = steps(folder)[-1]
        verdicts = java_judges.signatures(file)
        assert [verdict.field_name for verdict in verdicts] == signed_fields(file)
        assert {(v.indication, v.level, v.reasons) for v in verdicts} == {
            ("TOTAL_PASSED", "PAdES-BASELINE-T", "")
        }


def test_eu_dss_is_awake(demo: Demo, java_judges: JavaJudges, tmp_path: Path) -> None:
    """A byte of the page turned over makes EU DSS refuse every signature."""
    content = bytearray(steps(chosen(demo)[1])[-1].read_bytes())
    content[content.index(b"stream") + 40] ^= 1
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(content)
    java_judges.trust(demo.trust)
    assert {v.indication for v in java_judges.signatures(broken)} == {"TOTAL_FAILED"}


def test_verapdf_passes_after_each_signature(demo: Demo, java_judges: JavaJudges) -> None:
    """PDF/A-3a and PDF/UA-1 hold for the rendered file and after each signature.

    Of the grade book's eighteen files the first and the last are shown: each takes seconds.
    """
    book, transcript = (steps(folder) for folder in chosen(demo))
    for files in ((book[0], book[-1]), transcript):
        for file in files:
            assert java_judges.faults("3a", file) == []
            assert java_judges.faults("ua1", file) == []


def test_verapdf_is_awake(demo: Demo, java_judges: JavaJudges, tmp_path: Path) -> None:
    """Without its output intent a file breaks the profile."""
    content = steps(chosen(demo)[1])[-1].read_bytes().replace(b"/OutputIntents", b"/OutputIntentz")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(content)
    assert java_judges.faults("3a", broken)
