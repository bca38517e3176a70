"""Runs one function over many items: in this process, or in a pool of processes."""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@contextmanager
def worker_pool(
    jobs: int, initializer: Callable[..., None] | None = None, arguments: tuple[Any, ...] = ()
) -> Iterator[Executor | None]:
    """Yield a pool of ``jobs`` processes, or ``None`` when the work stays in this process.

    Processes are spawned, never forked: the parent may hold threads and open tokens.
    The initializer runs once in every worker, and here when there is no pool.
    """
    if jobs <= 1:
        if initializer is not None:
            initializer(*arguments)
        yield None
        return
    with ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer, arguments
    ) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def run_each(
    executor: Executor | None,
    function: Callable[[_Item], _Result],
    items: Iterable[_Item],
    *,
    ahead: int = 32,
) -> Iterator[_Result]:
    """Yield the results in the order of the items, with at most ``ahead`` items in flight.

    The bound keeps memory flat however many documents a year has.
    """
    if executor is None:
        yield from map(function, items)
        return
    waiting: deque[Future[_Result]] = deque()
    for item in items:
        waiting.append(executor.submit(function, item))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def running_clock(at: datetime) -> Callable[[], datetime]:
    """Return a clock that starts at ``at`` and runs on: time stays a parameter in workers too."""
    start = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - start)
