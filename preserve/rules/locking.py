"""Which parts of a school year are locked: follows from the acts alone, in their order.

Locking closes a scope until it is opened by a later decision; opening ends by itself. The rules
are those of a school's own regulation on its electronic grade book (Quy chế sử dụng sổ điểm điện
tử, Đ.7.1, Đ.9.4) and of Quy chế sổ gọi tên và ghi điểm điện tử, Đ.12.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from preserve.model.acts import Lock, LockScope, Period, Unlock

Act = Lock | Unlock

_PARTS = {
    Period.SEMESTER_1: frozenset({Period.SEMESTER_1}),
    Period.SEMESTER_2: frozenset({Period.SEMESTER_2}),
    Period.YEAR: frozenset(Period),
}


def lock_in_force(
    acts: Iterable[Act], place: LockScope, at: datetime, *, also_future: bool = True
) -> Lock | None:
    """Return the lock that closes a place at a time, or ``None`` when it is open.

    1. Only acts whose scope contains the place count.
    2. A lock closes the place, whatever was opened before.
    3. An unlock opens it until its end; then the lock before it counts again.

    Args:
        acts: every lock and unlock, in the order of the journal.
        place: one period of one class; ``Period.YEAR`` means what belongs to the year itself.
        at: the time that is asked about.
        also_future: count acts that bear a later time, too. A clock that was set back must not
            open what is locked; only a question about the past leaves them out.
    """
    lock: Lock | None = None
    open_until: datetime | None = None
    for act in acts:
        if not contains(act.scope, place) or (act.at > at and not also_future):  # 1
            continue
        match act:
            case Lock():  # 2
                lock, open_until = act, None
            case Unlock():  # 3
                open_until = act.until
    is_open = open_until is not None and at < open_until
    return None if is_open else lock


def contains(scope: LockScope, place: LockScope) -> bool:
    """Tell whether a scope contains one period of one class."""
    return (
        scope.school_year == place.school_year
        and scope.class_name in {None, place.class_name}
        and place.period in _PARTS[scope.period]
    )


def locks_of_class(
    acts: Sequence[Act], school_year: str, class_name: str, at: datetime
) -> Iterator[tuple[Period, Lock]]:
    """Yield the locked periods of a class with the lock that closes each."""
    for period in Period:
        lock = lock_in_force(acts, LockScope(school_year, period, class_name), at)
        if lock is not None:
            yield period, lock
