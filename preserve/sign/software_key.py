"""Keys held in memory: checked once when they are loaded, never reloaded for a signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    pkcs12,
)

from preserve.errors import SigningError

MINIMUM_RSA_BITS = 2048
"""TT 15/2025/TT-BKHCN Annex I 1.2."""

_CURVES = {"secp256r1", "secp384r1"}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class SoftwareKey:
    """A private key in memory; implements ``preserve.sign.keys.SigningKey``."""

    certificate: bytes
    """DER."""
    chain: tuple[bytes, ...]
    """DER of the issuing certificates that came with the key."""
    mechanism: str
    """``rsassa_pss``, ``rsassa_pkcs1v15`` or ``ecdsa``."""
    private_key: PrivateKey = field(repr=False)

    @property
    def signature_size(self) -> int:
        """Largest number of bytes that :meth:`sign` returns."""
        match self.private_key:
            case rsa.RSAPrivateKey() as key:
                return key.key_size // 8
            case key:
                # A DER sequence of two integers, each as long as the curve's order plus a sign
                # byte (RFC 3279 section 2.2.3).
                return 2 * (key.key_size // 8 + 3) + 3

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign ``data`` with the mechanism of this key.

        Raises:
            SigningError: the digest algorithm is not one that may be used.
        """
        digest = digest_of(digest_algorithm)
        match self.private_key:
            case rsa.RSAPrivateKey() as key if self.mechanism == "rsassa_pss":
                pss = padding.PSS(padding.MGF1(digest), salt_length=digest.digest_size)
                return key.sign(data, pss, digest)
            case rsa.RSAPrivateKey() as key:
                return key.sign(data, padding.PKCS1v15(), digest)
            case key:
                return key.sign(data, ec.ECDSA(digest))


def digest_of(digest_algorithm: str) -> hashes.HashAlgorithm:
    """Return the digest of a name such as ``sha256``.

    Raises:
        SigningError: it is not SHA-256, SHA-384 or SHA-512 (TT 15/2025/TT-BKHCN Annex I 1.3).
    """
    try:
        return _DIGESTS[digest_algorithm]
    except KeyError as error:
        raise SigningError("SIGN-DIGEST", algorithm=digest_algorithm) from error


def load_pkcs12(content: bytes, passphrase: str, *, name: str, prefer_pss: bool) -> SoftwareKey:
    """Read the bytes of a PKCS#12 file.

    Args:
        content: the file.
        passphrase: its passphrase; empty for none.
        name: what the errors call the file.
        prefer_pss: see :func:`preserve.sign.keys.open_pkcs12`.

    Raises:
        SigningError: it cannot be opened with this passphrase, holds no key or no certificate
            for it, or the key is too weak.
    """
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(
            content, passphrase.encode("utf-8") if passphrase else None
        )
    except (ValueError, TypeError) as error:
        # The library's own message can quote nothing secret, but it cannot tell a wrong
        # passphrase from a damaged file either: the chain is cut so that nothing leaks.
        _ = error
        raise SigningError("SIGN-KEY-PASSPHRASE", file=name) from None
    if key is None or certificate is None:
        raise SigningError("SIGN-KEY-MISSING", file=name)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SigningError("SIGN-KEY-TYPE", file=name)
    chain = tuple(other.public_bytes(Encoding.DER) for other in others)
    return software_key(key, certificate, chain, name=name, prefer_pss=prefer_pss)


def software_key(
    key: PrivateKey,
    certificate: x509.Certificate,
    chain: tuple[bytes, ...],
    *,
    name: str,
    prefer_pss: bool = True,
) -> SoftwareKey:
    """Join a private key with its certificate.

    Raises:
        SigningError: they do not belong together, or the key is too weak.
    """
    mechanism = _mechanism(key, name=name, prefer_pss=prefer_pss)
    subject_key = certificate.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    own_key = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if subject_key != own_key:
        raise SigningError("SIGN-KEY-MISSING", file=name)
    return SoftwareKey(certificate.public_bytes(Encoding.DER), chain, mechanism, _unchecked(key))


def _mechanism(key: PrivateKey, *, name: str, prefer_pss: bool) -> str:
    match key:
        case rsa.RSAPrivateKey() if key.key_size < MINIMUM_RSA_BITS:
            raise SigningError("SIGN-KEY-WEAK", file=name, bits=key.key_size)
        case rsa.RSAPrivateKey():
            return "rsassa_pss" if prefer_pss else "rsassa_pkcs1v15"
        case ec.EllipticCurvePrivateKey() if key.curve.name in _CURVES:
            return "ecdsa"
        case _:
            raise SigningError("SIGN-KEY-TYPE", file=name)


def _unchecked(key: PrivateKey) -> PrivateKey:
    """Load the key again without the check that the first loading has already made.

    OpenSSL would otherwise repeat a primality check of 40 ms at the key's first use.
    """
    if not isinstance(key, rsa.RSAPrivateKey):
        return key
    encoded = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    again = load_der_private_key(encoded, None, unsafe_skip_rsa_key_validation=True)
    return cast(rsa.RSAPrivateKey, again)
