"""Assessment policies are read exactly, and a policy with gaps is refused."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from preserve.errors import PolicyError
from preserve.model.results import Level
from preserve.model.retention import SourceStatus
from preserve.policy.assessment import (
    AssessmentPolicy,
    PrimaryPolicy,
    load_assessment_policy,
    load_regulation_policy,
    parse_regulation_policy,
)
from preserve.policy.assessment_criteria import ConductBetween
from preserve.policy.assessment_learning import LearningByCount, LearningByMean
from preserve.policy.files import PolicyFile, policy_folders

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "policies" / "assessment"
TT22 = FOLDER / "tt22-2021.toml"
TEXTS = ROOT / "preserve" / "report" / "texts" / "check.toml"


def policy_file(text: str) -> PolicyFile:
    """Wrap TOML text as a policy file."""
    content = text.encode()
    return PolicyFile("assessment", "x", Path("x.toml"), content, tomllib.loads(text))


def test_the_policy_carries_its_sources_and_its_digest() -> None:
    """Citation and status stand in the policy; so does the digest of the very file."""
    policy = load_assessment_policy("TT22-2021", policy_folders())
    assert policy.policy_id == "tt22-2021/1"
    assert policy.learning.source.status is SourceStatus.SEEN
    assert "Điều 9 khoản 2" in policy.learning.source.citation
    assert policy.learning.source.reliable
    assert policy.sha256 == hashlib.sha256(TT22.read_bytes()).hexdigest()
    assert policy.reaches(Level.GOOD, Level.PASSED)
    assert not policy.reaches(Level.NOT_PASSED, Level.PASSED)


def test_an_unknown_regulation_is_refused() -> None:
    """No policy is guessed for a regulation that no file holds."""
    with pytest.raises(PolicyError) as caught:
        load_assessment_policy("TT00-0000", policy_folders())
    assert caught.value.code == "POLICY-NO-ASSESSMENT"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('lowest = "6.5"', "lowest = 6.5"),
        ('lowest = "6.5"', 'lowest = "sáu rưỡi"'),
        ('lowest = "6.5"', 'lowest = "NaN"'),
        ("absences_at_most = 45", "absences_at_most = -1"),
        ("absences_at_most = 45", "absences_at_most = true"),
        ('levels = ["Tốt", "Khá", "Đạt", "Chưa đạt"]', 'levels = ["Tốt", "Khá", "Đạt"]'),
        ('levels = ["Tốt", "Khá", "Đạt", "Chưa đạt"]', 'levels = ["Giỏi", "Khá", "Đạt", "Yếu"]'),
        ('level = "Khá"', 'level = "Đạt"'),
        ('"Đạt" = "Khá"\n', ""),
        ("periods_up_to = 70", "periods_up_to = 20"),
        ("periods_up_to = 70\n", ""),
        ("raised_by = 1", "raised_by = 3"),
        ('readings = ["replace", "remove", "marked_only"]', "readings = []"),
        ("year_follows_semester = 2", "year_follows_semester = 3"),
        ("midterm_weight = 2\nfinal_weight = 3", "midterm_weight = 0\nfinal_weight = 0"),
        (
            "semester_1_weight = 1\nsemester_2_weight = 2",
            "semester_1_weight = 0\nsemester_2_weight = 0",
        ),
        ("[promotion]", "[other]"),
        ("[promotion]", "[[promotion]]"),
        ('kind = "secondary"', 'kind = "other"'),
        ('by = "count"', 'by = "guess"'),
        ('conduct_levels = ["Tốt", "Khá", "Đạt", "Chưa đạt"]', 'conduct_levels = ["Tốt"]'),
        ('learning = ["Chưa đạt"]', 'learning = ["Kém"]'),
        ('learning = ["Chưa đạt"]', 'learning = "Chưa đạt"'),
        ('learning_at_least = "Tốt"', 'learning_at_least = "Giỏi"'),
    ],
)
def test_a_policy_with_gaps_or_wrong_values_is_refused(old: str, new: str) -> None:
    """Whatever is missing, unknown or contradictory is named as a policy error."""
    text = TT22.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(PolicyError) as caught:
        parse_regulation_policy(policy_file(text.replace(old, new, 1)))
    assert caught.value.code == "POLICY-CONTENT"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tt58-2011", 'mean = "8.0"', 'mean = "tám"'),
        ("tt58-2011", 'key_subjects = ["Toán"', 'key_subjects = ["", "Toán"'),
        ("tt58-2011", 'given = "Khá"', 'given = "Kém"'),
        ("tt58-2011", 'given = "Khá"', 'given = "Đạt"'),
        ("tt58-2011", "[mean]", "[average]"),
        ("tt27-2020", '"Cần cố gắng"]', '"Đạt"]'),
        ("tt27-2020", '"Hoàn thành", "Chưa hoàn thành"]', '"Hoàn thành"]'),
        ("tt27-2020", 'otherwise = "Chưa hoàn thành"', 'otherwise = "Hoàn thành"'),
        ("tt27-2020", 'tests_at_least = "9"', "tests_at_least = 9"),
        ("tt27-2020", 'outcomes = ["Hoàn thành xuất sắc"', 'outcomes = ["Chưa hoàn thành"'),
        (
            "tt27-2020",
            'outcome = "Hoàn thành tốt"\ncertain',
            'outcome = "Hoàn thành xuất sắc"\ncertain',
        ),
    ],
)
def test_the_other_regulations_are_refused_with_gaps_too(name: str, old: str, new: str) -> None:
    """A mean, a table of rises, a scale or an outcome that does not fit is named."""
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(PolicyError) as caught:
        parse_regulation_policy(policy_file(text.replace(old, new, 1)))
    assert caught.value.code == "POLICY-CONTENT"


def test_every_regulation_of_a_form_is_there() -> None:
    """Each regulation that a class can follow is of the kind that its rules need."""
    folders = policy_folders()
    by_count = [load_assessment_policy(name, folders) for name in ("TT22-2021", "TT43-2021")]
    by_mean = [
        load_assessment_policy(name, folders) for name in ("TT58-2011+TT26-2020", "TT58-2011")
    ]
    assert all(isinstance(policy.learning, LearningByCount) for policy in by_count)
    assert all(isinstance(policy.learning, LearningByMean) for policy in by_mean)
    assert all(isinstance(policy.conduct, ConductBetween) for policy in by_mean)
    assert isinstance(load_regulation_policy("TT27-2020", folders), PrimaryPolicy)


def test_a_regulation_takes_over_what_its_base_says() -> None:
    """Numbers come from the base, citations and titles from the regulation; both are digested."""
    folders = policy_folders()
    base = load_assessment_policy("TT22-2021", folders)
    centre = load_assessment_policy("TT43-2021", folders)
    assert centre.learning.rows == base.learning.rows
    assert centre.conduct_levels == base.conduct_levels
    assert [row.title for row in centre.titles.rows] == ["Học viên Xuất sắc", "Học viên Giỏi"]
    sources = (centre.learning.source, centre.promotion.source, centre.titles.source)
    assert not any(source.reliable for source in sources)
    assert all(source.citation.startswith("Thông tư 43/2021") for source in sources)
    own = (FOLDER / "tt43-2021.toml").read_bytes()
    assert centre.sha256 == hashlib.sha256(own + TT22.read_bytes()).hexdigest()


def test_key_subjects_differ_before_and_after_the_amendment() -> None:
    """Foreign languages are key subjects since TT 26/2020/TT-BGDĐT only."""
    for name, expected in (("TT58-2011+TT26-2020", True), ("TT58-2011", False)):
        learning = load_assessment_policy(name, policy_folders()).learning
        assert isinstance(learning, LearningByMean)
        assert ("Ngoại ngữ" in learning.key_subjects) is expected


@pytest.mark.parametrize(("base", "problem"), [("x", "base"), ("y", "base"), ("z", "z")])
def test_bases_that_lead_nowhere_are_refused(tmp_path: Path, base: str, problem: str) -> None:
    """A base in a circle, or one that does not exist, is a policy error."""
    folder = tmp_path / "assessment"
    folder.mkdir()
    (folder / "x.toml").write_text(f'regulation = "X"\nbase = "{base}"', encoding="utf-8")
    (folder / "y.toml").write_text('regulation = "Y"\nbase = "x"', encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_regulation_policy("X", [tmp_path])
    assert problem in caught.value.parameters.values()


def test_a_primary_regulation_is_no_secondary_one() -> None:
    """Whoever needs levels of secondary school is refused one of primary school."""
    with pytest.raises(PolicyError) as caught:
        load_assessment_policy("TT27-2020", policy_folders())
    assert caught.value.code == "POLICY-NO-ASSESSMENT"
    policy = load_regulation_policy("TT22-2021", policy_folders())
    assert isinstance(policy, AssessmentPolicy)


def test_every_check_has_its_texts_and_every_text_its_check() -> None:
    """The codes of the checks and of the text file are the same, in both languages."""
    rules = (ROOT / "preserve" / "rules").glob("assessment_*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in rules)
    texts = {
        code: entry
        for code, entry in tomllib.loads(TEXTS.read_text(encoding="utf-8")).items()
        if code.startswith("CHK-")
    }
    assert set(re.findall(r'"(CHK-[A-Z-]+)"', source)) == set(texts)
    known = {"place", "subject", "field", "reported", "computed"}
    for code, entry in texts.items():
        assert set(entry) == {"vi", "en", "requirement"}, code
        vietnamese, english = (set(re.findall(r"{(\w+)}", entry[key])) for key in ("vi", "en"))
        assert vietnamese == english <= known, code
