"""Which cohort has which form, and what a form file must hold."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import InputError, PolicyError
from preserve.model.records import (
    AmendmentMinutes,
    AssessmentSummary,
    GradeBook,
    RecordClass,
    SealingMinutes,
    Transcript,
    TransferSummary,
)
from preserve.model.retention import SourceStatus
from preserve.model.school import SchoolLevel
from preserve.policy.files import policy_folders, read_policy
from preserve.policy.forms import load_form, load_form_cohorts
from preserve.rules.forms import choose_form, form_for, missing_fields
from tests.unit.render.people import transcript

LOWER, UPPER, PRIMARY = (
    SchoolLevel.LOWER_SECONDARY,
    SchoolLevel.UPPER_SECONDARY,
    SchoolLevel.PRIMARY,
)


@pytest.mark.parametrize(
    ("level", "grade", "school_year", "form"),
    [
        (LOWER, 6, "2021-2022", "TT22-2021-THCS"),
        (LOWER, 7, "2021-2022", "TT58-2011-THCS"),
        (LOWER, 8, "2021-2022", "TT58-2011-THCS"),
        (LOWER, 9, "2021-2022", "TT58-2011-THCS"),
        (LOWER, 9, "2023-2024", "TT58-2011-THCS"),
        (LOWER, 8, "2023-2024", "TT22-2021-THCS"),
        (LOWER, 9, "2024-2025", "TT22-2021-THCS"),
        (UPPER, 10, "2022-2023", "TT22-2021-THPT"),
        (UPPER, 12, "2023-2024", "TT58-2011-THPT"),
        (UPPER, 12, "2024-2025", "TT22-2021-THPT"),
        (PRIMARY, 1, "2020-2021", "TT27-2020-TH"),
        (PRIMARY, 5, "2023-2024", "TT30-2014-TH"),
        (PRIMARY, 5, "2024-2025", "TT27-2020-TH"),
    ],
)
def test_form_follows_the_cohort(
    level: SchoolLevel, grade: int, school_year: str, form: str
) -> None:
    """The first cohorts of each circular are those that the circular names."""
    assert form_for(level, grade, school_year) == form


@given(st.integers(2000, 2060), st.integers(6, 8))
def test_a_pupil_keeps_the_form(year: int, grade: int) -> None:
    """A year later and a grade higher, the form is the same."""
    now = form_for(LOWER, grade, f"{year}-{year + 1}")
    assert form_for(LOWER, grade + 1, f"{year + 1}-{year + 2}") == now


@pytest.mark.parametrize(("level", "grade"), [(LOWER, 5), (LOWER, 10), (UPPER, 9), (PRIMARY, 0)])
def test_grade_of_another_level_is_refused(level: SchoolLevel, grade: int) -> None:
    """A level knows its grades."""
    with pytest.raises(InputError, match="FORM-GRADE"):
        form_for(level, grade, "2024-2025")


@pytest.mark.parametrize("school_year", ["2024", "2024-2026", "2024-25", "", "2025-2024", "x"])
def test_other_years_are_refused(school_year: str) -> None:
    """A school year names two consecutive years."""
    with pytest.raises(InputError, match="FORM-YEAR"):
        form_for(LOWER, 6, school_year)


def test_year_before_every_form_is_refused() -> None:
    """Without a form for all earlier cohorts there is no answer."""
    rows = [row for row in load_form_cohorts(policy_folders()) if row.entry_year is not None]
    with pytest.raises(InputError, match="FORM-YEAR"):
        choose_form(rows, LOWER, 9, "2010-2011")


@pytest.mark.parametrize("name", ["TT22-2021-THCS", "TT22-2021-THPT"])
def test_packaged_forms_load(name: str) -> None:
    """A form names its circular and says how well its source is known."""
    form = load_form(name, policy_folders())
    assert form.form_id == name
    assert "22/2021/TT-BGDĐT" in form.citation
    assert form.status is SourceStatus.SECONDARY
    assert "Ngữ văn" in form.subjects


def test_packaged_forms_have_the_same_labels() -> None:
    """What one form can say, the other can say."""
    forms = [load_form(n, policy_folders()) for n in ("TT22-2021-THCS", "TT22-2021-THPT")]
    assert forms[0].labels.keys() == forms[1].labels.keys()


def test_unknown_label_is_our_error() -> None:
    """A missing wording or an unfilled placeholder names form and label."""
    form = load_form("TT22-2021-THCS", policy_folders())
    for name in ("nothing.of.the.kind", "common.page"):
        with pytest.raises(PolicyError) as caught:
            form.label(name)
        assert caught.value.parameters == {"form": form.form_id, "label": name}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "TT22-2021-THCS"', 'id = "TT22-2021-THPT"'),
        ('level = "THCS"', 'level = "THX"'),
        ("final_grade = 9", 'final_grade = "nine"'),
        ('good = "Tốt"', "good = 1"),
        ('summary_subjects = [\n  "Giáo dục thể chất",', "summary_subjects = ["),
        ('status = "secondary"', 'status = "sure"'),
    ],
)
def test_contradicting_form_is_refused(old: str, new: str, tmp_path: Path) -> None:
    """A form file with a wrong value is a policy error that names the file."""
    packaged = next(f for f in policy_folders() if (f / "forms").is_dir())
    shutil.copytree(packaged / "forms", tmp_path / "forms")
    path = tmp_path / "forms" / "TT22-2021-THCS.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError, match="POLICY-CONTENT"):
        load_form("TT22-2021-THCS", [tmp_path])


def test_missing_form_is_refused() -> None:
    """Nobody prints on a form that is not there."""
    with pytest.raises(PolicyError, match="POLICY-MISSING"):
        load_form("TT30-2014-TH", policy_folders())


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, ()),
        ({"gender": ""}, ("pupil.gender",)),
        ({"name": "", "gender": ""}, ("pupil.name", "pupil.gender")),
    ],
)
def test_form_names_what_must_be_filled(change: dict[str, Any], missing: tuple[str, ...]) -> None:
    """Each empty field that the form demands is named; nothing else is."""
    form = load_form("TT22-2021-THCS", policy_folders())
    record = transcript(1)
    record = replace(record, pupil=replace(record.pupil, **change))
    assert missing_fields(record, form, RecordClass.TRANSCRIPT) == missing


@pytest.mark.parametrize("name", ["TT22-2021-THCS", "TT27-2020-TH", "van-ban-chung"])
def test_every_demanded_field_exists(name: str) -> None:
    """A misspelt field would demand nothing, or stop every document."""
    file = read_policy("forms", name, policy_folders())
    kinds = {
        "hoc-ba": Transcript,
        "so-theo-doi": GradeBook,
        "bang-tong-hop": AssessmentSummary,
        "sua-diem": AmendmentMinutes,
        "bien-ban-niem-phong": SealingMinutes,
        "chuyen-truong": TransferSummary,
    }
    assert file.table["required"]
    for kind, names in file.table["required"].items():
        for path in names:
            owner: Any = kinds[kind]
            for part in path.split("."):
                hints = get_type_hints(owner)
                assert part in hints, path
                owner = hints[part]
