"""A remote signing service that others wrote: certomancer-csc-dummy, CSC API v1.0.4.0."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from preserve.errors import SigningError
from preserve.sign.csc_opening import open_csc
from preserve.sign.deferred_signing import holds, sign_each

_STARTING = 60.0
_CONFIGURATION = """\
external-url-prefix: "http://127.0.0.1"
keysets:
  ks:
    path-prefix: keys
    keys:
      root: {path: root.pem}
      rsa: {path: rsa.pem}
      ec: {path: ec.pem}
pki-architectures:
  vn:
    keyset: ks
    entity-defaults: {country-name: VN, organization-name: Thử Nghiệm}
    entities:
      root: {common-name: Root Thử Nghiệm}
      rsa: {common-name: Nguyễn Thị Không Có Thật}
      ec: {common-name: Trần Văn Bịa Đặt}
    certs:
      root:
        subject: root
        issuer: root
        validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2060-01-01T00:00:00+0000"}
        extensions:
          - {id: basic_constraints, critical: true, value: {ca: true}}
      rsa:
        subject: rsa
        issuer: root
        validity: {valid-from: "2025-01-01T00:00:00+0000", valid-to: "2049-01-01T00:00:00+0000"}
      ec:
        subject: ec
        issuer: root
        validity: {valid-from: "2025-01-01T00:00:00+0000", valid-to: "2049-01-01T00:00:00+0000"}
"""


@contextmanager
def serving(folder: Path, level: int) -> Iterator[str]:
    """Run the service with a sole control assurance level and yield its base URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "csc_dummy", "pki.yml", str(port), str(level)]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield f"http://localhost:{port}/csc/v1"
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _STARTING
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("localhost", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the service did not start")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write keys and the description of the infrastructure."""
    place = tmp_path_factory.mktemp("csc")
    (place / "keys").mkdir()
    keys: dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey] = {
        "root": ec.generate_private_key(ec.SECP256R1()),
        "rsa": rsa.generate_private_key(65537, 2048),
        "ec": ec.generate_private_key(ec.SECP256R1()),
    }
    for name, key in keys.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (place / "keys" / f"{name}.pem").write_bytes(pem)
    (place / "pki.yml").write_text(_CONFIGURATION, encoding="utf-8")
    return place


@pytest.fixture(scope="module", params=[1, 2])
def base(folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The service at both levels: with authorisations for any hashes and for given ones."""
    with serving(folder, request.param) as url:
        yield url


@pytest.mark.parametrize(("name", "mechanism"), [("rsa", "rsassa_pss"), ("ec", "ecdsa")])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_it_signs_for_us(base: str, name: str, mechanism: str, digest: str) -> None:
    """One signature and a batch larger than one authorisation, each of them valid."""
    key = open_csc(f"{base}?credential=vn/{name}", lambda _: "")
    assert key.mechanism == mechanism
    assert key.credential.multisign == 10
    items = [bytes([number]) for number in range(23)]
    signatures = [key.sign(b"one", digest), *sign_each(key, items, digest)]
    for signature, data in zip(signatures, [b"one", *items], strict=True):
        assert holds(signature, data, key.certificate, mechanism, digest)


def test_its_refusals_are_told(base: str) -> None:
    """A key that it does not have, and several of them when none is named."""
    with pytest.raises(SigningError) as caught:
        open_csc(f"{base}?credential=vn/unknown", lambda _: "")
    assert caught.value.code == "SIGN-CSC-REFUSED"
    with pytest.raises(SigningError) as caught:
        open_csc(base, lambda _: "")
    assert caught.value.code == "SIGN-CSC-CHOOSE"
    assert "vn/rsa" in caught.value.parameters["credentials"]
