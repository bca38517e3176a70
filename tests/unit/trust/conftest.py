"""Fixtures: the demonstration authority of the signing tests, and authorities that others wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.demo.authority import DemoAuthority, serve_timestamps
from tests.certomancer import Certomancer, run_certomancer
from tests.openssl_tsa import OpensslTsa
from tests.unit.sign.conftest import NOW, authority

__all__ = ["authority"]


@pytest.fixture(scope="session")
def service(authority: DemoAuthority) -> Iterator[str]:
    """The URL of a real time-stamping service on loopback."""
    with serve_timestamps(authority, NOW) as url:
        yield url


@pytest.fixture(scope="session")
def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certomancer]:
    """A running infrastructure of certomancer, with clocks of today."""
    with run_certomancer(tmp_path_factory.mktemp("certomancer") / "pki") as running:
        yield running


@pytest.fixture(scope="session")
def openssl_tsa(tmp_path_factory: pytest.TempPathFactory) -> OpensslTsa:
    """A time-stamping authority whose answers openssl makes."""
    return OpensslTsa.create(tmp_path_factory.mktemp("openssl-tsa"))


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the locks of a test away from those of whoever else works on this machine."""
    folder: Path = tmp_path_factory.mktemp("places")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
