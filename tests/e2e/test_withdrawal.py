"""A signed document is withdrawn and made again, never edited; both versions are kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.demo.authority import open_authority
from tests.e2e.stage import (
    STATED,
    Demo,
    is_one_line,
    run,
    sealed_copy,
    snapshot,
    steps,
    succeed,
)

PUPIL = "9920000001"
RECORD = f"hoc-ba.6A.{PUPIL}"
DECISION = ("--decision", "40/QĐ-THCS", "--by", "van-thu")
REASON = "Sửa ngày sinh theo giấy khai sinh"
SIGNERS = (("homeroom_teacher", "GV04"), ("principal", "GV01"), ("school_seal", "SEAL"))


def withdraw(archive: Path, year: str, *what: str) -> tuple[int, str]:
    """Withdraw by today's decision; return exit code and what was said on either stream."""
    today = ("--decision-date", datetime.now(UTC).date().isoformat())
    ran = run("withdraw", year, *what, *DECISION, *today, "--reason", REASON, archive=archive)
    return ran.code, ran.out + ran.err


@pytest.fixture
def archive(demo: Demo, tmp_path: Path) -> Path:
    """Give a copy of the sealed demo."""
    return sealed_copy(demo, tmp_path)


def test_withdrawn_version_is_made_again_signed_and_sealed_beside_the_old_one(
    demo: Demo, archive: Path
) -> None:
    """Version 2 is made without a change of data; the new bundle holds both, and it passes."""
    first = archive / "years" / demo.year / "documents" / RECORD
    before = snapshot(first)
    code, said = withdraw(archive, demo.year, "--pupil", PUPIL)
    assert code == 0
    assert "00000002-" in said, "the sealed bundle that holds the version is named"

    succeed("render", "--year", demo.year, archive=archive)
    for role, key in SIGNERS:
        sign = ("sign", "--year", demo.year, "--role", role, "--key", f"demo:{key}")
        succeed(*sign, archive=archive)
    _fresh_lists(archive)
    seal = ("seal-year", demo.year, "--key", "demo:SEAL", "--reason", REASON)
    succeed(*seal, archive=archive)

    bundle = demo.bundle.parent.name
    sealed = archive / "packages" / bundle / "v0002"
    names = {path.name for path in (sealed / "data" / "6A").iterdir()}
    assert {f"{RECORD}.pdf", f"{RECORD}.v0001.pdf"} <= names
    old = (sealed / "data" / "6A" / f"{RECORD}.v0001.pdf").read_bytes()
    assert old == steps(first)[-1].read_bytes()
    assert snapshot(first) == before, "the withdrawn version lies as it lay"
    _fresh_lists(archive, ahead=timedelta(hours=1))
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    verified = run("verify", sealed, "--trust", archive / "trust", "--at", at)
    assert verified.code == 0, verified.out

    _told(archive, demo.year)


def _told(archive: Path, year: str) -> None:
    """The list of versions gives state and reason; the journal names what was superseded."""
    listed = succeed("documents", "--pupil", PUPIL, "--format", "json", archive=archive).json
    assert [(v["version"], v["state"]) for v in listed] == [(1, "withdrawn"), (2, "current")]
    assert (listed[0]["reason"], listed[0]["decision"]) == (REASON, "40/QĐ-THCS")
    last = json.loads((archive / "journal.jsonl").read_bytes().splitlines()[-1])
    assert dict(last["details"])["superseded"] == f"{year}/{RECORD}/v0001"


def _fresh_lists(archive: Path, ahead: timedelta = timedelta()) -> None:
    """Publish revocation lists that are younger than every signature."""
    authority = open_authority(archive.parent / "authority")
    authority.publish_crls(datetime.now(UTC).replace(microsecond=0) + ahead)
    authority.write_trust(archive / "trust")


def test_withdrawn_version_is_neither_issued_nor_signed_nor_sealed(
    demo: Demo, archive: Path, tmp_path: Path
) -> None:
    """Until it is made again, each act refuses by rule and names the document."""
    assert withdraw(archive, demo.year, "--pupil", PUPIL)[0] == 0
    before = snapshot(archive)
    for act in (
        ("issue-transcript", PUPIL, "--to", tmp_path / "out", *STATED),
        ("sign", "--year", demo.year, "--role", "principal", "--key", "demo:GV01"),
        ("seal-year", demo.year, "--key", "demo:SEAL", "--reason", "x"),
        ("print", tmp_path / "out", "--year", demo.year, "--event", "year_end"),
    ):
        ran = run(*act, archive=archive)
        assert ran.code == 7, ran.out + ran.err
        assert is_one_line(ran.err)
        assert RECORD in ran.err
    assert snapshot(archive) == before
    assert not (tmp_path / "out").exists()


def test_what_nobody_signed_or_what_is_gone_is_not_withdrawn(demo: Demo, archive: Path) -> None:
    """Twice, unsigned, unknown, and both or neither of document and pupil: refused."""
    assert withdraw(archive, demo.year, RECORD)[0] == 0
    assert withdraw(archive, demo.year, RECORD)[0] == 7
    succeed("render", "--year", demo.year, archive=archive)
    assert withdraw(archive, demo.year, RECORD)[0] == 7
    assert withdraw(archive, demo.year, "hoc-ba.6A.1")[0] == 2
    assert withdraw(archive, demo.year)[0] == 2
    assert withdraw(archive, demo.year, RECORD, "--pupil", PUPIL)[0] == 2


def test_grade_book_is_withdrawn_by_its_id(demo: Demo, archive: Path) -> None:
    """A document that is no transcript is named by its record id."""
    assert withdraw(archive, demo.year, "so-theo-doi.6A")[0] == 0
    states = succeed("status", "--format", "json", archive=archive).json
    assert [(s["rendered"], s["documents"]) for s in states] == [(4, 5)]


def test_every_issue_is_in_the_register(archive: Path, tmp_path: Path) -> None:
    """Time, document, version, recipient, purpose and issuer; without them nothing is issued."""
    issue = ("issue-transcript", PUPIL, "--to", tmp_path / "out")
    for unstated in ((), STATED[:2], STATED[2:], (*STATED[:3], " ")):
        assert run(*issue, *unstated, archive=archive).code == 7
    assert not (tmp_path / "out").exists()
    succeed(*issue, *STATED, "--by", "van-thu", archive=archive)
    (entry,) = succeed("issued", "--pupil", PUPIL, "--format", "json", archive=archive).json
    assert (entry["record"], entry["version"]) == (RECORD, 1)
    assert (entry["recipient"], entry["purpose"]) == (STATED[1], STATED[3])
    assert entry["issued_by"] == "van-thu"
    assert len(succeed("issued", "--format", "json", archive=archive).json) == 2
