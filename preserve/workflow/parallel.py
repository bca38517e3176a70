"""Runs one function over many items: here, or on an executor that the caller brings."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_AHEAD = 32
"""Items that may be in flight, so that memory stays flat however many documents a year has."""


class _QuietPool(ProcessPoolExecutor):
    """A pool whose workers never see Ctrl-C: only the parent is asked to stop, and says so.

    A worker inherits the signals that are blocked when it is started, and workers are started
    while work is handed in. An interrupt that arrives meanwhile is delivered afterwards.
    """

    def submit(self, fn: Callable[..., _Result], /, *args: Any, **kwargs: Any) -> Future[_Result]:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def process_pool(jobs: int) -> Iterator[Executor | None]:
    """Yield a pool of ``jobs`` processes, or ``None`` when the work stays in this process.

    Processes are spawned, never forked: the parent may hold threads and open tokens. They start
    with the first task, so that a command without much work pays nothing.
    """
    if jobs <= 1:
        yield None
        return
    with _QuietPool(jobs, multiprocessing.get_context("spawn")) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def run_each(
    executor: Executor | None, function: Callable[[_Item], _Result], items: Sequence[_Item]
) -> Iterator[_Result]:
    """Yield the results in the order of the items."""
    if executor is None or len(items) == 1:
        # Nothing runs beside a single item, and it would wait for a worker process to start.
        yield from map(function, items)
        return
    waiting: deque[Future[_Result]] = deque()
    for item in items:
        waiting.append(executor.submit(function, item))
        if len(waiting) >= _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def running_clock(at: datetime) -> Callable[[], datetime]:
    """Return a clock that starts at ``at`` and runs on: time stays a parameter in workers too."""
    start = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - start)
