"""Minutes and summaries made on occasion are signed by who was there, shown, and judged."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.model.configuration import SchoolConfiguration
from preserve.model.overview import Scope
from preserve.model.roles import Appointment, SignerRole
from preserve.workflow.archive import held_submissions, open_archive, school_profile
from preserve.workflow.configure import configure
from preserve.workflow.demo_people import appoint_all, make_authority
from preserve.workflow.occasion import Occasion
from preserve.workflow.scope import class_years
from tests.e2e.stage import is_one_line, run, succeed

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
YEAR = "2024-2025"
NUMBER = "SD02"
RECORD = f"sua-diem.6A.{NUMBER}"
PUPIL = "9910000119"
PRESENT = (
    (SignerRole.REQUESTER, "GV06", "GV06"),
    (SignerRole.WITNESS, "GV02", "GV05"),
    (SignerRole.WITNESS, "GV16", "GV16"),
)
"""Role, person and the demo key that the person is given: the deputy has none of her own."""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the sample's archive, everybody with a demo certificate; copy it before a change."""
    folder = tmp_path_factory.mktemp("minutes")
    archive = folder / "archive"
    succeed("init", archive, "--school", SAMPLE / "school.json")
    succeed("import", SAMPLE, archive=archive)
    now = datetime.now(UTC).replace(microsecond=0)
    opened = open_archive(archive)
    profile = school_profile(held_submissions(opened))
    classes = tuple(class_years(opened, Scope()))
    authority = make_authority(folder / "authority", profile, classes, now)
    authority.publish_crls(now + timedelta(hours=1))
    authority.write_trust(archive / "trust")
    appointed = appoint_all(profile, classes, authority)
    configuration = SchoolConfiguration(
        school=profile.school,
        appointments=(*appointed, *_present(appointed)),
        timestamp_url="demo:",
        demo_authority="../authority",
    )
    configure(opened, configuration, Occasion(now, "test"))
    return archive


def _present(appointed: tuple[Appointment, ...]) -> list[Appointment]:
    """Appoint teachers to ask for and to witness a correction, with the certificates they have."""
    own = {appointment.person_code: appointment for appointment in appointed}
    return [
        replace(own[key], role=role, person_code=code, class_name=None, subject=None)
        for role, code, key in PRESENT
    ]


@pytest.fixture
def archive(held: Path, tmp_path: Path) -> Path:
    """Give an archive of one's own, with its authority beside it."""
    shutil.copytree(held.parent / "authority", tmp_path / "authority")
    return Path(shutil.copytree(held, tmp_path / "archive"))


def sign(archive: Path, role: str, code: str, document: str = RECORD) -> int:
    """Sign one document and return the exit code."""
    who = ("--role", role, "--key", f"demo:{code}")
    return run("sign", "--year", YEAR, "--document", document, *who, archive=archive).code


def test_amendment_minutes_are_signed_in_order_and_pass(archive: Path) -> None:
    """Requester, both witnesses, principal, seal; nobody before his turn; then they verify."""
    succeed("minutes", "amendment", NUMBER, archive=archive)
    assert sign(archive, "principal", "GV01") == 7
    for role, _, key in PRESENT:
        assert sign(archive, role.value, key) == 0, (role, key)
    assert sign(archive, "principal", "GV01") == 0
    assert sign(archive, "school_seal", "SEAL") == 0
    folder = archive / "years" / YEAR / "documents" / RECORD
    newest = max(folder.glob("*.pdf"))
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    ran = run("verify", newest, "--at", at, archive=archive)
    assert ran.code == 0, ran.out
    listed = succeed("documents", "--pupil", PUPIL, "--format", "json", archive=archive).json
    assert [(v["record"], v["signed"]) for v in listed] == [(RECORD, {"made": 5, "asked": 5})]
    again = succeed("minutes", "amendment", NUMBER, "--format", "json", archive=archive).json
    assert again["outcome"] == "unchanged"


def test_person_who_was_not_there_does_not_sign(archive: Path) -> None:
    """A witness of something else is refused by rule; so is an amendment that nobody knows."""
    succeed("minutes", "amendment", NUMBER, archive=archive)
    assert sign(archive, "witness", "GV06") == 7
    assert run("minutes", "amendment", "SD99", archive=archive).code == 2


def test_minutes_that_were_begun_stand_in_the_status(archive: Path) -> None:
    """They count among the documents of the class, with the signatures that they ask for."""
    status = ("status", "--class", "6A", "--format", "json")
    (before,) = succeed(*status, archive=archive).json
    succeed("minutes", "amendment", NUMBER, archive=archive)
    (after,) = succeed(*status, archive=archive).json
    assert after["documents"] == before["documents"] + 1
    assert after["signed"]["witness"] == {"made": 0, "asked": 2}


def test_transfer_summary_is_one_pupils(archive: Path) -> None:
    """Made at any time of the year, under the pupil's code; it has its period of retention."""
    order = ("transfer-summary", PUPIL, "--to-school", "Trường THCS Ví Dụ B")
    made = succeed(*order, "--reason", "Theo gia đình", "--format", "json", archive=archive).json
    assert (made["record"], made["outcome"]) == (f"chuyen-truong.6A.{PUPIL}", "made")
    assert sign(archive, "principal", "GV01", made["record"]) == 7
    kept = succeed("retention", "--pupil", PUPIL, "--format", "json", archive=archive).json
    assert made["record"] in {answer["record"] for answer in kept}


def test_sealing_minutes_need_a_sealed_year(archive: Path) -> None:
    """Nothing was sealed, so there is nothing to seal carriers of."""
    ran = run("minutes", "sealing", YEAR, archive=archive)
    assert ran.code == 2
    assert is_one_line(ran.err)
    assert run("minutes", "sealing", YEAR, "--keeping", "nothing", archive=archive).code == 2


def test_lists_name_pupils_by_code(archive: Path) -> None:
    """``check --lists`` gives the lists of each class."""
    lists = succeed("check", "--lists", "--format", "json", archive=archive).json
    assert [entry["class"] for entry in lists] == ["6A", "6B"]
    everybody = {one["pupil"] for one in lists[0]["promoted"] + lists[0]["not_promoted"]}
    assert everybody
    assert all(code.isdigit() for code in everybody)


def test_request_is_due_ten_working_days_later(archive: Path) -> None:
    """Registered, shown as open, overdue after its day, settled once."""
    ask = ("request-correction", "--pupil", PUPIL, "--field", "Ngày sinh", "--from", "Cha mẹ")
    old, today = "2025-03-03", datetime.now(UTC).date().isoformat()
    made = succeed(*ask, "--received", old, "--format", "json", archive=archive).json
    assert (made["number"], made["due"]) == (1, "2025-03-17")
    succeed(*ask, "--received", today, archive=archive)
    assert _overdue(archive) == {1: True, 2: False}
    assert "OVERDUE" in succeed("status", archive=archive).out
    settle = ("request-correction", "--settle", "1", "--outcome", "accepted", "--reason", "Đúng")
    succeed(*settle, archive=archive)
    assert _overdue(archive) == {2: False}
    assert run(*settle, archive=archive).code == 7


def _overdue(archive: Path) -> dict[int, bool]:
    status = succeed("status", "--class", "6A", "--format", "json", archive=archive).json
    return {one["number"]: one["overdue"] for state in status for one in state["requests"]}


def test_request_that_says_too_little_is_refused(archive: Path) -> None:
    """Unknown pupil, a day to come, no field, and both ways at once: bad usage, nothing noted."""
    journal = (archive / "journal.jsonl").read_bytes()
    day = ("--received", "2025-03-03")
    for wrong in (
        ("--pupil", "1", "--field", "x", "--from", "y", *day),
        ("--pupil", PUPIL, "--field", " ", "--from", "y", *day),
        ("--pupil", PUPIL, "--field", "x", "--from", "y", "--received", "2999-01-01"),
        ("--pupil", PUPIL, "--from", "y", *day),
        ("--settle", "1", "--outcome", "accepted", "--reason", "x", "--pupil", PUPIL),
        ("--settle", "7", "--outcome", "accepted", "--reason", "x"),
    ):
        assert run("request-correction", *wrong, archive=archive).code == 2
    assert (archive / "journal.jsonl").read_bytes() == journal


def test_year_that_ended_unsealed_is_called_overdue(archive: Path) -> None:
    """Status and doctor say so, with the article, and stop nothing."""
    status = succeed("status", archive=archive)
    assert "2025-08-30" in status.out
    assert "Thông tư 70/2026/TT-BGDĐT" in status.out
    doctor = run("doctor", "--format", "json", archive=archive).json
    assert "DOCTOR-YEAR-OVERDUE-AGAIN" in {one["check"] for one in doctor}
