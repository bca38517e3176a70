"""Fixtures: the demonstration authority of the signing tests and its time-stamping service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from preserve.demo.authority import DemoAuthority, serve_timestamps
from tests.unit.sign.conftest import NOW, authority

__all__ = ["authority"]


@pytest.fixture(scope="session")
def service(authority: DemoAuthority) -> Iterator[str]:
    """The URL of a real time-stamping service on loopback."""
    with serve_timestamps(authority, NOW) as url:
        yield url
