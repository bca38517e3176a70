"""Signed documents get what proves their signatures later; nobody's key is needed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preserve.demo.authority import open_authority
from preserve.model.verification import Indication
from preserve.trust.store import load_trust
from preserve.verify.document import verify_document
from preserve.workflow.verification import verification_context
from tests.e2e.stage import Demo, is_one_line, run, sealed_copy, snapshot, steps, succeed

PUPIL = "9920000001"
RECORD = f"hoc-ba.6A.{PUPIL}"


@pytest.fixture
def archive(demo: Demo, tmp_path: Path) -> Path:
    """Give a copy of the sealed demo with revocation lists younger than every signature."""
    copy = sealed_copy(demo, tmp_path)
    authority = open_authority(copy.parent / "authority")
    authority.publish_crls(datetime.now(UTC).replace(microsecond=0))
    authority.write_trust(copy / "trust")
    return copy


def folder_of(demo: Demo, archive: Path) -> Path:
    """Return the folder of the pupil's transcript."""
    return archive / "years" / demo.year / "documents" / RECORD


def augment(archive: Path, level: str, *more: str) -> dict[str, str]:
    """Augment one pupil's document and return outcomes by record."""
    done = succeed(
        "augment", "--pupil", PUPIL, "--level", level, "--format", "json", *more, archive=archive
    )
    return {one["record"]: one["outcome"] for one in done.json}


def test_each_level_is_a_file_of_its_own_and_is_made_once(demo: Demo, archive: Path) -> None:
    """B-LT, then B-LTA: each file begins with the former one, verifies, and is made only once."""
    folder = folder_of(demo, archive)
    before = snapshot(folder)
    assert augment(archive, "B-LT") == {RECORD: "augmented"}
    assert augment(archive, "B-LT") == {RECORD: "complete"}
    assert augment(archive, "B-LTA") == {RECORD: "augmented"}
    assert augment(archive, "B-LTA") == {RECORD: "complete"}
    *_, seal, lt, lta = steps(folder)
    assert [path.name for path in (lt, lta)] == ["04_augmented.pdf", "05_augmented.pdf"]
    assert lta.read_bytes().startswith(lt.read_bytes())
    assert lt.read_bytes().startswith(seal.read_bytes())
    assert before.items() <= snapshot(folder).items()
    at = datetime.now(UTC) + timedelta(hours=1)
    context = verification_context(load_trust(archive / "trust"), at)
    for path in (lt, lta):
        report = verify_document(path.read_bytes(), RECORD, context)
        assert report.indication is Indication.TOTAL_PASSED, report.findings
    last = json.loads((archive / "journal.jsonl").read_bytes().splitlines()[-1])
    assert (last["type"], last["objects"]) == ("signature augmentation", [f"{demo.year}/{RECORD}"])


def test_an_augmented_document_is_what_a_bundle_takes(demo: Demo, archive: Path) -> None:
    """The next version of the year's bundle holds the newest file."""
    augment(archive, "B-LTA")
    lists = open_authority(archive.parent / "authority")
    lists.publish_crls(datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1))
    lists.write_trust(archive / "trust")
    reason = ("--reason", "Bổ sung bằng chứng")
    succeed("seal-year", demo.year, "--key", "demo:SEAL", *reason, archive=archive)
    sealed = archive / "packages" / demo.bundle.parent.name / "v0002" / "data" / "6A"
    newest = steps(folder_of(demo, archive))[-1]
    assert newest.name == "04_augmented.pdf"
    assert (sealed / f"{RECORD}.pdf").read_bytes() == newest.read_bytes()


def test_without_revocation_data_nothing_is_written(archive: Path) -> None:
    """The message names the documents; the exit code is that of signing."""
    for path in (archive / "trust" / "crls").iterdir():
        path.unlink()
    before = snapshot(archive)
    ran = run("augment", "--pupil", PUPIL, archive=archive)
    assert ran.code == 3
    assert is_one_line(ran.err)
    assert RECORD in ran.err
    assert snapshot(archive) == before


def test_a_large_revocation_list_is_left_to_the_bundle(demo: Demo, archive: Path) -> None:
    """The policy's limit decides; the command names the list and goes on with the rest."""
    policies = archive / "policies" / "packaging"
    policies.mkdir(parents=True, exist_ok=True)
    original = Path(__file__).resolve().parents[2] / "policies" / "packaging" / "default.toml"
    text = original.read_text("utf-8").replace("= 65536", "= 100")
    assert "= 100" in text
    (policies / "default.toml").write_text(text, "utf-8")
    ran = run("augment", "--pupil", PUPIL, archive=archive)
    assert ran.code == 0, ran.err
    assert "100 bytes" in ran.err
    content = steps(folder_of(demo, archive))[-1].read_bytes()
    assert b"/Certs" in content
    assert b"/CRLs" not in content


def test_a_damaged_document_is_not_augmented(demo: Demo, archive: Path) -> None:
    """What fails verification gets no evidence that would make it look well kept."""
    newest = steps(folder_of(demo, archive))[-1]
    damaged = bytearray(newest.read_bytes())
    damaged[200] ^= 1
    newest.unlink()
    newest.write_bytes(damaged)
    ran = run("augment", "--pupil", PUPIL, archive=archive)
    assert ran.code == 3
    assert RECORD in ran.err
    assert steps(newest.parent)[-1] == newest
