"""The dossier of one pupil: files with their digests, whole or not at all."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.errors import InputError, StorageError
from preserve.package.dossier import build_dossier

FILES = (("hoc-ba.6A.9910000001.pdf", b"%PDF-1.7"), ("trust/anchors/0a.der", b"\x30"))


@pytest.mark.parametrize("name", ["SHA256SUMS.txt", "SHA512SUMS.txt"])
def test_coreutils_check_the_lists(tmp_path: Path, name: str) -> None:
    """``sha256sum -c`` and ``sha512sum -c`` accept a dossier and find a changed byte."""
    folder = build_dossier(tmp_path / "out" / "9910000001.2026-06-01.01", FILES)
    judge = [name[:6].lower() + "sum", "--check", "--strict", name]
    assert subprocess.run(judge, cwd=folder, check=False, capture_output=True).returncode == 0
    (folder / FILES[1][0]).write_bytes(b"\x31")
    assert subprocess.run(judge, cwd=folder, check=False, capture_output=True).returncode == 1


def test_a_dossier_holds_its_files_and_two_lists(tmp_path: Path) -> None:
    """Nothing else lies in it or beside it."""
    folder = build_dossier(tmp_path / "d", FILES)
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert names == {"SHA256SUMS.txt", "SHA512SUMS.txt", *(name for name, _ in FILES)}
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_an_existing_folder_is_refused(tmp_path: Path) -> None:
    """A dossier is never mixed into something that lies there."""
    (tmp_path / "d").mkdir()
    with pytest.raises(StorageError, match="DOSSIER-EXISTS"):
        build_dossier(tmp_path / "d", FILES)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../x", "PATH-UNSAFE"),
        ("Nguyễn Văn Mẫu.pdf", "PATH-UNSAFE"),
        ("sha256sums.TXT", "PATH-COLLISION"),
        (FILES[0][0], "PATH-COLLISION"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_stays(tmp_path: Path, path: str, code: str) -> None:
    """Unsafe names, names of the lists and doubled names."""
    with pytest.raises(InputError) as caught:
        build_dossier(tmp_path / "out" / "d", [*FILES, (path, b"")])
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_dossier_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while files are made removes what was written."""

    def interrupted() -> Iterator[tuple[str, bytes]]:
        yield FILES[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_dossier(tmp_path / "d", interrupted())
    with pytest.raises(InputError, match="DOSSIER-EMPTY"):
        build_dossier(tmp_path / "d", [])
    assert list(tmp_path.iterdir()) == []
