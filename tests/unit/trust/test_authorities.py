"""Several time-stamping authorities in order."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asn1crypto import cms
from pyhanko.sign.timestamps import TimeStamper

from preserve.demo.authority import DemoAuthority
from preserve.errors import SigningError
from preserve.trust.authorities import ROOM, OrderedTimestampers
from preserve.trust.timestamping import HttpTimestamper
from tests.unit.sign.conftest import NOW
from tests.unit.trust.servers import hasty, serving

DIGEST = hashlib.sha256(b"x").digest()
REPLY = {"Content-Type": "application/timestamp-reply"}


@contextmanager
def counted(authority: DemoAuthority, working: list[bool]) -> Iterator[tuple[str, list[int]]]:
    """Serve a real authority that works as long as the switch says so; yields URL and counts."""
    stamper, asked = authority.timestamper(NOW), [0]

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        asked[0] += 1
        return (200, REPLY, stamper.answer(query)) if working[0] else (503, {}, b"")

    with serving(answer) as url:
        yield url, asked


def client(url: str) -> TimeStamper:
    """A client that tries twice and never sleeps."""
    return HttpTimestamper(url, patience=hasty(2))


def test_the_next_one_answers_when_one_fails_and_stays(authority: DemoAuthority) -> None:
    """The first fails for good: it costs its attempts once, not for every document."""
    first_works, second_works = [False], [True]
    with (
        counted(authority, first_works) as (one, asked_one),
        counted(authority, second_works) as (two, asked_two),
    ):
        both = OrderedTimestampers([("one", client(one)), ("two", client(two))])
        for _ in range(3):
            both.timestamp(DIGEST, "sha256")
        assert (both.answered, asked_one, asked_two) == (["two"] * 3, [2], [3])
        second_works[0], first_works[0] = False, True
        both.timestamp(DIGEST, "sha256")
        assert both.answered[-1] == "one"


def test_a_wrong_answer_is_a_failure_too(authority: DemoAuthority) -> None:
    """Garbage from the first does not stop the second."""
    with serving(lambda _: (200, REPLY, b"garbage")) as bad, counted(authority, [True]) as (two, _):
        both = OrderedTimestampers([("one", client(bad)), ("two", client(two))])
        both.timestamp(DIGEST, "sha256")
    assert both.answered == ["two"]


def test_when_none_answers_each_is_named(authority: DemoAuthority) -> None:
    """The error says what each of them did; a single one gives its own error."""
    bad = client("http://127.0.0.1:9/")
    with counted(authority, [False]) as (url, _):
        with pytest.raises(SigningError) as caught:
            OrderedTimestampers([("one", bad), ("two", client(url))]).timestamp(DIGEST, "sha256")
        assert caught.value.code == "TSA-NONE-ANSWERED"
        assert caught.value.parameters["problems"] == "one: TSA-UNREACHABLE; two: TSA-UNREACHABLE"
        with pytest.raises(SigningError, match="TSA-UNREACHABLE"):
            OrderedTimestampers([("two", client(url))]).timestamp(DIGEST, "sha256")
    with pytest.raises(SigningError, match="TSA-NONE-ANSWERED"):
        OrderedTimestampers([])


def test_room_is_kept_for_whoever_answers(authority: DemoAuthority) -> None:
    """The measured token is enlarged when another authority may give the real one."""

    def measured(*names: str) -> cms.ContentInfo:
        stampers = OrderedTimestampers([(name, authority.timestamper(NOW)) for name in names])
        token = asyncio.run(stampers.async_dummy_response("sha256"))
        assert stampers.answered == []
        return token

    assert len(measured("one").dump()) < ROOM
    assert ROOM <= len(measured("one", "two").dump()) < ROOM + 64
