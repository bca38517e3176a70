"""The journal's lines: one spelling, and every change of the chain shows."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import FormatError, InputError
from preserve.formats.journal_lines import (
    EMPTY_HEAD,
    NO_PREDECESSOR,
    ChainFault,
    JournalHead,
    check_chain,
    decode_event,
    encode_event,
    line_digest,
    parse_head,
    split_lines,
)
from preserve.model.packages import JournalEvent

START = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)


def _event(number: int, previous: str = NO_PREDECESSOR) -> JournalEvent:
    return JournalEvent(
        number=number,
        event_type="rendering",
        at=START + timedelta(seconds=number),
        agent="VT01",
        objects=(f"2024-2025/hoc-ba.6A.99{number:08d}",),
        outcome="success",
        details=(("sha512", f"{number:0128x}"), ("reason", "thử nghiệm")),
        previous=previous,
    )


def _journal(count: int) -> list[bytes]:
    lines: list[bytes] = []
    for number in range(1, count + 1):
        previous = line_digest(lines[-1]) if lines else NO_PREDECESSOR
        lines.append(encode_event(_event(number, previous)))
    return lines


def _head(lines: list[bytes]) -> JournalHead:
    return JournalHead(len(lines), line_digest(lines[-1]))


def test_a_line_is_compact_json_with_a_fixed_order_of_keys() -> None:
    """The spelling is the one of docs/format.md."""
    line = encode_event(replace(_event(1), details=(("b", "2"), ("a", "ệ"))))
    assert line.endswith(
        b'"details":[["b","2"],["a","\xe1\xbb\x87"]],"previous":"' + b"0" * 64 + b'"}\n'
    )
    assert list(json.loads(line)) == [
        "number",
        "type",
        "at",
        "agent",
        "objects",
        "outcome",
        "details",
        "previous",
    ]
    assert json.loads(line)["at"] == "2026-06-01T07:00:01Z"


texts = st.text(max_size=20)
moments = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 (the zone is added below)
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 (the zone is added below)
).map(lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=7))))


@given(
    st.builds(
        JournalEvent,
        number=st.integers(1, 10**9),
        event_type=texts,
        at=moments,
        agent=texts,
        objects=st.lists(texts, max_size=3).map(tuple),
        outcome=texts,
        details=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
        previous=st.just(NO_PREDECESSOR),
    )
)
def test_an_event_comes_back_as_it_was(event: JournalEvent) -> None:
    """Encoding and decoding are inverse; the line is one line."""
    line = encode_event(event)
    assert decode_event(line, 1) == event
    assert line.count(b"\n") == 1


def test_a_time_without_zone_and_a_lone_surrogate_are_refused() -> None:
    """A writer cannot write what a reader would refuse."""
    with pytest.raises(InputError, match="JOURNAL-TIME-ZONE"):
        encode_event(replace(_event(1), at=datetime(2026, 6, 1)))  # noqa: DTZ001 (the point)
    with pytest.raises(InputError, match="JOURNAL-TEXT"):
        encode_event(replace(_event(1), agent="\ud800"))


@pytest.mark.parametrize(
    "change",
    [
        (b'"number":1', b'"number":1.0'),
        (b'"number":1', b'"number":true'),
        (b'"number":1', b'"number": 1'),
        (b'"number":1', b'"number":1,"number":1'),
        (b'"number":1', b'"nummer":1'),
        (b'"agent":"VT01"', b'"agent":"VT\\u00301"'),
        (b'"agent":"VT01"', b'"agent":["VT01"]'),
        (b'"agent":"VT01"', b'"agent":"\\ud800"'),
        (b'"agent":"VT01"', b'"agent":"\xff"'),
        (b"07:00:01Z", b"07:00:01"),
        (b"07:00:01Z", b"07:00:01+00:00"),
        (b"07:00:01Z", b"25:00:01Z"),
        (b"}\n", b"}"),
        (b"}\n", b"}\r\n"),
        (b'[["sha512"', b'[["x"],["sha512"'),
    ],
)
def test_another_spelling_is_refused(change: tuple[bytes, bytes]) -> None:
    """Only one spelling of an event exists, so that its digest is well defined."""
    line = encode_event(_event(1))
    changed = line.replace(*change, 1)
    assert changed != line
    with pytest.raises(FormatError, match="JOURNAL-LINE"):
        decode_event(changed, 1)


@given(st.binary(max_size=200))
def test_hostile_bytes_raise_nothing_but_format_errors(data: bytes) -> None:
    """Whatever the bytes, the chain gets a verdict."""
    faults = check_chain(data)
    assert bool(faults) == bool(data)
    with pytest.raises(FormatError):
        decode_event(data, 1)


def test_deep_nesting_is_a_fault_and_not_a_crash() -> None:
    """A line of a hundred thousand brackets is malformed."""
    assert check_chain(b"[" * 100_000 + b"\n") == (ChainFault(1, "format"),)


def test_a_whole_chain_has_no_fault() -> None:
    """Two hundred events, with their head and an earlier head."""
    lines = _journal(200)
    data = b"".join(lines)
    assert list(split_lines(data)) == lines
    assert check_chain(data, [EMPTY_HEAD, _head(lines[:57]), _head(lines)]) == ()


@pytest.mark.parametrize("act", ["change", "drop", "swap", "insert", "repeat"])
def test_every_change_of_every_event_is_found(act: str) -> None:
    """Each of 200 events changed, dropped, swapped, repeated, or another one put before it."""
    lines = _journal(200)
    head = _head(lines)
    for index in range(200):
        forged = list(lines)
        match act:
            case "change":
                forged[index] = encode_event(
                    replace(decode_event(lines[index], 0), outcome="failure")
                )
            case "drop":
                del forged[index]
            case "swap":
                other = (index + 1) % 200
                forged[index], forged[other] = forged[other], forged[index]
            case "insert":
                forged.insert(index, encode_event(_event(index + 1)))
            case _:
                forged.insert(index, forged[index])
        assert check_chain(b"".join(forged), [head]), (act, index)


def test_every_flipped_byte_is_found() -> None:
    """No byte of a journal can change unnoticed when its head is known."""
    lines = _journal(3)
    data = b"".join(lines)
    for place in range(len(data)):
        forged = bytearray(data)
        forged[place] ^= 1
        assert check_chain(bytes(forged), [_head(lines)]), place


def test_a_cut_tail_is_found_up_to_the_last_published_head() -> None:
    """Every cut before the head shows; events after it are unprotected."""
    lines = _journal(50)
    head = _head(lines[:40])
    for count in range(40):
        assert ChainFault(count + 1, "cut") in check_chain(b"".join(lines[:count]), [head])
    for count in range(40, 51):
        assert check_chain(b"".join(lines[:count]), [head]) == ()


def test_a_rewritten_journal_fails_at_the_published_head() -> None:
    """A complete and consistent rewrite is found by the head on paper."""
    honest = _journal(5)
    forged: list[bytes] = []
    for number in range(1, 6):
        previous = line_digest(forged[-1]) if forged else NO_PREDECESSOR
        forged.append(encode_event(replace(_event(number, previous), outcome="failure")))
    assert check_chain(b"".join(forged)) == ()
    assert check_chain(b"".join(forged), [_head(honest)]) == (ChainFault(5, "head"),)


def test_a_torn_line_and_a_clock_that_went_back_are_named() -> None:
    """Each fault has its own kind and its line."""
    lines = _journal(3)
    assert check_chain(b"".join(lines)[:-1]) == (ChainFault(3, "torn"),)
    late = encode_event(replace(_event(1), at=START + timedelta(days=9)))
    second = encode_event(_event(2, line_digest(late)))
    assert check_chain(late + second) == (ChainFault(2, "time"),)


@pytest.mark.parametrize(
    "text", ["", "1", "1:", f"-1:{'0' * 64}", f"1:{'G' * 64}", f"٣:{'0' * 64}"]
)
def test_a_head_that_is_none_is_refused(text: str) -> None:
    """A head is a count and 64 lower-case hexadecimal digits."""
    with pytest.raises(FormatError, match="JOURNAL-HEAD"):
        parse_head(text)


def test_a_head_is_read_as_it_is_printed() -> None:
    """Printing and reading are inverse."""
    assert parse_head(f"{EMPTY_HEAD}\n") == EMPTY_HEAD
