"""Outside judges look at the sealed bundle and its copies: bagit.py, OpenSSL, coreutils."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.stage import Demo, environment


def bundles(demo: Demo) -> tuple[Path, ...]:
    """Return the bundle and every copy."""
    return (demo.bundle, *demo.copies)


@pytest.mark.judge("bagit")
def test_bagit_accepts_the_bundle_and_each_copy(demo: Demo) -> None:
    """The Library of Congress's tool finds every bag complete and valid."""
    for bag in bundles(demo):
        code, said = _bagit(bag)
        assert code == 0, said
        assert f"{bag} is valid" in said


@pytest.mark.judge("bagit")
def test_bagit_refuses_a_changed_byte(demo: Demo, tmp_path: Path) -> None:
    """The judge is awake: it notices a byte of the payload and one of the descriptions."""
    for name in ("data/sources", "metadata"):
        bag = tmp_path / name.replace("/", "-")
        shutil.copytree(demo.bundle, bag)
        victim = next(p for p in sorted((bag / name).rglob("*")) if p.is_file())
        victim.write_bytes(victim.read_bytes()[:-1] + b"\0")
        code, said = _bagit(bag)
        assert code != 0
        assert victim.name in said


@pytest.mark.judge("openssl")
def test_openssl_accepts_the_seal(demo: Demo, tmp_path: Path) -> None:
    """OpenSSL verifies the detached seal over the tag manifest with the demo's anchors."""
    for bag in bundles(demo):
        code, said = _openssl(demo, bag, bag / "tagmanifest-sha512.txt", tmp_path)
        assert code == 0, said
        assert "CMS Verification successful" in said


@pytest.mark.judge("openssl")
def test_openssl_refuses_the_seal_over_another_manifest(demo: Demo, tmp_path: Path) -> None:
    """The judge is awake: one changed byte of the tag manifest breaks the seal."""
    other = tmp_path / "tagmanifest-sha512.txt"
    content = (demo.bundle / "tagmanifest-sha512.txt").read_bytes()
    other.write_bytes(content.replace(b"a", b"b", 1))
    code, said = _openssl(demo, demo.bundle, other, tmp_path)
    assert code != 0, said


@pytest.mark.skipif(shutil.which("sha512sum") is None, reason="coreutils are missing")
def test_coreutils_accept_every_list(demo: Demo) -> None:
    """``sha512sum -c`` and ``sha256sum -c`` read the manifests as they are and find all right."""
    for bag in bundles(demo):
        for program, name, folder in (
            ("sha512sum", "manifest-sha512.txt", "."),
            ("sha256sum", "manifest-sha256.txt", "."),
            ("sha512sum", "tagmanifest-sha512.txt", "."),
            ("sha512sum", "seal/fixity-sha512.txt", "."),
        ):
            done = subprocess.run(
                [program, "--check", "--strict", name],
                cwd=bag / folder,
                capture_output=True,
                text=True,
                env=environment(),
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert done.stderr == ""
            assert done.stdout.count(": OK") == len((bag / name).read_bytes().splitlines())


def _bagit(bag: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bagit", "--validate", str(bag)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _openssl(demo: Demo, bag: Path, content: Path, folder: Path) -> tuple[int, str]:
    anchors = folder / "anchors.pem"
    anchors.write_bytes(b"".join(p.read_bytes() for p in (demo.trust / "anchors").iterdir()))
    helpers = folder / "helpers.pem"
    helpers.write_bytes(b"".join(p.read_bytes() for p in (demo.trust / "certificates").iterdir()))
    done = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any"),
            *("-in", str(bag / "seal" / "manifest.p7s"), "-content", str(content)),
            *("-CAfile", str(anchors), "-certfile", str(helpers), "-out", "/dev/null"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
