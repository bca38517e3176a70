"""Import profiles are data, and a profile that cannot be used is refused when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from preserve.errors import PolicyError
from preserve.ingest.words import fold
from preserve.policy.files import policy_folders, read_policy
from preserve.policy.import_maps import load_import_profiles
from preserve.policy.imports import CellKind, parse_import_profile

PROFILES = load_import_profiles(policy_folders())
TEXT = read_policy("import", "csdl-danh-sach", policy_folders()).content.decode()


def test_every_profile_names_itself_and_its_source() -> None:
    """Each profile has an id of its own, titles in both languages and a citation."""
    assert len({profile.profile_id for profile in PROFILES}) == len(PROFILES) == 18
    for profile in PROFILES:
        assert profile.title_vi
        assert profile.title_en
        assert profile.citation
        assert len(profile.sha256) == 64


def test_headers_of_a_layout_mean_one_thing() -> None:
    """No header of a layout means two fields, and every recognised cell is a header or a span."""
    for profile in PROFILES:
        for layout in profile.layouts:
            headers = [fold(text) for rule in layout.columns for text in rule.headers]
            assert len(headers) == len(set(headers)), profile.profile_id
            spans = () if layout.subheader is None else layout.subheader.spans
            known = {*headers, *(fold(span) for span in spans)}
            for cells in layout.recognise:
                assert {fold(cell) for cell in cells.split("|")} & known, profile.profile_id
            fields = [rule.field for rule in layout.columns]
            assert len(fields) == len(set(fields))
            assert set(layout.unique) <= set(fields)


def test_pupils_are_always_named_by_an_identifier() -> None:
    """Wherever a pupil stands in a layout, the code is an identifier and must be filled."""
    rules = [r for p in PROFILES for la in p.layouts for r in la.columns if r.field == "pupil"]
    assert rules
    assert all(rule.kind is CellKind.IDENTIFIER and rule.filled for rule in rules)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('kind = "roster"', 'kind = "menu"'),
        lambda text: text.replace('kind = "date"', 'kind = "moon"'),
        lambda text: text.replace('id = "csdl-danh-sach/1"', ""),
        lambda text: text.replace("(?P<school_year>", "(?P<school_year"),
        lambda text: text.replace(
            '["Mã định danh Bộ GD&ĐT", "Trạng thái HS", "Mã lớp"]', '["Trạng thái HS"]'
        ),
        lambda text: text.replace('choices = ["Nam", "Nữ"]', "choices = []"),
        lambda text: text.replace('status = "secondary"', 'status = "rumour"'),
    ],
)
def test_unusable_profiles_are_refused(tmp_path: Path, damage: Callable[[str], str]) -> None:
    """Unknown words, missing keys and broken patterns are told with the file."""
    damaged = damage(TEXT)
    assert damaged != TEXT
    path = tmp_path / "import" / "x.toml"
    path.parent.mkdir()
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        parse_import_profile(read_policy("import", "x", [tmp_path]))
    assert caught.value.code == "POLICY-CONTENT"


def test_school_may_bring_its_own_profile(tmp_path: Path) -> None:
    """A profile in an earlier folder hides the packaged one of the same name."""
    path = tmp_path / "import" / "csdl-danh-sach.toml"
    path.parent.mkdir()
    path.write_text(TEXT.replace("csdl-danh-sach/1", "cua-truong/1"), encoding="utf-8")
    ids = {p.profile_id for p in load_import_profiles([tmp_path, *policy_folders()])}
    assert "cua-truong/1" in ids
    assert "csdl-danh-sach/1" not in ids


def test_no_profile_at_all_is_an_error(tmp_path: Path) -> None:
    """Without profiles nothing could be recognised."""
    with pytest.raises(PolicyError):
        load_import_profiles([tmp_path])
