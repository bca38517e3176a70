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
from preserve.policy.assessment import load_assessment_policy, parse_assessment_policy
from preserve.policy.files import PolicyFile, policy_folders

ROOT = Path(__file__).parents[3]
TT22 = ROOT / "policies" / "assessment" / "tt22-2021.toml"
TEXTS = ROOT / "preserve" / "report" / "texts" / "check.toml"


def policy_file(text: str) -> PolicyFile:
    """Wrap TOML text as a policy file."""
    content = text.encode()
    return PolicyFile("assessment", "x", Path("x.toml"), content, tomllib.loads(text))


def test_the_policy_carries_its_sources_and_its_digest() -> None:
    """Citation and status stand in the policy; so does the digest of the very file."""
    policy = load_assessment_policy("TT22-2021", policy_folders())
    assert policy.policy_id == "tt22-2021/1"
    assert policy.learning_source.status is SourceStatus.SEEN
    assert "Điều 9 khoản 2" in policy.learning_source.citation
    assert policy.comment_source.status is SourceStatus.UNVERIFIED
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
    ],
)
def test_a_policy_with_gaps_or_wrong_values_is_refused(old: str, new: str) -> None:
    """Whatever is missing, unknown or contradictory is named as a policy error."""
    text = TT22.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(PolicyError) as caught:
        parse_assessment_policy(policy_file(text.replace(old, new, 1)))
    assert caught.value.code == "POLICY-CONTENT"


def test_every_check_has_its_texts_and_every_text_its_check() -> None:
    """The codes of the checks and of the text file are the same, in both languages."""
    source = (ROOT / "preserve" / "rules" / "assessment_check.py").read_text(encoding="utf-8")
    texts = {
        code: entry
        for code, entry in tomllib.loads(TEXTS.read_text(encoding="utf-8")).items()
        if code.startswith("CHK-")
    }
    assert set(re.findall(r'"(CHK-[A-Z-]+)"', source)) == set(texts)
    for code, entry in texts.items():
        assert set(entry) == {"vi", "en", "requirement"}, code
        vietnamese, english = (set(re.findall(r"{(\w+)}", entry[key])) for key in ("vi", "en"))
        assert vietnamese == english <= {"subject", "field", "reported", "computed"}, code
