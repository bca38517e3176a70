"""How a token is asked for each kind of signature."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import algos, core
from pkcs11 import MGF, Mechanism

from preserve.errors import SigningError

SIGNING: dict[str, frozenset[Mechanism]] = {
    "rsassa_pss": frozenset({Mechanism.RSA_PKCS_PSS, Mechanism.SHA256_RSA_PKCS_PSS}),
    "rsassa_pkcs1v15": frozenset({Mechanism.RSA_PKCS, Mechanism.SHA256_RSA_PKCS}),
    "ecdsa": frozenset({Mechanism.ECDSA}),
}
"""Mechanisms of which a token must offer one (PKCS #11 v2.40 sections 2.1 and 2.3)."""

_DIGESTS: dict[str, tuple[Mechanism, MGF, int]] = {
    "sha256": (Mechanism.SHA256, MGF.SHA256, 32),
    "sha384": (Mechanism.SHA384, MGF.SHA384, 48),
    "sha512": (Mechanism.SHA512, MGF.SHA512, 64),
}
_DIGESTING_PSS = {
    "sha256": Mechanism.SHA256_RSA_PKCS_PSS,
    "sha384": Mechanism.SHA384_RSA_PKCS_PSS,
    "sha512": Mechanism.SHA512_RSA_PKCS_PSS,
}
_DIGESTING_PKCS1 = {
    "sha256": Mechanism.SHA256_RSA_PKCS,
    "sha384": Mechanism.SHA384_RSA_PKCS,
    "sha512": Mechanism.SHA512_RSA_PKCS,
}

_Bytes = Callable[[bytes], bytes]


def _unchanged(data: bytes) -> bytes:
    return data


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to ask a token for a signature."""

    mechanism: Mechanism
    prepare: _Bytes = _unchanged
    """Makes of the data what the token is given: itself, its digest, or a DigestInfo."""
    parameter: tuple[Mechanism, MGF, int] | None = None


def operation_for(
    mechanism: str, digest_algorithm: str, offered: frozenset[Mechanism], token: str
) -> Operation:
    """Choose how to ask a token: with the digest made here where that is possible.

    Args:
        mechanism: ``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``.
        digest_algorithm: ``sha256``, ``sha384`` or ``sha512``.
        offered: what the token can do.
        token: how errors call the token.

    Raises:
        SigningError: the token offers no such mechanism.
    """
    for operation in _operations(mechanism, digest_algorithm):
        if operation.mechanism in offered:
            return operation
    raise SigningError(
        "SIGN-TOKEN-MECHANISM", token=token, mechanism=f"{mechanism} {digest_algorithm}"
    )


def _operations(mechanism: str, digest: str) -> tuple[Operation, ...]:
    """List the ways of asking, the best one first."""

    def hashed(data: bytes) -> bytes:
        return hashlib.new(digest, data).digest()

    match mechanism:
        case "rsassa_pss":
            parameter = _DIGESTS[digest]
            return (
                Operation(Mechanism.RSA_PKCS_PSS, hashed, parameter),
                Operation(_DIGESTING_PSS[digest], parameter=parameter),
            )
        case "rsassa_pkcs1v15":
            return (
                Operation(_DIGESTING_PKCS1[digest]),
                Operation(Mechanism.RSA_PKCS, lambda data: _digest_info(digest, hashed(data))),
            )
        case _:
            return (Operation(Mechanism.ECDSA, hashed),)


def _digest_info(algorithm: str, digest: bytes) -> bytes:
    """Return the DigestInfo that PKCS#1 v1.5 pads (RFC 8017 section 9.2)."""
    info = algos.DigestInfo(
        {
            "digest_algorithm": {"algorithm": algorithm, "parameters": core.Null()},
            "digest": digest,
        }
    )
    return bytes(info.dump())
