"""Builds the path from a certificate to an anchor; revocation is another question."""

from __future__ import annotations

import asyncio
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.path import ValidationPath

from preserve.errors import SigningError


def build_path(
    certificate: bytes, helpers: tuple[bytes, ...], anchors: tuple[bytes, ...], at: datetime
) -> tuple[bytes, ...]:
    """Return the DER of a path, the certificate itself first.

    With anchors the path is validated to one of them (RFC 5280 section 6, without revocation)
    and ends with it. Without anchors nothing can be validated: the path is then only what the
    names in the helpers suggest.

    Args:
        certificate: DER of the end certificate.
        helpers: DER of certificates that may lie between.
        anchors: DER of the certificates that are trusted.
        at: the time at which every certificate must be in force.

    Raises:
        SigningError: no valid path leads to an anchor.
    """
    return asyncio.run(build_path_async(certificate, helpers, anchors, at))


async def build_path_async(
    certificate: bytes, helpers: tuple[bytes, ...], anchors: tuple[bytes, ...], at: datetime
) -> tuple[bytes, ...]:
    """Do the same as :func:`build_path` where an event loop is running already.

    Raises:
        SigningError: no valid path leads to an anchor.
    """
    try:
        if not anchors:
            return _guess(certificate, helpers)
        return await _validate(certificate, helpers, anchors, at)
    except PathBuildingError as error:
        raise SigningError("SIGN-ISSUER-UNKNOWN") from error
    except (PathValidationError, ValueError, TypeError, KeyError) as error:
        raise SigningError("SIGN-PATH", problem=type(error).__name__) from error


async def _validate(
    certificate: bytes, helpers: tuple[bytes, ...], anchors: tuple[bytes, ...], at: datetime
) -> tuple[bytes, ...]:
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in anchors],
        other_certs=[x509.Certificate.load(der) for der in helpers],
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    validator = CertificateValidator(x509.Certificate.load(certificate), validation_context=context)
    return _ders(await validator.async_validate_path(), anchors)


def _ders(path: ValidationPath, anchors: tuple[bytes, ...]) -> tuple[bytes, ...]:
    found = [certificate.dump() for certificate in path.iter_certs(include_root=True)]
    # The validator lists from the anchor down; an anchor given as an end certificate is alone.
    return tuple(reversed(found)) if found else anchors[:1]


def _guess(certificate: bytes, helpers: tuple[bytes, ...]) -> tuple[bytes, ...]:
    path = [certificate]
    by_subject = {x509.Certificate.load(der).subject.dump(): der for der in helpers}
    while True:
        issuer = by_subject.get(x509.Certificate.load(path[-1]).issuer.dump())
        if issuer is None or issuer in path:
            return tuple(path)
        path.append(issuer)
