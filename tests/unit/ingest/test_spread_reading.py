"""Reading may be spread over processes, and one system a year is enough."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from preserve.ingest.counting import count_classes
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.imports import Counted, Submission
from preserve.policy.files import policy_folders
from preserve.report.import_report import count_lines, describe_submission
from preserve.report.texts.catalogue import Texts
from preserve.workflow.parallel import process_pool, run_each
from tests.unit.ingest.conftest import SAMPLE, YEAR


def test_other_processes_read_the_same(profile: SchoolProfile, submission: Submission) -> None:
    """Two workers give the submission that one process gives, file by file and in its order."""
    with process_pool(2) as pool:
        assert pool is not None
        run = partial(run_each, pool)
        spread = read_submission([SAMPLE], profile, policy_folders(), run)
    assert spread == read_submission([SAMPLE], profile, policy_folders())
    assert spread.files == submission.files


def test_classes_are_counted(profile: SchoolProfile, submission: Submission) -> None:
    """6A of the sample is complete; 6B lacks what a pupil who came late never had."""
    counts = {(c.class_name, c.counted): c for c in count_classes(profile, submission, ())}
    complete = counts["6A", Counted.MARKS]
    assert (complete.expected, complete.found) == (3528, 3528)
    partial_ = counts["6B", Counted.MARKS]
    assert (partial_.expected, partial_.found) == (3360, 3318)
    pupils = counts["6B", Counted.PUPILS]
    assert (pupils.expected, pupils.found) == (40, 40)


def test_what_is_held_is_counted_too(profile: SchoolProfile, submission: Submission) -> None:
    """One file that comes later completes a class and does not make it look empty."""
    later = read_submission(
        [SAMPLE / YEAR / "hk1" / "bang_diem_6A.xlsx"], profile, policy_folders()
    )
    before = count_classes(profile, submission, ())
    assert [c for c in before if c.class_name == "6A"] == list(
        count_classes(profile, later, (submission,))
    )


def test_report_shows_gaps_only(profile: SchoolProfile, submission: Submission) -> None:
    """A count that is complete is one number; a gap says found and expected."""
    counted = replace(submission, counts=count_classes(profile, submission, ()))
    first, second = count_lines(counted.counts, Texts("en"))
    assert "3528 marks" in first
    assert "3318/3360 marks" in second
    described = describe_submission(counted, Texts("vi"))["counts"]
    assert {"school_year", "class", "counted", "expected", "found"} == set(described[0])


def with_systems(decisions: list[dict[str, Any]]) -> SchoolProfile:
    """Return the sample school with decisions about a second system."""
    table = json.loads((SAMPLE / "school.json").read_text(encoding="utf-8"))
    return parse_school_profile(json.dumps(table | {"source_systems": decisions}).encode())


def second_system(profile: SchoolProfile, held: Submission, folder: Path) -> list[str]:
    """Import a summary of another system after the sample; return what is said."""
    place = folder / YEAR / "hk1"
    place.mkdir(parents=True)
    name = "so_diem_tong_ket_khoi_khoi_6.xls"
    shutil.copy(SAMPLE / YEAR / "hk1" / name, place)
    read = read_submission([folder], profile, policy_folders())
    (file,) = read.files
    other = replace(read, files=(replace(file, profile="smas/1"),))
    systems = {"vnedu-tong-ket/1": "vnedu", "smas/1": "smas"}
    checked = cross_check(other, [held], profile, systems)
    return [finding.code for file in checked.files for finding in file.findings]


def test_second_system_is_refused_without_a_decision(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """A year that began with one system refuses files of another."""
    assert second_system(profile, submission, tmp_path) == ["IMP-SYSTEM-SECOND"]


def test_second_system_is_accepted_with_a_decision(submission: Submission, tmp_path: Path) -> None:
    """The principal's decision in the school's profile allows it."""
    decision = {
        "school_year": YEAR,
        "system": "smas",
        "decision_number": "9/QĐ",
        "decision_date": "2024-10-01",
    }
    assert second_system(with_systems([decision]), submission, tmp_path) == []
