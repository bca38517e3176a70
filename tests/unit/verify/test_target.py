"""Whatever lies at a path is recognised and judged."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from preserve.errors import InputError, StorageError
from preserve.model.verification import Indication, VerificationReport
from preserve.package.dossier import build_dossier
from preserve.verify.target import verify_path


def failures(report: VerificationReport) -> set[tuple[str, str]]:
    """Failed checks with their subjects."""
    return {
        (f.check, f.subject) for f in report.findings if f.indication is Indication.TOTAL_FAILED
    }


def test_a_file_is_judged_as_a_document(world: Any, signed: bytes, tmp_path: Path) -> None:
    """The report's subject is the file's name."""
    (tmp_path / "a.pdf").write_bytes(signed)
    report = verify_path(tmp_path / "a.pdf", world.context)
    assert report.subject == "a.pdf"
    assert report.indication is Indication.TOTAL_PASSED


def test_bundle_package_and_store_are_recognised(world: Any, bundle: Path) -> None:
    """The same bundle through three doors; subjects grow by the folders above."""
    for path, prefix in (
        (bundle, ""),
        (bundle.parent, "v0001/"),
        (bundle.parent.parent, "00000009-2025-2026/v0001/"),
    ):
        report = verify_path(path, world.context)
        assert report.indication is Indication.TOTAL_PASSED
        assert f"{prefix}seal/manifest.p7s" in {f.subject for f in report.findings}


def test_the_newest_version_is_judged_and_a_gap_is_named(
    world: Any, bundle: Path, tmp_path: Path
) -> None:
    """With v0001 and v0003 the version between is missing."""
    package = tmp_path / bundle.parent.name
    shutil.copytree(bundle, package / "v0001")
    shutil.copytree(bundle, package / "v0003")
    found = failures(verify_path(package, world.context))
    assert ("CMP-VERSION", "v0002") in found
    assert ("CMP-BAG-INFO", "v0003/bag-info.txt") in found


@pytest.fixture
def dossier(signed: bytes, tmp_path: Path) -> Path:
    """Give a transfer dossier of one transcript."""
    files = [("hocba.pdf", signed), ("record.xml", b"<made-up/>")]
    return build_dossier(tmp_path / "dossier", files)


def test_a_dossier_is_judged(world: Any, dossier: Path) -> None:
    """Lists, digests and the signed document hold."""
    assert verify_path(dossier, world.context).indication is Indication.TOTAL_PASSED


def test_a_damaged_dossier_names_the_file(world: Any, dossier: Path) -> None:
    """Changed, missing and added files are each named."""
    (dossier / "record.xml").write_bytes(b"<changed/>")
    (dossier / "extra.txt").write_bytes(b"x")
    found = failures(verify_path(dossier, world.context))
    assert ("FIX-DIGEST", "record.xml") in found
    assert ("CMP-FILE-EXTRA", "extra.txt") in found
    (dossier / "hocba.pdf").unlink()
    found = failures(verify_path(dossier, world.context))
    assert ("CMP-FILE-MISSING", "hocba.pdf") in found
    assert ("CMP-EMPTY", ".") in found


def test_a_broken_list_in_a_dossier_is_a_finding(world: Any, dossier: Path) -> None:
    """The list itself is named."""
    (dossier / "SHA256SUMS.txt").write_bytes(b"nonsense\n")
    found = failures(verify_path(dossier, world.context))
    assert ("FIX-MANIFEST-MALFORMED", "SHA256SUMS.txt") in found


def test_nothing_at_a_path_is_an_input_error(world: Any, tmp_path: Path) -> None:
    """A missing path and a folder of something else have their own sentences."""
    with pytest.raises(InputError) as error:
        verify_path(tmp_path / "none", world.context)
    assert error.value.code == "VERIFY-NO-SUCH-PATH"
    with pytest.raises(InputError) as error:
        verify_path(tmp_path, world.context)
    assert error.value.code == "VERIFY-NO-TARGET"


def test_a_device_that_gives_no_bytes_is_a_storage_error(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A medium that fails is neither a bad input nor a bad document."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    monkeypatch.setattr("os.open", _broken)
    with pytest.raises(StorageError) as error:
        verify_path(path, world.context)
    assert error.value.code == "VERIFY-UNREADABLE"


def _broken(*_arguments: object, **_named: object) -> int:
    raise OSError(5, "Input/output error")
