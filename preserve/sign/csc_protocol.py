"""The bodies of the requests to a remote signing service, in both generations of the interface."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from asn1crypto import algos

from preserve.sign.csc_credential import CscCredential
from preserve.sign.csc_secrets import CscSecrets

_DIGESTS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA = "1.2.840.113549.1.1.1"
_RSA_WITH = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_PSS = "1.2.840.113549.1.1.10"
_EC = "1.2.840.10045.2.1"
_ECDSA_WITH = {
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}

Body = dict[str, object]


def offers_pss(algorithms: Sequence[str]) -> bool:
    """Tell whether a key signs with RSASSA-PSS."""
    return _PSS in algorithms


def offers(mechanism: str, digest_algorithm: str, algorithms: Sequence[str]) -> bool:
    """Tell whether a key signs in a way with a digest, going by what the service lists."""
    listed = {
        "rsassa_pss": {_PSS},
        "rsassa_pkcs1v15": {_RSA, _RSA_WITH[digest_algorithm]},
        "ecdsa": {_EC, _ECDSA_WITH[digest_algorithm]},
    }
    return bool(listed[mechanism] & set(algorithms))


def authorize_body(
    credential: CscCredential,
    secrets: CscSecrets,
    hashes: Sequence[bytes],
    digest_algorithm: str,
    *,
    count: int,
    version: int,
) -> Body:
    """Return what ``credentials/authorize`` is asked.

    Args:
        credential: the key.
        secrets: PIN and one-time code.
        hashes: what will be signed, where the key wants it pinned; empty otherwise.
        digest_algorithm: of the hashes.
        count: number of signatures.
        version: generation of the interface.
    """
    given = {"pin": secrets.pin, "otp": secrets.otp}
    body: Body = {"credentialID": credential.credential_id, "numSignatures": count}
    if version > 1:
        body["authData"] = [{"id": n, "value": given[kind]} for n, kind in credential.asks_for]
    else:
        body.update({name: given[kind] for name, kind in credential.asks_for})
    if hashes and version > 1:
        body["hashes"] = _encoded(hashes)
        body["hashAlgorithmOID"] = _DIGESTS[digest_algorithm]
    elif hashes:
        body["hash"] = _encoded(hashes)
    return body


def sign_body(
    credential: CscCredential,
    activation: str,
    hashes: Sequence[bytes],
    mechanism: str,
    digest_algorithm: str,
    *,
    version: int,
) -> Body:
    """Return what ``signatures/signHash`` is asked.

    Args:
        credential: the key.
        activation: the signature activation data (SAD).
        hashes: what is signed.
        mechanism: ``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``.
        digest_algorithm: of the hashes.
        version: generation of the interface.
    """
    names = ("hashes", "hashAlgorithmOID") if version > 1 else ("hash", "hashAlgo")
    body: Body = {
        "credentialID": credential.credential_id,
        "SAD": activation,
        names[0]: _encoded(hashes),
        names[1]: _DIGESTS[digest_algorithm],
        "signAlgo": _sign_algorithm(mechanism, digest_algorithm, credential.algorithms),
    }
    if mechanism == "rsassa_pss":
        body["signAlgoParams"] = base64.b64encode(_pss_parameters(digest_algorithm)).decode()
    return body


def _sign_algorithm(mechanism: str, digest_algorithm: str, algorithms: Sequence[str]) -> str:
    match mechanism:
        case "rsassa_pss":
            return _PSS
        case "ecdsa":
            return _ECDSA_WITH[digest_algorithm]
        case _:
            combined = _RSA_WITH[digest_algorithm]
            return combined if combined in algorithms else _RSA


def _pss_parameters(digest_algorithm: str) -> bytes:
    """One digest throughout and a salt of its length (RFC 4056 section 3)."""
    algorithm = algos.DigestAlgorithm({"algorithm": digest_algorithm})
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": algorithm,
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": algorithm},
            "salt_length": {"sha256": 32, "sha384": 48, "sha512": 64}[digest_algorithm],
        }
    )
    return bytes(parameters.dump())


def _encoded(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(value).decode() for value in hashes]
