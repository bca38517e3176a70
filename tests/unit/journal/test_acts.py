"""Acts come back from the journal as they were written; a damaged event is told, never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from preserve.errors import FormatError
from preserve.journal.acts import Details
from preserve.journal.issues import DISSEMINATION, encode_issue, read_issues
from preserve.journal.locks import LOCKING, UNLOCKING, encode_lock, lock_object, read_locks
from preserve.journal.requests import (
    REQUEST,
    SETTLEMENT,
    encode_request,
    encode_settlement,
    read_requests,
)
from preserve.journal.withdrawals import WITHDRAWAL, encode_withdrawal, read_withdrawals
from preserve.model.acts import (
    CorrectionRequest,
    Decision,
    IssueRecord,
    Lock,
    LockScope,
    Period,
    RequestOutcome,
    Settlement,
    Unlock,
    Withdrawal,
)
from preserve.model.packages import JournalEvent

AT = datetime(2025, 1, 15, 8, 30, tzinfo=UTC)
DECISION = Decision("12/QĐ-THCSMẫu", date(2025, 1, 14), "GV01")
LOCK = Lock(LockScope("2024-2025", Period.YEAR), DECISION, "van-thu", AT, "03/ĐN-BQT", "a" * 64)
UNLOCK = Unlock(
    LockScope("2024-2025", Period.SEMESTER_1, "8A"), DECISION, "van-thu", AT, "thiếu bài thi", AT
)
WITHDRAWN = Withdrawal(
    "2024-2025", "hoc-ba.8A.1", 1, "b" * 128, DECISION, "van-thu", AT, "sửa ngày sinh"
)
ASKED = CorrectionRequest(1, "1", "ngày sinh", date(2025, 1, 2), date(2025, 1, 16), "cha mẹ")
SETTLED = Settlement(RequestOutcome.REFUSED, "giấy khai sinh khác", "van-thu", AT)
ISSUED = IssueRecord(AT, "2024-2025", "hoc-ba.8A.1", 2, "Trường B", "Chuyển trường", "A", "c" * 128)


def event(kind: str, details: Details, name: str = "x") -> JournalEvent:
    """Make an event of a kind with these details."""
    return JournalEvent(7, kind, AT, "preserve", (name,), "success", details, "0" * 64)


def test_locks_come_back() -> None:
    """A lock of the school and an unlock of a class are read as they were written, in order."""
    events = [event(LOCKING, encode_lock(LOCK)), event(UNLOCKING, encode_lock(UNLOCK))]
    assert tuple(read_locks(events)) == (LOCK, UNLOCK)


def test_objects_of_locks_name_their_scope() -> None:
    """The object holds year, class and period; a lock of the school holds no class."""
    assert lock_object(LOCK.scope) == "2024-2025/year"
    assert lock_object(UNLOCK.scope) == "2024-2025/8A/hk1"


def test_withdrawal_comes_back() -> None:
    """Every field survives."""
    events = [event("rendering", ()), event(WITHDRAWAL, encode_withdrawal(WITHDRAWN))]
    assert tuple(read_withdrawals(events)) == (WITHDRAWN,)


def test_request_comes_back_with_its_settlement() -> None:
    """Open before the settlement, settled after it."""
    asked = event(REQUEST, encode_request(ASKED, "van-thu"))
    answered = event(SETTLEMENT, encode_settlement(1, SETTLED))
    assert read_requests([asked]) == (ASKED,)
    assert read_requests([asked, answered]) == (replace(ASKED, settlement=SETTLED),)


def test_issue_comes_back() -> None:
    """Time, document, version, recipient, purpose, issuer and digest."""
    events = [event(DISSEMINATION, encode_issue(ISSUED), "2024-2025/hoc-ba.8A.1")]
    assert tuple(read_issues(events)) == (ISSUED,)


def test_issue_of_an_early_version_is_read() -> None:
    """Without version and issuer, as the first version of the program wrote it."""
    details = (("recipient", "B"), ("purpose", "C"), ("sha512", "d" * 128))
    (found,) = read_issues([event(DISSEMINATION, details, "2024-2025/hoc-ba.8A.1")])
    assert (found.version, found.issued_by) == (0, "")


@pytest.mark.parametrize(
    ("kind", "details", "read"),
    [
        (LOCKING, encode_lock(LOCK), read_locks),
        (UNLOCKING, encode_lock(UNLOCK), read_locks),
        (WITHDRAWAL, encode_withdrawal(WITHDRAWN), read_withdrawals),
        (REQUEST, encode_request(ASKED, "x"), read_requests),
    ],
)
def test_event_that_lacks_a_detail_is_damaged(kind: str, details: Details, read: object) -> None:
    """Without any one of its details, or with one twice, the event is refused by its number."""
    needed = [d for d in details if not (kind == REQUEST and d[0] == "executed-by")]
    for left_out in needed:
        rest = tuple(d for d in details if d != left_out)
        with pytest.raises(FormatError) as caught:
            tuple(read([event(kind, rest)]))  # type: ignore[operator]
        assert caught.value.parameters["number"] == "7"
    with pytest.raises(FormatError):
        tuple(read([event(kind, (*details, details[0]))]))  # type: ignore[operator]


def test_settlement_of_nothing_is_damaged() -> None:
    """An answer to a request that the journal does not hold is no answer."""
    with pytest.raises(FormatError):
        read_requests([event(SETTLEMENT, encode_settlement(4, SETTLED))])
