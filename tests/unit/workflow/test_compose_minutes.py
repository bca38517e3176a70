"""Minutes out of an archive: an amended mark of the sample school, and a sealed bundle."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from preserve.errors import InputError, PreserveError, RuleRefusal
from preserve.formats.records_csv import RecordRow
from preserve.journal.chain import append, head
from preserve.journal.receipts import encode_receipt
from preserve.model.packages import StorageReceipt
from preserve.model.records import AmendmentMinutes, RecordClass, SealingMinutes
from preserve.model.roles import SignerRole
from preserve.package.bundle import BundleFile, BundleInfo, build_bundle
from preserve.render.amendment_minutes import render_amendment_minutes
from preserve.render.sealing_minutes import render_sealing_minutes
from preserve.workflow.archive import Archive, open_archive
from preserve.workflow.compose_minutes import (
    Sealing,
    compose_amendment_minutes,
    compose_sealing_minutes,
)
from preserve.workflow.compose_records import Composition
from preserve.workflow.import_exports import import_exports
from preserve.workflow.initialise import initialise
from preserve.workflow.occasion import Occasion
from preserve.workflow.packages import require_package
from tests.unit.render.reading import failures

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
YEAR = "2024-2025"
TODAY = date(2025, 6, 30)
OCCASION = Occasion(datetime(2025, 6, 10, 8, tzinfo=UTC), "tests")


@cache
def _imported(base: Path) -> Path:
    root = base / "minutes-archive"
    archive = initialise(root, SAMPLE / "school.json", OCCASION)
    import_exports(archive, (SAMPLE,), OCCASION)
    return root


@pytest.fixture
def archive(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Archive:
    """Return an archive of its own that holds the sample's classes."""
    root = tmp_path / "archive"
    shutil.copytree(_imported(tmp_path_factory.getbasetemp()), root)
    return open_archive(root)


@pytest.fixture
def listed(archive: Archive, tmp_path: Path) -> Callable[[str, str], None]:
    """Return what imports the list of amendments once more, with a part of it changed."""

    def reimport(old: str, new: str) -> None:
        text = (SAMPLE / "amendments.csv").read_text(encoding="utf-8")
        assert old in text
        folder = tmp_path / "again"
        folder.mkdir()
        (folder / "amendments.csv").write_text(text.replace(old, new), encoding="utf-8")
        import_exports(archive, (folder,), OCCASION)

    return reimport


def amendment_of(composition: Composition) -> AmendmentMinutes:
    """Return the minutes that were composed."""
    assert isinstance(composition.record, AmendmentMinutes)
    return composition.record


def sealing_of(composition: Composition) -> SealingMinutes:
    """Return the minutes that were composed."""
    assert isinstance(composition.record, SealingMinutes)
    return composition.record


def test_minutes_hold_the_dossier_of_the_list(archive: Archive) -> None:
    """Pupil, values, papers, day and persons are those of amendments.csv."""
    composition = compose_amendment_minutes(archive, "SD02", TODAY)
    minutes = amendment_of(composition)
    assert composition.key.record_id == minutes.record_id == "sua-diem.6A.SD02"
    assert composition.key.pupil == minutes.pupil_code == "9910000119"
    assert minutes.document_number == "01/BB-SĐ"
    assert minutes.document_date == date(2025, 1, 10)
    assert (minutes.amendment.old_value, minutes.amendment.new_value) == ("4.0", "6.0")
    assert minutes.requester.code == "GV06"
    assert minutes.approver.code == "GV01"
    assert [witness.code for witness in minutes.witnesses] == ["GV02", "GV16"]
    assert all(p.name and p.position for p in (minutes.requester, minutes.approver))
    assert [s.role for s in minutes.signatories] == [
        SignerRole.REQUESTER,
        SignerRole.WITNESS,
        SignerRole.WITNESS,
        SignerRole.PRINCIPAL,
        SignerRole.SCHOOL_SEAL,
    ]


def test_minutes_can_be_drawn(archive: Archive) -> None:
    """What is composed from a real list conforms when it is drawn."""
    composition = compose_amendment_minutes(archive, "SD05", TODAY)
    data = render_amendment_minutes(amendment_of(composition), composition.form)
    assert failures(data) == []


def test_minutes_are_the_same_on_another_day(archive: Archive) -> None:
    """They bear the day of the entry, so composing them later makes no new version."""
    later = compose_amendment_minutes(archive, "SD02", date(2025, 9, 1))
    assert later == compose_amendment_minutes(archive, "SD02", TODAY)


@pytest.mark.parametrize(("number", "year"), [("SD99", None), ("SD02", "2023-2024")])
def test_unknown_amendment_is_refused(archive: Archive, number: str, year: str | None) -> None:
    """A mistyped number, or the right one with the wrong year."""
    with pytest.raises(InputError) as caught:
        compose_amendment_minutes(archive, number, TODAY, school_year=year)
    assert caught.value.code == "MINUTES-AMENDMENT-UNKNOWN"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("GV02;GV16", "", "MINUTES-TOO-FEW"),
        ("GV02;GV16", "GV02;GV06", "MINUTES-SAME-PERSON"),
        ("GV02;GV16", "GV02;GV02", "MINUTES-SAME-PERSON"),
        ("GV06,GV01", "GV01,GV01", "MINUTES-SAME-PERSON"),
        ("GV02;GV16", "GV02;GV77", "MINUTES-PERSON-UNKNOWN"),
    ],
)
def test_persons_must_be_three_known_and_different(
    archive: Archive, listed: Callable[[str, str], None], old: str, new: str, code: str
) -> None:
    """Who asked, who approved and who witnessed are different persons of the school (R-041)."""
    listed(old, new)
    with pytest.raises(PreserveError) as caught:
        compose_amendment_minutes(archive, "SD02", TODAY)
    assert caught.value.code == code
    assert "Mai Trường An" not in str(caught.value)


def sealed(archive: Archive, *copies: StorageReceipt) -> str:
    """Put a small bundle of the year into the archive, with receipts; return its name."""
    row = RecordRow("hoc-ba.6A.1", "hoc-ba", "1", "6A", YEAR, 1, "r", "c", "permanent")
    other = replace(row, record_id="hoc-ba.10B.2", class_name="10B")
    info = BundleInfo(
        package_id=f"{archive.configuration.school.code}-{YEAR}",
        version=1,
        school_code=archive.configuration.school.code,
        school_year=YEAR,
        bagging_date=TODAY,
        software_agent="tests",
        journal_head=head(archive.journal),
    )
    files = [
        BundleFile("data/6A/hoc-ba.6A.1.pdf", b"%PDF one", row),
        BundleFile("data/10B/hoc-ba.10B.2.pdf", b"%PDF two and more", other),
    ]
    target = archive.packages / info.package_id / "v0001"
    target.parent.mkdir(parents=True)
    build_bundle(target, files, info, lambda manifest: b"CMS" + hashlib.sha512(manifest).digest())
    package = require_package(archive, YEAR)
    for copy in copies:
        receipt = replace(
            copy, package_id=package.package_id, manifest_sha512=package.manifest_sha512
        )
        append(
            archive.journal,
            event_type="replication",
            at=receipt.stored_at,
            agent="tests",
            objects=(package.name,),
            details=encode_receipt(receipt),
        )
    return package.name


def copy_at(place: str, label: str, tag: str) -> StorageReceipt:
    """Return a receipt of a copy; the bundle's values are filled in."""
    return StorageReceipt(
        package_id="",
        version=1,
        location=f"file:///media/{place}",
        medium="Ổ đĩa USB",
        label=label,
        tamper_tag=tag,
        manifest_sha512="",
        stored_at=OCCASION.at,
        read_back="remounted",
    )


def test_sealing_minutes_hold_bundle_carriers_and_members(archive: Archive) -> None:
    """Digest, counts and classes are the bundle's; labels and strips are the receipts'."""
    journal_head = head(archive.journal)
    sealed(archive, copy_at("b", "VD-02", ""), copy_at("a", "VD-01", "NP-7"))
    package = require_package(archive, YEAR)
    sealing = Sealing(witnesses=("GV02", "GV16"), keeping={"VD-02": "Đĩa BD-R, tủ số 2"})
    minutes = sealing_of(compose_sealing_minutes(archive, YEAR, sealing, TODAY))
    assert minutes.record_id == "bien-ban-niem-phong.toan-truong.goi-0001"
    assert minutes.document_number == "BBNP-01/2024-2025"
    assert minutes.manifest_sha512 == package.manifest_sha512
    assert minutes.journal_head == journal_head, "of the bundle, not of today"
    assert (minutes.file_count, minutes.byte_count) == (2, 25)
    assert minutes.class_names == ("6A", "10B"), "by grade, not by letters"
    assert [(m.label, m.tamper_tag, m.description) for m in minutes.media] == [
        ("VD-01", "NP-7", "Ổ đĩa USB"),
        ("VD-02", "", "Đĩa BD-R, tủ số 2"),
    ]
    assert [member.code for member in minutes.members][2:] == ["GV02", "GV16"]
    assert [s.role for s in minutes.signatories] == [
        SignerRole.CLERK,
        SignerRole.WITNESS,
        SignerRole.WITNESS,
        SignerRole.PRINCIPAL,
        SignerRole.SCHOOL_SEAL,
    ]


def test_sealing_minutes_can_be_drawn(archive: Archive) -> None:
    """What is composed from a real bundle conforms when it is drawn."""
    sealed(archive, copy_at("a", "VD-01", "NP-7"))
    sealing = Sealing(witnesses=("GV02",), number="09/BB-VD")
    composition = compose_sealing_minutes(archive, YEAR, sealing, TODAY)
    assert composition.key.record_class is RecordClass.SEALING_MINUTES
    assert sealing_of(composition).document_number == "09/BB-VD"
    data = render_sealing_minutes(sealing_of(composition), composition.form)
    assert failures(data) == []


def test_nothing_is_sealed_before_there_is_a_bundle(archive: Archive) -> None:
    """The year must be sealed first."""
    with pytest.raises(InputError, match="PACKAGE-NOT-SEALED"):
        compose_sealing_minutes(archive, YEAR, Sealing(), TODAY)


def test_nothing_is_sealed_before_there_is_a_carrier(archive: Archive) -> None:
    """A bundle that was copied nowhere has no carrier to put a strip on."""
    name = sealed(archive)
    with pytest.raises(RuleRefusal) as caught:
        compose_sealing_minutes(archive, YEAR, Sealing(), TODAY)
    assert (caught.value.code, caught.value.parameters) == ("MINUTES-NO-MEDIA", {"package": name})


def test_unknown_label_is_refused(archive: Archive) -> None:
    """A place of keeping for a label that no copy bears is a typing error."""
    sealed(archive, copy_at("a", "VD-01", "NP-7"))
    with pytest.raises(InputError) as caught:
        compose_sealing_minutes(archive, YEAR, Sealing(keeping={"VD-9": "Tủ"}), TODAY)
    assert caught.value.code == "MINUTES-LABEL-UNKNOWN"
    assert caught.value.parameters["labels"] == "VD-9"


@pytest.mark.parametrize(
    ("witness", "code"), [("GV01", "MINUTES-SAME-PERSON"), ("GV99", "MINUTES-PERSON-UNKNOWN")]
)
def test_witness_of_sealing_is_another_known_person(
    archive: Archive, witness: str, code: str
) -> None:
    """The principal cannot witness what he signs for; a stranger cannot either."""
    sealed(archive, copy_at("a", "VD-01", "NP-7"))
    with pytest.raises(PreserveError) as caught:
        compose_sealing_minutes(archive, YEAR, Sealing(witnesses=(witness,)), TODAY)
    assert caught.value.code == code


@pytest.mark.parametrize(("tag", "line"), [("Payload-Oxum", "x"), ("Journal-Head", "")])
def test_damaged_bundle_is_named(archive: Archive, tag: str, line: str) -> None:
    """A bundle without its counts is not described by guesses."""
    sealed(archive, copy_at("a", "VD-01", "NP-7"))
    path = require_package(archive, YEAR).root / "bag-info.txt"
    kept = [one for one in path.read_text("utf-8").splitlines() if not one.startswith(tag)]
    path.write_text("\n".join([*kept, *([f"{tag}: {line}"] if line else []), ""]), "utf-8")
    with pytest.raises(PreserveError) as caught:
        compose_sealing_minutes(archive, YEAR, Sealing(), TODAY)
    assert (caught.value.code, caught.value.parameters["tag"]) == ("BUNDLE-TAG", tag)
