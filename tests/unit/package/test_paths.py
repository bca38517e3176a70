"""Names: safe everywhere, and different things get different names."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from preserve.errors import InputError
from preserve.model.records import RecordClass
from preserve.package.paths import (
    attachment_name,
    bundle_certificate_path,
    bundle_crl_path,
    bundle_document_path,
    bundle_policy_path,
    bundle_source_path,
    check_path,
    check_paths,
    document_file_name,
    dossier_folder,
    import_folder,
    package_id,
    path_segment,
    record_folder,
    version_folder,
)


def _unescape(segment: str) -> str:
    data = re.sub(rb"_([0-9a-f]{2})", lambda m: bytes.fromhex(m[1].decode()), segment.encode())
    return data.decode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_a_segment_can_be_read_back(text: str) -> None:
    """Escaping loses nothing, so two texts never share a name."""
    assume(len(text.encode()) * 3 <= 100)
    segment = path_segment(text)
    assert _unescape(segment) == text
    assert check_path(segment) == segment
    assert "." not in segment


@given(st.text(max_size=30))
def test_a_segment_is_safe_or_refused(text: str) -> None:
    """No text at all makes an unsafe name or another exception."""
    try:
        segment = path_segment(text)
    except InputError:
        return
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", segment)


@pytest.mark.parametrize("name", ["CON", "nul", "Com1", "LPT9", "aux"])
def test_windows_device_names_are_escaped(name: str) -> None:
    """A class called CON is stored all the same."""
    assert path_segment(name) != name
    assert _unescape(path_segment(name)) == name
    with pytest.raises(InputError, match="PATH-UNSAFE"):
        check_path(f"data/{name}.pdf")


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a/", "a//b", "..", "a/../b", ".a", "a.", "a b", "a\\b", "ệ", "a\n", "a:b", "a/./b"],
)
def test_an_unsafe_path_is_refused(path: str) -> None:
    """Only plain names that every file system holds."""
    with pytest.raises(InputError, match="PATH-UNSAFE"):
        check_path(path)


def test_a_path_has_a_longest_length() -> None:
    """100 characters per component and 200 in all."""
    assert check_path("/".join(["a" * 99, "a" * 100]))
    for path in ("a" * 101, "/".join(["a" * 100, "a" * 100])):
        with pytest.raises(InputError, match="PATH-LENGTH"):
            check_path(path)


@pytest.mark.parametrize(
    "paths",
    [
        ["data/a", "data/a"],
        ["data/a", "data/A"],
        ["data/a/x", "data/A/y"],
        ["data/a", "data/a/x"],
        ["data/a/x", "data/a"],
        ["data/a/x", "data/A"],
    ],
)
def test_paths_that_meet_on_a_stick_are_refused(paths: list[str]) -> None:
    """Names that differ only in case, or a file where a folder must be."""
    with pytest.raises(InputError, match="PATH-COLLISION"):
        check_paths(paths)


def test_different_paths_go_together() -> None:
    """Folders may be shared."""
    check_paths(["data/a/x", "data/a/y", "data/b", "metadata/a"])


def test_names_carry_codes_and_versions() -> None:
    """Every name of the format, as docs/format.md shows it."""
    transcript = record_folder(RecordClass.TRANSCRIPT, "8A", "9910000001", 1)
    assert transcript == "hoc-ba.8A.9910000001"
    assert record_folder(RecordClass.GRADE_BOOK, "8A", None, 2) == "so-theo-doi.8A.v0002"
    assert document_file_name(0, "") == "00_rendered.pdf"
    assert document_file_name(1, "HOMEROOM_2024-2025") == "01_HOMEROOM-2024-2025.pdf"
    assert attachment_name(transcript, "2023-2024") == "hoc-ba.8A.9910000001_2023-2024.pdf"
    assert package_id("00000001", "2024-2025") == "00000001-2024-2025"
    assert version_folder(1) == "v0001"
    assert bundle_document_path("8A", transcript) == "data/8A/hoc-ba.8A.9910000001.pdf"
    assert bundle_source_path("0001_20250601T070000Z", "0001.xlsx") == (
        "data/sources/0001_20250601T070000Z/0001.xlsx"
    )
    assert bundle_policy_path("signing", "transcript-secondary") == (
        "metadata/policies/signing/transcript-secondary.toml"
    )
    assert bundle_certificate_path("ab" * 32).endswith(f"certificates/{'ab' * 32}.der")
    assert bundle_crl_path("ab" * 32) == f"metadata/validation/crls/{'ab' * 32}.crl"
    assert dossier_folder("9910000001", date(2026, 6, 1), 2) == "9910000001.2026-06-01.02"
    at = datetime(2025, 6, 1, 14, 0, tzinfo=timezone(timedelta(hours=7)))
    assert import_folder(1, at) == import_folder(1, at.astimezone(UTC)) == "0001_20250601T070000Z"


def test_a_school_year_and_a_digest_must_look_like_one() -> None:
    """A year or digest that is none cannot become a path."""
    for year in ("2024", "2024/2025", "../2024-2025", "2024-2025\n"):
        with pytest.raises(InputError, match="PATH-SCHOOL-YEAR"):
            package_id("00000001", year)
    for digest in ("", "AB" * 32, "../" + "ab" * 30):
        with pytest.raises(InputError, match="PATH-UNSAFE"):
            bundle_crl_path(digest)


classes = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=6)
codes = st.none() | st.text("0123456789abc.-_", min_size=1, max_size=12)


@given(*[st.tuples(classes, codes, st.integers(1, 9999))] * 2)
def test_different_documents_have_different_folders(
    one: tuple[str, str | None, int], other: tuple[str, str | None, int]
) -> None:
    """Class, pupil and version cannot be exchanged within a name."""
    kind = RecordClass.TRANSCRIPT
    same = record_folder(kind, *one) == record_folder(kind, *other)
    assert same == (one == other)
