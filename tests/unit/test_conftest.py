"""The test house itself: a judge that is missing, a corpus that is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
JUDGED = """
import pytest

@pytest.mark.judge("poppler")
def test_judged():
    pass

@pytest.mark.judge("nobody")
def test_unknown():
    pass

def test_corpus(corpora):
    folder = corpora.open("samples/some")
    corpora.ran("samples/some", len(list(folder.iterdir())))
"""


JUDGED_ERROR = "ERROR tests/test_judged.py::test_judged"


def run_pytest(tmp_path: Path, **environment: str) -> str:
    """Run three small tests beside a copy of conftest.py and return what pytest prints."""
    tests = tmp_path / "project" / "tests"
    tests.mkdir(parents=True)
    (tests / "conftest.py").write_bytes(CONFTEST.read_bytes())
    (tests / "test_judged.py").write_text(JUDGED, encoding="utf-8")
    (tmp_path / "project" / "pytest.ini").write_text(
        "[pytest]\nmarkers = judge(name): outside judge\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider"]
    # An empty PATH hides every program, so the judge is missing on each machine.
    environment = {"PATH": str(tmp_path / "nothing"), **environment}
    finished = subprocess.run(
        command,
        cwd=tmp_path / "project",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.stdout


def test_missing_judge_skips_with_a_reason(tmp_path: Path) -> None:
    """Where judges are not required, a missing one is a skip that names the program."""
    output = run_pytest(tmp_path)
    assert "outside judge poppler is missing: pdfsig, pdftotext, pdfinfo, pdftoppm" in output
    assert "SKIPPED" in output
    assert JUDGED_ERROR not in output


@pytest.mark.parametrize("variable", [("CI", "true"), ("PRESERVE_REQUIRE_JUDGES", "1")])
def test_missing_judge_fails_where_required(tmp_path: Path, variable: tuple[str, str]) -> None:
    """With CI=true or PRESERVE_REQUIRE_JUDGES=1 the same test fails."""
    output = run_pytest(tmp_path, **dict([variable]))
    assert JUDGED_ERROR in output


def test_unknown_judge_is_an_error(tmp_path: Path) -> None:
    """A misspelt judge never becomes a test that silently runs or is skipped."""
    assert "judge 'nobody' is not known" in run_pytest(tmp_path)


def test_missing_corpus_skips_with_a_reason(tmp_path: Path) -> None:
    """A corpus that is not there is a skip that names it."""
    output = run_pytest(tmp_path)
    assert "the corpus samples/some does not lie beside the checkout" in output


def test_cases_of_a_corpus_are_counted(tmp_path: Path) -> None:
    """The number of cases that ran is printed at the end."""
    some = tmp_path / "shared" / "samples" / "some"
    some.mkdir(parents=True)
    for number in range(3):
        (some / f"{number}.txt").touch()
    assert "corpus samples/some: 3 cases ran" in run_pytest(tmp_path)


def test_empty_corpus_is_a_failure(tmp_path: Path) -> None:
    """A corpus without a case never passes."""
    (tmp_path / "shared" / "samples" / "some").mkdir(parents=True)
    assert "yet no case of it ran" in run_pytest(tmp_path)
