"""Facts are written deterministically and read back exactly, or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import FormatError
from preserve.formats.facts import decode_submission, encode_submission
from preserve.model.imports import (
    FactRow,
    ImportFinding,
    Severity,
    SheetFacts,
    SheetKind,
    SourceFile,
    Submission,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OPTIONAL = st.none() | TEXT


@st.composite
def sheets(draw: st.DrawFn) -> SheetFacts:
    """Draw a sheet whose rows fit its fields."""
    width = draw(st.integers(0, 4))
    names = st.lists(TEXT, min_size=width, max_size=width).map(tuple)
    values = st.lists(OPTIONAL, min_size=width, max_size=width).map(tuple)
    rows = st.lists(st.builds(FactRow, st.integers(1, 9999), values), max_size=3).map(tuple)
    return SheetFacts(
        draw(st.sampled_from(SheetKind)),
        draw(TEXT),
        draw(names),
        draw(names),
        draw(rows),
        draw(OPTIONAL),
        draw(OPTIONAL),
        draw(st.sampled_from([None, 1, 2])),
        draw(OPTIONAL),
    )


FINDINGS = st.builds(
    ImportFinding,
    st.sampled_from(Severity),
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
)
FILES = st.builds(
    SourceFile,
    TEXT,
    TEXT,
    st.integers(0, 2**40),
    TEXT,
    TEXT,
    st.lists(sheets(), max_size=2).map(tuple),
    st.lists(FINDINGS, max_size=2).map(tuple),
)
SUBMISSIONS = st.builds(
    Submission, st.lists(FILES, max_size=2).map(tuple), st.lists(TEXT, max_size=2).map(tuple)
)

SMALL = Submission(
    (
        SourceFile(
            "a.csv",
            "0001.csv",
            3,
            "00",
            "p",
            (SheetFacts(SheetKind.ROSTER, "", ("pupil",), ("A",), (FactRow(2, ("99",)),)),),
            (ImportFinding(Severity.WARNING, "IMP-X", parameters=(("count", "1"),)),),
        ),
    ),
    ("README.md",),
)


@given(SUBMISSIONS)
def test_round_trip_is_exact(submission: Submission) -> None:
    """Every field of every import survives, and equal imports give equal bytes."""
    written = encode_submission(submission)
    assert decode_submission(written) == submission
    assert encode_submission(decode_submission(written)) == written


def test_form_is_one_line_of_utf8() -> None:
    """The file is UTF-8 with its letters as they are, ends with one LF and holds no other."""
    submission = Submission((), ("Địa lí.txt",))
    written = encode_submission(submission)
    assert written == '{"files":[],"format":"preserve-facts/1","ignored":["Địa lí.txt"]}\n'.encode()


@given(st.binary(max_size=60))
def test_other_bytes_are_refused(data: bytes) -> None:
    """Bytes that were not written by us are an error of ours."""
    with pytest.raises(FormatError):
        decode_submission(data)


def damaged(change: Any) -> bytes:
    """Return the small import with one thing changed."""
    table = json.loads(encode_submission(SMALL))
    change(table)
    return json.dumps(table).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.pop("files"),
        lambda t: t.pop("ignored"),
        lambda t: t["ignored"].append(3),
        lambda t: t["files"][0].pop("sha512"),
        lambda t: t["files"][0].update(size="3"),
        lambda t: t["files"][0].update(size=True),
        lambda t: t["files"][0].update(sheets=None),
        lambda t: t["files"][0]["sheets"][0].update(kind="menu"),
        lambda t: t["files"][0]["sheets"][0].update(semester="1"),
        lambda t: t["files"][0]["sheets"][0].update(columns=[]),
        lambda t: t["files"][0]["sheets"][0]["rows"][0].append("x"),
        lambda t: t["files"][0]["sheets"][0]["rows"][0].clear(),
        lambda t: t["files"][0]["sheets"][0].update(rows=[[2, 99]]),
        lambda t: t["files"][0]["findings"][0].update(severity="joke"),
        lambda t: t["files"][0]["findings"][0].update(parameters=[["count"]]),
    ],
)
def test_damaged_facts_are_refused(change: Any) -> None:
    """A missing, mistyped or surplus value is never read as something else."""
    with pytest.raises(FormatError) as caught:
        decode_submission(damaged(change))
    assert caught.value.code == "FACTS-FORMAT"


def test_facts_of_another_version_say_so() -> None:
    """A newer format is told apart from a damaged file."""
    with pytest.raises(FormatError) as caught:
        decode_submission(damaged(lambda t: t.update(format="preserve-facts/2")))
    assert caught.value.code == "FACTS-VERSION"


def test_deep_nesting_is_refused() -> None:
    """Hostile nesting is an error of ours."""
    with pytest.raises(FormatError):
        decode_submission(b"[" * 100_000)
