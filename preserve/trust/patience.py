"""Tries again what may work the next time: pauses that double, with jitter."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from preserve.trust.http_exchange import TransientFailure

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often something is tried, and how the pauses are made."""

    attempts: int = 3
    """With pauses of 2 s and 4 s between them (TSA-06)."""
    sleep: Callable[[float], None] = time.sleep
    """Waits so many seconds."""
    jitter: Callable[[], float] = random.random
    """A number from 0 to 1, added in seconds to each pause, so that many clients do not come back
    at the same moment."""


def try_patiently(ask: Callable[[], _Result], patience: Patience) -> _Result:
    """Return what ``ask`` returns at last.

    Raises:
        TransientFailure: the last attempt's. Whatever else ``ask`` raises ends the attempts.
    """
    for attempt in range(1, patience.attempts):
        try:
            return ask()
        except TransientFailure:
            patience.sleep(2**attempt + patience.jitter())
    return ask()
