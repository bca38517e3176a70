"""Stands for a key that is elsewhere: its certificate is here, its signatures come in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from preserve.errors import SigningError
from preserve.sign.external_signature import PublicKey, mechanism_of, public_key, size_of


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class AbsentKey:
    """A key known by its certificate; implements ``preserve.sign.keys.SigningKey``."""

    certificate: bytes
    """DER."""
    chain: tuple[bytes, ...]
    mechanism: str
    public_key: PublicKey
    given: Mapping[bytes, bytes] = field(default_factory=dict)
    """Signatures by what they were made over."""

    @property
    def signature_size(self) -> int:
        """Largest number of bytes that a signature has."""
        return size_of(self.public_key)

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:  # noqa: ARG002  (the protocol's)
        """Return the signature that was made over exactly these bytes.

        Raises:
            SigningError: none was.
        """
        try:
            return self.given[data]
        except KeyError:
            raise SigningError("SIGN-KEY-ABSENT") from None


def absent_key(certificate: bytes) -> AbsentKey:
    """Make the stand-in for the key of a certificate.

    An RSA key is taken for one that can sign with RSASSA-PSS; which way it really signs is known
    only when its signatures come.

    Raises:
        FormatError: the bytes are no certificate.
        SigningError: its key is too weak or of another kind.
    """
    key = public_key(certificate, name="certificate")
    return AbsentKey(certificate, (), mechanism_of(key, pss=True), key)
