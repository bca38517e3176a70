"""At most four requests at a time, across processes; the kernel gives places back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from preserve.errors import StorageError
from preserve.trust.slots import PLACES, place_at

URL = "http://tsa.example.vn/tsa"
HOLDER = (
    "import sys; from pathlib import Path; from preserve.trust.slots import place_at\n"
    "with place_at(sys.argv[1], folder=Path(sys.argv[2])):\n"
    "    print('held', flush=True); sys.stdin.read()\n"
)
COUNTER = (
    "import sys, time; from pathlib import Path; from preserve.trust.slots import place_at\n"
    "folder = Path(sys.argv[2])\n"
    "for turn in range(6):\n"
    "    with place_at(sys.argv[1], folder=folder):\n"
    "        mark = folder / f'in-{sys.argv[3]}'; mark.touch()\n"
    "        print(len(list(folder.glob('in-*')))); time.sleep(0.02); mark.unlink()\n"
)


class StillFull(Exception):  # noqa: N818  (it ends a wait, it is no error)
    """Raised instead of waiting for ever."""


def waiting(limit: int) -> Callable[[float], None]:
    """Sleep a little, and give up after so many looks."""
    looks = iter(range(limit))

    def sleep(_: float) -> None:
        if next(looks, None) is None:
            raise StillFull
        time.sleep(0.01)

    return sleep


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another process of ours."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def taken(folder: Path, url: str = URL) -> bool:
    """Tell whether no place is free."""
    try:
        with place_at(url, folder=folder, sleep=waiting(3)):
            return False
    except StillFull:
        return True


def test_a_fifth_process_waits_and_a_killed_one_gives_its_place_back(tmp_path: Path) -> None:
    """Four processes hold the places of one server; its other URLs share them, others do not."""
    holders = [start(HOLDER, URL, tmp_path) for _ in range(PLACES)]
    try:
        assert [holder.stdout.readline() for holder in holders] == ["held\n"] * PLACES  # type: ignore[union-attr]
        assert taken(tmp_path)
        assert taken(tmp_path, "http://tsa.example.vn/other?x=1")
        assert not taken(tmp_path, "http://other.example.vn/tsa")
        holders[2].kill()
        holders[2].wait()
        with place_at(URL, folder=tmp_path, sleep=waiting(200)):
            assert taken(tmp_path)
    finally:
        for holder in holders:
            holder.communicate("")


def test_never_more_than_four_are_inside(tmp_path: Path) -> None:
    """Seven processes take turns; each counts who is inside with it."""
    processes = [start(COUNTER, URL, tmp_path, number) for number in range(7)]
    counts = [int(n) for process in processes for n in process.communicate()[0].split()]
    assert len(counts) == 42
    assert max(counts) <= PLACES


def test_one_process_may_hold_several_places(tmp_path: Path) -> None:
    """Threads of one process count one by one as well."""
    with ExitStack() as stack:
        for _ in range(PLACES):
            assert not taken(tmp_path)
            stack.enter_context(place_at(URL, folder=tmp_path))
        assert taken(tmp_path)
    assert not taken(tmp_path)


@pytest.mark.parametrize("fault", ["writable", "link", "file"])
def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path, fault: str) -> None:
    """Whoever holds our locks could stop our signing for ever."""
    with place_at(URL, folder=tmp_path):
        (own,) = tmp_path.iterdir()
    if fault == "writable":
        own.chmod(0o777)
    else:
        own.rename(tmp_path / "elsewhere")
        if fault == "link":
            own.symlink_to(tmp_path / "elsewhere")
        else:
            own.touch()
    with pytest.raises(StorageError, match="TSA-PLACES"), place_at(URL, folder=tmp_path):
        pytest.fail("taken")
