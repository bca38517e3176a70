"""What is locked follows from the acts in their order, and an unlock ends by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from preserve.model.acts import Decision, Lock, LockScope, Period, Unlock
from preserve.rules.locking import contains, lock_in_force, locks_of_class

START = datetime(2025, 1, 15, 8, 0, tzinfo=UTC)
YEAR = "2024-2025"
HK1_8A = LockScope(YEAR, Period.SEMESTER_1, "8A")


def hour(count: int) -> datetime:
    """Return a time so many hours after the start."""
    return START + timedelta(hours=count)


def lock(scope: LockScope, at: int, number: str = "1/QĐ") -> Lock:
    """Make a lock at an hour."""
    decision = Decision(number, date(2025, 1, 15), "GV01")
    return Lock(scope, decision, "clerk", hour(at), "", "0" * 64)


def unlock(scope: LockScope, at: int, until: int) -> Unlock:
    """Make an unlock from one hour to another."""
    decision = Decision("2/QĐ", date(2025, 1, 15), "GV01")
    return Unlock(scope, decision, "clerk", hour(at), "a test was left out", hour(until))


def is_locked(acts: list[Lock | Unlock], place: LockScope, at: int) -> bool:
    """Tell whether a place is locked at an hour."""
    return lock_in_force(acts, place, hour(at)) is not None


def test_nothing_is_locked_without_an_act() -> None:
    """A journal without locks locks nothing."""
    assert lock_in_force([], HK1_8A, START) is None


def test_lock_of_the_school_locks_every_class() -> None:
    """A scope without a class contains each class, and no other period and no other year."""
    acts: list[Lock | Unlock] = [lock(LockScope(YEAR, Period.SEMESTER_1), 0)]
    assert is_locked(acts, HK1_8A, 1)
    assert not is_locked(acts, LockScope(YEAR, Period.SEMESTER_2, "8A"), 1)
    assert not is_locked(acts, LockScope(YEAR, Period.YEAR, "8A"), 1)
    assert not is_locked(acts, LockScope("2023-2024", Period.SEMESTER_1, "8A"), 1)


def test_lock_of_a_class_leaves_the_others_open() -> None:
    """A scope with a class contains that class alone."""
    acts: list[Lock | Unlock] = [lock(HK1_8A, 0)]
    assert not is_locked(acts, LockScope(YEAR, Period.SEMESTER_1, "8B"), 1)


def test_lock_of_the_year_locks_the_semesters_too() -> None:
    """The year contains both semesters and what belongs to the year itself."""
    acts: list[Lock | Unlock] = [lock(LockScope(YEAR, Period.YEAR), 0)]
    assert all(is_locked(acts, LockScope(YEAR, period, "8A"), 1) for period in Period)


def test_unlock_ends_by_itself_at_its_end() -> None:
    """Open before the end; locked at the very moment of the end, by the lock before."""
    first = lock(LockScope(YEAR, Period.YEAR), 0, "9/QĐ")
    acts: list[Lock | Unlock] = [first, unlock(HK1_8A, 2, 5)]
    assert not is_locked(acts, HK1_8A, 4)
    assert lock_in_force(acts, HK1_8A, hour(5)) is first
    assert is_locked(acts, LockScope(YEAR, Period.SEMESTER_1, "8B"), 4)


def test_lock_after_an_unlock_closes_at_once() -> None:
    """A new lock does not wait for the end of the unlock."""
    acts: list[Lock | Unlock] = [lock(HK1_8A, 0), unlock(HK1_8A, 1, 9), lock(HK1_8A, 3, "3/QĐ")]
    found = lock_in_force(acts, HK1_8A, hour(4))
    assert found is not None
    assert found.decision.number == "3/QĐ"


def test_clock_that_was_set_back_opens_nothing() -> None:
    """A lock that bears a later time counts; only a question about the past leaves it out."""
    acts = [lock(HK1_8A, 10)]
    assert lock_in_force(acts, HK1_8A, hour(1)) is acts[0]
    assert lock_in_force(acts, HK1_8A, hour(1), also_future=False) is None


def test_locked_periods_of_a_class_are_listed() -> None:
    """Each period stands once, with the lock that closes it."""
    acts = [lock(HK1_8A, 0, "1/QĐ"), lock(LockScope(YEAR, Period.YEAR), 5, "2/QĐ")]
    found = {p: one.decision.number for p, one in locks_of_class(acts, YEAR, "8A", hour(6))}
    assert found == dict.fromkeys(Period, "2/QĐ")


SCOPES = st.builds(
    LockScope, st.just(YEAR), st.sampled_from(Period), st.sampled_from([None, "8A", "8B"])
)
STEPS = st.lists(st.tuples(st.booleans(), SCOPES, st.integers(1, 30)).map(tuple), max_size=12)


@given(STEPS, st.integers(0, 60), st.sampled_from(Period), st.sampled_from(["8A", "8B"]))
def test_state_is_that_of_a_door_that_is_closed_and_opened(
    steps: list[tuple[bool, LockScope, int]], at: int, period: Period, name: str
) -> None:
    """Against a plain simulation hour by hour: a door per place, closed, opened for a time."""
    place = LockScope(YEAR, period, name)
    acts: list[Lock | Unlock] = [
        lock(scope, index) if locks else unlock(scope, index, index + length)
        for index, (locks, scope, length) in enumerate(steps)
    ]
    was_locked, opened_until = False, -1
    for index, (locks, scope, length) in enumerate(steps):
        if contains(scope, place):
            was_locked = was_locked or locks
            opened_until = -1 if locks else index + length
    assert is_locked(acts, place, at) == (was_locked and at >= opened_until)
