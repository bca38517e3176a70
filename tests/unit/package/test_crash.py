"""Killed or failing at every write: the old state or the new one, and a rerun ends in the new."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from preserve.durable import folders
from preserve.durable.renaming import rename_new
from preserve.errors import StorageError
from preserve.package.bundle import BundleFile, BundleInfo, build_bundle

KILLED = 77
CALLS = ("open", "write", "fsync", "mkdir")


def _seal(manifest: bytes) -> bytes:
    return hashlib.sha512(manifest).digest()


def _arm(monkeypatch: pytest.MonkeyPatch, at: int, act: Callable[[], None]) -> list[int]:
    """Run ``act`` before the ``at``-th call that changes the disk; return the counter."""
    counter = [0]

    def wrap(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            counter[0] += 1
            if counter[0] == at:
                act()
            return real(*arguments, **options)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, wrap(getattr(os, name)))
    monkeypatch.setattr(folders, "rename_new", wrap(rename_new))
    return counter


def _count(
    monkeypatch: pytest.MonkeyPatch, target: Path, files: list[BundleFile], info: BundleInfo
) -> int:
    with monkeypatch.context() as patch:
        counter = _arm(patch, -1, lambda: None)
        build_bundle(target, files, info, _seal)
    return counter[0]


def _tree(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture
def small_files(bundle_files: list[BundleFile]) -> list[BundleFile]:
    """Return the first document, the source and the policy: each crash point builds once."""
    return [bundle_files[0], *bundle_files[3:]]


def test_a_fault_at_every_call_leaves_nothing(
    tmp_path: Path,
    small_files: list[BundleFile],
    bundle_info: BundleInfo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An I/O error at any call is a StorageError; no half bundle stays, a rerun succeeds.

    Only the last calls come after the rename: then the bundle is there and whole.
    """
    calls = _count(monkeypatch, tmp_path / "whole" / "v0001", small_files, bundle_info)
    whole = _tree(tmp_path / "whole" / "v0001")

    def fail() -> None:
        raise OSError(errno.EIO, "injected")

    raised = 0
    for at in range(1, calls + 1):
        target = tmp_path / f"p{at}" / "v0001"
        with monkeypatch.context() as patch:
            _arm(patch, at, fail)
            try:
                build_bundle(target, small_files, bundle_info, _seal)
            except StorageError as error:
                assert error.code == "STORE-FAILED"  # noqa: PT017 (some calls may fail freely)
                raised += 1
            else:
                # A folder that was there already, and the clean-up after the rename.
                assert target.is_dir(), at
        if not target.exists():
            assert not target.parent.exists() or not list(target.parent.iterdir()), at
            build_bundle(target, small_files, bundle_info, _seal)
        assert _tree(target) == whole, at
        assert [path.name for path in target.parent.iterdir()] == ["v0001"]
    assert raised > calls // 2 > 20


def test_a_kill_at_every_call_leaves_the_old_state_or_the_new_one(
    tmp_path: Path,
    small_files: list[BundleFile],
    bundle_info: BundleInfo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process that dies at any call leaves no half bundle, and a rerun ends in a whole one."""
    calls = _count(monkeypatch, tmp_path / "whole" / "v0001", small_files, bundle_info)
    whole = _tree(tmp_path / "whole" / "v0001")
    for at in range(1, calls + 1):
        target = tmp_path / f"p{at}" / "v0001"
        child = os.fork()
        if child == 0:
            # Nothing of this process's clean-up may run: that is what a kill means.
            _arm(monkeypatch, at, lambda: os._exit(KILLED))
            build_bundle(target, small_files, bundle_info, _seal)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED, at
        if not target.exists():
            build_bundle(target, small_files, bundle_info, _seal)
        assert _tree(target) == whole, at
        assert [path.name for path in target.parent.iterdir()] == ["v0001"], at
