"""Which files are read, what is kept of them, and where their year comes from."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from preserve.errors import InputError
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.reading import read_submission
from preserve.model.imports import ImportOutcome, Severity, SheetKind, SourceFile, Submission
from preserve.policy.files import policy_folders
from tests.unit.ingest.conftest import SAMPLE

ROSTER = SAMPLE / "2024-2025" / "danh_sach_hoc_sinh_6A.xlsx"


def read(profile: SchoolProfile, *paths: Path) -> Submission:
    """Read paths with the packaged import profiles."""
    return read_submission(paths, profile, policy_folders())


def only(submission: Submission) -> SourceFile:
    """Return the only file."""
    (file,) = submission.files
    return file


def codes(file: SourceFile) -> list[str]:
    """Return the codes of what is said about a file."""
    return [finding.code for finding in file.findings]


def test_digest_and_size_are_the_files(submission: Submission) -> None:
    """Every source file is recorded with the SHA-512 and the size of its bytes."""
    for file in submission.files:
        content = (SAMPLE / file.original_name).read_bytes()
        assert file.sha512 == hashlib.sha512(content).hexdigest()
        assert file.size == len(content)


def test_stored_names_say_nothing(submission: Submission) -> None:
    """Originals are kept under a running number and their true extension."""
    names = [file.stored_name for file in submission.files]
    assert names == [f"{n:04d}{Path(name).suffix}" for n, name in enumerate(names, start=1)]
    by_name = {file.original_name: file.stored_name for file in submission.files}
    assert by_name["school.json"].endswith(".json")
    assert by_name["teachers.csv"].endswith(".csv")


def test_folder_is_read_in_order_of_names(submission: Submission) -> None:
    """The order does not depend on the file system."""
    names = [file.original_name for file in submission.files]
    assert names == sorted(names)


def test_reading_twice_gives_the_same(profile: SchoolProfile, submission: Submission) -> None:
    """Nothing of an import depends on when or how often it is made."""
    assert read(profile, SAMPLE) == submission


def test_other_files_of_a_folder_are_ignored_and_named(
    profile: SchoolProfile, tmp_path: Path
) -> None:
    """Notes, pictures, lock files and hidden files are no exports, and none is passed over."""
    shutil.copy(ROSTER, tmp_path / "2024-2025.xlsx")
    for name in ("ghi-chu.txt", "README.md", "other.json", ".x.xlsx", "~$a.xlsx", "anh.png"):
        (tmp_path / name).write_bytes(b"x")
    submission = read(profile, tmp_path)
    assert [file.original_name for file in submission.files] == ["2024-2025.xlsx"]
    assert set(submission.ignored) == {
        "ghi-chu.txt",
        "README.md",
        "other.json",
        ".x.xlsx",
        "~$a.xlsx",
        "anh.png",
    }


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xls", b"<html><table></table></html>", "IMP-HTML-NO-TABLE"),
        ("a.xlsx", b"%PDF-1.7\xff", "IMP-FILE-TYPE"),
        ("a.ods", b"PK\x03\x04mimetype", "IMP-FILE-TYPE"),
        ("a.csv", "họ,tên\n".encode("utf-16"), "IMP-LAYOUT-UNKNOWN"),
        ("a.csv", b"", "IMP-FILE-TYPE"),
        ("a.csv", b"x,y\n1,2\n", "IMP-LAYOUT-UNKNOWN"),
        ("a.xlsx", b"PK\x03\x04 xl/workbook.xml", "IMP-FILE-BROKEN"),
        ("school.json", b"{}", "IMP-SCHOOL-PROFILE"),
    ],
)
@pytest.mark.parametrize("given", [True, False])
def test_tables_that_cannot_be_read_are_refused(
    profile: SchoolProfile, tmp_path: Path, *, name: str, content: bytes, code: str, given: bool
) -> None:
    """A file that claims to be an export is never ignored, in a folder or by itself."""
    (tmp_path / name).write_bytes(content)
    submission = read(profile, tmp_path / name if given else tmp_path)
    assert submission.outcome is ImportOutcome.REFUSED
    errors = [f.code for f in only(submission).findings if f.severity is Severity.ERROR]
    assert errors == [code]


def test_given_file_is_never_ignored(profile: SchoolProfile, tmp_path: Path) -> None:
    """A file that the user names is read or refused."""
    (tmp_path / "note.txt").write_text("xin chào", encoding="utf-8")
    assert codes(only(read(profile, tmp_path / "note.txt"))) == ["IMP-LAYOUT-UNKNOWN"]


def test_type_is_told_by_bytes(profile: SchoolProfile, tmp_path: Path) -> None:
    """An .xlsx file named .xls is read as what it is."""
    folder = tmp_path / "2024-2025"
    folder.mkdir()
    shutil.copy(ROSTER, folder / "list.xls")
    file = only(read(profile, folder / "list.xls"))
    assert (file.profile, file.stored_name) == ("csdl-danh-sach/1", "0001.xlsx")
    assert codes(file) == ["IMP-FILE-OTHER-TYPE"]


def test_year_of_a_class_list_is_its_folders(profile: SchoolProfile, tmp_path: Path) -> None:
    """The year may stand in a folder above the imported one; the innermost folder speaks."""
    folder = tmp_path / "2023-2024" / "2024-2025"
    folder.mkdir(parents=True)
    shutil.copy(ROSTER, folder / "list.xlsx")
    for path in (folder, folder / "list.xlsx", tmp_path):
        file = only(read(profile, path))
        assert file.findings == ()
        assert [s.school_year for s in file.sheets] == ["2024-2025"]
        assert [s.class_name for s in file.sheets] == ["6A"]


def test_class_list_without_a_year_is_refused(profile: SchoolProfile, tmp_path: Path) -> None:
    """Without a folder that names it, the year is not guessed."""
    shutil.copy(ROSTER, tmp_path / "list.xlsx")
    assert codes(only(read(profile, tmp_path / "list.xlsx"))) == ["IMP-YEAR-MISSING"]


def test_class_list_of_a_year_without_that_class_is_refused(
    profile: SchoolProfile, tmp_path: Path
) -> None:
    """6A exists in 2024-2025 only."""
    folder = tmp_path / "2023-2024"
    folder.mkdir()
    shutil.copy(ROSTER, folder / "list.xlsx")
    assert set(codes(only(read(profile, folder)))) == {"IMP-CLASS-UNKNOWN"}


def test_profile_of_another_school_is_refused(profile: SchoolProfile, tmp_path: Path) -> None:
    """A school.json of another code does not slip in."""
    text = (SAMPLE / "school.json").read_text(encoding="utf-8")
    (tmp_path / "school.json").write_text(text.replace("00000001", "00000009", 1), "utf-8")
    assert codes(only(read(profile, tmp_path))) == ["IMP-SCHOOL-OTHER"]


def test_school_profile_is_kept_word_for_word(submission: Submission) -> None:
    """The profile becomes one fact that holds the file's text."""
    (file,) = (f for f in submission.files if f.original_name == "school.json")
    assert file.profile == "school-profile"
    (sheet,) = file.sheets
    assert sheet.kind is SheetKind.SCHOOL
    assert sheet.rows[0].values[0] == (SAMPLE / "school.json").read_text(encoding="utf-8")


def test_missing_paths_are_told_together(profile: SchoolProfile, tmp_path: Path) -> None:
    """Nothing is read when a path does not exist, and every such path is named."""
    with pytest.raises(InputError) as caught:
        read(profile, tmp_path / "a", SAMPLE, tmp_path / "b")
    assert caught.value.code == "IMPORT-PATH-MISSING"
    assert all(str(tmp_path / name) in caught.value.parameters["paths"] for name in "ab")


def test_unreadable_folder_is_not_taken_for_empty(
    profile: SchoolProfile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be listed refuses the import."""
    (tmp_path / "inner").mkdir()
    scan = os.scandir

    def fail(path: str) -> object:
        if Path(path).name == "inner":
            raise PermissionError(13, "denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(InputError) as caught:
        read(profile, tmp_path)
    assert caught.value.code == "IMPORT-PATH-UNREADABLE"


def test_names_that_are_no_unicode_are_shown(profile: SchoolProfile, tmp_path: Path) -> None:
    """A file name of other bytes does not stop the import."""
    name = os.fsdecode(b"b\xff.csv")
    (tmp_path / name).write_bytes(b"x,y\n")
    assert only(read(profile, tmp_path)).original_name == "b\\xff.csv"


def test_empty_folder_is_refused(profile: SchoolProfile, tmp_path: Path) -> None:
    """An import without files is no import."""
    assert read(profile, tmp_path).outcome is ImportOutcome.REFUSED
