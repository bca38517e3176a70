"""Spreads work over an executor in small batches, so that memory and traffic stay flat."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

BATCH = 8
"""Items per task: enough that the context, sent along each time, costs little."""
IN_FLIGHT = 64
"""Tasks that may wait at once."""


def run_batches(
    task: Callable[[tuple[_Item, ...]], tuple[_Result, ...]],
    items: Sequence[_Item],
    executor: Executor | None,
) -> Iterator[tuple[_Result, ...]]:
    """Yield the results of ``task`` over batches of ``items``, in order.

    Without an executor the work is done here, batch by batch.
    """
    batches = _batches(items)
    if executor is None:
        yield from map(task, batches)
        return
    waiting: deque[Future[tuple[_Result, ...]]] = deque()
    for batch in batches:
        waiting.append(executor.submit(task, batch))
        if len(waiting) >= IN_FLIGHT:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _batches(items: Sequence[_Item]) -> Iterator[tuple[_Item, ...]]:
    iterator = iter(items)
    while batch := tuple(islice(iterator, BATCH)):
        yield batch
