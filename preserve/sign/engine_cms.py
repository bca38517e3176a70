"""Builds the CMS structure of a PAdES signature from parts that are encoded once per key.

Everything in it but digest, signature and time-stamp is the same for all signatures of a key.
asn1crypto, which pyHanko builds with, encodes all of it anew each time and four times over; that
took longer than reading, hashing and writing the document together.

::

    ContentInfo
      SignedData                    version 1 (RFC 5652 section 5.1)
        digestAlgorithms
        encapContentInfo            id-data, no content: the signature is detached
        certificates                the signer's and those above it
        SignerInfo                  version 1
          signedAttrs               content type, message digest, signing-certificate-v2
                                    (EN 319 142-1 clause 6.3)
          signature
          unsignedAttrs             the signature time-stamp (EN 319 122-1 clause 5.3)
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from asn1crypto import algos, cms, core, x509
from pyhanko.sign.general import SigningError as PdfSigningError
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.timestamps import TimeStamper

from preserve.errors import SigningError
from preserve.sign.cms_signer import KeySigner
from preserve.sign.keys import SigningKey

_SEQUENCE, _SET, _OCTET_STRING = 0x30, 0x31, 0x04
_EXPLICIT_0, _IMPLICIT_0, _IMPLICIT_1 = 0xA0, 0xA0, 0xA1
_VERSION_1 = b"\x02\x01\x01"
_LONGEST_SHORT_FORM = 0x7F


@dataclass(frozen=True, slots=True)
class _Template:
    """DER of what the signatures of one key with one digest algorithm have in common."""

    before_signer: bytes
    """Version, digest algorithms, content information and certificates."""
    signer_id: bytes
    digest_algorithm: bytes
    signature_algorithm: bytes
    attributes: tuple[bytes, ...]
    """The signed attributes without the message digest."""


_templates: WeakKeyDictionary[SigningKey, dict[str, _Template]] = WeakKeyDictionary()


def make_pades_cms(
    digest: bytes,
    digest_algorithm: str,
    key: SigningKey,
    timestamper: TimeStamper | None,
    *,
    dry_run: bool = False,
) -> bytes:
    """Return the DER of a detached signature over a digest.

    Args:
        digest: of the document's byte range.
        digest_algorithm: ``sha256``, ``sha384`` or ``sha512``; also of the time-stamp's imprint.
        key: the signer's key.
        timestamper: gives the signature time-stamp; ``None`` for none.
        dry_run: put zeros in place of the signature; only the length of the result counts.

    Raises:
        SigningError: the key or the time-stamping authority failed.
    """
    template = _template(key, digest_algorithm)
    attributes = sorted([*template.attributes, _attribute("message_digest", _octets(digest))])
    content = b"".join(attributes)
    if dry_run:
        signature = bytes(key.signature_size)
    else:
        # What is signed is the set as such, not its place in the structure (RFC 5652 5.4).
        with _failing():
            signature = key.sign(_encode(_SET, content), digest_algorithm)
    signer_info = _encode(
        _SEQUENCE,
        _VERSION_1,
        template.signer_id,
        template.digest_algorithm,
        _encode(_IMPLICIT_0, content),
        template.signature_algorithm,
        _octets(signature),
        _unsigned(signature, digest_algorithm, timestamper, dry_run=dry_run),
    )
    signed_data = _encode(_SEQUENCE, template.before_signer, _encode(_SET, signer_info))
    return _encode(_SEQUENCE, _oid("signed_data"), _encode(_EXPLICIT_0, signed_data))


def request_token(
    digest: bytes, digest_algorithm: str, timestamper: TimeStamper, *, dry_run: bool = False
) -> bytes:
    """Return the DER of a time-stamp token for a digest.

    With ``dry_run`` only the length counts: it is what the time-stamper says a token may take,
    which may be more than the first authority's token where several are asked in turn.

    Raises:
        SigningError: the time-stamping authority failed.
    """
    asked = (
        timestamper.async_dummy_response(digest_algorithm)
        if dry_run
        else timestamper.async_timestamp(digest, digest_algorithm)
    )
    with _failing():
        token = asyncio.run(asked)
        return bytes(token.dump())


@contextmanager
def _failing() -> Iterator[None]:
    """Turn what a key or a time-stamper of another library throws into one error."""
    try:
        yield
    except (PdfSigningError, OSError, ValueError, TypeError) as error:
        raise SigningError("SIGN-FAILED", problem=type(error).__name__) from error


def _unsigned(
    signature: bytes, digest_algorithm: str, timestamper: TimeStamper | None, *, dry_run: bool
) -> bytes:
    if timestamper is None:
        return b""
    imprint = hashlib.new(digest_algorithm, signature).digest()
    token = request_token(imprint, digest_algorithm, timestamper, dry_run=dry_run)
    return _encode(_IMPLICIT_1, _attribute("signature_time_stamp_token", token))


def _template(key: SigningKey, digest_algorithm: str) -> _Template:
    templates = _templates.setdefault(key, {})
    if digest_algorithm not in templates:
        templates[digest_algorithm] = _make_template(key, digest_algorithm)
    return templates[digest_algorithm]


def _make_template(key: SigningKey, digest_algorithm: str) -> _Template:
    certificate = x509.Certificate.load(key.certificate)
    signer_id = cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
    digest = algos.DigestAlgorithm({"algorithm": digest_algorithm})
    signature = KeySigner(key).get_signature_mechanism_for_digest(digest_algorithm)
    certificates = sorted({key.certificate, *key.chain})
    return _Template(
        before_signer=b"".join(
            (
                _VERSION_1,
                _encode(_SET, digest.dump()),
                _encode(_SEQUENCE, _oid("data")),
                _encode(_IMPLICIT_0, *certificates),
            )
        ),
        signer_id=signer_id.dump(),
        digest_algorithm=digest.dump(),
        signature_algorithm=signature.dump(),
        attributes=(
            _attribute("content_type", _oid("data")),
            _attribute("signing_certificate_v2", as_signing_certificate_v2(certificate).dump()),
        ),
    )


def _attribute(kind: str, value: bytes) -> bytes:
    return _encode(_SEQUENCE, _attribute_type(kind), _encode(_SET, value))


@lru_cache(maxsize=16)
def _attribute_type(kind: str) -> bytes:
    return bytes(cms.CMSAttributeType(kind).dump())


@lru_cache(maxsize=4)
def _oid(content_type: str) -> bytes:
    return bytes(core.ObjectIdentifier(cms.ContentType(content_type).dotted).dump())


def _octets(value: bytes) -> bytes:
    return _encode(_OCTET_STRING, value)


def _encode(tag: int, *parts: bytes) -> bytes:
    """Encode one value with a definite length in the fewest bytes (X.690 clause 10.1)."""
    content = b"".join(parts)
    length = len(content)
    if length <= _LONGEST_SHORT_FORM:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content
