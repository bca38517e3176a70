"""Reads what a remote signing service says of itself and of one key (CSC API v1.0.4 and v2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from preserve.errors import SigningError

_NOT_USABLE = {"disabled", "expired", "revoked", "suspended"}


@dataclass(frozen=True, slots=True)
class CscCredential:
    """One key of a service, from ``credentials/info``."""

    credential_id: str
    certificate: bytes
    """DER."""
    chain: tuple[bytes, ...]
    algorithms: tuple[str, ...]
    """Object identifiers of what the key can do."""
    multisign: int
    """How many signatures one authorisation may cover; at least 1."""
    pins_hashes: bool
    """An authorisation names the hashes that it is for (SCAL 2)."""
    asks_for: tuple[tuple[str, str], ...]
    """What authorises: the service's name for it, and ``pin`` or ``otp``."""


def read_credential(
    answer: Mapping[str, Any], credential_id: str, *, version: int, host: str
) -> CscCredential:
    """Read the answer to ``credentials/info``.

    Raises:
        SigningError: it is malformed, or the key or its certificate is not in use.
    """
    try:
        key, certificate = answer["key"], answer["cert"]
        states = {str(part.get("status", "")).lower() for part in (key, certificate)}
        first, *others = (base64.b64decode(c, validate=True) for c in certificate["certificates"])
        credential = CscCredential(
            credential_id,
            first,
            tuple(others),
            tuple(str(oid) for oid in key["algo"]),
            max(1, int(answer.get("multisign", 1))),
            str(answer.get("SCAL", "1")) == "2",
            tuple(_asks_v2(answer) if version > 1 else _asks_v1(answer)),
        )
    except (KeyError, ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise SigningError(
            "SIGN-CSC-MALFORMED", host=host, method="credentials/info", problem=type(error).__name__
        ) from error
    if states & _NOT_USABLE:
        unusable = ", ".join(sorted(states & _NOT_USABLE))
        raise SigningError("SIGN-CSC-NOT-IN-USE", host=host, state=unusable)
    return credential


def version_of(info: Mapping[str, Any] | None, base: str) -> int:
    """Return the generation of the interface: what ``info`` says, else what the URL shows."""
    specs = str(info.get("specs", "")) if info else ""
    stated = specs if specs[:1].isdigit() else base.rpartition("/v")[2]
    return 2 if stated.startswith("2") else 1


def _asks_v1(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Read ``PIN`` and ``OTP``; an optional one is left out (CSC API v1.0.4.0 section 11.5)."""
    if str(answer.get("authMode", "explicit")) != "explicit":
        return
    for name in ("PIN", "OTP"):
        if str(answer.get(name, {}).get("presence", "false")).lower() == "true":
            yield name, name.lower()


def _asks_v2(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Read ``auth.objects`` (CSC API v2.0.0.2 section 11.5)."""
    auth = answer.get("auth", {})
    if str(auth.get("mode", "explicit")) != "explicit":
        return
    for item in auth.get("objects", ()):
        name = str(item["id"])
        yield name, "otp" if "OTP" in name.upper() else "pin"
