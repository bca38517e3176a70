"""Opens keys and time-stamping authorities by URI, the demo's own ones included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from preserve.demo.authority import open_authority
from preserve.errors import SigningError
from preserve.sign.keys import SigningKey, open_key
from preserve.trust.store import load_trust
from preserve.trust.timestamping import TimeStamper, open_timestamper
from preserve.workflow.archive import Archive


@dataclass(frozen=True, slots=True)
class KeySource:
    """A key by URI, with the passphrase or PIN when the person has given it already."""

    uri: str
    secret: str = field(default="", repr=False)


def unlock(archive: Archive, source: KeySource) -> SigningKey:
    """Open a key; ``demo:CODE`` is one of the demo's own.

    Raises:
        SigningError: the scheme is unknown or the key does not open.
    """
    scheme, _, rest = source.uri.partition(":")
    if scheme != "demo":
        return open_key(source.uri, lambda _name: source.secret)
    if archive.demo_authority is None:
        raise SigningError("SIGN-NO-DEMO-AUTHORITY", uri=source.uri)
    return open_authority(archive.demo_authority).open_demo_key(rest)


def find_timestamper(archive: Archive, clock: Callable[[], datetime]) -> TimeStamper:
    """Open the time-stamping authority that ``school.toml`` names.

    Raises:
        SigningError: none is named, or its address is not HTTP.
    """
    url = archive.configuration.timestamp_url
    if not url:
        raise SigningError("SIGN-NO-TIMESTAMP-AUTHORITY", file=archive.root / "school.toml")
    if url != "demo:":
        anchors = load_trust(archive.trust).anchors
        return open_timestamper(url, anchors=anchors, clock=clock)
    if archive.demo_authority is None:
        raise SigningError("SIGN-NO-DEMO-AUTHORITY", uri=url)
    return open_authority(archive.demo_authority).timestamper(clock)
