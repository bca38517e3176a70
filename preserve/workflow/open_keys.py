"""Opens keys and time-stamping authorities by URI, the demo's own ones included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from preserve.demo.authority import open_authority
from preserve.errors import SigningError
from preserve.model.configuration import TimestampAuthority
from preserve.sign.keys import SigningKey, open_key
from preserve.sign.wanted_key import ANY_KEY, WantedKey
from preserve.trust.authorities import OrderedTimestampers
from preserve.trust.store import load_trust
from preserve.trust.timestamping import TimeStamper, open_timestamper
from preserve.workflow.archive import Archive

_OF_ONE_PROCESS = ("pkcs11:", "csc:", "exec:")
"""Keys whose login holds for the process that made it; each further login asks for the PIN."""


@dataclass(frozen=True, slots=True)
class KeySource:
    """A key by URI, with the passphrase or PIN when the person has given it already."""

    uri: str
    secret: str = field(default="", repr=False)

    @property
    def shareable(self) -> bool:
        """Tell whether several processes may open the key, each for itself."""
        return not self.uri.startswith(_OF_ONE_PROCESS)


def unlock(archive: Archive, source: KeySource, wanted: WantedKey = ANY_KEY) -> SigningKey:
    """Open a key; ``demo:CODE`` is one of the demo's own.

    Args:
        archive: the archive, which knows the demo's keys.
        source: the key, with its secret.
        wanted: which key is meant where a token holds several.

    Raises:
        SigningError: the scheme is unknown or the key does not open.
    """
    scheme, _, rest = source.uri.partition(":")
    if scheme != "demo":
        return open_key(source.uri, lambda _name: source.secret, wanted)
    if archive.demo_authority is None:
        raise SigningError("SIGN-NO-DEMO-AUTHORITY", uri=source.uri)
    return open_authority(archive.demo_authority).open_demo_key(rest)


def find_timestamper(archive: Archive, clock: Callable[[], datetime]) -> OrderedTimestampers:
    """Open the time-stamping authorities that ``school.toml`` names, in their order.

    Raises:
        SigningError: none is named, or an address is not HTTP.
    """
    authorities = archive.configuration.timestamp_authorities
    if not authorities:
        raise SigningError("SIGN-NO-TIMESTAMP-AUTHORITY", file=archive.root / "school.toml")
    return OrderedTimestampers([_named(archive, one, clock) for one in authorities])


def _named(
    archive: Archive, authority: TimestampAuthority, clock: Callable[[], datetime]
) -> tuple[str, TimeStamper]:
    """Open one authority; the journal calls it by its host."""
    if authority.url != "demo:":
        anchors = load_trust(archive.trust).anchors
        opened = open_timestamper(
            authority.url, policy=authority.policy, anchors=anchors, clock=clock
        )
        return opened.host, opened
    if archive.demo_authority is None:
        raise SigningError("SIGN-NO-DEMO-AUTHORITY", uri=authority.url)
    return "demo", open_authority(archive.demo_authority).timestamper(clock)
