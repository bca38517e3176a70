"""A principal and a clerk who sign with USB tokens, as the command sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from preserve.demo.authority import SEAL_CODE, open_authority
from tests.e2e.stage import Demo, Ran, key_of, rewind, run, signed_fields, snapshot, steps
from tests.softhsm import PIN, SoftHsm, SoftToken, lay_out

LATE = {"PRINCIPAL", "SEAL"}
pytestmark = [pytest.mark.judge("softhsm"), pytest.mark.judge("pkcs11-spy")]


def _token(hsm: SoftHsm, archive: Path, code: str) -> SoftToken:
    """Put a key of the demo's authority onto a token."""
    authority = open_authority(archive.parent / "authority")
    file = Path(authority.key_uri(code).removeprefix("pkcs12:"))
    return hsm.import_key(file, authority.passphrase(code), code)


def _sign(archive: Path, hsm: SoftHsm, token: SoftToken, role: str, pin: str = PIN) -> Ran:
    file = archive.parent / "pin"
    file.write_text(f"{pin}\n", encoding="utf-8")
    arguments = ("--role", role, "--key", token.uri(), "--passphrase-file", file)
    environment = {"SOFTHSM2_CONF": str(hsm.configuration)}
    return run("--jobs", "2", "sign", *arguments, archive=archive, env=environment)


def test_a_year_is_signed_with_tokens(demo: Demo, tmp_path: Path) -> None:
    """Every document of the class bears principal's and seal's signature after one PIN each.

    Two worker processes are allowed and none of them needs the token: the login is this one's.
    """
    archive = rewind(demo, tmp_path, ("SUBJECT", "HOMEROOM"))
    (tmp_path / "hsm").mkdir()
    hsm = lay_out(tmp_path / "hsm")
    principal = _token(hsm, archive, key_of(archive, "principal").removeprefix("demo:"))
    before = snapshot(archive / "years")
    wrong = _sign(archive, hsm, principal, "principal", pin="24681012")
    assert wrong.code == 3
    assert "24681012" not in wrong.out + wrong.err
    assert snapshot(archive / "years") == before
    for role, token in (("principal", principal), ("school_seal", _token(hsm, archive, SEAL_CODE))):
        done = _sign(archive, hsm, token, role)
        assert done.code == 0, done.err
    documents = sorted(archive.glob("years/*/documents/*"))
    for folder in documents:
        files = steps(folder)
        for former, later in pairwise(files):
            assert later.read_bytes().startswith(former.read_bytes())
        assert {name.partition("_")[0] for name in signed_fields(files[-1])} >= LATE, folder.name
    _publish_lists(archive)
    for folder in (documents[0], documents[-1]):
        judged = run("verify", steps(folder)[-1], archive=archive)
        assert judged.code == 0, judged.out + judged.err


def _publish_lists(archive: Path) -> None:
    """Give the verifier revocation lists that are younger than the signatures."""
    authority = open_authority(archive.parent / "authority")
    authority.publish_crls(datetime.now(UTC).replace(microsecond=0))
    authority.write_trust(archive / "trust")
