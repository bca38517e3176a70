"""Later imports: what they replace is told, and the newest statement counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from preserve.errors import InputError
from preserve.ingest.assemble import assemble_class, list_classes
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.findings import error
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.reading import read_submission
from preserve.model.imports import ImportFinding, ImportOutcome, Severity, Submission
from preserve.model.results import PupilYear
from preserve.policy.files import policy_folders
from tests.unit.ingest.conftest import YEAR

Edit = Callable[[str, dict[tuple[str, str], Any]], Path]
GRADEBOOK = f"{YEAR}/hk1/bang_diem_6A.xlsx"
ROSTER = f"{YEAR}/danh_sach_hoc_sinh_6A.xlsx"


def later(path: Path, profile: SchoolProfile, held: Submission) -> Submission:
    """Import one file after the sample."""
    return cross_check(read_submission([path], profile, policy_folders()), [held], profile)


def told(submission: Submission) -> list[ImportFinding]:
    """Return everything said about an import."""
    return [finding for file in submission.files for finding in file.findings]


def first_pupil(profile: SchoolProfile, *submissions: Submission) -> PupilYear:
    """Return the first pupil of 6A."""
    return assemble_class(profile, submissions, YEAR, "6A").pupils[0]


def test_the_same_again_changes_nothing(
    profile: SchoolProfile, submission: Submission, copy: Path
) -> None:
    """Importing what is held already gives no warning."""
    again = cross_check(read_submission([copy], profile, policy_folders()), [submission], profile)
    assert told(again) == []


def test_one_file_alone_is_accepted_when_the_list_is_held(
    profile: SchoolProfile, submission: Submission, copy: Path
) -> None:
    """The class list need not come again with every gradebook."""
    assert later(copy / GRADEBOOK, profile, submission).outcome is ImportOutcome.ACCEPTED


def test_changed_marks_are_counted_and_the_newest_counts(
    profile: SchoolProfile, submission: Submission, edit: Edit
) -> None:
    """Two changed marks and a cleared one are three changes; the records follow them."""
    before = first_pupil(profile, submission).result.subjects[1].semester_1
    path = edit(GRADEBOOK, {("Toán", "F6"): 1.5, ("Toán", "K6"): 0, ("Toán", "L6"): None})
    newer = later(path, profile, submission)
    (finding,) = told(newer)
    assert finding.severity is Severity.WARNING
    assert (finding.code, finding.parameters) == ("IMP-SUPERSEDES", (("count", "3"),))
    after = first_pupil(profile, submission, newer).result.subjects[1].semester_1
    assert (after.regular[0], after.midterm, after.final) == (Decimal("1.5"), Decimal(0), None)
    assert after.regular[1:] == before.regular[1:]
    assert after.average == before.average
    assert first_pupil(profile, newer, submission).result.subjects[1].semester_1 == before


def test_refused_imports_state_nothing(
    profile: SchoolProfile, submission: Submission, edit: Edit
) -> None:
    """A refused import does not reach the records even if it is handed in."""
    newer = later(edit(GRADEBOOK, {("Toán", "F6"): 1.5}), profile, submission)
    file = newer.files[0]
    refused = replace(newer, files=(replace(file, findings=(error("IMP-MARK-FORM"),)),))
    assert first_pupil(profile, submission, refused) == first_pupil(profile, submission)
    assert list_classes(profile, [refused]) == ()


def test_shorter_class_list_is_told(
    profile: SchoolProfile, submission: Submission, copy: Path
) -> None:
    """A pupil who is no longer on the newest list is counted, and leaves the records."""
    book = openpyxl.load_workbook(copy / ROSTER)
    book["CSDL"].delete_rows(2)
    book.save(copy / ROSTER)
    newer = later(copy / ROSTER, profile, submission)
    gone = [finding for finding in told(newer) if finding.code == "IMP-PUPILS-GONE"]
    assert [dict(f.parameters)["count"] for f in gone] == ["1"]
    assert newer.outcome is ImportOutcome.ACCEPTED_WITH_WARNINGS
    code = first_pupil(profile, submission).pupil.code
    codes = [p.pupil.code for p in assemble_class(profile, [submission, newer], YEAR, "6A").pupils]
    assert len(codes) == 41
    assert code not in codes


def test_changed_rows_of_lists_are_counted(
    profile: SchoolProfile, submission: Submission, copy: Path
) -> None:
    """An amendment that is told differently later replaces the former one, with a warning."""
    path = copy / "amendments.csv"
    path.write_text(path.read_text("utf-8").replace("21/QĐ-THCSNTM", "99/QĐ-THCSNTM"), "utf-8")
    newer = later(path, profile, submission)
    assert [f.code for f in told(newer)] == ["IMP-SUPERSEDES"]
    pupils = assemble_class(profile, [submission, newer], YEAR, "6A").pupils
    numbers = [a.decision_number for p in pupils for a in p.result.amendments]
    assert numbers == ["99/QĐ-THCSNTM"]


def test_pupil_who_changes_class_needs_both_lists(
    profile: SchoolProfile, submission: Submission, copy: Path
) -> None:
    """A list of 6B alone that takes a pupil of 6A contradicts the list of 6A that is held."""
    name = f"{YEAR}/danh_sach_hoc_sinh_6B.xlsx"
    moved = [cell.value for cell in openpyxl.load_workbook(copy / ROSTER)["CSDL"][2]]
    book = openpyxl.load_workbook(copy / name)
    book["CSDL"].append([41, *moved[1:13], "6B"])
    book.save(copy / name)
    newer = later(copy / name, profile, submission)
    (finding,) = told(newer)
    assert (finding.code, finding.cell) == ("IMP-PUPIL-TWO-CLASSES", "L42")
    assert dict(finding.parameters)["other_class"] == "6A"


def test_classes_are_listed_in_the_profiles_order(
    profile: SchoolProfile, submission: Submission
) -> None:
    """Only classes with a class list are there to be assembled."""
    assert list_classes(profile, [submission]) == ((YEAR, "6A"), (YEAR, "6B"))
    assert list_classes(profile, []) == ()


@pytest.mark.parametrize(
    ("name", "code"), [("7Z", "INGEST-CLASS-UNKNOWN"), ("9A", "INGEST-NO-CLASS-LIST")]
)
def test_classes_that_are_not_there_are_refused(
    profile: SchoolProfile, submission: Submission, name: str, code: str
) -> None:
    """A class that the school does not have, and one without a list, are told apart."""
    with pytest.raises(InputError) as caught:
        assemble_class(profile, [submission], YEAR, name)
    assert caught.value.code == code
