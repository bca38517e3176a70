"""The circumstances of one act: when, by whom, on which executor, shown how."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from preserve.journal.chain import append

Progress = Callable[[str, int, int], None]
"""Told a stage's name, how many are done and how many there are."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Show nothing: the progress of a library call or of a command that is not on a terminal."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One reading of the clock, and who acts; every act of a command shares it."""

    at: datetime
    agent: str
    """Program and version, for the journal."""
    executor: Executor | None = None
    """Where work over many documents is done; ``None`` for this process."""
    progress: Progress = silent


def record_event(
    journal: Path,
    occasion: Occasion,
    event_type: str,
    objects: tuple[str, ...],
    details: tuple[tuple[str, str], ...] = (),
    outcome: str = "success",
) -> None:
    """Add what an act did to the journal.

    Raises:
        StorageError: the journal cannot be written.
    """
    append(
        journal,
        event_type=event_type,
        at=occasion.at,
        agent=occasion.agent,
        objects=objects,
        outcome=outcome,
        details=details,
    )
