"""Opens private keys by URI; what a signature needs from a key is one small protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from preserve.errors import SigningError
from preserve.sign.software_key import load_pkcs12
from preserve.sign.wanted_key import ANY_KEY, WantedKey

SecretSource = Callable[[str], str]
"""Asks for the secret of a key; the argument names the key, for example its file."""


class SigningKey(Protocol):
    """A private key with its certificate: in memory, in a token or behind a service."""

    @property
    def certificate(self) -> bytes:
        """DER of the certificate."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of the issuing certificates, nearest first; the anchor may be missing."""

    @property
    def mechanism(self) -> str:
        """``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``."""

    @property
    def signature_size(self) -> int:
        """Largest number of bytes that :meth:`sign` returns."""

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign ``data``, which is digested with ``digest_algorithm`` on the way.

        RSASSA-PSS uses the same digest for MGF1 and a salt as long as the digest.
        """


def open_key(uri: str, secret: SecretSource, wanted: WantedKey = ANY_KEY) -> SigningKey:
    """Open the key that a URI names.

    Args:
        uri: ``pkcs12:FILE``, ``pkcs11:…?module-path=…`` for a token (RFC 7512),
            ``csc:https://…?credential=ID`` for a remote service, or ``exec:PROGRAM`` for an
            external signer.
        secret: asked once for the passphrase or PIN.
        wanted: which key is meant, where the URI leaves a choice.

    Raises:
        SigningError: the scheme is not known, or the key cannot be opened.
    """
    scheme, separator, rest = uri.partition(":")
    match scheme:
        case "pkcs12" if separator and rest:
            return open_pkcs12(Path(rest), secret)
        case "pkcs11" if separator:
            # Loaded for tokens only: the wrapper is a compiled library of its own.
            from preserve.sign.pkcs11_key import open_pkcs11

            return open_pkcs11(uri, secret, wanted)
        case "csc" if separator:
            from preserve.sign.csc_opening import open_csc

            return open_csc(rest, secret)
        case "exec" if separator:
            from preserve.sign.external_key import open_external

            return open_external(rest)
        case _:
            raise SigningError("SIGN-KEY-SCHEME", scheme=scheme if separator else "")


def open_pkcs12(path: Path, secret: SecretSource, *, prefer_pss: bool = True) -> SigningKey:
    """Open a PKCS#12 file (``.p12``, ``.pfx``) and check its key once.

    Args:
        path: the file.
        secret: asked once, with the file's name, for the passphrase.
        prefer_pss: sign with RSASSA-PSS instead of PKCS#1 v1.5 where the key is RSA
            (TT 15/2025/TT-BKHCN Annex I 1.2).

    Raises:
        SigningError: the file is missing or unreadable, the passphrase is wrong, the file holds
            no key or no certificate for it, or the key is too weak.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SigningError("SIGN-KEY-FILE", file=path) from error
    return load_pkcs12(content, secret(path.name), name=path.name, prefer_pss=prefer_pss)
