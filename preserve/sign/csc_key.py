"""A key behind a remote signing service of the Cloud Signature Consortium (CSC)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from preserve.errors import SigningError
from preserve.sign.csc_credential import CscCredential
from preserve.sign.csc_protocol import authorize_body, offers, sign_body
from preserve.sign.csc_secrets import CscSecrets
from preserve.sign.csc_session import CscSession
from preserve.sign.external_signature import PublicKey, accepted, size_of
from preserve.sign.software_key import digest_of

_USUAL_LIFE = 3600
"""Seconds that an authorisation holds when the service does not say (CSC API v1.0.4.0, 11.6)."""
_RESERVE = 10
"""Seconds before its end from which an authorisation is no longer used."""


@dataclass(slots=True)
class _Grant:
    """Signature activation data that still covers some signatures."""

    activation: str = field(repr=False)
    left: int
    ends: float


@dataclass(slots=True, weakref_slot=True, eq=False)
class CscKey:
    """A key that a service keeps; implements ``preserve.sign.keys.SigningKey``.

    The hash goes to the service, never the document. The person authorises once for as many
    signatures as the service allows.
    """

    session: CscSession
    credential: CscCredential
    mechanism: str
    public_key: PublicKey
    secrets: CscSecrets = field(repr=False)
    clock: Callable[[], float] = time.monotonic
    """Seconds from any beginning."""
    expected: int = 0
    """How many signatures the batch will need; 0 when nobody said."""
    _grant: _Grant | None = field(default=None, init=False, repr=False)
    _code_spent: bool = field(default=False, init=False, repr=False)

    @property
    def certificate(self) -> bytes:
        """DER of the certificate."""
        return self.credential.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of the issuing certificates that the service gave."""
        return self.credential.chain

    @property
    def signature_size(self) -> int:
        """Largest number of bytes that :meth:`sign` returns."""
        return size_of(self.public_key)

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Have one hash signed.

        Raises:
            SigningError: the service cannot be reached, refuses, or returns no valid signature.
        """
        (signature,) = self.sign_each((data,), digest_algorithm)
        return signature

    def sign_each(self, items: Sequence[bytes], digest_algorithm: str) -> tuple[bytes, ...]:
        """Have several hashes signed, in as few requests as the service allows.

        Raises:
            SigningError: as :meth:`sign`.
        """
        digest_of(digest_algorithm)
        if not offers(self.mechanism, digest_algorithm, self.credential.algorithms):
            raise SigningError("SIGN-CSC-ALGORITHM", host=self.session.host)
        if len(items) > 1:
            self.expected = max(self.expected, len(items))
        return tuple(
            signature
            for start in range(0, len(items), self.credential.multisign)
            for signature in self._sign_some(
                items[start : start + self.credential.multisign], digest_algorithm
            )
        )

    def _sign_some(self, items: Sequence[bytes], digest_algorithm: str) -> Iterator[bytes]:
        hashes = [hashlib.new(digest_algorithm, item).digest() for item in items]
        activation = self._authorized(hashes, digest_algorithm)
        body = sign_body(
            self.credential,
            activation,
            hashes,
            self.mechanism,
            digest_algorithm,
            version=self.session.version,
        )
        returned = self._signatures(self.session.ask("signatures/signHash", body), len(hashes))
        for signature, item in zip(returned, items, strict=True):
            good = accepted(signature, item, self.public_key, self.mechanism, digest_algorithm)
            if good is None:
                raise SigningError("SIGN-CSC-SIGNATURE", host=self.session.host)
            yield good

    def _authorized(self, hashes: Sequence[bytes], digest_algorithm: str) -> str:
        """Return activation data for these hashes, asking the service only when none are left."""
        grant, count = self._grant, len(hashes)
        usable = grant is not None and grant.left >= count and self.clock() < grant.ends
        if grant is None or not usable or self.credential.pins_hashes:
            grant = self._authorize(hashes, digest_algorithm)
        grant.left -= count
        self.expected = max(0, self.expected - count)
        self._grant = grant
        return grant.activation

    def _authorize(self, hashes: Sequence[bytes], digest_algorithm: str) -> _Grant:
        if self._code_spent:
            raise SigningError("SIGN-CSC-CODE-SPENT", host=self.session.host)
        pinned = self.credential.pins_hashes
        most = self.credential.multisign
        count = len(hashes) if pinned else max(len(hashes), min(self.expected or most, most))
        body = authorize_body(
            self.credential,
            self.secrets,
            hashes if pinned else (),
            digest_algorithm,
            count=count,
            version=self.session.version,
        )
        # The code is spent as soon as it was sent, whatever the answer.
        self._code_spent = any(kind == "otp" for _, kind in self.credential.asks_for)
        answer = self.session.ask("credentials/authorize", body)
        try:
            life = int(answer.get("expiresIn", _USUAL_LIFE))
            return _Grant(str(answer["SAD"]), count, self.clock() + life - _RESERVE)
        except (KeyError, ValueError, TypeError) as error:
            raise self._malformed("credentials/authorize", error) from None

    def _signatures(self, answer: Mapping[str, Any], count: int) -> list[bytes]:
        try:
            found = [base64.b64decode(s, validate=True) for s in answer["signatures"]]
        except (KeyError, ValueError, TypeError, binascii.Error) as error:
            raise self._malformed("signatures/signHash", error) from None
        if len(found) != count:
            raise self._malformed("signatures/signHash", ValueError())
        return found

    def _malformed(self, method: str, error: Exception) -> SigningError:
        problem = type(error).__name__
        return SigningError(
            "SIGN-CSC-MALFORMED", host=self.session.host, method=method, problem=problem
        )
