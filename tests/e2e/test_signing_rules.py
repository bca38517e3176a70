"""Signing by the school's choice of chain, and what stops a signature at the last moment."""

from __future__ import annotations

import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
import tomli_w

from preserve.model.roles import SignerRole
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive, open_archive
from tests.e2e.small_class import (
    key_for,
    leave_out_the_book,
    make_archive,
    one_key_for_all_teachers,
    render,
    transcripts,
)
from tests.e2e.stage import Ran, is_one_line, run, snapshot, steps, succeed

ROLES = ("homeroom_teacher", "principal", "school_seal")


@pytest.fixture(scope="module")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive of two transcripts of the standard chain, nothing signed."""
    folder = tmp_path_factory.mktemp("rules")
    render(make_archive(folder, 2, "standard"))
    return folder


@pytest.fixture
def archive(standard: Path, tmp_path: Path) -> Archive:
    """Give a copy of it."""
    shutil.copytree(standard / "authority", tmp_path / "authority")
    shutil.copytree(standard / "archive", tmp_path / "archive")
    return open_archive(tmp_path / "archive")


def pupil_of(archive: Archive) -> str:
    """Return the first pupil's code."""
    return transcripts(archive)[0].name.rpartition(".")[2]


def sign(archive: Archive, role: str, *more: str) -> Ran:
    """Let the first person of a role sign one pupil's transcript."""
    key = next(
        a.key
        for a in open_archive(archive.root).configuration.appointments
        if a.role.value == role and a.key
    )
    arguments = ("sign", "--role", role, "--key", key, "--pupil", pupil_of(archive), *more)
    return run(*arguments, archive=archive.root)


def refused(ran: Ran, code: int, *words: str) -> None:
    """A refusal is one line with these words."""
    assert ran.code == code, ran.out + ran.err
    assert is_one_line(ran.err), ran.err
    for word in words:
        assert word in ran.err


def change_configuration(archive: Archive, **tables: object) -> None:
    """Edit school.toml as a clerk does."""
    path = archive.root / "school.toml"
    path.write_text(tomli_w.dumps(tomllib.loads(path.read_text("utf-8")) | tables), "utf-8")


def verified(archive: Archive, place: Path) -> str:
    """Return the verdict on the newest file of a document."""
    ran = run("verify", steps(place)[-1], "--format", "json", archive=archive.root)
    return str(ran.json["indication"])


def amend_birth_place(exports: Path, target: Path) -> Path:
    """Write the pupils' particulars once more, with another place of birth."""
    (source,) = exports.glob("*/so_yeu_li_lich_*.xlsx")
    book = openpyxl.load_workbook(source)
    changed = 0
    for row in book.active.iter_rows():  # type: ignore[union-attr]
        for cell in row:
            if str(cell.value or "").startswith("Trạm Y tế"):
                cell.value, changed = "Bệnh viện huyện Minh Họa", changed + 1
    assert changed
    path = target / source.name
    book.save(path)
    return path


def test_amended_facts_stop_the_signature(standard: Path, archive: Archive, tmp_path: Path) -> None:
    """A record that the archive would compose otherwise now is not signed until it is made anew."""
    later = amend_birth_place(standard / "exports", tmp_path)
    succeed("import", later, archive=archive.root)
    before = snapshot(archive.root / "years")
    refused(sign(archive, "homeroom_teacher"), 7, transcripts(archive)[0].name, "render")
    assert snapshot(archive.root / "years") == before
    succeed("render", "--pupil", pupil_of(archive), archive=archive.root)
    assert sign(archive, "homeroom_teacher").code == 0


def test_changed_rendering_is_not_signed(archive: Archive) -> None:
    """An unsigned file that is no longer what the journal noted is named."""
    (made,) = steps(transcripts(archive)[0])
    content = made.read_bytes()
    made.write_bytes(content.replace(b"%%EOF", b"%%EOF ", 1))
    refused(sign(archive, "homeroom_teacher"), 3, transcripts(archive)[0].name)
    made.write_bytes(content)
    assert sign(archive, "homeroom_teacher").code == 0


def test_seal_is_not_set_on_another_persons_signature(archive: Archive) -> None:
    """The principal's field holds a signature, and the certificate is not the principal's."""
    assert sign(archive, "homeroom_teacher").code == 0
    place = transcripts(archive)[0]
    newest = steps(place)[-1]
    forged = _signed_by_homeroom_as_principal(archive, newest.read_bytes())
    (place / "02_PRINCIPAL-2025-2026.pdf").write_bytes(forged)
    refused(sign(archive, "school_seal"), 3, place.name, "SIG-WRONG-SIGNER")
    assert len(steps(place)) == 3


def _signed_by_homeroom_as_principal(archive: Archive, pdf: bytes) -> bytes:
    from preserve.sign.appearance import Appearance
    from preserve.sign.engine import SignatureRequest, sign_pdf
    from preserve.workflow.open_keys import KeySource, find_timestamper, unlock

    now = datetime.now(UTC).replace(microsecond=0)
    key = next(
        a.key
        for a in archive.configuration.appointments
        if a.role is SignerRole.HOMEROOM_TEACHER and a.key
    )
    empty = next(name for name in read_claims(pdf).empty if name.startswith("PRINCIPAL"))
    request = SignatureRequest(
        field_name=empty,
        appearance=Appearance(("Ký bởi: Người Ký Bịa",), "person"),
        claimed_time=now,
        digest_algorithm="sha256",
        locks=False,
        certifies=False,
        timestamped=True,
    )
    return sign_pdf(
        pdf, request, unlock(archive, KeySource(key)), find_timestamper(archive, lambda: now)
    )


def test_chain_that_changed_after_rendering_is_refused(archive: Archive) -> None:
    """The documents were made for three roles; the school then chose the full chain."""
    change_configuration(archive, signing={"variant": "full"})
    refused(sign(archive, "homeroom_teacher"), 7, "transcript-secondary-full/1", "subject_teacher")


def test_unknown_variant_is_refused(archive: Archive) -> None:
    """A slip of the pen in school.toml is an input error that lists what there is."""
    change_configuration(archive, signing={"variant": "fulll"})
    refused(sign(archive, "homeroom_teacher"), 2, "economy, full, standard")


def _with_deputy(archive: Archive, order: dict[str, object] | None) -> None:
    """Let the deputy, whose key is a teacher's of the demo, hold the head's role."""
    path = archive.root / "school.toml"
    entries = tomllib.loads(path.read_text("utf-8"))["appointment"]
    head = next(e for e in entries if e["role"] == "principal")
    other = next(e for e in entries if e["role"] == "subject_teacher")
    deputy = head | {
        "person_code": other["person_code"],
        "person_name": other["person_name"],
        "title": "Phó Hiệu trưởng, ký thay (KT.) Hiệu trưởng",
        "certificates": other["certificates"],
        "key": other["key"],
    }
    if order is None:
        entries[entries.index(head)] = deputy
    else:
        entries.insert(0, deputy | {"delegation": order | {"delegated_by": head["person_code"]}})
    change_configuration(archive, appointment=entries)


def test_deputy_signs_with_an_order_and_the_document_says_so(archive: Archive) -> None:
    """From school.toml to the verdict: the order stands in the record that the seal covers."""
    today = datetime.now(UTC).date()
    order = {"number": "15/GUQ-VD", "day": today, "held_from": today}
    _with_deputy(archive, order)
    pupil = pupil_of(archive)
    succeed("render", "--pupil", pupil, archive=archive.root)
    place = max(archive.documents("2025-2026").glob(f"hoc-ba.*{pupil}*"))
    for role in ROLES:
        ran = sign(archive, role)
        assert ran.code == 0, ran.err
    assert b"15/GUQ-VD" in read_claims(steps(place)[-1].read_bytes()).record_xml
    assert verified(archive, place) != "TOTAL_FAILED"


def test_deputy_without_an_order_does_not_sign(archive: Archive) -> None:
    """The title says whose place is taken, and no order is recorded."""
    _with_deputy(archive, None)
    succeed("render", "--pupil", pupil_of(archive), archive=archive.root)
    assert sign(archive, "homeroom_teacher").code == 0
    refused(sign(archive, "principal"), 7, "[appointment.delegation]")


@pytest.mark.parametrize(("variant", "count"), [("full", 17), ("economy", 3)])
def test_other_chains_are_signed_from_end_to_end(tmp_path: Path, variant: str, count: int) -> None:
    """Every role of the chain signs; the verdict names nothing wrong and knows the variant."""
    made = make_archive(tmp_path, 1, variant)
    leave_out_the_book(made)
    archive = render(one_key_for_all_teachers(open_archive(made.root)))
    place = transcripts(archive)[0]
    if variant == "full":
        key = key_for(archive, SignerRole.SUBJECT_TEACHER)
        succeed("sign", "--role", "subject_teacher", "--key", key, archive=archive.root)
    for role in ROLES:
        ran = sign(archive, role)
        assert ran.code == 0, ran.err
    claims = read_claims(steps(place)[-1].read_bytes())
    assert not claims.empty
    assert len(claims.filled) == count
    ran = run("verify", steps(place)[-1], "--format", "json", archive=archive.root)
    policies = {f["parameters"].get("policy") for f in ran.json["findings"]}
    assert f"transcript-secondary-{variant}/1" in policies
    assert ran.json["indication"] != "TOTAL_FAILED"
