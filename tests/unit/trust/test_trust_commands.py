"""``preserve trust``: listing, adding, removing, and fetching from a real infrastructure."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli import preserve
from preserve.command.trust import _GROUPS, _KINDS
from preserve.demo.authority import DemoAuthority
from preserve.errors import PreserveError
from preserve.journal.chain import check_chain, read_events
from preserve.report.texts.catalogue import Texts
from preserve.sign.appearance import Appearance
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.trust.fetching import Fetcher
from preserve.trust.items import ItemKind
from preserve.trust.ocsp import OcspFault, read_ocsp
from preserve.trust.revocation import Status
from preserve.trust.sources import TrustGroup
from preserve.trust.status import check_status
from preserve.trust.store import fingerprint, load_trust
from preserve.workflow.initialise import initialise
from preserve.workflow.occasion import Occasion
from preserve.workflow.used_certificates import read_signatures, signature_contents
from tests.certomancer import Certomancer
from tests.unit.sign.conftest import FIELDS, NOW, make_pdf
from tests.unit.trust.ocsp_answers import make_holder

__all__ = ["make_pdf"]

PROFILE = Path(__file__).resolve().parents[2] / "data" / "sample" / "school.json"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, read as JSON."""
        return json.loads(self.out)


@pytest.fixture(scope="module")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a made-up school, laid out once."""
    root: Path = tmp_path_factory.mktemp("archive") / "kho"
    initialise(root, PROFILE, Occasion(NOW, "preserve test"))
    return root


@pytest.fixture
def archive(empty_archive: Path, tmp_path: Path) -> Path:
    """A copy for one test."""
    return Path(shutil.copytree(empty_archive, tmp_path / "kho"))


def trust(archive: Path, *arguments: object) -> Ran:
    """Run the command in this process; errors are told in English, as ``cli.main`` tells them."""
    spoken = ["--jobs", "1", "--archive", str(archive), "trust", *map(str, arguments)]
    done = CliRunner().invoke(preserve, spoken)
    match done.exception:
        case PreserveError() as error:
            told_error = done.stderr + Texts("en").error(error)
            return Ran(error.exit_code, done.stdout, told_error)
        case None | SystemExit():
            return Ran(done.exit_code, done.stdout, done.stderr)
        case unforeseen:
            raise unforeseen


def installed(archive: Path, *arguments: object) -> Ran:
    """Run the command as it was installed, in Vietnamese."""
    program = Path(sys.executable).with_name("preserve")
    spoken = [program, "--jobs", "1", "--lang", "vi", "--archive", archive, "trust"]
    done = subprocess.run(
        [*map(str, spoken), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def put(folder: Path, name: str, der: bytes) -> Path:
    """Write a file to be added."""
    path = folder / name
    path.write_bytes(der)
    return path


def told(*sentence: str) -> tuple[str, ...]:
    """Return the options that say where a root comes from."""
    return ("--group", "government", "--source", " ".join(sentence) or "https://ca.example.vn")


def test_the_choices_are_those_of_the_types() -> None:
    """The command repeats the names so that a help text loads no library."""
    assert set(_KINDS) == {kind.value for kind in ItemKind}
    assert set(_GROUPS) == {group.value for group in TrustGroup}


def test_a_root_is_shown_confirmed_added_listed_and_removed(archive: Path, tmp_path: Path) -> None:
    """Nothing counts before --yes; nothing vanishes; the journal knows all of it."""
    der = make_holder("Gốc bịa", authority=True).der
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----"
    file, sha256 = put(tmp_path, "goc.pem", pem), fingerprint(der)
    shown = trust(archive, "add", file, *told())
    assert (shown.code, load_trust(archive / "trust").anchors) == (2, ())
    assert sha256 in shown.err
    assert "Gốc bịa" in shown.err
    said = ":".join(sha256[n : n + 2] for n in range(0, 64, 2)).upper()
    assert trust(archive, "add", file, *told(), "--fingerprint", said, "--yes").code == 0
    assert load_trust(archive / "trust").anchors == (der,)
    (entry,) = trust(archive, "list", "--format", "json").json
    assert (entry["kind"], entry["group"], entry["sha256"]) == ("anchor", "government", sha256)
    assert entry["source"] == "https://ca.example.vn"
    removed = trust(archive, "remove", sha256[:12], "--reason", "ngừng cung cấp", "--by", "HT01")
    assert removed.code == 0
    assert load_trust(archive / "trust").anchors == ()
    (kept,) = (archive / "trust" / "removed" / "anchors").iterdir()
    assert kept.read_bytes() == der
    (gone,) = trust(archive, "list", "--removed", "--format", "json").json
    assert gone["removed"] is True
    assert trust(archive, "add", file, *told("again"), "--yes").code == 0
    assert trust(archive, "list", "--format", "json").json[0]["source"] == "again"
    events = [e for e in read_events(archive / "journal.jsonl") if e.event_type.startswith("trust")]
    assert [e.event_type for e in events] == ["trust addition", "trust removal", "trust addition"]
    assert dict(events[1].details)["reason"] == "ngừng cung cấp"
    assert check_chain(archive / "journal.jsonl") == ()


def test_what_may_not_be_added_is_refused(archive: Path, tmp_path: Path) -> None:
    """Each with its own sentence, exit code 2, and nothing written."""
    ca, person = make_holder("Gốc bịa", authority=True), make_holder("Người bịa")
    root, leaf = put(tmp_path, "ca.cer", ca.der), put(tmp_path, "leaf.cer", person.der)
    block = b"-----BEGIN %s-----\nAAAA\n-----END %s-----\n"
    key = put(tmp_path, "key.pem", block % (b"PRIVATE KEY", b"PRIVATE KEY"))
    two = b"".join(
        b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(d) + b"-----END CERTIFICATE-----\n"
        for d in (ca.der, person.der)
    )
    cases: list[tuple[tuple[object, ...], str]] = [
        ((root, "--yes"), "--group"),
        ((root, *told(), "--fingerprint", "ab" * 32, "--yes"), "not abab"),
        ((leaf, *told(), "--yes"), "may not issue others"),
        ((key, "--kind", "seal", "--yes"), "private key"),
        ((put(tmp_path, "two.pem", two), "--kind", "certificate", "--yes"), "holds 2 things"),
        ((put(tmp_path, "x", b"garbage"), "--kind", "crl", "--yes"), "is no"),
        ((root, "--kind", "ocsp", "--yes"), "is no"),
        ((tmp_path / "missing", *told(), "--yes"), "missing"),
    ]
    for arguments, words in cases:
        ran = trust(archive, "add", *arguments)
        assert (ran.code, words in ran.err) == (2, True), (arguments, ran)
    assert trust(archive, "add", root, *told(), "--yes").code == 0
    assert trust(archive, "add", root, *told(), "--yes").code == 2
    assert [p.name for p in (archive / "trust" / "anchors").iterdir()] == [
        f"{fingerprint(ca.der)}.cer"
    ]


def test_removing_needs_the_right_thing_and_a_reason(archive: Path, tmp_path: Path) -> None:
    """Too few digits, an unknown fingerprint, a thing of two kinds, no reason."""
    ca = make_holder("Gốc bịa", authority=True)
    file, sha256 = put(tmp_path, "ca.cer", ca.der), fingerprint(ca.der)
    trust(archive, "add", file, *told(), "--yes")
    for arguments in ((sha256[:7], "x"), ("ab" * 32, "x"), (sha256, " ")):
        assert trust(archive, "remove", arguments[0], "--reason", arguments[1]).code == 2
    trust(archive, "add", file, "--kind", "certificate", "--yes")
    assert "more digits" in trust(archive, "remove", sha256, "--reason", "x").err
    assert load_trust(archive / "trust").anchors == (ca.der,)


def test_the_words_are_vietnamese_by_choice(archive: Path, tmp_path: Path) -> None:
    """The signer-facing language is the person's."""
    file = put(tmp_path, "ca.cer", make_holder("Gốc bịa", authority=True).der)
    assert "chứng thư gốc" in installed(archive, "add", file, *told()).err
    assert "Đã thêm" in installed(archive, "add", file, *told(), "--yes").out
    assert "công vụ" in installed(archive, "list").out


@pytest.mark.judge("certomancer")
def test_refresh_keeps_what_was_checked(archive: Path, infrastructure: Certomancer) -> None:
    """Lists and answers of a real infrastructure clear its certificates and name the revoked."""
    folder = archive / "trust"
    (folder / "anchors" / "root.cer").write_bytes(infrastructure.certificate("root"))
    for name in ("issuing", "tsa", "teacher"):
        path = folder / "certificates" / f"{name}.cer"
        path.write_bytes(infrastructure.certificate(name))
    refused = trust(archive, "refresh", "--format", "json")
    assert refused.code == 6
    assert {row["code"] for row in refused.json} == {"TRUST-FETCH-LOCAL"}
    first = trust(archive, "refresh", "--allow-local", "--format", "json")
    assert first.code == 0, first
    assert {row["outcome"] for row in first.json} == {"new", "known"}
    assert {row["kind"] for row in first.json} == {"crl", "ocsp"}
    material, now = load_trust(folder), datetime.now(UTC)
    teacher, issuing = (infrastructure.certificate(n) for n in ("teacher", "issuing"))
    chain = (issuing, infrastructure.certificate("root"))
    result = check_status(teacher, chain, material, now)
    assert result.status is Status.GOOD
    assert (len(material.crls), len(material.ocsps)) == (2, 1)
    for path in (*(folder / "crls").iterdir(), *(folder / "ocsp").iterdir()):
        assert path.stem == fingerprint(path.read_bytes())
    held = folder / "certificates" / "held.cer"
    held.write_bytes(infrastructure.certificate("held"))
    again = trust(archive, "refresh", "--allow-local", "--format", "json")
    by_outcome = {
        row["outcome"] for row in again.json if row["sha256"] == fingerprint(held.read_bytes())
    }
    assert by_outcome == {"revoked"}
    held_now = check_status(held.read_bytes(), chain, load_trust(folder), datetime.now(UTC))
    assert held_now.status is Status.REVOKED
    events = list(read_events(archive / "journal.jsonl"))
    assert "validation material gathering" in {event.event_type for event in events}


@pytest.mark.judge("certomancer")
def test_refresh_takes_no_unauthorised_answer(archive: Path, infrastructure: Certomancer) -> None:
    """Without an anchor nobody is asked; an impostor's answer is not kept."""
    assert "holds no root" in trust(archive, "refresh", "--allow-local").err
    fetcher, issuing = Fetcher(local=True), infrastructure.certificate("issuing")
    teacher = infrastructure.certificate("teacher")
    given = fetcher.ask_responder(infrastructure.responder("impostor"), teacher, issuing)
    assert read_ocsp(given, teacher, issuing) is OcspFault.NOT_AUTHORISED


def test_the_certificates_of_a_signed_document_are_found(
    authority: DemoAuthority, make_pdf: Any
) -> None:
    """Signer and time-stamping authority of each signature, from the bytes of the PDF alone."""
    request = SignatureRequest(
        field_name=FIELDS[0],
        appearance=Appearance(("Ký bởi: Người Ký Bịa",), "person"),
        claimed_time=NOW,
        digest_algorithm="sha256",
        locks=False,
        certifies=True,
    )
    pdf = sign_pdf(make_pdf(), request, authority.open_demo_key("GV01"), authority.timestamper(NOW))
    found = [one.certificate for one in read_signatures(signature_contents(pdf))]
    assert found == [authority.certificate("GV01"), authority.certificate("demo-tsa")]
    assert list(read_signatures([b"garbage", b""])) == []
