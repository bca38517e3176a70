"""The sealed bundle: complete, deterministic, and there only with its seal."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import bagit
import pytest

from preserve.errors import InputError, PreserveError, StorageError
from preserve.formats.bagit import parse_manifest, parse_tags
from preserve.formats.records_csv import decode_records
from preserve.package.bundle import BundleFile, BundleInfo, build_bundle

ROOT = Path(__file__).resolve().parents[3]


def _seal(manifest: bytes) -> bytes:
    """Stand in for a CMS signature: the builder treats it as bytes."""
    return b"CMS" + hashlib.sha512(manifest).digest()


def _tree(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_bundle_holds_what_the_format_says(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo
) -> None:
    """Every file of docs/format.md is there, and nothing else."""
    target = tmp_path / "packages" / "00000001-2024-2025" / "v0001"
    package = build_bundle(target, bundle_files, bundle_info, _seal)
    tree = _tree(target)
    assert set(tree) == {file.path for file in bundle_files} | {
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha512.txt",
        "manifest-sha256.txt",
        "tagmanifest-sha512.txt",
        "metadata/records.csv",
        "metadata/premis.xml",
        "metadata/journal-head.txt",
        "seal/manifest.p7s",
        "seal/fixity-sha512.txt",
    }
    assert package.manifest_sha512 == hashlib.sha512(tree["tagmanifest-sha512.txt"]).hexdigest()
    assert tree["seal/manifest.p7s"] == _seal(tree["tagmanifest-sha512.txt"])
    assert os.listdir(target.parent) == ["v0001"]  # noqa: PTH208 (names are what is asked)


def test_every_file_is_listed_where_it_belongs(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo
) -> None:
    """Payload in both manifests, tag files in the tag manifest, the seal in its own list."""
    target = tmp_path / "v0001"
    build_bundle(target, bundle_files, bundle_info, _seal)
    tree = _tree(target)
    payload = {path for path in tree if path.startswith("data/")}
    seal = {path for path in tree if path.startswith("seal/")}
    tags = set(tree) - payload - seal - {"tagmanifest-sha512.txt"}
    for name, expected in [
        ("manifest-sha512.txt", payload),
        ("manifest-sha256.txt", payload),
        ("tagmanifest-sha512.txt", tags),
        ("seal/fixity-sha512.txt", {"seal/manifest.p7s"}),
    ]:
        pairs = dict(parse_manifest(tree[name]))
        assert set(pairs) == expected
        algorithm = "sha256" if "sha256" in name else "sha512"
        for path, digest in pairs.items():
            assert hashlib.new(algorithm, tree[path]).hexdigest() == digest
    rows = {row.path: row.sha512 for row in decode_records(tree["metadata/records.csv"])}
    assert rows == dict(parse_manifest(tree["manifest-sha512.txt"]))


def test_bag_info_counts_the_payload(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo
) -> None:
    """Payload-Oxum, predecessor, journal head and policies stand in bag-info."""
    target = tmp_path / "v0001"
    info = replace(bundle_info, predecessor="12" * 64)
    package = build_bundle(target, bundle_files, info, _seal)
    tags = dict(parse_tags((target / "bag-info.txt").read_bytes()))
    sizes = [len(data) for path, data in _tree(target).items() if path.startswith("data/")]
    assert tags["Payload-Oxum"] == f"{sum(sizes)}.{len(sizes)}"
    assert tags["Predecessor-Digest"] == package.predecessor == "12" * 64
    assert tags["Journal-Head"] == bundle_info.journal_head
    assert tags["Policy"] == f"signing/x sha256:{'ef' * 32}"
    assert tags["External-Identifier"] == "00000001-2024-2025/v0001"


@pytest.mark.judge("bagit")
def test_an_outside_judge_finds_a_valid_bag(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo
) -> None:
    """bagit.py of the Library of Congress validates the bundle, and misses one changed byte not."""
    target = tmp_path / "v0001"
    build_bundle(target, bundle_files, bundle_info, _seal)
    bagit.Bag(str(target)).validate()
    changed = target / bundle_files[0].path
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(target)).validate()


def test_the_same_input_gives_the_same_bytes(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo
) -> None:
    """The order in which files are given plays no part."""
    build_bundle(tmp_path / "one", bundle_files, bundle_info, _seal)
    build_bundle(tmp_path / "two", reversed(bundle_files), bundle_info, _seal)
    assert _tree(tmp_path / "one") == _tree(tmp_path / "two")


@pytest.mark.parametrize("kind", ["folder", "file", "dangling link"])
def test_an_existing_target_is_refused(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo, kind: str
) -> None:
    """A bundle is never replaced, not even an empty folder of its name."""
    target = tmp_path / "packages" / "v0001"
    target.parent.mkdir()
    match kind:
        case "folder":
            target.mkdir()
        case "file":
            target.write_bytes(b"")
        case _:
            target.symlink_to("nowhere")
    with pytest.raises(StorageError, match="PACKAGE-EXISTS"):
        build_bundle(target, bundle_files, bundle_info, _seal)


def _fails(error: type[BaseException]) -> Callable[[bytes], bytes]:
    def seal(_manifest: bytes) -> bytes:
        raise error

    return seal


@pytest.mark.parametrize("error", [KeyboardInterrupt, PreserveError, RuntimeError])
def test_without_its_seal_nothing_stays(
    tmp_path: Path,
    bundle_files: list[BundleFile],
    bundle_info: BundleInfo,
    error: type[BaseException],
) -> None:
    """A pulled token, Ctrl-C or a fault while sealing leaves the disk as it was."""
    wanted: type[BaseException] = error
    seal = _fails(error) if error is not PreserveError else _failing_token
    with pytest.raises(wanted):
        build_bundle(tmp_path / "packages" / "x" / "v0001", bundle_files, bundle_info, seal)
    assert list((tmp_path / "packages").iterdir()) == []


def _failing_token(_manifest: bytes) -> bytes:
    raise PreserveError("SIGN-TOKEN")


@pytest.mark.parametrize(
    ("path", "with_record", "code"),
    [
        ("data/../x", True, "PATH-UNSAFE"),
        ("data/6A/Nguyễn.pdf", True, "PATH-UNSAFE"),
        ("data/6a/x.pdf", True, "PATH-COLLISION"),
        ("data/6A/x.pdf", False, "PACKAGE-RECORD"),
        ("metadata/x.toml", True, "PACKAGE-RECORD"),
        ("metadata/records.csv", False, "PACKAGE-PLACE"),
        ("seal/manifest.p7s", False, "PACKAGE-PLACE"),
        ("bagit.txt", False, "PACKAGE-PLACE"),
    ],
)
def test_a_bad_file_is_refused_before_the_first_byte(
    tmp_path: Path,
    bundle_files: list[BundleFile],
    bundle_info: BundleInfo,
    path: str,
    with_record: bool,  # noqa: FBT001 (a column of the table above)
    code: str,
) -> None:
    """Unsafe and doubled paths, payload without a record, files that the builder writes."""
    record = bundle_files[0].record if with_record else None
    with pytest.raises(InputError) as caught:
        build_bundle(
            tmp_path / "p" / "v0001",
            [*bundle_files, BundleFile(path, b"", record)],
            bundle_info,
            _seal,
        )
    assert caught.value.code == code
    assert not (tmp_path / "p").exists()


def test_an_empty_bundle_is_refused(tmp_path: Path, bundle_info: BundleInfo) -> None:
    """A year without a document is not sealed."""
    with pytest.raises(InputError, match="PACKAGE-EMPTY"):
        build_bundle(tmp_path / "v0001", [], bundle_info, _seal)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("missing", "STORE-MISSING"), ("link", "STORE-NOT-A-FILE"), ("folder", "STORE-NOT-A-FILE")],
)
def test_a_source_that_is_no_plain_file_is_refused(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo, kind: str, code: str
) -> None:
    """A link or folder in place of a document stops the act, and nothing stays."""
    source = tmp_path / "source.pdf"
    match kind:
        case "link":
            source.symlink_to(tmp_path / "documents" / "9910000001.pdf")
        case "folder":
            source.mkdir()
        case _:
            pass
    files = [*bundle_files, BundleFile("data/6A/z.pdf", source, bundle_files[0].record)]
    with pytest.raises(StorageError) as caught:
        build_bundle(tmp_path / "p" / "v0001", files, bundle_info, _seal)
    assert caught.value.code == code
    assert not (tmp_path / "p").exists()


def test_progress_counts_files(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo
) -> None:
    """Every file is reported once, in order."""
    seen: list[tuple[int, int]] = []
    build_bundle(
        tmp_path / "v0001",
        bundle_files,
        bundle_info,
        _seal,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(number, 5) for number in range(1, 6)]


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from preserve.package import bundle
from preserve.package.bundle import BundleFile, BundleInfo, RecordRow, build_bundle

def kill(_manifest):
    os.kill(os.getpid(), signal.SIGKILL)

row = RecordRow("x", "nguon", "", "", "2024-2025", 1, "", "", "held")
info = BundleInfo("p", 1, "s", "2024-2025", date(2025, 6, 30), "preserve", "0:" + "0" * 64)
build_bundle(Path(sys.argv[1]), [BundleFile("data/x", b"x", row)], info, kill)
"""


def test_a_killed_builder_leaves_no_bundle_and_the_next_one_cleans_up(
    tmp_path: Path, bundle_files: list[BundleFile], bundle_info: BundleInfo
) -> None:
    """Killed before the seal: no bundle is there; the rerun makes it and removes the leftover."""
    target = tmp_path / "packages" / "v0001"
    result = subprocess.run(
        [sys.executable, "-c", KILLED, str(target)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert result.returncode == -signal.SIGKILL
    assert not target.exists()
    assert len(list(target.parent.iterdir())) == 1
    build_bundle(target, bundle_files, bundle_info, _seal)
    assert [path.name for path in target.parent.iterdir()] == ["v0001"]
