"""The journal file: appends from several processes, torn lines, full disks."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from preserve.errors import FormatError, InputError, StorageError
from preserve.journal.chain import append, check_chain, head, read_events
from preserve.journal.receipts import REPLICATION, decode_receipt, encode_receipt, receipts
from preserve.model.packages import JournalEvent, StorageReceipt

NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]


def _append(path: Path, kind: str = "ingestion", **details: str) -> JournalEvent:
    return append(
        path, event_type=kind, at=NOW, agent="VT01", objects=("x",), details=tuple(details.items())
    )


def test_events_are_chained_from_the_first_one(tmp_path: Path) -> None:
    """Numbers count, each event names the line before, the head is the last line."""
    path = tmp_path / "journal.jsonl"
    assert head(path) == f"0:{'0' * 64}"
    assert check_chain(path) == ()
    events = [_append(path), _append(path, "packaging", note="một"), _append(path)]
    assert list(read_events(path)) == events
    assert [event.number for event in events] == [1, 2, 3]
    assert check_chain(path, [head(path)]) == ()
    assert head(path).startswith("3:")


def test_a_line_longer_than_a_block_is_found_again(tmp_path: Path) -> None:
    """The last line is read backwards, however long it is."""
    path = tmp_path / "journal.jsonl"
    _append(path, big="x" * 200_000)
    _append(path, big="y" * 65536)
    _append(path)
    assert check_chain(path, [head(path)]) == ()


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from preserve.journal.chain import append
for number in range(40):
    append(Path(sys.argv[1]), event_type="test", at=datetime(2026, 6, 1, tzinfo=UTC),
           agent=sys.argv[2], objects=(str(number),))
"""


def test_writers_in_several_processes_lose_no_event(tmp_path: Path) -> None:
    """Four processes append at once: every event is there, in one whole chain."""
    path = tmp_path / "journal.jsonl"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), f"agent-{number}"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for number in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert check_chain(path) == ()
    seen = [(event.agent, event.objects[0]) for event in read_events(path)]
    assert sorted(seen) == sorted((f"agent-{a}", str(n)) for a in range(4) for n in range(40))


def test_a_line_that_only_lacks_its_end_is_completed(tmp_path: Path) -> None:
    """Power failed before the last byte: the event was whole and stays."""
    path = tmp_path / "journal.jsonl"
    events = [_append(path), _append(path)]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError):
        list(read_events(path))
    events.append(_append(path))
    assert list(read_events(path)) == events


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_torn_line_is_set_aside_at_every_place(tmp_path: Path, before: int) -> None:
    """Wherever the last line was cut, its bytes are kept and the chain goes on."""
    whole = tmp_path / "whole.jsonl"
    for _ in range(before + 1):
        _append(whole)
    data = whole.read_bytes()
    start = len(data) - len(data.splitlines(keepends=True)[-1])
    for cut in range(start + 1, len(data) - 1, 7):
        folder = tmp_path / str(cut)
        folder.mkdir()
        path = folder / "journal.jsonl"
        path.write_bytes(data[:cut])
        event = _append(path)
        assert event.number == before + 2
        repair = list(read_events(path))[before]
        assert repair.event_type == "journal repair"
        assert (folder / repair.objects[0]).read_bytes() == data[start:cut]
        assert check_chain(path, [head(path)]) == ()


def test_a_damaged_last_line_stops_every_append(tmp_path: Path) -> None:
    """A line with its end that is no event was not torn but changed: nothing is added."""
    path = tmp_path / "journal.jsonl"
    _append(path)
    path.write_bytes(path.read_bytes().replace(b"VT01", b"VT\x0001"))
    before = path.read_bytes()
    with pytest.raises(FormatError, match="JOURNAL-LINE"):
        _append(path)
    assert path.read_bytes() == before


def test_a_write_that_fails_half_way_leaves_the_journal_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails after some bytes of a line, the line is taken back."""
    path = tmp_path / "journal.jsonl"
    _append(path)
    before = path.read_bytes()
    real = os.write
    calls = []

    def failing(descriptor: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) == 1:
            return real(descriptor, data[:20])
        raise OSError(28, "full")

    monkeypatch.setattr(os, "write", failing)
    with pytest.raises(StorageError, match="STORE-FULL"):
        _append(path)
    monkeypatch.undo()
    assert len(calls) == 2
    assert path.read_bytes() == before
    assert _append(path).number == 2


def test_a_journal_in_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """An archive that is not there has no journal to append to."""
    with pytest.raises(StorageError, match="STORE-MISSING"):
        _append(tmp_path / "no" / "journal.jsonl")


RECEIPT = StorageReceipt(
    package_id="00000001-2024-2025",
    version=1,
    location="file:///media/usb-01",
    medium="mounted medium",
    label="HB-2025-01",
    tamper_tag="NP-7",
    manifest_sha512="ab" * 64,
    stored_at=NOW,
    read_back="dropped-cache",
    locked_until=date(2030, 1, 1),
)


def test_a_receipt_comes_back_from_the_journal(tmp_path: Path) -> None:
    """Receipts are events; failed copies have none."""
    path = tmp_path / "journal.jsonl"
    second = replace(RECEIPT, locked_until=None, tamper_tag="")
    for receipt in (RECEIPT, second):
        append(path, event_type=REPLICATION, at=NOW, agent="VT01", details=encode_receipt(receipt))
    _append(path)
    append(path, event_type=REPLICATION, at=NOW, agent="VT01", outcome="failure")
    assert list(receipts(read_events(path))) == [RECEIPT, second]


def test_an_event_that_holds_no_receipt_is_refused(tmp_path: Path) -> None:
    """Another type, a missing or a doubled detail: no receipt."""
    path = tmp_path / "journal.jsonl"
    good = append(
        path, event_type=REPLICATION, at=NOW, agent="VT01", details=encode_receipt(RECEIPT)
    )
    bad = [
        replace(good, event_type="ingestion"),
        replace(good, details=good.details[1:]),
        replace(good, details=good.details + good.details[:1]),
        replace(good, details=tuple((k, "x") for k, _ in good.details)),
    ]
    for event in bad:
        with pytest.raises(FormatError, match="JOURNAL-RECEIPT"):
            decode_receipt(event)
    with pytest.raises(InputError, match="JOURNAL-TIME-ZONE"):
        encode_receipt(replace(RECEIPT, stored_at=NOW.replace(tzinfo=None)))
