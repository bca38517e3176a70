"""Signs bytes that stand beside the signature: the seal over a bundle's manifest."""

from __future__ import annotations

from datetime import datetime

from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper

from preserve.errors import SigningError
from preserve.sign.cms_signer import KeySigner, make_cms
from preserve.sign.keys import SigningKey
from preserve.sign.software_key import digest_of


def sign_detached(
    content: bytes,
    key: SigningKey,
    timestamper: TimeStamper | None,
    *,
    digest_algorithm: str = "sha512",
    claimed_time: datetime,
) -> bytes:
    """Return a detached CAdES signature in DER: B-T with a time-stamper, B-B without.

    The signed attributes are those of ETSI EN 319 122-1 clause 6: content type, message digest,
    signing time and signing-certificate-v2.

    Args:
        content: the signed bytes; they are not in the result.
        key: the signer's key.
        timestamper: gives the time-stamp of the signature.
        digest_algorithm: ``sha256``, ``sha384`` or ``sha512``.
        claimed_time: time of signing as the signer claims it, with its zone.

    Raises:
        SigningError: the algorithm or the time cannot be used, or no time-stamp was given.
    """
    digest_of(digest_algorithm)
    if claimed_time.tzinfo is None:
        raise SigningError("SIGN-TIME-ZONE")
    signing = KeySigner(key).async_sign_general_data(
        content,
        digest_algorithm,
        detached=True,
        use_cades=True,
        timestamper=timestamper,
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=claimed_time),
    )
    return make_cms(signing)
