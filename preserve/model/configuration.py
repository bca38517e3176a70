"""What ``school.toml`` says: identity, appointments, time-stamping and the demo's authority."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.roles import Appointment
from preserve.model.school import School


@dataclass(frozen=True, slots=True)
class TimestampAuthority:
    """Whom to ask for time-stamps."""

    url: str
    """``http(s)://…`` of an RFC 3161 authority, ``demo:`` for the demo's own."""
    policy: str = ""
    """Object identifier of the policy that its tokens must name, empty for any."""


@dataclass(frozen=True, slots=True)
class SchoolConfiguration:
    """The configuration of one archive."""

    school: School
    appointments: tuple[Appointment, ...] = ()
    timestamp_url: str = ""
    """``http(s)://…`` of an RFC 3161 authority, ``demo:`` for the demo's own, empty for none."""
    demo_authority: str = ""
    """Folder of the demo's certificate authority, relative to the archive; empty outside demos."""
    signing_variant: str = "standard"
    """Variant of the signing policies: ``standard``, ``full``, ``economy`` or one of the school."""
    timestamp_policy: str = ""
    """Policy that the tokens of the first authority must name, empty for any."""
    next_timestamp_authorities: tuple[TimestampAuthority, ...] = ()
    """Authorities that are asked in this order when the ones before them fail."""

    seal_picture: str = ""
    """PNG file of the seal, relative to the archive; empty for a seal of text alone."""
    signature_pictures: tuple[tuple[str, str], ...] = ()
    """Staff code and PNG file of the hand-written signature, relative to the archive."""

    @property
    def timestamp_authorities(self) -> tuple[TimestampAuthority, ...]:
        """Every authority in the order of asking; none when no first one is named."""
        if not self.timestamp_url:
            return ()
        first = TimestampAuthority(self.timestamp_url, self.timestamp_policy)
        return (first, *self.next_timestamp_authorities)
