"""One demo for all conformance tests: the same one that the end-to-end tests use."""

from __future__ import annotations

import pytest

from tests.e2e.stage import Demo, tell_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Give the demo's folder; whoever changes something copies it first."""
    return tell_demo(tmp_path_factory.getbasetemp())
