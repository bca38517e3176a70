"""The demonstration time-stamping authority: real RFC 3161 tokens, in process or on loopback."""

from __future__ import annotations

import hashlib
import http.server
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.timestamps import TimeStamper

from preserve.demo.authority_certificates import Credential
from preserve.errors import InputError
from preserve.trust.timestamping import read_reply
from preserve.trust.tokens import TimeStampReply, make_request

POLICY = "1.3.6.1.4.1.32473.3161.1"
"""An arc for examples (RFC 5612)."""

_DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_LARGEST_QUERY = 64 * 1024
_TYPES = ("application/timestamp-query", "application/timestamp-reply")


class DemoTimestamper(TimeStamper):
    """A time-stamping authority in this process."""

    def __init__(self, credential: Credential, clock: Callable[[], datetime]) -> None:
        """Take the authority's key once.

        Raises:
            InputError: the key is not RSA.
        """
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
        if not isinstance(credential.key, rsa.RSAPrivateKey):
            raise InputError("DEMO-KEY-MISSING", code="demo-tsa")
        self._key = credential.key
        self._clock = clock
        own = _read(credential.certificate.public_bytes(Encoding.DER))
        above = [_read(issuer.public_bytes(Encoding.DER)) for issuer in credential.chain]
        # What every token repeats is encoded once: asn1crypto copies loaded values as bytes, and
        # built ones part by part.
        self._certificates = _encoded(cms.CertificateSet([own, *above]))
        self._certificate_attribute = _encoded(
            _attribute("signing_certificate_v2", as_signing_certificate_v2(own))
        )
        self._sid = _encoded(
            cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
        )

    def answer(self, query: bytes) -> bytes:
        """Answer a DER query with a DER reply: a token, or a rejection with its reason."""
        try:
            request = tsp.TimeStampReq.load(query, strict=True)
            imprint = request["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            digest = imprint["hashed_message"].native
            policy, nonce = request["req_policy"].native, request["nonce"].native
            wants_certificates = bool(request["cert_req"].native)
        except (ValueError, TypeError, KeyError):
            return _rejection("bad_data_format")
        if _DIGEST_SIZES.get(algorithm) is None:
            return _rejection("bad_alg")
        if len(digest) != _DIGEST_SIZES[algorithm]:
            return _rejection("bad_data_format")
        if policy not in {None, POLICY}:
            return _rejection("unaccepted_policy")
        token = self._token(self._info(imprint, nonce), with_certificates=wants_certificates)
        return bytes(
            TimeStampReply(
                {"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": token}
            ).dump()
        )

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token for a digest.

        Raises:
            SigningError: the authority refuses, for example a digest that it does not know.
        """
        _, request = make_request(message_digest, md_algorithm)
        return read_reply(self.answer(request.dump()))

    def _info(self, imprint: tsp.MessageImprint, nonce: int | None) -> tsp.TSTInfo:
        fields = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": imprint,
            "serial_number": secrets.randbits(63) | 1,
            "gen_time": self._clock().astimezone(UTC).replace(microsecond=0),
            "accuracy": tsp.Accuracy({"seconds": 1}),
            "ordering": False,
        }
        return tsp.TSTInfo(fields if nonce is None else fields | {"nonce": nonce})

    def _token(self, info: tsp.TSTInfo, *, with_certificates: bool) -> cms.ContentInfo:
        encoded = info.dump()
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", "tst_info"),
                _attribute("message_digest", hashlib.sha256(encoded).digest()),
                self._certificate_attribute,
            ]
        )
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        signed_data = {
            "version": "v3",
            "digest_algorithms": cms.DigestAlgorithms([digest]),
            "encap_content_info": {
                "content_type": "tst_info",
                "content": core.ParsableOctetString(encoded),
            },
            "signer_infos": [self._signer_info(attributes, digest)],
        }
        if with_certificates:
            signed_data["certificates"] = self._certificates
        return cms.ContentInfo(
            {"content_type": "signed_data", "content": cms.SignedData(signed_data)}
        )

    def _signer_info(
        self, attributes: cms.CMSAttributes, digest: algos.DigestAlgorithm
    ) -> cms.SignerInfo:
        # A set is signed in its DER encoding (RFC 5652 section 5.4), which asn1crypto sorts.
        encoded = attributes.dump()
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": self._sid}),
                "digest_algorithm": digest,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
                "signed_attrs": attributes,
                "signature": self._key.sign(encoded, padding.PKCS1v15(), hashes.SHA256()),
            }
        )


@contextmanager
def serve(timestamper: DemoTimestamper) -> Iterator[str]:
    """Serve an authority on a free port of the loopback interface; yields the URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), _LARGEST_QUERY)
            query = self.rfile.read(length)
            right_type = self.headers.get_content_type() == _TYPES[0]
            reply = timestamper.answer(query) if right_type else _rejection("bad_request")
            self.send_response(200)
            self.send_header("Content-Type", _TYPES[1])
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (http.server's name)
            """Say nothing; a test's or a demonstration's output is not a server log."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _rejection(reason: str) -> bytes:
    """Encode a refusal (RFC 3161 section 2.4.2)."""
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": tsp.PKIFailureInfo({reason})})
    return bytes(TimeStampReply({"status": status}).dump())


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def _encoded(value: core.Asn1Value) -> core.Asn1Value:
    return type(value).load(value.dump())


def _read(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der)
