"""The sample school: two years, the second year's transcript carries the signed first one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from preserve.formats.record_xml import decode_record
from preserve.model.configuration import SchoolConfiguration
from preserve.model.overview import Scope
from preserve.model.records import Transcript
from preserve.workflow.archive import held_submissions, open_archive, school_profile
from preserve.workflow.configure import configure
from preserve.workflow.demo_people import appoint_all, make_authority
from preserve.workflow.occasion import Occasion
from preserve.workflow.scope import class_years
from tests.conftest import Corpora
from tests.e2e.stage import Ran, is_one_line, key_of, run, steps, succeed

CORPUS = "samples/thcs-demo"
PUPIL = "9910000007"
FIRST, SECOND = ("2023-2024", "8A"), ("2024-2025", "9A")


@dataclass(frozen=True, slots=True)
class TwoYears:
    """What two years of the sample left behind."""

    archive: Path
    imported: Ran
    refused: Ran
    """Rendering the second year before the first one was signed."""

    def files(self, year: tuple[str, str]) -> tuple[Path, ...]:
        """Return the files of the pupil's transcript of one year."""
        record = f"hoc-ba.{year[1]}.{PUPIL}"
        return steps(self.archive / "years" / year[0] / "documents" / record)


@pytest.fixture
def told(corpora: Corpora, tmp_path_factory: pytest.TempPathFactory) -> TwoYears:
    """Tell two years of the sample once."""
    source = corpora.open(CORPUS)
    corpora.ran(CORPUS, 1)
    return _tell(source, tmp_path_factory.getbasetemp() / "sample")


@cache
def _tell(source: Path, folder: Path) -> TwoYears:
    archive = folder / "archive"
    succeed("init", archive, "--school", source / "school.json")
    imported = run("import", source, "--format", "json", archive=archive)
    _appoint(archive, folder / "authority")
    refused = run(*_scoped("render", SECOND), archive=archive)
    for year in (FIRST, SECOND):
        succeed(*_scoped("render", year), archive=archive)
        for role in ("homeroom_teacher", "principal", "school_seal"):
            key = key_of(archive, role, year[1] if role == "homeroom_teacher" else None)
            succeed(*_scoped("sign", year), "--role", role, "--key", key, archive=archive)
    return TwoYears(archive, imported, refused)


def _scoped(act: str, year: tuple[str, str]) -> tuple[str, ...]:
    return (act, "--year", year[0], "--class", year[1], "--pupil", PUPIL)


def _appoint(archive: Path, folder: Path) -> None:
    """Give everybody a demo certificate; its revocation lists are published an hour ahead.

    A verdict needs a list that is younger than the signatures, and these are made in a minute.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    opened = open_archive(archive)
    profile = school_profile(held_submissions(opened))
    classes = tuple(class_years(opened, Scope()))
    authority = make_authority(folder, profile, classes, now)
    authority.publish_crls(now + timedelta(hours=1))
    authority.write_trust(archive / "trust")
    configure(
        opened,
        SchoolConfiguration(
            school=profile.school,
            appointments=appoint_all(profile, classes, authority),
            timestamp_url="demo:",
            demo_authority="../authority",
        ),
        Occasion(now, "test"),
    )


def _verify(file: Path, archive: Path) -> Ran:
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    return run("verify", file, "--at", at, "--format", "json", archive=archive)


def test_sample_is_accepted_without_a_warning(told: TwoYears) -> None:
    """All files of both years are read; nothing is doubtful in them."""
    assert told.imported.code == 0
    assert told.imported.json["outcome"] == "accepted"
    assert len(told.imported.json["files"]) == 41
    assert [f["findings"] for f in told.imported.json["files"] if f["findings"]] == []


def test_second_year_waits_for_the_first_years_signatures(told: TwoYears) -> None:
    """Rendering 9A before 8A is signed is refused by rule, and the document is named."""
    assert told.refused.code == 7
    assert is_one_line(told.refused.err)
    assert f"hoc-ba.9A.{PUPIL}" in told.refused.err


def test_second_file_embeds_the_first_one_unchanged(told: TwoYears) -> None:
    """The signed file of 2023-2024 lies byte for byte in that of 2024-2025."""
    signed = told.files(FIRST)[-1].read_bytes()
    for file in told.files(SECOND):
        assert _embedded(file) == signed


def test_both_years_verify(told: TwoYears) -> None:
    """The newest file alone passes, and the signatures of both years are judged in it."""
    first, second = (_verify(told.files(y)[-1], told.archive) for y in (FIRST, SECOND))
    assert (first.code, second.code) == (0, 0), second.out
    valid = [f for f in second.json["findings"] if f["check"] == "SIG-VALID"]
    assert len(valid) == 6


def test_changed_byte_in_the_embedded_file_is_caught(told: TwoYears, tmp_path: Path) -> None:
    """A byte of the first year's file inside the second one's: failed, before signing and after."""
    for number in (0, -1):
        file = told.files(SECOND)[number]
        content = bytearray(file.read_bytes())
        start, length = _place(file)
        content[start + length // 2] ^= 4
        spoiled = tmp_path / file.name
        spoiled.write_bytes(bytes(content))
        ran = _verify(spoiled, told.archive)
        assert ran.code == 5
        failed = {f["check"] for f in ran.json["findings"] if f["indication"] == "TOTAL_FAILED"}
        assert "CMP-PREDECESSOR-DIGEST" in failed


def test_transcript_names_its_predecessor_by_digest(told: TwoYears) -> None:
    """The record says which file it continues: the archive's own one and no other."""
    with pikepdf.open(told.files(SECOND)[-1]) as pdf:
        record = decode_record(pdf.attachments["record.xml"].get_file().read_bytes())
    assert isinstance(record, Transcript)
    assert record.predecessor is not None
    signed = told.files(FIRST)[-1].read_bytes()
    assert record.predecessor.sha512 == hashlib.sha512(signed).hexdigest()
    assert [year.school_year for year in record.years] == [FIRST[0], SECOND[0]]


def _embedded(file: Path) -> bytes:
    with pikepdf.open(file) as pdf:
        (name,) = (n for n in pdf.attachments if n.endswith(".pdf"))
        return pdf.attachments[name].get_file().read_bytes()


def _place(file: Path) -> tuple[int, int]:
    """Return where the embedded file's stored bytes lie in the file, and how many they are."""
    with pikepdf.open(file) as pdf:
        (name,) = (n for n in pdf.attachments if n.endswith(".pdf"))
        raw = pdf.attachments[name].get_file().obj.read_raw_bytes()
    return file.read_bytes().index(raw), len(raw)
