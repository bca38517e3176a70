"""A remote signing service on loopback that follows the CSC API, v1.0.4.0 or v2, with real keys.

It is strict where a provider is: PIN, one-time code and token are checked, an authorisation covers
so many signatures and, where asked, only the hashes it was given for.
"""

from __future__ import annotations

import base64
import json
import secrets
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import algos
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from preserve.sign.software_key import SoftwareKey

PIN, OTP, TOKEN = "284651", "771903", "thẻ-thử".encode().hex()
USER, PASSWORD = "gv01", "mật khẩu thử"
CREDENTIAL = "DEMO-GV01"
_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_RSA = ("1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11")
_PSS = "1.2.840.113549.1.1.10"
_ECDSA = ("1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4")


class Refused(Exception):  # noqa: N818  (what the service answers, not an error of it)
    """The service says no."""

    def __init__(self, status: int, error: str) -> None:
        self.status, self.error = status, error
        super().__init__(error)


@dataclass
class CscService:
    """The service's settings, its state, and what it was asked."""

    key: SoftwareKey
    version: int = 1
    pss: bool = True
    wants_otp: bool = False
    wants_token: bool = False
    pinned: bool = False
    multisign: int = 10
    side_by_side: bool = False
    """Return ECDSA signatures as two numbers side by side."""
    faults: dict[str, str] = field(default_factory=dict)
    """By method: ``slow``, ``garbage``, ``drop``, ``redirect``, ``wrong``, ``few``, ``no-info``."""
    asked: list[str] = field(default_factory=list)
    authorized: list[int] = field(default_factory=list)
    """The number of signatures of each authorisation."""
    urls: list[str] = field(default_factory=list)
    grants: dict[str, tuple[int, frozenset[str] | None]] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    base: str = ""

    @property
    def uri(self) -> str:
        """The key's URI."""
        return f"csc:{self.base}?credential={CREDENTIAL}"

    def answer(self, method: str, body: Mapping[str, Any], header: str) -> dict[str, object]:
        """Answer one request as the specification says."""
        if method == "auth/login":
            pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if header != f"Basic {pair}":
                raise Refused(401, "authentication_error")
            return {"access_token": TOKEN, "token_type": "Bearer"}
        if method == "info":
            return {"specs": "2.0.0.2" if self.version > 1 else "1.0.4.0", "name": "DEMO"}
        if self.wants_token and header != f"Bearer {TOKEN}":
            raise Refused(401, "invalid_token")
        match method:
            case "credentials/list":
                return {"credentialIDs": [CREDENTIAL]}
            case "credentials/info":
                return self._info(body)
            case "credentials/authorize":
                return self._authorize(body)
            case "signatures/signHash":
                return self._sign(body)
        raise Refused(404, "not_found")

    def _info(self, body: Mapping[str, Any]) -> dict[str, object]:
        if body["credentialID"] != CREDENTIAL:
            raise Refused(400, "invalid_request")
        chain = [self.key.certificate, *self.key.chain]
        answer: dict[str, object] = {
            "key": {"status": "enabled", "algo": list(self._algorithms())},
            "cert": {"status": "valid", "certificates": [_text(der) for der in chain]},
            "SCAL": "2" if self.pinned else "1",
            "multisign": self.multisign,
        }
        names = ["PIN", *(["OTP"] if self.wants_otp else [])]
        if self.version > 1:
            answer["auth"] = {"mode": "explicit", "objects": [{"id": name} for name in names]}
        else:
            presence = {name: {"presence": "true"} for name in names}
            answer.update({"authMode": "explicit", **presence})
        return answer

    def _algorithms(self) -> tuple[str, ...]:
        match self.key.private_key:
            case rsa.RSAPrivateKey():
                return (*_RSA, _PSS) if self.pss else _RSA
            case _:
                return _ECDSA

    def _authorize(self, body: Mapping[str, Any]) -> dict[str, object]:
        if self.version > 1:
            given = {item["id"]: item["value"] for item in body["authData"]}
        else:
            given = {name: body.get(name) for name in ("PIN", "OTP")}
        if given["PIN"] != PIN:
            raise Refused(400, "invalid_pin")
        if self.wants_otp and (given["OTP"] != OTP or OTP in self.spent):
            raise Refused(400, "invalid_otp")
        self.spent.add(OTP)
        count = int(body["numSignatures"])
        listed = body.get("hashes" if self.version > 1 else "hash")
        if count > self.multisign or (self.pinned and (not listed or len(listed) != count)):
            raise Refused(400, "invalid_request")
        activation = secrets.token_urlsafe(16)
        self.grants[activation] = (count, frozenset(listed) if listed else None)
        self.authorized.append(count)
        return {"SAD": activation, "expiresIn": 300}

    def _sign(self, body: Mapping[str, Any]) -> dict[str, object]:
        names = ("hashes", "hashAlgorithmOID") if self.version > 1 else ("hash", "hashAlgo")
        listed = body[names[0]]
        left, allowed = self.grants.get(body["SAD"], (0, None))
        if len(listed) > left or (allowed is not None and not set(listed) <= allowed):
            raise Refused(400, "invalid_sad")
        self.grants[body["SAD"]] = (left - len(listed), allowed)
        digest = _DIGESTS[body[names[1]]]
        values = [self._raw(base64.b64decode(h), digest, body) for h in listed]
        if self.faults.get("signatures/signHash") == "wrong":
            values = [bytes(len(value)) for value in values]
        if self.faults.get("signatures/signHash") == "few":
            values = values[1:]
        return {"signatures": [_text(value) for value in values]}

    def _raw(self, value: bytes, digest: hashes.HashAlgorithm, body: Mapping[str, Any]) -> bytes:
        match self.key.private_key:
            case rsa.RSAPrivateKey() as key if body["signAlgo"] == _PSS:
                stated = algos.RSASSAPSSParams.load(base64.b64decode(body["signAlgoParams"]))
                assert stated["salt_length"].native == digest.digest_size
                pss = padding.PSS(padding.MGF1(digest), salt_length=digest.digest_size)
                return key.sign(value, pss, Prehashed(digest))
            case rsa.RSAPrivateKey() as key:
                assert body["signAlgo"] in _RSA
                return key.sign(value, padding.PKCS1v15(), Prehashed(digest))
            case ec.EllipticCurvePrivateKey() as key:
                assert body["signAlgo"] in _ECDSA
                made = key.sign(value, ec.ECDSA(Prehashed(digest)))
                half = key.key_size // 8
                numbers = decode_dss_signature(made)
                joined = b"".join(number.to_bytes(half, "big") for number in numbers)
                return joined if self.side_by_side else made
        raise AssertionError


class _Server(ThreadingHTTPServer):
    """A server that knows its service."""

    def __init__(self, service: CscService) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service
        self.release = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, plays the fault that a test asked for, or answers."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer one request."""
        service = self.server.service
        content = self.rfile.read(int(self.headers["Content-Length"]))
        method = self.path.split("/", 3)[3]
        service.asked.append(method)
        service.urls.append(self.path)
        match service.faults.get(method):
            case "slow":
                self.server.release.wait(30)
                self.close_connection = True
            case "drop":
                self.close_connection = True
            case "redirect":
                self._send(307, b"", location=f"{service.base}/elsewhere")
            case "garbage":
                self._send(200, b"<html>")
            case "no-info":
                self._send(501, b"")
            case _:
                self._reply(method, content)

    def _reply(self, method: str, content: bytes) -> None:
        header = self.headers.get("Authorization", "")
        try:
            answer: object = self.server.service.answer(method, json.loads(content), header)
            status = 200
        except Refused as refusal:
            status = refusal.status
            answer = {"error": refusal.error, "error_description": "Nguyễn Thị Thử"}
        self._send(status, json.dumps(answer).encode())

    def _send(self, status: int, content: bytes, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at what was asked."""


@contextmanager
def serve_csc(service: CscService, context: ssl.SSLContext | None = None) -> Iterator[CscService]:
    """Serve on a free port of the loopback interface until the end of the block."""
    server = _Server(service)
    scheme = "http"
    if context is not None:
        scheme = "https"
        server.socket = context.wrap_socket(server.socket, server_side=True)
    service.base = f"{scheme}://127.0.0.1:{server.server_address[1]}/csc/v{service.version}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
