"""The summary of a pupil who leaves, out of an archive of the sample school."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from preserve.errors import InputError
from preserve.formats.record_xml import encode_record
from preserve.model.imports import ImportOutcome
from preserve.model.records import TransferSummary
from preserve.model.roles import SignerRole
from preserve.render.transfer_summary import render_transfer_summary
from preserve.workflow.archive import Archive, open_archive
from preserve.workflow.compose_records import Composition
from preserve.workflow.compose_transfer import Transfer, compose_transfer_summary
from preserve.workflow.import_exports import import_exports
from preserve.workflow.initialise import initialise
from preserve.workflow.occasion import Occasion
from tests.unit.render.reading import failures

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
PUPIL = "9910000119"
TODAY = date(2025, 3, 14)
OCCASION = Occasion(datetime(2025, 3, 1, 8, tzinfo=UTC), "tests")
AWAY = Transfer("Trường THCS Nơi Đến", "Tỉnh Khác", "Theo gia đình chuyển chỗ ở")


@cache
def _imported(base: Path, *, first_semester_only: bool) -> Path:
    root = base / f"transfer-archive-{first_semester_only}"
    archive = initialise(root, SAMPLE / "school.json", OCCASION)
    year = SAMPLE / "2024-2025"
    partial = (
        *sorted(year.glob("danh_sach_*.xlsx")),
        *sorted(year.glob("so_yeu_*.xlsx")),
        *sorted((year / "hk1").glob("bang_diem_*.xlsx")),
        SAMPLE / "teachers.csv",
        SAMPLE / "transfers.csv",
        SAMPLE / "transfer_in_hk1.csv",
    )
    files = partial if first_semester_only else (SAMPLE,)
    outcome = import_exports(archive, files, OCCASION).outcome
    assert outcome is not ImportOutcome.REFUSED
    return root


@pytest.fixture(params=[True, False], ids=["one-semester", "whole-year"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Return an archive after the first semester, then one after the year; read only."""
    base = tmp_path_factory.getbasetemp()
    return open_archive(_imported(base, first_semester_only=request.param))


def summary_of(composition: Composition) -> TransferSummary:
    """Return the summary that was composed."""
    assert isinstance(composition.record, TransferSummary)
    return composition.record


def test_summary_has_the_results_so_far(archive: Archive) -> None:
    """The first semester's marks are there whether or not the year is over."""
    composition = compose_transfer_summary(archive, PUPIL, AWAY, TODAY)
    summary = summary_of(composition)
    assert composition.key.record_id == summary.record_id == f"chuyen-truong.6A.{PUPIL}"
    assert summary.document_number == f"BTHCT-{PUPIL}/2024-2025"
    assert summary.document_date == TODAY
    assert [year.school_year for year in summary.years] == ["2024-2025"]
    marks = [result.semester_1 for result in summary.years[-1].subjects]
    assert any(semester.regular and semester.final is not None for semester in marks)
    assert summary.receiving_school == AWAY.receiving_school
    assert [s.role for s in summary.signatories] == [
        SignerRole.HOMEROOM_TEACHER,
        SignerRole.PRINCIPAL,
        SignerRole.SCHOOL_SEAL,
    ]


def test_summary_can_be_drawn(archive: Archive) -> None:
    """What is composed from real exports conforms when it is drawn."""
    composition = compose_transfer_summary(archive, PUPIL, AWAY, TODAY)
    assert failures(render_transfer_summary(summary_of(composition), composition.form)) == []


def test_nothing_of_a_classmate_is_in_it(archive: Archive) -> None:
    """No other pupil's code stands anywhere in the record (TT 15/2026/TT-BGDĐT Art. 22)."""
    data = encode_record(summary_of(compose_transfer_summary(archive, PUPIL, AWAY, TODAY)))
    others = {f"99100{number:05d}" for number in range(100, 200)} - {PUPIL}
    assert PUPIL in data.decode()
    assert {code for code in others if code in data.decode()} == set()


def test_unknown_pupil_is_refused(archive: Archive) -> None:
    """A mistyped code makes no empty document."""
    with pytest.raises(InputError) as caught:
        compose_transfer_summary(archive, "9919999999", AWAY, TODAY)
    assert caught.value.code == "SCOPE-NO-PUPIL"


def test_number_may_be_given(archive: Archive) -> None:
    """A school with its own register numbers the summary itself."""
    own = Transfer("Trường Khác", number="15/BTH-VD")
    summary = summary_of(compose_transfer_summary(archive, PUPIL, own, TODAY))
    assert summary.document_number == "15/BTH-VD"
