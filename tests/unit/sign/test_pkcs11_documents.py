"""Documents signed with keys on real tokens, judged by pyHanko, poppler and EU DSS."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from preserve.demo.authority import DemoAuthority
from preserve.sign.detached import sign_detached
from preserve.sign.engine import sign_pdf
from preserve.sign.keys import SigningKey, open_key
from preserve.sign.wanted_key import WantedKey
from preserve.trust.store import fingerprint
from preserve.workflow.open_keys import KeySource
from tests.java_judges import JavaJudges
from tests.softhsm import MODULE, PIN, SPY
from tests.unit.sign.conftest import FIELDS, NOW, write_pdf
from tests.unit.sign.pkcs11_tokens import KINDS, Tokens, identifier
from tests.unit.sign.test_engine import request_for, validate

pytestmark = pytest.mark.judge("softhsm")
MakePdf = Callable[..., bytes]

BATCH = 80


def _keys(tokens: Tokens) -> list[SigningKey]:
    """Open every kind of key, RSA once more with PKCS#1 v1.5, each by the certificate's bytes."""
    wanted = [WantedKey(frozenset({fingerprint(tokens.certificates[k])}), NOW) for k in KINDS]
    padded = tokens.school.uri(id=identifier("RSA-3072"), query="&preserve-padding=pkcs1")
    keys = [open_key(tokens.school.uri(), lambda _: PIN, one) for one in wanted]
    return [*keys, open_key(padded, lambda _: PIN)]


@pytest.fixture(scope="module")
def signed(soft_tokens: Tokens, authority: DemoAuthority, make_pdf: MakePdf) -> bytes:
    """One document with five signatures, each by another key of the token; the last one locks."""
    content = make_pdf((*FIELDS[:2], "SUBJECT_1", "SUBJECT_2", FIELDS[2]))
    fields = (*FIELDS[:2], "SUBJECT_1", "SUBJECT_2", FIELDS[2])
    timestamper = authority.timestamper(NOW)
    for field, key in zip(fields, _keys(soft_tokens), strict=True):
        former, content = content, sign_pdf(content, request_for(field), key, timestamper)
        assert content.startswith(former)
    return content


def test_pyhanko_calls_them_valid(signed: bytes, authority: DemoAuthority, tmp_path: Path) -> None:
    """Five signatures by RSA-2048, RSA-3072 (both paddings), P-256 and P-384."""
    statuses = validate(signed, authority, tmp_path / "trust")
    assert [status.bottom_line for status in statuses] == [True] * 5
    assert Counter(status.pkcs7_signature_mechanism for status in statuses) == Counter(
        {"rsassa_pss": 2, "sha256_rsa": 1, "sha256_ecdsa": 2}
    )


@pytest.mark.judge("poppler")
def test_poppler_calls_them_valid(signed: bytes, tmp_path: Path) -> None:
    """Poppler, which uses Mozilla's NSS, agrees."""
    said = subprocess.run(
        ["pdfsig", "-nocert", str(write_pdf(tmp_path, signed))],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 5


@pytest.mark.judge("java")
def test_eu_dss_passes_every_signature(
    signed: bytes, authority: DemoAuthority, java_judges: JavaJudges, tmp_path: Path
) -> None:
    """With the test's anchors each signature is TOTAL_PASSED at level B-T."""
    authority.write_trust(tmp_path / "trust")
    java_judges.trust(tmp_path / "trust")
    verdicts = java_judges.signatures(write_pdf(tmp_path, signed))
    assert [(v.indication, v.level, v.reasons) for v in verdicts] == [
        ("TOTAL_PASSED", "PAdES-BASELINE-T", "")
    ] * 5


def test_a_bundle_can_be_sealed_with_a_token(soft_tokens: Tokens, authority: DemoAuthority) -> None:
    """The detached signature of a manifest takes the same key."""
    for key in _keys(soft_tokens):
        made = sign_detached(b"manifest", key, authority.timestamper(NOW), claimed_time=NOW)
        assert key.certificate in made


def test_eighty_documents_ask_for_one_pin(soft_tokens: Tokens, make_pdf: MakePdf) -> None:
    """A class's transcripts are signed after a single question."""
    asked: list[str] = []

    def secret(name: str) -> str:
        asked.append(name)
        return PIN

    key = open_key(soft_tokens.school.uri(id=identifier("P-256")), secret)
    content = make_pdf(FIELDS[:1], pages=1)
    made = {sign_pdf(content, request_for(FIELDS[0]), key, None) for _ in range(BATCH)}
    assert len(asked) == 1
    assert len(made) == BATCH


_SCRIPT = """
import sys
from preserve.errors import SigningError
from preserve.sign.pkcs11_key import open_pkcs11

try:
    key = open_pkcs11(sys.argv[1], lambda _: sys.argv[2])
    for number in range(int(sys.argv[3])):
        key.sign(bytes([number]), "sha256")
except SigningError as error:
    print(error.code)
"""


def _calls(uri: str, pin: str, signatures: int, folder: Path) -> tuple[str, Counter[str]]:
    """Sign in a new process under OpenSC's spy, which counts what reaches the token."""
    log = folder / "spy.log"
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, uri, pin, str(signatures)],
        env={**os.environ, "PKCS11SPY": str(MODULE), "PKCS11SPY_OUTPUT": str(log)},
        capture_output=True,
        text=True,
        check=True,
    )
    calls = re.findall(r"^\d+: (C_\w+)$", log.read_text(errors="replace"), re.MULTILINE)
    return done.stdout.strip(), Counter(calls)


@pytest.mark.judge("pkcs11-spy")
def test_one_login_and_one_signature_each_reach_the_token(
    soft_tokens: Tokens, tmp_path: Path
) -> None:
    """A spy between program and token sees one session, one login, and no signature too many."""
    uri = soft_tokens.school.uri(id=identifier("P-256"), module=SPY)
    said, calls = _calls(uri, PIN, BATCH, tmp_path)
    assert said == ""
    assert (calls["C_OpenSession"], calls["C_Login"]) == (1, 1)
    assert calls["C_SignInit"] == BATCH
    assert (calls["C_Logout"], calls["C_CloseSession"]) == (1, 1)


@pytest.mark.judge("pkcs11-spy")
def test_a_wrong_pin_reaches_the_token_once(soft_tokens: Tokens, tmp_path: Path) -> None:
    """The spy sees exactly one login, and nothing is signed."""
    said, calls = _calls(soft_tokens.weak.uri(module=SPY), "24681012", 3, tmp_path)
    assert said == "SIGN-PIN-WRONG"
    assert (calls["C_Login"], calls["C_SignInit"]) == (1, 0)


def test_a_token_is_not_shared_between_processes() -> None:
    """The workflow signs with it in this process; files may be opened in each."""
    assert not KeySource(f"pkcs11:?module-path={MODULE}").shareable
    assert KeySource("pkcs12:khoa.p12").shareable
    assert KeySource("demo:GV01").shareable
