"""What ``school.toml`` says: identity, appointments, time-stamping and the demo's authority."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.roles import Appointment
from preserve.model.school import School


@dataclass(frozen=True, slots=True)
class SchoolConfiguration:
    """The configuration of one archive."""

    school: School
    appointments: tuple[Appointment, ...] = ()
    timestamp_url: str = ""
    """``http(s)://…`` of an RFC 3161 authority, ``demo:`` for the demo's own, empty for none."""
    demo_authority: str = ""
    """Folder of the demo's certificate authority, relative to the archive; empty outside demos."""
