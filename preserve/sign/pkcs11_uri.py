"""Reads ``pkcs11:`` URIs (RFC 7512): which module, which token, which certificate on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes

from preserve.errors import SigningError

TOKEN_ATTRIBUTES = (
    "token",
    "manufacturer",
    "serial",
    "model",
    "library-manufacturer",
    "library-version",
    "library-description",
    "slot-manufacturer",
    "slot-description",
    "slot-id",
)
"""Path attributes that say which token is meant (RFC 7512 section 2.3)."""

CERTIFICATE_ATTRIBUTE = "preserve-certificate"
"""Our own query attribute: SHA-256 of the certificate, where ids and labels cannot tell."""
PADDING_ATTRIBUTE = "preserve-padding"
"""Our own query attribute: ``pkcs1`` for a token that promises RSASSA-PSS and cannot do it."""

_OBJECT_ATTRIBUTES = ("object", "id", "type")
_TYPES = {"", "private", "cert"}
_PADDINGS = {"", "pss", "pkcs1"}
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Pkcs11Uri:
    """What a ``pkcs11:`` URI says; an attribute that is not given matches everything."""

    module: Path
    """The library of the token's maker (``module-path``)."""
    token: tuple[tuple[str, str], ...] = ()
    """Attributes of the token in ``TOKEN_ATTRIBUTES``, with their values."""
    label: str | None = None
    """Label of the certificate or key (``object``); never decides alone."""
    id: bytes | None = None
    """CKA_ID of the certificate and the key."""
    pin_file: Path | None = field(default=None, repr=False)
    """File that holds the PIN (``pin-source``); anybody who reads it can sign."""
    certificate: str = ""
    """SHA-256 of the certificate, lower-case hex."""
    prefer_pss: bool = True
    """False for PKCS#1 v1.5 even where the token offers RSASSA-PSS."""


def is_pkcs11(uri: str) -> bool:
    """Tell whether a key's URI names a token."""
    return uri.startswith("pkcs11:")


def parse_pkcs11_uri(uri: str) -> Pkcs11Uri:
    """Read a ``pkcs11:`` URI.

    Unknown attributes of the path are refused, since they would narrow the choice; unknown ones
    of the query are left alone (RFC 7512 sections 2.3 and 2.4). Letters that a URI would have to
    escape, such as those of Vietnamese labels, may stand as they are.

    Raises:
        SigningError: it is malformed, names no module, or carries a PIN.
    """
    path, _, query = uri.removeprefix("pkcs11:").partition("?")
    where, how = _attributes(path, ";"), _attributes(query, "&")
    if "pin-value" in where or "pin-value" in how:
        raise SigningError("SIGN-URI-PIN")
    unknown = where.keys() - {*TOKEN_ATTRIBUTES, *_OBJECT_ATTRIBUTES}
    if unknown:
        raise _malformed(min(unknown))
    if _text(where, "type") not in _TYPES:
        raise _malformed("type")
    return Pkcs11Uri(
        module=_module(how),
        token=tuple((name, _text(where, name)) for name in TOKEN_ATTRIBUTES if name in where),
        label=_text(where, "object") if "object" in where else None,
        id=where.get("id"),
        pin_file=_pin_file(how),
        certificate=_certificate(how),
        prefer_pss=_prefer_pss(how),
    )


def _attributes(part: str, separator: str) -> dict[str, bytes]:
    """Split a part of the URI into names and decoded values.

    Raises:
        SigningError: an attribute has no value sign, stands twice, or is badly escaped.
    """
    found: dict[str, bytes] = {}
    for item in _items(part, separator):
        name, equals, value = item.partition("=")
        if not equals or name in found or _BROKEN_ESCAPE.search(value):
            # The name alone is told: behind it may stand a PIN that was put there by mistake.
            raise _malformed(name if equals else "")
        found[name] = unquote_to_bytes(value)
    return found


def _items(part: str, separator: str) -> Iterable[str]:
    return filter(None, part.split(separator))


def _text(attributes: dict[str, bytes], name: str) -> str:
    try:
        return attributes.get(name, b"").decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(name) from None


def _module(how: dict[str, bytes]) -> Path:
    named = _text(how, "module-path")
    if not named:
        raise SigningError("SIGN-MODULE-UNNAMED")
    return Path(named)


def _pin_file(how: dict[str, bytes]) -> Path | None:
    """Return the file of ``pin-source``; a program that would print the PIN is refused."""
    named = _text(how, "pin-source").removeprefix("file:")
    if named.startswith("|"):
        raise _malformed("pin-source")
    # ``file:///path`` has an empty host between its slashes (RFC 8089).
    return Path(re.sub(r"^//(?=/)", "", named)) if named else None


def _certificate(how: dict[str, bytes]) -> str:
    digest = _text(how, CERTIFICATE_ATTRIBUTE).lower()
    if digest and not _FINGERPRINT.fullmatch(digest):
        raise _malformed(CERTIFICATE_ATTRIBUTE)
    return digest


def _prefer_pss(how: dict[str, bytes]) -> bool:
    padding = _text(how, PADDING_ATTRIBUTE)
    if padding not in _PADDINGS:
        raise _malformed(PADDING_ATTRIBUTE)
    return padding != "pkcs1"


def _malformed(attribute: str) -> SigningError:
    return SigningError("SIGN-URI-MALFORMED", attribute=attribute or "?")
