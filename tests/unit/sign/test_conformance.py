"""Rendered documents stay PDF/A-3a and PDF/UA-1 after every signature."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import page
import pytest
from pyhanko.sign.diff_analysis import ModificationLevel

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.model.roles import SignerRole
from preserve.policy.files import policy_folders
from preserve.policy.forms import load_form
from preserve.render.grade_book import render_grade_book
from preserve.render.transcript import render_transcript
from preserve.sign.appearance import Appearance, person_lines, seal_lines
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.fields import all_fields, filled_fields
from tests.unit.render.people import grade_book, transcript
from tests.unit.sign.conftest import NOW, SCHOOL, write_pdf
from tests.unit.sign.test_engine import validate

ALLOWED = {"PDFA3A-SIGNATURE-BYTERANGE-001"}
"""A known false alarm about the first of two signatures; our verifier checks byte ranges."""


def _failures(pdf: bytes) -> set[str]:
    reports = (page.validate_pdf_bytes(pdf, profile=profile) for profile in ("3a", "ua1"))
    return {failure.rule_id for report in reports for failure in report.failures}


def _sign_all(pdf: bytes, authority: DemoAuthority) -> list[bytes]:
    """Sign every field in the order of the form, the seal last."""
    files, timestamper = [pdf], authority.timestamper(NOW)
    fields = sorted(all_fields(pdf), key=lambda name: name.startswith("SEAL"))
    for name in fields:
        is_seal = name.startswith("SEAL")
        lines = (
            seal_lines(SCHOOL, NOW) if is_seal else person_lines("Nguyễn Ưỡng", "Giáo viên", NOW)
        )
        request = SignatureRequest(
            field_name=name,
            appearance=Appearance(lines, "seal" if is_seal else "person"),
            claimed_time=NOW,
            digest_algorithm="sha256",
            locks=is_seal,
            certifies=name == fields[0],
        )
        key = authority.open_demo_key(SEAL_CODE if is_seal else "GV01")
        files.append(sign_pdf(files[-1], request, key, timestamper))
    return files


@pytest.fixture(scope="module")
def files(authority: DemoAuthority) -> list[bytes]:
    """A transcript of two years as rendered and after each signature."""
    record = transcript(2)
    form = load_form(record.form, policy_folders())
    return _sign_all(render_transcript(record, form), authority)


def test_a_transcript_conforms_after_every_signature(files: list[bytes]) -> None:
    """Both profiles pass as rendered and after the first signature, with one alarm later."""
    assert len(files) == 4
    assert [_failures(pdf) - ALLOWED for pdf in files] == [set()] * 4
    assert _failures(files[1]) == set()


def test_a_signed_transcript_is_valid(
    files: list[bytes], authority: DemoAuthority, tmp_path: Path
) -> None:
    """All three signatures, each later file beginning with the former one."""
    statuses = validate(files[-1], authority, tmp_path)
    assert [status.bottom_line for status in statuses] == [True] * 3
    assert [status.modification_level for status in statuses] == [
        ModificationLevel.FORM_FILLING,
        ModificationLevel.FORM_FILLING,
        ModificationLevel.NONE,
    ]
    assert all(b.startswith(a) for a, b in pairwise(files))
    assert len(filled_fields(files[-1])) == 3


@pytest.mark.judge("poppler")
def test_the_appearance_can_be_read(files: list[bytes], tmp_path: Path) -> None:
    """The text of the stamps is extractable, with Vietnamese letters."""
    path = write_pdf(tmp_path, files[-1])
    said = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Nguyễn Ưỡng" in said
    assert "2026-05-31T14:05:09+07:00" in said


def test_a_grade_book_with_every_signature_conforms(authority: DemoAuthority) -> None:
    """Subject teachers, homeroom teacher, principal and seal: more than ten signatures."""
    record = grade_book(pupils=3)
    assert {s.role for s in record.signatories} >= {
        SignerRole.SUBJECT_TEACHER,
        SignerRole.SCHOOL_SEAL,
    }
    form = load_form(record.form, policy_folders())
    signed = _sign_all(render_grade_book(record, form), authority)
    assert len(signed) == len(record.signatories) + 1
    assert _failures(signed[-1]) <= ALLOWED
