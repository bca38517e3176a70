"""Says which key is meant where a token or a service holds several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WantedKey:
    """What is known of the key before it is opened; it chooses and never proves anything."""

    certificates: frozenset[str] = frozenset()
    """Names of the certificates that the appointments name (``preserve.model.certificates``)."""
    at: datetime | None = None
    """Time of signing: of an expired and a renewed certificate the one in force is meant."""


ANY_KEY = WantedKey()
"""Nothing is known; the URI alone has to say which key is meant."""
