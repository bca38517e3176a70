"""Unknown status, authorities that are away, and what the journal says of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.e2e.stage import Demo, key_of, rewind, run, snapshot, succeed

PUPIL = "9920000001"


def details(archive: Path, kind: str) -> dict[str, str]:
    """Return the details of the newest event of a kind."""
    lines = (archive / "journal.jsonl").read_bytes().splitlines()
    events: list[Any] = [event for event in map(json.loads, lines) if event["type"] == kind]
    return dict(events[-1]["details"])


def test_an_unknown_status_must_be_confirmed_and_is_recorded(demo: Demo, tmp_path: Path) -> None:
    """Without lists nothing is signed until the signer says so; then the journal says it too."""
    archive = rewind(demo, tmp_path, {"SUBJECT"})
    shutil.rmtree(archive / "trust" / "crls")
    key = key_of(archive, "homeroom_teacher")
    asked = ("sign", "--role", "homeroom_teacher", "--key", key, "--pupil", PUPIL)
    before = snapshot(archive)
    refused = run(*asked, archive=archive, lang="vi")
    assert refused.code == 3
    assert "CẢNH BÁO" in refused.err
    assert snapshot(archive) == before
    confirmed = succeed(*asked, "--confirm-unchecked-status", archive=archive)
    assert "status not checked" in confirmed.err
    found = details(archive, "digital signature generation")
    assert found["certificate-status"] == "not checked, confirmed by the signer"
    assert len(found["unchecked"].split(", ")) == 2


def test_the_next_authority_stamps_when_the_first_is_away(demo: Demo, tmp_path: Path) -> None:
    """Nobody listens at the first address; the journal names who gave the time-stamps."""
    archive = rewind(demo, tmp_path, {"SUBJECT"})
    school = archive / "school.toml"
    away = 'url = "http://127.0.0.1:9/"\n\n[[timestamping.next]]\nurl = "demo:"'
    school.write_text(school.read_text("utf-8").replace('url = "demo:"', away), encoding="utf-8")
    key = key_of(archive, "homeroom_teacher")
    succeed("sign", "--role", "homeroom_teacher", "--key", key, "--pupil", PUPIL, archive=archive)
    found = details(archive, "digital signature generation")
    assert found["time-stamps"] == "demo: 1"
    assert found["certificate-status"] == "checked"
    report = run("verify", *archive.glob(f"years/*/documents/*{PUPIL}*/02_*.pdf"), archive=archive)
    assert "TSA" not in report.err


def test_refresh_asks_about_everybody_who_signed(demo: Demo, tmp_path: Path) -> None:
    """The demo's lists lie at an address that does not exist: no status can be had, exit 6."""
    archive = rewind(demo, tmp_path, {"SUBJECT", "HOMEROOM", "PRINCIPAL", "SEAL"})
    before = snapshot(archive)
    ran = run("trust", "refresh", "--year", demo.year, "--format", "json", archive=archive)
    assert ran.code == 6
    subjects = " ".join(row["subject"] for row in ran.json)
    assert "DEMO Issuing CA" in subjects
    assert len({row["sha256"] for row in ran.json}) >= 5
    assert {row["code"] for row in ran.json} == {"TRUST-FETCH"}
    assert {row["host"] for row in ran.json} == {"demo.invalid"}
    assert snapshot(archive) == before
