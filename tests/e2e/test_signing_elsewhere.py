"""Deferred signing through the command line: ask here, sign elsewhere, put in here."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from preserve.demo.authority import open_authority
from preserve.errors import PreserveError, RuleRefusal
from preserve.formats.sign_request import (
    _canonical,
    decode_answer,
    decode_request,
    digest_of_file,
    encode_answer,
)
from preserve.workflow.answer_request import read_request
from preserve.workflow.apply_answer import apply_answer
from preserve.workflow.archive import open_archive
from preserve.workflow.occasion import Occasion
from preserve.workflow.signer_certificate import read_certificate
from tests.csc_server import OTP, PIN, CscService, serve_csc
from tests.e2e.stage import Demo, Ran, is_one_line, key_of, rewind, run, signed_fields, steps
from tests.java_judges import JavaJudges


@dataclass(frozen=True, slots=True)
class Stage:
    """An archive in which the principal's signatures are missing, and the principal's computer."""

    archive: Path
    authority: Path
    code: str
    away: Path
    """A folder with the principal's key and without an archive."""

    @property
    def request(self) -> Path:
        """The request as it came to the other computer."""
        return self.away / "request.json"

    @property
    def answer(self) -> Path:
        """The answer."""
        return self.away / "answer.json"

    @property
    def pending(self) -> Path:
        """Where the prepared files wait."""
        (folder,) = (self.archive / "pending").iterdir()
        return folder

    def ask(self, *more: object) -> Ran:
        """Write the request."""
        certificate = self.authority / "certificates" / f"{self.code}.pem"
        asked = ("--role", "principal", "--certificate", certificate, "--to", self.request)
        return run("sign-request", *asked, *more, archive=self.archive)

    def sign(self, code: str = "", *more: object) -> Ran:
        """Sign on the other computer with the key of a person."""
        key = self.authority / "keys" / (code or self.code)
        passphrase = key.with_suffix(".passphrase")
        used = ("--key", f"pkcs12:{key}.p12", "--passphrase-file", passphrase)
        given = (self.request, *used, "--to", self.answer, "--yes", *more)
        return run("sign-answer", *given, cwd=self.away)

    def apply(self) -> Ran:
        """Put the signatures in."""
        return run("sign-apply", self.answer, archive=self.archive)

    def documents(self) -> Iterator[Path]:
        """Yield the folder of every document."""
        (year,) = (self.archive / "years").iterdir()
        yield from sorted((year / "documents").iterdir())


def files_of(archive: Path) -> dict[str, bytes]:
    """Return every file of an archive but those that wait for signatures."""
    return {
        str(path.relative_to(archive)): path.read_bytes()
        for path in archive.rglob("*")
        if path.is_file() and "pending" not in path.relative_to(archive).parts
    }


@pytest.fixture(scope="module")
def asked(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A request that was written and answered, and not applied yet; read only."""
    folder = tmp_path_factory.mktemp("deferred")
    archive = rewind(demo, folder, {"SUBJECT", "HOMEROOM"})
    code = key_of(archive, "principal").partition(":")[2]
    stage = Stage(archive, folder / "authority", code, folder / "away")
    stage.away.mkdir()
    before = files_of(archive)
    made = stage.ask()
    assert made.code == 0, made
    assert files_of(archive) == before, "asking changed the archive"
    signed = stage.sign()
    assert signed.code == 0, signed
    for document in stage.documents():
        assert document.name in signed.out
    return stage


@pytest.fixture
def stage(asked: Stage, tmp_path: Path) -> Stage:
    """A copy that a test may change."""
    for name in ("archive", "authority", "away"):
        shutil.copytree(asked.archive.parent / name, tmp_path / name)
    return Stage(tmp_path / "archive", tmp_path / "authority", asked.code, tmp_path / "away")


def refuse(ran: Ran, code: int, stage: Stage, before: dict[str, bytes]) -> str:
    """Expect one line, one exit code and an untouched archive; return the line."""
    assert (ran.code, is_one_line(ran.err)) == (code, True), ran
    assert files_of(stage.archive) == before
    return ran.err


def reseal(path: Path, change: Callable[[Any], object]) -> None:
    """Change a file as somebody would who also mends the digest inside."""
    table = json.loads(path.read_bytes())
    change(table["content"])
    table["sha256"] = digest_of_file(_canonical(table["content"]))
    path.write_bytes(_canonical(table))


def _publish_lists(stage: Stage) -> None:
    """Publish revocation lists that are younger than the signatures."""
    authority = open_authority(stage.authority)
    authority.publish_crls(datetime.now(UTC) + timedelta(seconds=1))
    authority.write_trust(stage.archive / "trust")


@pytest.mark.judge("poppler")
@pytest.mark.judge("java")
def test_signatures_from_elsewhere_are_as_good_as_any(
    stage: Stage, java_judges: JavaJudges
) -> None:
    """Ask, sign, apply, seal: our verifier, pdfsig, EU DSS and veraPDF accept every signature."""
    before = files_of(stage.archive)
    assert stage.apply().code == 0
    after = files_of(stage.archive)
    assert all(after[name] == content for name, content in before.items() if "years" in name)
    sealed = run("sign", "--role", "school_seal", "--key", "demo:SEAL", archive=stage.archive)
    assert sealed.code == 0, sealed
    _publish_lists(stage)
    book, *_, transcript = sorted(stage.documents(), reverse=True)
    for folder in (book, transcript):
        fields = signed_fields(steps(folder)[-1])
        assert [name.partition("_")[0] for name in fields[-2:]] == ["PRINCIPAL", "SEAL"]
        verdict = run("verify", steps(folder)[-1], archive=stage.archive)
        assert verdict.code == 0, verdict
    newest = steps(transcript)[-1]
    told = subprocess.run(["pdfsig", newest], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature is Valid") == len(signed_fields(newest))
    java_judges.trust(stage.archive / "trust")
    verdicts = java_judges.signatures(newest)
    assert [verdict.field_name for verdict in verdicts] == signed_fields(newest)
    assert {(v.indication, v.level) for v in verdicts} == {("TOTAL_PASSED", "PAdES-BASELINE-T")}
    answered = steps(transcript)[-2]
    assert java_judges.faults("3a", answered) == java_judges.faults("ua1", answered) == []


def test_an_answer_is_applied_once(stage: Stage) -> None:
    """The second time says that nothing more is to be done; no prepared file is left."""
    assert stage.apply().code == 0
    assert list(stage.pending.glob("*.pdf")) == []
    before = files_of(stage.archive)
    assert "already" in refuse(stage.apply(), 7, stage, before)


def test_a_stopped_run_goes_on(stage: Stage) -> None:
    """What was written stays, what is missing is added, from the same answer."""
    kept = stage.archive.parent / "kept"
    shutil.copytree(stage.pending, kept)
    name = stage.pending
    assert stage.apply().code == 0
    whole = files_of(stage.archive)
    shutil.rmtree(name)
    shutil.copytree(kept, name)
    lost = [steps(folder)[-1] for folder in stage.documents()][1:3]
    for path in lost:
        path.unlink()
    again = stage.apply()
    assert again.code == 0, again
    assert again.out.split()[0] == "2"
    assert files_of(stage.archive).keys() == whole.keys()
    others = {str(p.relative_to(stage.archive)) for p in lost} | {"journal.jsonl"}
    assert all(files_of(stage.archive)[n] == c for n, c in whole.items() if n not in others)


def test_another_persons_key_does_not_answer(stage: Stage) -> None:
    """Neither on the other computer, nor with an answer that somebody else made whole."""
    before = files_of(stage.archive)
    stage.answer.unlink()
    other = key_of(stage.archive, "homeroom_teacher").partition(":")[2]
    assert "another person" in refuse(stage.sign(other), 7, stage, before)
    assert not stage.answer.exists()


def test_an_answer_with_another_certificate_is_refused(stage: Stage) -> None:
    """A forger cannot pass a certificate off as the one that was asked."""
    before = files_of(stage.archive)
    other = key_of(stage.archive, "homeroom_teacher").partition(":")[2]
    der = read_certificate(stage.authority / "certificates" / f"{other}.pem")
    answer = decode_answer(stage.answer.read_bytes())
    stage.answer.write_bytes(encode_answer(replace(answer, certificate=der)))
    assert "another person" in refuse(stage.apply(), 7, stage, before)


def test_a_changed_request_is_not_signed(stage: Stage) -> None:
    """A changed byte, and a request that asks for something else under the same names."""
    before = files_of(stage.archive)
    stage.answer.unlink()
    content = stage.request.read_bytes()
    stage.request.write_bytes(content.replace(b"PRINCIPAL", b"PRINCIPAX", 1))
    assert "changed" in refuse(stage.sign(), 3, stage, before)
    stage.request.write_bytes(content)
    reseal(stage.request, lambda c: c["signatures"][0].update(document_digest="0" * 64))
    assert "something else" in refuse(stage.sign(), 3, stage, before)


def test_a_request_that_was_written_anew_is_not_answered_for(stage: Stage) -> None:
    """An answer to a request that this archive never made belongs to nothing."""
    before = files_of(stage.archive)
    stage.answer.unlink()
    reseal(stage.request, lambda c: c["signatures"].pop())
    assert stage.sign().code == 0
    assert "no request" in refuse(stage.apply(), 3, stage, before)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("swap", "SIGN-ANSWER-CHANGED"),
        ("drop", "SIGN-ANSWER-CHANGED"),
        ("value", "SIGN-ANSWER-CHANGED"),
        ("binding", "SIGN-ANSWER-CHANGED"),
        ("request", "SIGN-PENDING-CHANGED"),
        ("time", "SIGN-ANSWER-CHANGED"),
    ],
)
def test_a_changed_answer_is_not_applied(stage: Stage, change: str, code: str) -> None:
    """Signatures exchanged or left out, a value, the binding, the request or the time changed."""
    before = files_of(stage.archive)

    def alter(content: Any) -> None:
        first, second, *_ = content["signatures"]
        match change:
            case "swap":
                values = (second["signature"], first["signature"])
                first["signature"], second["signature"] = values
            case "drop":
                content["signatures"].pop()
            case "value":
                first["signature"] = second["signature"]
            case "binding":
                content["binding"] = first["signature"]
            case "request":
                content["request_sha256"] = content["request_sha256"][:16] + "0" * 48
            case "time":
                content["signed_at"] = "2020-01-01T00:00:00+00:00"

    reseal(stage.answer, alter)
    at = decode_request(stage.request.read_bytes()).created_at
    with pytest.raises(PreserveError) as caught:
        apply_answer(open_archive(stage.archive), stage.answer, Occasion(at, "test"))
    assert (caught.value.code, caught.value.exit_code) == (code, 3)
    assert files_of(stage.archive) == before


def test_a_damaged_answer_is_told(stage: Stage) -> None:
    """Without a mended digest the file itself gives the change away; another file is no answer."""
    before = files_of(stage.archive)
    content = stage.answer.read_bytes()
    stage.answer.write_bytes(content.replace(b"ecdsa", b"ecdsb"))
    assert "changed" in refuse(stage.apply(), 3, stage, before)
    stage.answer.write_bytes(stage.request.read_bytes())
    refuse(stage.apply(), 2, stage, before)


def test_a_document_that_changed_meanwhile_is_refused(stage: Stage) -> None:
    """The principal signed one document here: the whole answer is refused and says which."""
    document = next(f.name for f in stage.documents() if f.name.startswith("hoc-ba"))
    key = f"demo:{stage.code}"
    signed = run(
        "sign", "--role", "principal", "--key", key, "--document", document, archive=stage.archive
    )
    assert signed.code == 0, signed
    before = files_of(stage.archive)
    assert document in refuse(stage.apply(), 7, stage, before)


def test_a_changed_prepared_file_is_refused(stage: Stage) -> None:
    """A prepared file that was changed or lost stops the batch before the first document."""
    before = files_of(stage.archive)
    path = max(stage.pending.glob("*.pdf"))
    content = bytearray(path.read_bytes())
    content[content.index(b"stream") + 20] ^= 1
    path.write_bytes(content)
    assert path.name in refuse(stage.apply(), 3, stage, before)
    path.unlink()
    assert path.name in refuse(stage.apply(), 3, stage, before)


def test_a_request_that_is_over_is_refused_at_both_ends(stage: Stage) -> None:
    """After its last day a request is neither signed nor its answer applied."""
    until = decode_request(stage.request.read_bytes()).expires_at
    read_request(stage.request, until)
    late = until + timedelta(seconds=1)
    before = files_of(stage.archive)
    with pytest.raises(RuleRefusal) as caught:
        read_request(stage.request, late)
    assert caught.value.code == "SIGN-REQUEST-EXPIRED"
    with pytest.raises(RuleRefusal) as caught:
        apply_answer(open_archive(stage.archive), stage.answer, Occasion(late, "test"))
    assert caught.value.code == "SIGN-REQUEST-EXPIRED"
    assert files_of(stage.archive) == before


def test_a_revoked_signer_is_refused_when_the_answer_comes(stage: Stage) -> None:
    """Appointments and certificates are looked at again on the day of applying."""
    configuration = stage.archive / "school.toml"
    text = configuration.read_text(encoding="utf-8")
    fingerprint = decode_request(stage.request.read_bytes()).certificate
    configuration.write_text(text.replace(fingerprint, "0" * 64), encoding="utf-8")
    before = files_of(stage.archive)
    with pytest.raises(PreserveError) as caught:
        apply_answer(
            open_archive(stage.archive),
            stage.answer,
            Occasion(decode_answer(stage.answer.read_bytes()).signed_at, "test"),
        )
    assert caught.value.exit_code in {3, 7}
    assert files_of(stage.archive) == before


def test_asking_twice_or_for_nothing(stage: Stage) -> None:
    """An existing file is never overwritten, and a request for nothing is not made."""
    before = files_of(stage.archive)
    written = stage.request.read_bytes()
    refuse(stage.ask(), 4, stage, before)
    assert stage.request.read_bytes() == written
    assert len(list((stage.archive / "pending").iterdir())) == 1
    assert stage.apply().code == 0
    before = files_of(stage.archive)
    stage.request.unlink()
    refuse(stage.ask(), 2, stage, before)


def test_a_remote_key_answers_with_one_code(stage: Stage) -> None:
    """A service that wants a code and binds hashes signs the whole request at once."""
    stage.answer.unlink()
    secret = stage.away / "secret"
    secret.write_text(f"pin={PIN}\notp={OTP}\n", encoding="utf-8")
    key = open_authority(stage.authority).open_demo_key(stage.code)
    service = CscService(key, wants_otp=True, pinned=True, multisign=50)  # type: ignore[arg-type]
    with serve_csc(service):
        used = ("--key", service.uri, "--passphrase-file", secret)
        ran = run("sign-answer", stage.request, *used, "--to", stage.answer, "--yes")
    assert ran.code == 0, ran
    count = len(decode_request(stage.request.read_bytes()).signatures)
    assert service.authorized == [count + 1]
    assert stage.apply().code == 0


def test_a_remote_key_signs_at_the_archive(demo: Demo, tmp_path: Path) -> None:
    """``preserve sign`` with a remote key: one authorisation for the batch, then all is signed."""
    archive = rewind(demo, tmp_path, {"SUBJECT", "HOMEROOM"})
    code = key_of(archive, "principal").partition(":")[2]
    key = open_authority(tmp_path / "authority").open_demo_key(code)
    secret = tmp_path / "secret"
    secret.write_text(PIN, encoding="utf-8")
    service = CscService(key, multisign=50, version=2)  # type: ignore[arg-type]
    with serve_csc(service):
        used = ("--key", service.uri, "--passphrase-file", secret)
        ran = run("--jobs", "2", "sign", "--role", "principal", *used, archive=archive)
    assert ran.code == 0, ran
    assert len(service.authorized) == 1
    assert PIN not in ran.out + ran.err + "".join(service.urls)
    for folder in archive.glob("years/*/documents/*"):
        assert any(name.startswith("PRINCIPAL") for name in signed_fields(steps(folder)[-1]))
