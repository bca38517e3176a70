"""A real certification authority, CRLs, OCSP responders and a time-stamping authority on loopback.

certomancer is a program of others that makes a whole public-key infrastructure from one
description. The keys are made here, once a session.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

_KEYS = ("root", "issuing", "ocsp", "tsa", "teacher", "revoked", "held", "impostor", "unchecked")
_STARTING = 60
"""Seconds; the machine may be busy."""
_CONFIGURATION = """\
external-url-prefix: "{prefix}"
keysets:
  ks:
    path-prefix: keys
    keys:
{keys}
pki-architectures:
  vn:
    keyset: ks
    entity-defaults: {{country-name: VN, organization-name: Thử Nghiệm}}
    entities:
{entities}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2060-01-01T00:00:00+0000"}}
        extensions:
          - {{id: basic_constraints, critical: true, value: {{ca: true}}}}
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [key_cert_sign, crl_sign]}}}}
      issuing:
        subject: issuing
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        extensions:
          - {{id: basic_constraints, critical: true, value: {{ca: true, path_len_constraint: 0}}}}
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [key_cert_sign, crl_sign]}}}}
          - {{id: crl_distribution_points, smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [root]}}}}}}
      ocsp:
        subject: ocsp
        issuer: issuing
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [ocsp_signing]}}
          - {{id: ocsp_no_check}}
      unchecked:
        subject: unchecked
        issuer: issuing
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [ocsp_signing]}}
      impostor:
        subject: impostor
        issuer: issuing
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
      tsa:
        subject: tsa
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
          - {{id: crl_distribution_points, smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [root]}}}}}}
      teacher:
        subject: teacher
        issuer: issuing
        validity: {{valid-from: "2025-01-01T00:00:00+0000", valid-to: "2049-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature, non_repudiation]}}}}
          - {{id: authority_information_access, smart-value: {{schema: aia-urls, params: {{ocsp-responder-names: [good]}}}}}}
          - {{id: crl_distribution_points, smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [issuing]}}}}}}
      revoked:
        template: teacher
        subject: revoked
        revocation: {{revoked-since: "2026-01-01T00:00:00+0000", reason: key_compromise}}
      held:
        template: teacher
        subject: held
        revocation: {{revoked-since: "2026-01-01T00:00:00+0000", reason: certificate_hold}}
    services:
      ocsp:
        good: {{for-issuer: issuing, responder-cert: ocsp, signing-key: ocsp}}
        impostor: {{for-issuer: issuing, responder-cert: impostor, signing-key: impostor}}
        unchecked: {{for-issuer: issuing, responder-cert: unchecked, signing-key: unchecked}}
      crl-repo:
        root: {{for-issuer: root, signing-key: root, simulated-update-schedule: "P90D"}}
        issuing: {{for-issuer: issuing, signing-key: issuing, simulated-update-schedule: "P1D"}}
      cert-repo:
        root: {{for-issuer: root, publish-issued-certs: yes}}
        issuing: {{for-issuer: issuing, publish-issued-certs: yes}}
      time-stamping:
        tsa: {{signing-key: tsa, signing-cert: tsa}}
"""  # noqa: E501  (a line of YAML per extension)
_NAMES = {
    "root": "Root Thử Nghiệm",
    "issuing": "Issuing Thử Nghiệm",
    "ocsp": "OCSP Thử Nghiệm",
    "tsa": "TSA Thử Nghiệm",
    "teacher": "Nguyễn Thị Không Có Thật",
    "revoked": "Trần Văn Bịa Đặt",
    "held": "Lê Thị Tưởng Tượng",
    "impostor": "Kẻ Mạo Danh Bịa Đặt",
    "unchecked": "OCSP Không Miễn Kiểm Tra",
}


@dataclass(frozen=True, slots=True)
class Certomancer:
    """A running infrastructure."""

    folder: Path
    prefix: str

    @property
    def tsa(self) -> str:
        """Address of the time-stamping authority."""
        return f"{self.prefix}/vn/tsa/tsa"

    def responder(self, name: str) -> str:
        """Return the address of an OCSP responder: ``good``, ``impostor`` or ``unchecked``."""
        return f"{self.prefix}/vn/ocsp/{name}"

    def certificate(self, name: str) -> bytes:
        """Return the DER of a certificate."""
        issuer = "root" if name in {"root", "issuing", "tsa"} else "issuing"
        path = "ca.crt" if name == "root" else f"issued/{name}.crt"
        return self._get(f"/vn/certs/{issuer}/{path}")

    def crl(self, name: str) -> bytes:
        """Return the DER of the newest list of ``root`` or ``issuing``."""
        return self._get(f"/vn/crls/{name}/latest.crl")

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.prefix}{path}", timeout=30) as response:  # noqa: S310  (loopback)
            return bytes(response.read())


@contextmanager
def run_certomancer(folder: Path) -> Iterator[Certomancer]:
    """Make the keys, start the server on a free port of loopback, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    prefix = f"http://127.0.0.1:{port}"
    (folder / "keys").mkdir(parents=True)
    for name in _KEYS:
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        (folder / "keys" / f"{name}.key.pem").write_bytes(pem)
    keys = "\n".join(f"      {name}: {{path: {name}.key.pem}}" for name in _KEYS)
    entities = "\n".join(f'      {k}: {{common-name: "{v}"}}' for k, v in _NAMES.items())
    text = _CONFIGURATION.format(prefix=prefix, keys=keys, entities=entities)
    (folder / "pki.yml").write_text(text, encoding="utf-8")
    program = Path(sys.executable).with_name("certomancer")
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "--config", "pki.yml", "animate", "--port", str(port)],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        running = Certomancer(folder, prefix)
        _wait(running, process)
        yield running
    finally:
        process.terminate()
        process.wait()


def _wait(running: Certomancer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < deadline:
        try:
            running.certificate("root")
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError((running.folder / "server.log").read_text(encoding="utf-8")[-2000:])
