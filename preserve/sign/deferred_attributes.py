"""The signed attributes of one signature: made before the key is there, judged before it signs."""

from __future__ import annotations

from asn1crypto import cms, x509
from pyhanko.sign.general import as_signing_certificate_v2

from preserve.errors import SigningError
from preserve.sign.cms_signer import KeySigner, make_cms
from preserve.sign.deferred_key import AbsentKey

_EXPECTED = {"content_type", "message_digest", "signing_certificate_v2"}


def make_attributes(key: AbsentKey, document_digest: bytes, digest_algorithm: str) -> bytes:
    """Return the DER of what a key must sign for a document (ETSI EN 319 142-1 clause 6.3).

    Raises:
        SigningError: pyHanko cannot make them.
    """
    attributes = KeySigner(key).signed_attrs(document_digest, digest_algorithm, use_pades=True)
    return make_cms(attributes)


def check_attributes(
    der: bytes, document_digest: str, certificate_sha256: str, certificate: bytes | None = None
) -> None:
    """Refuse to sign anything but the digest of a document, for one certificate.

    A request comes from another computer: without this check it could have a contract, a program
    or a certificate signed under the name of a transcript.

    Args:
        der: the signed attributes.
        document_digest: digest that the request states, lower-case hex.
        certificate_sha256: SHA-256 of the signer's certificate, lower-case hex.
        certificate: DER of that certificate, once it is at hand: then its issuer and serial
            number are compared too.

    Raises:
        SigningError: the attributes say something else than the request.
    """
    try:
        agrees = _agree(der, document_digest, certificate_sha256, certificate)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SigningError("SIGN-REQUEST-ATTRIBUTES") from error
    if not agrees:
        raise SigningError("SIGN-REQUEST-ATTRIBUTES")


def _agree(der: bytes, document_digest: str, sha256: str, certificate: bytes | None) -> bool:
    attributes = cms.CMSAttributes.load(der, strict=True)
    found = {item["type"].native: item["values"] for item in attributes}
    (content_type,) = found["content_type"]
    (digest,) = found["message_digest"]
    (signer,) = found["signing_certificate_v2"]
    (named,) = signer["certs"]
    if certificate is not None:
        expected = as_signing_certificate_v2(x509.Certificate.load(certificate))
        if signer.dump() != expected.dump():
            return False
    return (
        found.keys() == _EXPECTED
        and len(attributes) == len(_EXPECTED)
        and content_type.native == "data"
        and digest.native.hex() == document_digest
        and named["hash_algorithm"]["algorithm"].native == "sha256"
        and named["cert_hash"].native.hex() == sha256
        and attributes.dump(force=True) == der
    )
