"""One suite for every store: write once, whole or not at all, read back from the medium.

A new kind of store joins by one entry in ``STORES``. Full and read-only media are real file
systems, mounted for the test; that needs root.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from preserve.durable import sync_tree
from preserve.errors import StorageError
from preserve.store import tree_copy
from preserve.store.directory import DirectoryStore
from preserve.store.port import Store, open_store

NAME = "00000001-2024-2025/v0001"


def _directory(folder: Path) -> Store:
    return open_store(folder.as_uri())


STORES: dict[str, Callable[[Path], Store]] = {"directory": _directory}


@pytest.fixture(params=sorted(STORES))
def make_store(request: pytest.FixtureRequest) -> Callable[[Path], Store]:
    """Return what opens one kind of store on an empty folder."""
    return STORES[request.param]


@pytest.fixture
def store(make_store: Callable[[Path], Store], tmp_path: Path) -> Store:
    """Return an empty store."""
    folder = tmp_path / "medium"
    folder.mkdir()
    return make_store(folder)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a small tree: an empty file, a text, two megabytes, a folder in a folder."""
    root = tmp_path / "source"
    (root / "data" / "6A").mkdir(parents=True)
    (root / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\n")
    (root / "data" / "empty").write_bytes(b"")
    (root / "data" / "6A" / "x.pdf").write_bytes(b"%PDF" + bytes(range(256)) * 8192)
    return root


def _tree(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@contextmanager
def _tmpfs(folder: Path, options: str) -> Iterator[Path]:
    """Mount a small file system, or skip the test where that is not allowed."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    result = subprocess.run(mount, check=False, capture_output=True, text=True)
    if result.returncode != 0:
        pytest.skip(f"this machine does not mount tmpfs: {result.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


Medium = Callable[[str], AbstractContextManager[Path]]


@pytest.fixture
def medium(tmp_path: Path) -> Medium:
    """Return what mounts a medium of its own."""
    return lambda options: _tmpfs(tmp_path / "mounted", options)


def test_a_tree_comes_back_as_it_was(store: Store, source: Path) -> None:
    """Every byte of every file, and nothing else; the receipt says how it was read back."""
    assert not store.exists(NAME)
    assert store.put_tree(source, NAME) in {"cached", "dropped-cache", "remounted"}
    assert store.exists(NAME)
    assert _tree(store.open_tree(NAME)) == _tree(source)


def test_nothing_but_the_tree_is_left_on_the_medium(store: Store, source: Path) -> None:
    """No temporary folder stays beside a stored tree."""
    store.put_tree(source, NAME)
    copy = store.open_tree(NAME)
    assert [path.name for path in copy.parent.iterdir()] == ["v0001"]


def test_a_name_is_taken_only_once(store: Store, source: Path) -> None:
    """A second tree of the same name is refused and the first one stays."""
    store.put_tree(source, NAME)
    before = _tree(store.open_tree(NAME))
    (source / "bagit.txt").write_bytes(b"other")
    with pytest.raises(StorageError, match="STORE-EXISTS"):
        store.put_tree(source, NAME)
    assert _tree(store.open_tree(NAME)) == before
    store.put_tree(source, "00000001-2024-2025/v0002")


def test_progress_counts_writing_and_reading_back(store: Store, source: Path) -> None:
    """Progress rises to its total, which is twice the tree."""
    seen: list[tuple[int, int]] = []
    store.put_tree(source, NAME, lambda done, total: seen.append((done, total)))
    size = sum(len(data) for data in _tree(source).values())
    assert seen[-1] == (2 * size, 2 * size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize(
    "name", ["", "/x", "../x", "a/../b", "a//b", ".x", "a b", "ệ", "x\n", "a/"]
)
def test_an_unsafe_name_is_refused(store: Store, source: Path, name: str) -> None:
    """Names cannot leave the store."""
    for act in (store.exists, store.open_tree):
        with pytest.raises(StorageError, match="STORE-NAME"):
            act(name)
    with pytest.raises(StorageError, match="STORE-NAME"):
        store.put_tree(source, name)


def test_a_missing_tree_is_an_error(store: Store) -> None:
    """What is not there cannot be opened."""
    with pytest.raises(StorageError, match="STORE-NO-TREE"):
        store.open_tree(NAME)


@pytest.mark.parametrize("kind", ["link", "folder link", "pipe", "empty folder", "empty tree"])
def test_a_tree_of_other_things_than_files_is_refused(
    store: Store, source: Path, tmp_path: Path, kind: str
) -> None:
    """Links, pipes and empty folders are not copied, and nothing is written."""
    match kind:
        case "link":
            (source / "data" / "z").symlink_to(source / "bagit.txt")
        case "folder link":
            (source / "z").symlink_to(source / "data")
        case "pipe":
            os.mkfifo(source / "z")
        case "empty folder":
            (source / "z").mkdir()
        case _:
            source = tmp_path / "empty"
            source.mkdir()
    with pytest.raises(StorageError, match="STORE-NOT-A-FILE"):
        store.put_tree(source, NAME)
    assert list((tmp_path / "medium").iterdir()) == []


def test_a_missing_source_is_refused(store: Store, tmp_path: Path) -> None:
    """A package that is not there, or is a link, is not stored."""
    (tmp_path / "link").symlink_to(tmp_path)
    for path in (tmp_path / "nowhere", tmp_path / "link"):
        with pytest.raises(StorageError, match="STORE-NO-SOURCE"):
            store.put_tree(path, NAME)


def test_an_interrupted_copy_leaves_nothing(store: Store, source: Path, tmp_path: Path) -> None:
    """Ctrl-C in the middle: the medium is as before, and the next run stores the tree."""

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.put_tree(source, NAME, interrupt)
    assert list((tmp_path / "medium").iterdir()) == []
    store.put_tree(source, NAME)


def test_a_full_medium_is_refused_before_the_first_byte(
    make_store: Callable[[Path], Store], source: Path, medium: Medium
) -> None:
    """A tree of two megabytes does not go onto one megabyte."""
    with medium("size=1m") as folder:
        small = make_store(folder)
        assert small.free_space() <= 1024 * 1024
        with pytest.raises(StorageError) as caught:
            small.put_tree(source, NAME)
        assert caught.value.code == "STORE-NO-ROOM"
        assert list(folder.iterdir()) == []


def test_a_medium_that_fills_up_meanwhile_is_left_clean(
    make_store: Callable[[Path], Store],
    source: Path,
    medium: Medium,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another program took the room after the look: a clear error and no half tree."""
    with medium("size=1m") as folder:
        small = make_store(folder)
        monkeypatch.setattr(type(small), "free_space", lambda _self: 10**9)
        with pytest.raises(StorageError) as caught:
            small.put_tree(source, NAME)
        assert caught.value.code == "STORE-FULL"
        assert list(folder.iterdir()) == []


def test_a_read_only_medium_is_refused(
    make_store: Callable[[Path], Store], source: Path, medium: Medium
) -> None:
    """A medium with its write protection on is named as such."""
    with medium("size=8m,ro") as folder, pytest.raises(StorageError, match="STORE-READ-ONLY"):
        make_store(folder).put_tree(source, NAME)


def test_a_copy_that_reads_back_differently_is_not_published(
    store: Store, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte changed on the medium between writing and reading back: no tree, a clear error."""

    def bit_rot(root: Path) -> None:
        sync_tree(root)
        victim = root / "bagit.txt"
        victim.write_bytes(victim.read_bytes().replace(b"1.0", b"1.1"))

    monkeypatch.setattr(tree_copy, "sync_tree", bit_rot)
    with pytest.raises(StorageError) as caught:
        store.put_tree(source, NAME)
    assert caught.value.code == "STORE-READ-BACK"
    assert caught.value.parameters == {"path": "bagit.txt"}
    assert list((tmp_path / "medium").iterdir()) == []


def test_a_store_says_what_it_is(store: Store) -> None:
    """Its URL opens it again, and its description is not empty."""
    assert open_store(store.url).url == store.url
    assert store.describe()
    assert store.free_space() > 0


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.invalid/x", "STORE-SCHEME"),
        ("/media/usb-01", "STORE-SCHEME"),
        ("s3://bucket", "STORE-SCHEME"),
        ("file://other-host/x", "STORE-URL"),
        ("file:///x?y", "STORE-URL"),
        ("file://", "STORE-URL"),
        ("file:///nowhere-at-all", "STORE-MISSING"),
        ("file:///dev/null", "STORE-NOT-A-FOLDER"),
        ("file:///%00", "STORE-URL"),
        ("file:relative", "STORE-URL"),
    ],
)
def test_a_url_that_names_no_store_is_refused(url: str, code: str) -> None:
    """Every wrong target has its own sentence, before anything is written."""
    with pytest.raises(StorageError) as caught:
        open_store(url)
    assert caught.value.code == code


def test_a_url_may_name_any_folder(tmp_path: Path) -> None:
    """Blanks and Vietnamese letters in a mount point are no obstacle."""
    folder = tmp_path / "Ổ đĩa 1"
    folder.mkdir()
    assert open_store(folder.as_uri()) == DirectoryStore(folder.resolve())


def test_the_archive_is_no_store_for_itself(source: Path, tmp_path: Path) -> None:
    """A copy inside the archive's own folder is no copy, by whatever link it is named."""
    (tmp_path / "link").symlink_to(source)
    for path in (source, source / "data", tmp_path / "link"):
        with pytest.raises(StorageError, match="STORE-IS-ARCHIVE"):
            open_store(path.as_uri(), archive=source)
    packages = tmp_path / "packages"
    (packages / "00000001-2024-2025").mkdir(parents=True)
    source.rename(packages / NAME)
    with pytest.raises(StorageError, match="STORE-IS-ARCHIVE"):
        open_store(packages.as_uri()).put_tree(packages / NAME, NAME)
