"""The external signer: real programs, the one of the documentation and ones that misbehave."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.errors import PreserveError, SigningError
from preserve.sign.deferred_signing import holds
from preserve.sign.engine import sign_pdf
from preserve.sign.external_key import ExternalKey, open_external
from preserve.sign.keys import open_key
from tests.unit.sign.conftest import FIELDS, NOW
from tests.unit.sign.test_engine import request_for, validate

PAGE = Path(__file__).resolve().parents[3] / "docs" / "external-signer.md"
DATA = b"what is signed"


@pytest.fixture
def documented(authority: DemoAuthority, tmp_path: Path) -> Path:
    """Write the documentation's program beside the keys of a teacher and of the seal."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    for code in ("GV01", SEAL_CODE):
        key = authority.open_demo_key(code)
        private = key.private_key.private_bytes(  # type: ignore[attr-defined]
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        (tmp_path / f"{code}.key").write_bytes(private)
        pem = authority.folder / "certificates" / f"{code}.pem"
        (tmp_path / f"{code}.pem").write_bytes(pem.read_bytes())
    return write_program(tmp_path / "signer", found[1])


def write_program(path: Path, text: str) -> Path:
    """Write a Python program that may be executed."""
    body = text.split("\n", 1)[1] if text.startswith("#!") else text
    path.write_text(f"#!{sys.executable}\n{body}", encoding="utf-8")
    path.chmod(0o700)
    return path


def refused(act: Callable[[], object]) -> str:
    """Return the code that an act is refused with."""
    with pytest.raises(PreserveError) as caught:
        act()
    assert "Nguyễn" not in str(caught.value)
    return caught.value.code


@pytest.mark.judge("openssl")
@pytest.mark.parametrize(("code", "mechanism"), [("GV01", "ecdsa"), (SEAL_CODE, "rsassa_pss")])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_the_documented_program_signs(
    documented: Path, authority: DemoAuthority, code: str, mechanism: str, digest: str
) -> None:
    """The example of the documentation works as it is printed, for several signatures."""
    key = open_key(f"exec:{documented}?key={code}", lambda _: pytest.fail("asked for a secret"))
    assert key.certificate == authority.certificate(code)
    assert key.mechanism == mechanism
    for data in (DATA, b"", b"x" * 1000):
        assert holds(key.sign(data, digest), data, key.certificate, mechanism, digest)


@pytest.mark.judge("openssl")
def test_a_document_is_signed_and_valid(
    documented: Path, authority: DemoAuthority, make_pdf: Callable[..., bytes], tmp_path: Path
) -> None:
    """A PDF signed by the program is valid to pyHanko."""
    key = open_external(f"{documented}?key=GV01")
    signed = sign_pdf(make_pdf(), request_for(FIELDS[0]), key, authority.timestamper(NOW))
    (status,) = validate(signed, authority, tmp_path)
    assert status.bottom_line


@pytest.mark.judge("openssl")
def test_the_program_ends_with_the_key(documented: Path) -> None:
    """No process is left when the key is no longer held."""
    key = open_external(f"{documented}?key=GV01")
    process = key.program._process
    assert process.poll() is None
    del key
    gc.collect()
    assert process.poll() == 0


@pytest.mark.judge("openssl")
def test_a_program_that_refuses_is_told_without_its_words(documented: Path) -> None:
    """An unknown key is the program's refusal, in our own sentence."""
    assert refused(lambda: open_external(f"{documented}?key=unknown")) == "SIGN-EXEC-REFUSED"


ANSWERS = {
    "nothing": ("import sys; sys.stdin.readline(); sys.exit(3)", "SIGN-EXEC-ENDED"),
    "at once": ("import sys; sys.exit(3)", "SIGN-EXEC-ENDED"),
    "silence": ("import time; time.sleep(60)", "SIGN-EXEC-SILENT"),
    "half a line": (
        "import sys, time; print('{', end='', flush=True); time.sleep(60)",
        "SIGN-EXEC-SILENT",
    ),
    "words": ("input(); print('Nguyễn Thị Thử', flush=True); input()", "SIGN-EXEC-ANSWER"),
    "a list": ("input(); print('[]', flush=True); input()", "SIGN-EXEC-ANSWER"),
    "no certificate": ("input(); print('{}', flush=True); input()", "SIGN-EXEC-ANSWER"),
    "no base64": (
        'input(); print(\'{"certificate": "*"}\', flush=True); input()',
        "SIGN-EXEC-ANSWER",
    ),
    "another thing": (
        'input(); print(\'{"certificate": "AAAA"}\', flush=True); input()',
        "SIGN-CERTIFICATE-UNREADABLE",
    ),
    "too much": ("input(); print('x' * 2_000_000, flush=True)", "SIGN-EXEC-ANSWER"),
    "an error": (
        'input(); print(\'{"error": "Nguyễn Thị Thử"}\', flush=True); input()',
        "SIGN-EXEC-REFUSED",
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_misbehaving_program_is_ended(case: str, tmp_path: Path) -> None:
    """Each way to misbehave has its sentence."""
    text, code = ANSWERS[case]
    path = write_program(tmp_path / "signer", text)
    assert refused(lambda: open_external(str(path), timeout=1.0)) == code


@pytest.mark.judge("openssl")
@pytest.mark.parametrize("way", ["zeros", "other"])
def test_a_signature_that_does_not_hold_is_refused(documented: Path, way: str) -> None:
    """A wrong value, and one made with another key, go into no document."""
    text = documented.read_text(encoding="utf-8")
    if way == "zeros":
        text = text.replace("base64.b64encode(sign(question))", "base64.b64encode(bytes(70))")
    else:
        text = text.replace("""{question['key']}.key""", f"{SEAL_CODE}.key")
    key = open_external(f"{write_program(documented, text)}?key=GV01")
    assert refused(lambda: key.sign(DATA, "sha256")) == "SIGN-EXEC-SIGNATURE"


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    """A missing file, a folder and a file that may not be executed."""
    plain = tmp_path / "plain"
    plain.write_text("x", encoding="utf-8")
    for path in (tmp_path / "missing", tmp_path, plain):
        with pytest.raises(SigningError) as caught:
            open_external(str(path))
        assert caught.value.code == "SIGN-EXEC-START"
        assert caught.value.parameters["program"] == str(path)


@pytest.mark.parametrize(
    "rest", ["signer", "./signer", "", "/opt/signer?pin=1", "/opt/signer?key=a&key=b", "/opt/s?x"]
)
def test_an_address_must_be_absolute_and_bare(rest: str) -> None:
    """Relative names, surplus parts and secrets are refused before anything is started."""
    assert refused(lambda: open_external(rest)) == "SIGN-EXEC-URI"


def test_a_digest_that_may_not_be_used_is_refused(authority: DemoAuthority) -> None:
    """SHA-1 never reaches the program."""
    own = authority.open_demo_key("GV01")
    unused: ExternalKey = ExternalKey(
        None,  # type: ignore[arg-type]
        "",
        own.certificate,
        (),
        "ecdsa",
        own.private_key.public_key(),  # type: ignore[attr-defined]
    )
    assert refused(lambda: unused.sign(DATA, "sha1")) == "SIGN-DIGEST"
