"""Reads what a person gives for a remote signing service: PIN, one-time code, access."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from preserve.errors import SigningError


@dataclass(frozen=True, slots=True)
class CscSecrets:
    """Secrets of one batch; none of them ever stands in a message or a ``repr``."""

    pin: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)
    """A one-time code; it authorises once."""
    token: str = field(default="", repr=False)
    """An OAuth 2.0 access token that the person got elsewhere."""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)


_NAMES = {one.name for one in fields(CscSecrets)}


def parse_secrets(text: str) -> CscSecrets:
    """Read the secrets of a service.

    A text without ``=`` is the PIN. Otherwise each line is ``name=value``; in a single line, as
    it is typed at a prompt, several of them are divided by spaces.

    Raises:
        SigningError: a part is not one of the names; what was given is not repeated.
    """
    text = text.strip()
    if "=" not in text:
        return CscSecrets(pin=text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = lines if len(lines) > 1 else text.split()
    given = dict(_split(part) for part in parts)
    if not given.keys() <= _NAMES or len(given) != len(parts):
        # A misspelt name must not go to the service as a PIN: that would cost an attempt.
        raise SigningError("SIGN-CSC-SECRETS", names=", ".join(sorted(_NAMES)))
    return CscSecrets(**given)


def _split(part: str) -> tuple[str, str]:
    name, separator, value = part.partition("=")
    return name.strip() if separator else "", value.strip()
