"""Reads the URI of a remote signing key: ``csc:https://host/csc/v1?credential=ID``."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit, urlunsplit

from preserve.errors import SigningError


@dataclass(frozen=True, slots=True)
class CscAddress:
    """Where a remote signing service answers and which of its keys is meant."""

    base: str
    """URL that every method's name is added to, without a slash at its end."""
    host: str
    """What messages call the service."""
    credential: str
    """Empty when the service holds one key only for this person."""

    @property
    def is_local(self) -> bool:
        """Tell whether the service runs on this machine."""
        return is_loopback(self.host)


def parse_csc_uri(rest: str) -> CscAddress:
    """Read what follows ``csc:``.

    Plain HTTP is for a service on this machine only: PIN and token travel in the request. Names
    and passwords do not belong into an address, which ends up in configurations and histories.

    Raises:
        SigningError: it is no such address.
    """
    try:
        parts = urlsplit(rest)
        host, _ = parts.hostname or "", parts.port
        query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise SigningError("SIGN-CSC-URI") from error
    credentials = query.pop("credential", [""])
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    surplus = bool(query or parts.fragment or "@" in parts.netloc or len(credentials) != 1)
    if not host or not safe or surplus:
        raise SigningError("SIGN-CSC-URI")
    base = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    return CscAddress(base, host, credentials[0])


def is_loopback(host: str) -> bool:
    """Tell whether a host name is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
