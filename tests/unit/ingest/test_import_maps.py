"""A clerk can teach the program a table of the school's own with a few lines."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from preserve.errors import PolicyError
from preserve.ingest.assemble import assemble_class
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.reading import read_submission
from preserve.model.imports import ImportOutcome, Submission
from preserve.policy.files import policy_folders
from preserve.policy.import_maps import load_import_profiles
from tests.unit.ingest.conftest import YEAR

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "vi" / "nhap-tep.md"


def example(name: str) -> str:
    """Return the example of that name out of the clerk's document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(rf"<!-- example\.{name} -->\n```{name}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def write_map(folder: Path, text: str) -> tuple[Path, ...]:
    """Put a map where an archive has its own policies, and return the folders to search."""
    path = folder / "policies" / "import" / "rieng.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return (folder / "policies", *policy_folders())


def test_example_of_the_document_works(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """The map and the table that the document shows are read, and the marks arrive."""
    folders = write_map(tmp_path, example("toml"))
    table = tmp_path / "diem.csv"
    table.write_text(example("csv"), encoding="utf-8")
    read = cross_check(read_submission([table], profile, folders), [submission], profile)
    (file,) = read.files
    assert file.profile == "rieng/csdl-bang-diem/1"
    codes = {finding.code for finding in file.findings}
    assert codes == {"IMP-COLUMN-IGNORED", "IMP-SUPERSEDES"}
    assert read.outcome is ImportOutcome.ACCEPTED_WITH_WARNINGS
    first, second = assemble_class(profile, [submission, read], YEAR, "6A").pupils[:2]
    marks = [
        next(s for s in member.result.subjects if s.subject.name == "Toán").semester_1
        for member in (first, second)
    ]
    assert [mark.final for mark in marks] == [Decimal("9.0"), Decimal("6.5")]


def test_year_semester_and_subject_may_stand_in_every_row(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """One long table holds several subjects; each row says which."""
    folders = write_map(
        tmp_path,
        """
base = "csdl-bang-diem"
[headers]
"Mã" = "Mã định danh Bộ GD&ĐT"
"Năm" = "Năm học"
"Kì" = "Học kì"
"Môn" = "Môn học"
"L" = "Lớp"
"GK" = "ĐĐGgk"
""",
    )
    table = tmp_path / "diem.csv"
    rows = ["Mã,Năm,Kì,Môn,L,GK", f"9910000119,{YEAR},1,Toán,6A,3", f"9910000119,{YEAR},2,Văn,6A,4"]
    table.write_text("\n".join(rows), encoding="utf-8")
    read = cross_check(read_submission([table], profile, folders), [submission], profile)
    assert {f.code for file in read.files for f in file.findings} == {"IMP-SUPERSEDES"}
    subjects = assemble_class(profile, [submission, read], YEAR, "6A").pupils[0].result.subjects
    by_name = {each.subject.name: each for each in subjects}
    assert by_name["Toán"].semester_1.midterm == Decimal(3)
    assert by_name["Ngữ văn"].semester_2.midterm == Decimal(4)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('base = "khong-co"\n[headers]\nA = "STT"\nB = "Lớp"', "POLICY-MAP-BASE"),
        ('base = "csdl-bang-diem"\n[headers]\nA = "STT"', "POLICY-MAP-KEY"),
        ('base = "csdl-bang-diem"\ncolour = 1\n[headers]\nA = "STT"\nB = "Lớp"', "POLICY-MAP-KEY"),
        ('base = "csdl-bang-diem"\n[headers]\nA = 1\nB = "Lớp"', "POLICY-MAP-KEY"),
        (
            'base = "csdl-bang-diem"\n[headers]\nA = "STT"\nB = "Lớp"\n[states]\nmoon = "x"',
            "POLICY-MAP-KEY",
        ),
        ('base = "csdl-bang-diem"\n[headers]\nA = "STT"\nB = "Trăng"', "POLICY-MAP-HEADER"),
        (
            'base = "csdl-bang-diem"\nignore = "A"\n[headers]\nA = "STT"\nB = "Lớp"',
            "POLICY-MAP-KEY",
        ),
        (
            'base = "csdl-bang-diem"\nsheets = ["x"]\n[headers]\nA = "STT"\nB = "Lớp"',
            "POLICY-MAP-KEY",
        ),
    ],
)
def test_unusable_maps_are_refused(tmp_path: Path, text: str, code: str) -> None:
    """What is wrong with a map is told with its path."""
    folders = write_map(tmp_path, text)
    with pytest.raises(PolicyError) as caught:
        load_import_profiles(folders)
    assert caught.value.code == code
    assert caught.value.parameters["path"].endswith("rieng.toml")


def test_every_base_of_the_document_exists() -> None:
    """The document names bases that can be used, and all of the packaged ones but VnEdu's."""
    known = {p.profile_id.partition("/")[0] for p in load_import_profiles(policy_folders())}
    named = set(re.findall(r"`([a-z0-9-]+)`", DOCUMENT.read_text(encoding="utf-8")))
    missing = {"vnedu-tong-ket", "vnedu-so-diem", "csdl-hai-dong", "ket-qua-chuyen-den"}
    assert known - named == missing
