"""Lets pyHanko sign CMS structures with one of our keys."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import lru_cache
from typing import Any

from asn1crypto import algos, cms, x509
from pyhanko.sign.general import SigningError as PdfSigningError
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from preserve.errors import SigningError
from preserve.sign.keys import SigningKey


class KeySigner(Signer):
    """A pyHanko signer that asks a ``SigningKey`` for the raw signature and nothing else."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        certificates = [x509.Certificate.load(der) for der in key.chain]
        registry = SimpleCertificateStore.from_certs(certificates)
        super().__init__(
            signing_cert=x509.Certificate.load(key.certificate), cert_registry=registry
        )

    def get_signature_mechanism_for_digest(
        self, digest_algorithm: str | None
    ) -> algos.SignedDigestAlgorithm:
        """Return the signature algorithm with its parameters.

        Raises:
            ValueError: no digest is named; pyHanko asks so to learn whether the key fixes one.
        """
        if digest_algorithm is None:
            raise ValueError("no digest algorithm")
        match self._key.mechanism:
            case "rsassa_pss":
                return _pss(digest_algorithm)
            case "ecdsa":
                return algos.SignedDigestAlgorithm({"algorithm": f"{digest_algorithm}_ecdsa"})
            case _:
                return algos.SignedDigestAlgorithm({"algorithm": f"{digest_algorithm}_rsa"})

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002  (pyHanko's signature)
    ) -> bytes:
        """Sign, or return as many zeros as a signature may have bytes for a dry run."""
        if dry_run:
            return bytes(self._key.signature_size)
        return self._key.sign(data, digest_algorithm)


def make_cms(signing: Coroutine[Any, Any, cms.ContentInfo]) -> bytes:
    """Run one of a ``KeySigner``'s signing methods and return the DER of its result.

    Raises:
        SigningError: key, time-stamper or pyHanko failed.
    """
    try:
        return bytes(asyncio.run(signing).dump())
    except (PdfSigningError, OSError, ValueError, TypeError) as error:
        raise SigningError("SIGN-FAILED", problem=type(error).__name__) from error


@lru_cache(maxsize=3)
def _pss(digest: str) -> algos.SignedDigestAlgorithm:
    """RSASSA-PSS with one digest throughout and a salt of its length (RFC 4056 section 3)."""
    algorithm = algos.DigestAlgorithm({"algorithm": digest})
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": algorithm,
            "mask_gen_algorithm": algos.MaskGenAlgorithm(
                {"algorithm": "mgf1", "parameters": algorithm}
            ),
            "salt_length": {"sha256": 32, "sha384": 48, "sha512": 64}[digest],
        }
    )
    built = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
    return algos.SignedDigestAlgorithm.load(built.dump())
