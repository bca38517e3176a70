"""The lists and the differences of an archive that holds the sample school."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from preserve.errors import InputError
from preserve.model.imports import ImportOutcome
from preserve.model.overview import Scope
from preserve.workflow.archive import Archive, open_archive
from preserve.workflow.check_records import check_records
from preserve.workflow.import_exports import import_exports
from preserve.workflow.initialise import initialise
from preserve.workflow.list_outcomes import list_outcomes
from preserve.workflow.occasion import Occasion

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
OCCASION = Occasion(datetime(2025, 6, 1, 8, tzinfo=UTC), "tests")
REASSESSED = "9910000126"


@cache
def _imported(base: Path) -> Path:
    root = base / "lists-archive"
    archive = initialise(root, SAMPLE / "school.json", OCCASION)
    assert import_exports(archive, (SAMPLE,), OCCASION).outcome is not ImportOutcome.REFUSED
    return root


@pytest.fixture
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Return the archive of the sample; read only."""
    return open_archive(_imported(tmp_path_factory.getbasetemp()))


def test_every_class_of_the_scope_has_its_lists(archive: Archive) -> None:
    """Both classes of the year are listed, with as many pupils as the records hold."""
    lists = list(list_outcomes(archive, Scope(school_year="2024-2025")))
    assert [item.class_name for item in lists] == ["6A", "6B"]
    for item in lists:
        everybody = item.promoted + item.not_promoted + item.undecided + item.left
        assert len(everybody) == len({one.pupil for one in everybody}) >= 40
        assert item.commended
        assert not item.undecided


def test_a_pupil_of_the_scope_stands_alone(archive: Archive) -> None:
    """Nothing about classmates is said where one pupil was asked for."""
    (item,) = list_outcomes(archive, Scope(class_name="6B", pupil=REASSESSED))
    assert [one.pupil for one in item.not_promoted] == [REASSESSED]
    assert [one.details for one in item.reassessed] == [("Toán", "Khoa học tự nhiên")]
    assert item.promoted == item.commended == item.undecided == item.left == ()


def test_an_empty_scope_is_refused(archive: Archive) -> None:
    """A mistyped class must not look like a class without anybody on a list."""
    with pytest.raises(InputError) as caught:
        list(list_outcomes(archive, Scope(class_name="6Z")))
    assert caught.value.code == "SCOPE-EMPTY"


def test_the_sample_in_an_archive_raises_no_finding(archive: Archive) -> None:
    """What was imported, held and put together again still follows from the rules."""
    assert list(check_records(archive, Scope())) == []
