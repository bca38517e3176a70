"""Signs everything that a request asks for, in as few steps as the key allows."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.errors import SigningError
from preserve.sign.csc_key import CscKey
from preserve.sign.external_signature import accepted, fits, public_key
from preserve.sign.keys import SigningKey


def sign_each(key: SigningKey, items: Sequence[bytes], digest_algorithm: str) -> tuple[bytes, ...]:
    """Sign several byte strings; a remote service is asked for all of them at once.

    Raises:
        SigningError: a signature could not be made; none of them is returned then.
    """
    match key:
        case CscKey():
            return key.sign_each(items, digest_algorithm)
        case _:
            return tuple(key.sign(item, digest_algorithm) for item in items)


def holds(
    signature: bytes, data: bytes, certificate: bytes, mechanism: str, digest_algorithm: str
) -> bool:
    """Tell whether a signature over some bytes is one of a certificate's key.

    Raises:
        FormatError: the bytes are no certificate.
        SigningError: its key may not sign, or not in this way.
    """
    key = public_key(certificate, name="certificate")
    if not fits(mechanism, key):
        raise SigningError("SIGN-ANSWER-CHANGED", problem="mechanism")
    return accepted(signature, data, key, mechanism, digest_algorithm) == signature
