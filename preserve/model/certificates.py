"""How a certificate is named in an appointment, and whether a certificate is the one that is meant.

Three ways to name one::

    5f…e1                                   SHA-256 of the DER certificate
    serial:5401AB@CN=Ví Dụ CA,O=Ví Dụ,C=VN  serial number and issuer, as certificates print them
    key:9b…44                               the public key, whatever certificate it stands in

The first two mean one certificate.
The third also means the next one that is issued for the same key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_SHA1_DIGITS, _SHA256_DIGITS = 40, 64
_TYPES = {
    "cn": "2.5.4.3",
    "serialnumber": "2.5.4.5",
    "c": "2.5.4.6",
    "l": "2.5.4.7",
    "st": "2.5.4.8",
    "street": "2.5.4.9",
    "o": "2.5.4.10",
    "ou": "2.5.4.11",
    "title": "2.5.4.12",
    "organizationidentifier": "2.5.4.97",
    "uid": "0.9.2342.19200300.100.1.1",
    "dc": "0.9.2342.19200300.100.1.25",
    "e": "1.2.840.113549.1.9.1",
    "emailaddress": "1.2.840.113549.1.9.1",
}
"""Short names of the parts of a name (RFC 4514 section 3, and what openssl prints)."""
_DOTTED = re.compile(r"\d+(\.\d+)+")
_PART = re.compile(r"(?:[^\\,+]|\\.)+")
_WELL_FORMED = re.compile(r"(?:[^\\]|\\.)*")
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class CertificateIdentity:
    """Everything by which a certificate can be named."""

    sha256: str
    """SHA-256 of the DER, lower-case hex."""
    serial: int
    issuer: str
    """The issuer's name as :func:`canonical_name` writes it."""
    keys: tuple[str, ...]
    """Lower-case hex: SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2, method 1) and
    SHA-256 of the DER public key with its algorithm (RFC 7093 section 2, method 4).

    They are computed from the key. What an authority writes into the certificate is not asked.
    """

    def is_named_in(self, names: Iterable[str]) -> bool:
        """Tell whether one of the normalised names means this certificate."""
        own = {
            self.sha256,
            f"serial:{self.serial:x}@{self.issuer}",
            *(f"key:{key}" for key in self.keys),
        }
        return not own.isdisjoint(names)


def normalise_certificate_name(text: str) -> str:
    """Return a name in its one spelling; digests may hold colons and capital letters.

    Raises:
        ValueError: it is none of the three kinds of names.
    """
    kind, separator, rest = text.partition(":")
    match kind.strip().lower():
        case "serial" if separator:
            serial, at, issuer = rest.partition("@")
            if not at:
                raise ValueError(text)
            return f"serial:{int(_hex(serial), 16):x}@{canonical_name(_parts(issuer))}"
        case "key" if separator:
            return f"key:{_digest(rest, _SHA1_DIGITS, _SHA256_DIGITS)}"
        case _:
            return _digest(text, _SHA256_DIGITS)


def canonical_name(parts: Iterable[tuple[str, str]]) -> str:
    """Return a distinguished name in one spelling, whatever order and letter case it was in.

    Args:
        parts: pairs of a dotted object identifier and its value.
    """
    written = [f"{dotted}={_escape(_plain(value))}" for dotted, value in parts]
    return ",".join(sorted(written))


def _parts(text: str) -> list[tuple[str, str]]:
    if not _WELL_FORMED.fullmatch(text):
        raise ValueError(text)
    return [_part(part) for part in _PART.findall(text)]


def _part(text: str) -> tuple[str, str]:
    kind, separator, value = text.partition("=")
    name = kind.strip().lower()
    dotted = name if _DOTTED.fullmatch(name) else _TYPES.get(name)
    if not separator or dotted is None or not value.strip():
        raise ValueError(text)
    return dotted, _ESCAPE.sub(r"\1", value)


def _plain(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).casefold().split())


def _escape(value: str) -> str:
    return re.sub(r"([\\,+])", r"\\\1", value)


def _digest(text: str, *lengths: int) -> str:
    digits = _hex(text)
    if len(digits) not in lengths:
        raise ValueError(text)
    return digits


def _hex(text: str) -> str:
    digits = text.replace(":", "").strip().lower()
    if not re.fullmatch("[0-9a-f]+", digits):
        raise ValueError(text)
    return digits
