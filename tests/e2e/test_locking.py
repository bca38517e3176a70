"""A locked period takes nothing in but what it holds already and what an amendment explains."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from preserve.model.configuration import SchoolConfiguration
from preserve.model.roles import Appointment, SignerRole
from preserve.workflow.archive import held_submissions, open_archive, school_profile
from preserve.workflow.configure import configure
from preserve.workflow.occasion import Occasion
from tests.e2e.stage import Ran, is_one_line, run, snapshot, succeed

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
YEAR = "2024-2025"
PRINCIPAL = "GV01"
DECISION = ("--decision", "31/QĐ-THCS", "--decision-date", "2025-01-20", "--by", "van-thu")
MARKS = "2024-2025/hk1/bang_diem_6A.xlsx"
SUBJECT = "Ngữ văn"
PUPIL = "9910000106"
NAME = "Huỳnh Minh Bào"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive that holds the sample and has a principal; whoever changes it copies it."""
    archive = tmp_path_factory.mktemp("locking") / "archive"
    succeed("init", archive, "--school", SAMPLE / "school.json")
    succeed("import", SAMPLE, archive=archive)
    opened = open_archive(archive)
    appointed = Appointment(
        SignerRole.PRINCIPAL, PRINCIPAL, "DEMO", "Hiệu trưởng", (), "1/QĐ", date(2020, 1, 1)
    )
    school = school_profile(held_submissions(opened)).school
    occasion = Occasion(datetime.now(UTC).replace(microsecond=0), "test")
    configure(opened, SchoolConfiguration(school, (appointed,)), occasion)
    return archive


@pytest.fixture
def archive(held: Path, tmp_path: Path) -> Path:
    """Give an archive of one's own."""
    return Path(shutil.copytree(held, tmp_path / "archive"))


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Give a copy of the export files that a test may change."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "exports"))


def lock(archive: Path, *more: str, period: str = "hk1") -> Ran:
    """Lock a period and insist that it worked."""
    return succeed("lock", YEAR, "--period", period, *DECISION, *more, archive=archive)


def change_mark(exports: Path) -> None:
    """Write 7,5 for 8,0 in the first regular mark of one pupil in one subject."""
    book = openpyxl.load_workbook(exports / MARKS)
    cell = book[SUBJECT]["F8"]
    assert (book[SUBJECT]["C8"].value, cell.value) == (PUPIL, 8)
    cell.value = 7.5
    book.save(exports / MARKS)


def add_amendment(exports: Path, **changes: str) -> None:
    """Add a dossier that explains the changed mark."""
    path = exports / "amendments.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    row = dict.fromkeys(rows[0], "") | {
        "amendment_no": "SD90",
        "request_no": "90/ĐN-SĐ",
        "school_year": YEAR,
        "class": "6A",
        "moet_code": PUPIL,
        "full_name": NAME,
        "subject": SUBJECT,
        "semester": "1",
        "column": "ĐĐGtx1",
        "old_value": "8,0",
        "new_value": "7,5",
        "reason": "Nhập nhầm",
        "requested_by": "GV05",
        "approved_by": PRINCIPAL,
        "decision_no": "90/QĐ-THCS",
        "decision_date": "21/01/2025",
        "entered_on": "22/01/2025",
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, row | changes])


def refuse(archive: Path, exports: Path) -> str:
    """Import, insist on a refusal by rule that changes no byte, and return what was said."""
    before = snapshot(archive)
    ran = run("import", exports, archive=archive)
    assert ran.code == 7, ran.out + ran.err
    assert is_one_line(ran.err), ran.err
    assert snapshot(archive) == before
    return ran.err


def test_locked_mark_is_not_changed(archive: Path, exports: Path) -> None:
    """Exit code 7; the decision, the file, the pupil's code and the field are named, no name is."""
    lock(archive)
    change_mark(exports)
    said = refuse(archive, exports)
    assert "31/QĐ-THCS" in said
    assert f"{MARKS}: {PUPIL} hk1 {SUBJECT} tx1" in said
    assert NAME not in said
    assert run("import", exports, "--dry-run", archive=archive).code == 7


def test_what_is_held_already_is_no_change(archive: Path, exports: Path) -> None:
    """The same files go in once more, whatever is locked."""
    lock(archive, period="year")
    succeed("import", exports, archive=archive)


def test_open_period_takes_changes(archive: Path, exports: Path) -> None:
    """A lock of the second semester, or of another class, does not close the first one of 6A."""
    lock(archive, period="hk2")
    lock(archive, "--class", "6B")
    change_mark(exports)
    succeed("import", exports, archive=archive)


def test_amendment_with_its_decision_is_applied_and_the_lock_stays(
    archive: Path, exports: Path
) -> None:
    """The corrected mark goes in with its dossier; the next change is refused again."""
    lock(archive)
    change_mark(exports)
    add_amendment(exports)
    succeed("import", exports, archive=archive)
    (locks,) = {str(s["locks"]) for s in status(archive)}
    assert locks == str({"hk1": "31/QĐ-THCS"})
    refuse(archive, SAMPLE)


@pytest.mark.parametrize(
    "wrong", [{"old_value": "6,0"}, {"column": "ĐĐGtx2", "old_value": "8,0", "new_value": "8,0"}]
)
def test_amendment_that_says_something_else_covers_nothing(
    archive: Path, exports: Path, wrong: dict[str, str]
) -> None:
    """Another former value or another column is not this correction."""
    lock(archive)
    change_mark(exports)
    add_amendment(exports, **wrong)
    refuse(archive, exports)


def test_unlock_opens_until_its_end(archive: Path, exports: Path) -> None:
    """Within the time the change goes in; the status shows the lock again after the end."""
    lock(archive)
    until = datetime.now(UTC) + timedelta(hours=1)
    unlock = ("unlock", YEAR, "--period", "hk1", "--class", "6A", *DECISION)
    reason = ("--reason", "Nhập thiếu bài kiểm tra")
    succeed(*unlock, *reason, "--until", until.isoformat(), archive=archive)
    assert {s["class"]: s["locks"] for s in status(archive)} == {
        "6A": {},
        "6B": {"hk1": "31/QĐ-THCS"},
    }
    change_mark(exports)
    succeed("import", exports, archive=archive)
    assert run(*unlock, *reason, "--until", until.isoformat(), archive=archive).code == 7


def test_lock_ends_no_sooner_and_no_later_than_it_says(archive: Path, exports: Path) -> None:
    """An end in the past, a decision to come, or a year without its principal are refused."""
    lock(archive)
    unlock = ("unlock", YEAR, "--period", "hk1", "--reason", "x")
    past = (*unlock, *DECISION, "--until", "2025-01-01T00:00")
    assert run(*past, archive=archive).code == 2
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    future = ("--decision", "1/QĐ", "--decision-date", tomorrow)
    assert run("lock", YEAR, "--period", "hk2", *future, archive=archive).code == 2
    early = ("--decision", "1/QĐ", "--decision-date", "2019-01-01")
    assert run("lock", YEAR, "--period", "hk2", *early, archive=archive).code == 7
    change_mark(exports)
    refuse(archive, exports)


def test_locked_twice_is_refused(archive: Path) -> None:
    """Nothing is left to lock, and the decision that locked it is named."""
    lock(archive)
    ran = run("lock", YEAR, "--period", "hk1", *DECISION, archive=archive)
    assert ran.code == 7
    assert "31/QĐ-THCS" in ran.err


def test_journal_names_decider_and_executor(archive: Path) -> None:
    """Who decided, who carried it out, on which proposal, and a digest of what was locked."""
    lock(archive, "--proposal", "05/ĐN-BQT")
    (event,) = events(archive, "locking")
    details = dict(event["details"])
    assert (details["decided-by"], details["executed-by"]) == (PRINCIPAL, "van-thu")
    assert (details["decision-date"], details["proposal"]) == ("2025-01-20", "05/ĐN-BQT")
    assert len(details["content-sha256"]) == 64


def test_digest_follows_what_is_held(archive: Path, exports: Path) -> None:
    """The same facts have the same digest; another mark has another one."""
    first = json.loads(lock(archive, "--class", "6A", "--format", "json").out)
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    arguments = ("--period", "hk1", *DECISION, "--reason", "x", "--until", until)
    succeed("unlock", YEAR, *arguments, archive=archive)
    succeed("import", SAMPLE, archive=archive)
    same = json.loads(lock(archive, "--class", "6A", "--format", "json").out)
    succeed("unlock", YEAR, *arguments, archive=archive)
    change_mark(exports)
    succeed("import", exports, archive=archive)
    other = json.loads(lock(archive, "--class", "6A", "--format", "json").out)
    assert first["content_sha256"] == same["content_sha256"] != other["content_sha256"]


def status(archive: Path) -> list[dict[str, Any]]:
    """Return what ``preserve status --format json`` prints."""
    found: list[dict[str, Any]] = succeed("status", "--format", "json", archive=archive).json
    return found


def events(archive: Path, kind: str) -> list[dict[str, Any]]:
    """Return the journal's events of one type."""
    lines = (archive / "journal.jsonl").read_text("utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["type"] == kind]
