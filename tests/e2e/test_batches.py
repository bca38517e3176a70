"""Signing a batch survives ``kill -9`` and Ctrl-C at any moment: nothing twice, nothing half.

``python -m tests.e2e.test_batches FOLDER KILLS SEED`` kills for longer, by hand: 200 kills take two
to three minutes, 1000 a quarter of an hour.
"""

from __future__ import annotations

import hashlib
import importlib
import itertools
import json
import multiprocessing
import os
import pty
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from preserve.journal.chain import check_chain
from preserve.model.overview import Scope
from preserve.model.roles import SignerRole
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive, open_archive
from preserve.workflow.occasion import Occasion
from preserve.workflow.open_keys import KeySource
from preserve.workflow.record_signatures import SIGNING
from preserve.workflow.sign_documents import sign_documents
from tests.e2e.small_class import (
    YEAR,
    key_for,
    leave_out_the_book,
    make_archive,
    one_key_for_all_teachers,
    render,
    transcripts,
)
from tests.e2e.stage import command, environment, succeed

KILLS = 30
"""In the suite; 200 and more are run by hand (above)."""
PUPILS = 4
_STEP = re.compile(r"\d\d_[A-Za-z0-9._-]+\.pdf")
_PARTIAL = re.compile(r"\.partial-[0-9a-f]{16}")


def run_batch(root: str, role: str) -> None:
    """Sign everything that waits; this is what the killed process runs."""
    archive = open_archive(Path(root))
    at = datetime.now(UTC).replace(microsecond=0)
    source = KeySource(key_for(archive, SignerRole(role)))
    sign_documents(
        archive, Scope(), SignerRole(role), source, Occasion(at, "test"), ready_only=True
    )


def files_of(folder: Path) -> list[Path]:
    """Return the files that count; a file without its final name is nobody's yet."""
    names = sorted(p.name for p in folder.iterdir() if not _PARTIAL.fullmatch(p.name))
    assert all(_STEP.fullmatch(name) for name in names), names
    return [folder / name for name in names]


def check_whole(archive: Archive) -> int:
    """Insist that every file is whole and no field is signed twice; return the signatures."""
    count = 0
    for folder in transcripts(archive):
        files = files_of(folder)
        content = files[0].read_bytes()
        for place, file in enumerate(files):
            assert file.name.startswith(f"{place:02d}_"), [f.name for f in files]
            following = file.read_bytes()
            assert following.startswith(content), file.name
            assert following.rstrip().endswith(b"%%EOF"), file.name
            content = following
        filled = read_claims(content).filled
        assert len(filled) == len(set(filled)) == len(files) - 1
        count += len(filled)
    return count


def waiting(archive: Archive, prefix: str) -> int:
    """Return how many fields of a role are empty."""
    newest = [files_of(folder)[-1].read_bytes() for folder in transcripts(archive)]
    return sum(name.startswith(prefix) for pdf in newest for name in read_claims(pdf).empty)


def begin_again(archive: Archive) -> None:
    """Take back every signature of the transcripts and its event, as no program of ours would."""
    for folder in transcripts(archive):
        for path in folder.iterdir():
            if path.name != "00_rendered.pdf":
                path.unlink()
    lines = archive.journal.read_bytes().splitlines(keepends=True)
    told = itertools.takewhile(lambda line: json.loads(line)["type"] != SIGNING, lines)
    archive.journal.write_bytes(b"".join(told))


def digests_in_journal(archive: Archive) -> dict[str, str]:
    """Return name and digest of every file that the journal says a signature made."""
    events = map(json.loads, archive.journal.read_text("utf-8").splitlines())
    return {
        name: value
        for event in events
        if event["type"] == SIGNING
        for name, value in event["details"]
        if name.endswith(".pdf")
    }


@dataclass(frozen=True, slots=True)
class Tally:
    """What a series of kills came to."""

    kills: int
    batches: int
    """Batches that became complete although their runs were killed."""
    signatures: int
    """Signatures in these batches."""


def start(archive: Archive) -> multiprocessing.process.BaseProcess:
    """Start a run of the subject teachers' batch in a process of its own."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([__name__])
    process = server.Process(target=run_batch, args=(str(archive.root), "subject_teacher"))
    process.start()
    return process


def finish(archive: Archive) -> None:
    """Let a run go to its end."""
    process = start(archive)
    process.join(timeout=300)
    assert process.exitcode == 0


def measure(archive: Archive) -> tuple[float, float]:
    """Return the seconds until a run's first signature, and between two signatures."""
    empty = waiting(archive, "SUBJECT")
    begun = time.monotonic()
    process = start(archive)
    while process.is_alive() and not list(archive.documents(YEAR).glob("hoc-ba.*/01_*.pdf")):
        time.sleep(0.002)
    first = time.monotonic() - begun
    process.join(timeout=300)
    assert process.exitcode == 0
    return first, (time.monotonic() - begun - first) / empty


def kill_at_random(archive: Archive, kills: int, seed: int) -> Tally:
    """Run one batch over and over, killing each run, until so many were killed.

    Moments lie between looking the batch through and the third signature of the run. A batch that
    is complete begins again; the last one is run to its end.
    """
    moments = random.Random(seed)  # noqa: S311  (moments of a test, not secrets)
    finish(archive)
    begin_again(archive)
    first, each = measure(archive)
    killed = batches = made = 0
    while True:
        if waiting(archive, "SUBJECT") == 0:
            batches, made = batches + 1, made + check_whole(archive)
            if killed >= kills:
                return Tally(killed, batches, made)
            begin_again(archive)
        if killed >= kills:
            finish(archive)
            continue
        process = start(archive)
        process.join(timeout=moments.uniform(0.4 * first, first + 2 * each))
        if process.exitcode is None:
            process.kill()
            process.join()
            killed += 1
        else:
            assert process.exitcode == 0, "a run that nobody killed failed"
        check_whole(archive)


def many_teachers(folder: Path) -> Archive:
    """Make transcripts that every subject teacher signs, all with one key."""
    archive = make_archive(folder, PUPILS, "full")
    leave_out_the_book(archive)
    return render(one_key_for_all_teachers(open_archive(archive.root)))


def test_kills_sign_nothing_twice_and_leave_nothing_half(tmp_path: Path) -> None:
    """After each kill every file is whole; the next run goes on; the batch becomes complete.

    The journal ends up with the digest of every signed file, those of killed runs included.
    """
    archive = many_teachers(tmp_path)
    assert waiting(archive, "SUBJECT") >= 40
    tally = kill_at_random(archive, KILLS, 20260531)
    assert tally.kills >= KILLS
    assert tally.signatures >= 40
    assert not check_chain(archive.journal)
    files = [file for folder in transcripts(archive) for file in files_of(folder)[1:]]
    assert digests_in_journal(archive) == {
        f"{YEAR}/{file.parent.name}/{file.name}": hashlib.sha512(file.read_bytes()).hexdigest()
        for file in files
    }


@pytest.fixture(scope="module")
def class_of_forty(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Give forty transcripts that wait for the homeroom teacher."""
    return render(make_archive(tmp_path_factory.mktemp("forty"), 40, "standard"))


def sign_arguments(archive: Archive) -> tuple[str, ...]:
    """Return the command by which the homeroom teacher signs what is ready."""
    key = key_for(archive, SignerRole.HOMEROOM_TEACHER)
    return ("sign", "--role", "homeroom_teacher", "--key", key, "--ready-only")


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something is so, or the process has ended."""
    while process.poll() is None and not condition():
        time.sleep(0.002)


def signed(archive: Archive) -> int:
    """Count the files that bear the homeroom teacher's signature."""
    return len(list(archive.documents(YEAR).glob("hoc-ba.*/01_HOMEROOM-*.pdf")))


def journaled(archive: Archive) -> list[str]:
    """Return every document that the journal says was signed."""
    events = map(json.loads, archive.journal.read_text("utf-8").splitlines())
    return [name for e in events if e["type"] == SIGNING for name in e["objects"]]


def test_control_c_ends_between_two_documents(class_of_forty: Archive) -> None:
    """Exit 130 and one line; what was signed is whole and in the journal; the rest comes next."""
    begin_again(class_of_forty)
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with subprocess.Popen(
            command(*sign_arguments(class_of_forty), archive=class_of_forty.root),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            wait_for(lambda: signed(class_of_forty) >= 3, process)
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=120)
    finally:
        signal.signal(signal.SIGINT, former)
    assert process.returncode == 130, err
    assert (out, len(err.strip().splitlines())) == ("", 1)
    made = check_whole(class_of_forty)
    assert 3 <= made < 40
    assert len(journaled(class_of_forty)) >= made - 1
    ran = succeed(*sign_arguments(class_of_forty), "--format", "json", archive=class_of_forty.root)
    outcomes = [row["outcome"] for row in ran.json]
    assert (outcomes.count("already"), outcomes.count("signed")) == (made, 40 - made)
    assert check_whole(class_of_forty) == 40


def shown(archive: Archive) -> Iterator[str]:
    """Yield what a person at a terminal sees while a batch is signed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command(*sign_arguments(archive), archive=archive.root),
        env=environment(TERM="xterm", COLUMNS="100"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        while True:
            try:
                seen = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed.
                break
            if not seen:
                break
            yield seen.decode("utf-8", "replace")
        assert process.wait(timeout=120) == 0
    os.close(ours)


def test_terminal_shows_how_many_are_done_and_the_time_left(class_of_forty: Archive) -> None:
    """The bar counts to forty and says how long the rest will take."""
    begin_again(class_of_forty)
    said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", "".join(shown(class_of_forty)))
    counts = [int(n) for n in re.findall(r"\b(\d+)/40\b", said)]
    assert counts == sorted(counts)
    assert counts[-1] == 40
    assert re.search(r"\b\d:\d\d:\d\d\b", said)


if __name__ == "__main__":
    # By its real name: a process of the fork server would import everything anew for __main__.
    by_name = importlib.import_module("tests.e2e.test_batches")
    made_up = by_name.many_teachers(Path(sys.argv[1]))
    tally = by_name.kill_at_random(made_up, int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(f"{tally}\n")
