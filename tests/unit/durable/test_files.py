"""Writes: whole or not at all, never over anything."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.durable import (
    make_directory,
    publish_directory,
    storage_faults,
    temporary_directory,
    write_new,
    write_stream,
)
from preserve.durable import renaming as renaming_module
from preserve.durable.renaming import rename_new
from preserve.errors import StorageError


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """The content arrives and no temporary file stays."""
    assert write_stream(tmp_path / "a", [b"one", b"", b"two"]) == 6
    assert (tmp_path / "a").read_bytes() == b"onetwo"
    assert _names(tmp_path) == ["a"]


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_nothing_is_ever_overwritten(tmp_path: Path, kind: str) -> None:
    """A file, a folder and even a link to nowhere at the target are refused."""
    target = tmp_path / "a"
    match kind:
        case "file":
            target.write_bytes(b"old")
        case "folder":
            target.mkdir()
        case _:
            target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StorageError, match="STORE-FILE-EXISTS"):
        write_new(target, b"new")
    assert _names(tmp_path) == ["a"]
    assert not target.is_file() or target.read_bytes() == b"old"


def test_a_rename_meets_a_target_that_came_meanwhile(tmp_path: Path) -> None:
    """The last step refuses too, whoever was faster; with and without renameat2."""
    (tmp_path / "new").write_bytes(b"new")
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        rename_new(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_bytes() == b"old"


def test_without_renameat2_the_target_is_refused_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that does not know the call gets a look first."""
    monkeypatch.setattr(renaming_module, "_renameat2", lambda: None)
    write_new(tmp_path / "a", b"1")
    with pytest.raises(FileExistsError):
        rename_new(tmp_path / "a", tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    with pytest.raises(FileExistsError):
        rename_new(tmp_path / "full", tmp_path / "empty")


def test_an_exception_of_the_source_leaves_nothing(tmp_path: Path) -> None:
    """Whatever the source raises passes through, and the folder is as before."""

    def broken() -> Iterator[bytes]:
        yield b"some"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_stream(tmp_path / "a", broken())
    assert _names(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The error carries a code and the path that was asked for, not the temporary one."""
    with pytest.raises(StorageError) as caught:
        write_new(tmp_path / "no" / "a", b"")
    assert caught.value.code == "STORE-MISSING"
    assert caught.value.parameters == {"path": str(tmp_path / "no" / "a")}


def test_folders_are_made_with_their_parents_and_again(tmp_path: Path) -> None:
    """Making a folder twice is no error; a file in the way is."""
    make_directory(tmp_path / "a" / "b")
    make_directory(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        make_directory(tmp_path / "file")
    with pytest.raises(StorageError):
        make_directory(tmp_path / "file" / "below")


def test_publishing_refuses_an_existing_folder(tmp_path: Path) -> None:
    """Even an empty folder at the target, which a plain rename would replace."""
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir()
    with pytest.raises(StorageError, match="STORE-FILE-EXISTS"):
        publish_directory(tmp_path / "new", tmp_path / "old")
    publish_directory(tmp_path / "new", tmp_path / "other")
    assert _names(tmp_path) == ["old", "other"]


def test_a_temporary_folder_goes_with_its_block(tmp_path: Path) -> None:
    """It is removed at the end of the block, and stays when it was published."""
    with temporary_directory(tmp_path) as folder:
        (folder / "x").write_bytes(b"1")
    assert _names(tmp_path) == []
    with temporary_directory(tmp_path) as folder:
        (folder / "x").write_bytes(b"1")
        publish_directory(folder, tmp_path / "done")
    assert _names(tmp_path) == ["done"]


def test_a_running_writers_folder_is_left_alone(tmp_path: Path) -> None:
    """A second writer does not take the first one's folder for a leftover."""
    with temporary_directory(tmp_path) as first, temporary_directory(tmp_path) as second:
        assert first.is_dir()
        assert second.is_dir()


HOLDER = """
import sys, time
from pathlib import Path
from preserve.durable import temporary_directory
with temporary_directory(Path(sys.argv[1])) as folder:
    (folder / "half").write_bytes(b"half")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_killed_writers_folder_is_removed_by_the_next_one(tmp_path: Path) -> None:
    """A process that was killed leaves a folder, and the next writer removes it."""
    root = Path(__file__).resolve().parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with temporary_directory(tmp_path):
            assert len(_names(tmp_path)) == 2
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(_names(tmp_path)) == 1
    with temporary_directory(tmp_path) as folder:
        assert _names(tmp_path) == [folder.name]
    assert _names(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (28, "STORE-FULL"),
        (122, "STORE-FULL"),
        (30, "STORE-READ-ONLY"),
        (13, "STORE-DENIED"),
        (1, "STORE-DENIED"),
        (17, "STORE-FILE-EXISTS"),
        (39, "STORE-FILE-EXISTS"),
        (2, "STORE-MISSING"),
        (20, "STORE-MISSING"),
        (5, "STORE-FAILED"),
        (None, "STORE-FAILED"),
    ],
)
def test_every_answer_of_the_system_has_its_code(number: int | None, code: str) -> None:
    """Linux' error numbers become codes; the system's error stays as the cause."""
    with pytest.raises(StorageError) as caught, storage_faults(Path("somewhere")):
        raise OSError(number, "x") if number else OSError("x")
    assert caught.value.code == code
    assert isinstance(caught.value.__cause__, OSError)
