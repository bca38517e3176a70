"""A verdict needs no network and asks for none."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from preserve.model.verification import Indication
from preserve.trust.store import TrustMaterial
from preserve.verify.bundle import verify_bundle
from preserve.verify.document import verify_document


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Refuse every look-up of a name and every connection, and keep a list of them."""
    asked: list[str] = []

    def refuse(*arguments: object, **_: object) -> None:
        asked.append(repr(arguments[-1]))
        raise OSError("the tests have no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return asked


def test_a_document_and_a_bundle_are_judged_without_a_connection(
    world: Any, signed: bytes, bundle: Path, attempts: list[str]
) -> None:
    """With the network refused the verdict is what it is with it."""
    assert verify_document(signed, "a.pdf", world.context).indication is Indication.TOTAL_PASSED
    verify_bundle(bundle, world.context)
    assert attempts == []


def test_missing_revocation_lists_are_not_fetched(
    world: Any, signed: bytes, attempts: list[str]
) -> None:
    """Without lists the answer is that it cannot be told, and nobody is asked for them."""
    trust: TrustMaterial = replace(world.context.trust, crls=())
    report = verify_document(signed, "a.pdf", replace(world.context, trust=trust))
    assert report.indication is Indication.INDETERMINATE
    assert attempts == []
