"""What is known of a key that lies elsewhere, and the check of what comes back from there."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from preserve.errors import FormatError, SigningError
from preserve.sign.software_key import MINIMUM_RSA_BITS, digest_of

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_CURVES = {"secp256r1", "secp384r1"}


def public_key(certificate: bytes, *, name: str) -> PublicKey:
    """Return the key of a certificate, when it is one that may sign.

    Args:
        certificate: DER.
        name: what the errors call the key.

    Raises:
        FormatError: the bytes are no certificate.
        SigningError: the key is too weak or of another kind (TT 15/2025/TT-BKHCN Annex I 1.2).
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, TypeError) as error:
        raise FormatError("SIGN-CERTIFICATE-UNREADABLE") from error
    match key:
        case rsa.RSAPublicKey() if key.key_size < MINIMUM_RSA_BITS:
            raise SigningError("SIGN-KEY-WEAK", file=name, bits=key.key_size)
        case rsa.RSAPublicKey():
            return key
        case ec.EllipticCurvePublicKey() if key.curve.name in _CURVES:
            return key
        case _:
            raise SigningError("SIGN-KEY-TYPE", file=name)


def mechanism_of(key: PublicKey, *, pss: bool) -> str:
    """Return how a key signs; RSA uses RSASSA-PSS only where the other side offers it."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ecdsa"
    return "rsassa_pss" if pss else "rsassa_pkcs1v15"


def fits(mechanism: str, key: PublicKey) -> bool:
    """Tell whether a key can sign in a way that somebody names."""
    ways = {"ecdsa"} if isinstance(key, ec.EllipticCurvePublicKey) else _RSA_WAYS
    return mechanism in ways


_RSA_WAYS = {"rsassa_pss", "rsassa_pkcs1v15"}


def size_of(key: PublicKey) -> int:
    """Return the largest number of bytes that a signature of this key has."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        # A DER sequence of two integers, each with a sign byte (RFC 3279 section 2.2.3).
        return 2 * (_order_bytes(key) + 3) + 3
    return key.key_size // 8


def accepted(
    signature: bytes, data: bytes, key: PublicKey, mechanism: str, digest_algorithm: str
) -> bytes | None:
    """Return a signature in the form that CMS wants, or ``None`` when it does not hold.

    Some services return an ECDSA signature as two numbers side by side (IEEE P1363) instead of
    the DER sequence of RFC 3279; those are rewritten.

    Raises:
        SigningError: the digest algorithm is not one that may be used.
    """
    digest = digest_of(digest_algorithm)
    try:
        match key:
            case rsa.RSAPublicKey() if mechanism == "rsassa_pss":
                pss = padding.PSS(padding.MGF1(digest), salt_length=digest.digest_size)
                key.verify(signature, data, pss, digest)
            case rsa.RSAPublicKey():
                key.verify(signature, data, padding.PKCS1v15(), digest)
            case _:
                signature = _sequence(signature, key)
                key.verify(signature, data, ec.ECDSA(digest))
    except (InvalidSignature, ValueError):
        return None
    return signature


def _sequence(signature: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    half = _order_bytes(key)
    try:
        decode_dss_signature(signature)
    except ValueError:
        if len(signature) != 2 * half:
            raise
        numbers = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
        return encode_dss_signature(*numbers)
    return signature


def _order_bytes(key: ec.EllipticCurvePublicKey) -> int:
    return (key.key_size + 7) // 8
