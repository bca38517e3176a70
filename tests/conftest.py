"""What all tests share: outside judges, corpora beside the checkout, Hypothesis's profile.

A judge is a program that others wrote and that looks at our output. A corpus is a folder of files
with known verdicts that lies beside the checkout and is never copied into it. Either may be
missing on a machine: the test is then skipped and says why. With ``CI=true`` or
``PRESERVE_REQUIRE_JUDGES=1`` a missing judge is a failure, so that "skipped" never means "passed".
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings

from tests.java_judges import JAR, JavaJudges
from tests.softhsm import MODULE, SPY

PROJECT = Path(__file__).resolve().parents[1]
CORPORA = PROJECT.parent / "shared"

JUDGE_PROGRAMS = {
    "poppler": ("pdfsig", "pdftotext", "pdfinfo", "pdftoppm"),
    "openssl": ("openssl",),
    "java": ("java",),
    "softhsm": ("softhsm2-util",),
    "pkcs11-spy": ("pkcs11-tool",),
}
JUDGE_MODULES = {"bagit": ("bagit",), "certomancer": ("certomancer", "werkzeug")}
JUDGE_FILES = {"java": (JAR,), "softhsm": (MODULE,), "pkcs11-spy": (SPY,)}
HOW_TO_GET = "`make test` as root installs it; otherwise see CONTRIBUTING.md"

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


def judges_required(environment: Mapping[str, str]) -> bool:
    """Tell whether a missing judge is a failure."""
    return environment.get("CI") == "true" or environment.get("PRESERVE_REQUIRE_JUDGES") == "1"


def missing_parts(judge: str) -> tuple[str, ...]:
    """Return the programs and modules of a judge that this machine lacks.

    Raises:
        pytest.UsageError: nobody told this file what the judge consists of.
    """
    if judge not in JUDGE_PROGRAMS.keys() | JUDGE_MODULES.keys():
        raise pytest.UsageError(f"judge {judge!r} is not known to tests/conftest.py")
    programs = [name for name in JUDGE_PROGRAMS.get(judge, ()) if shutil.which(name) is None]
    modules = [
        name for name in JUDGE_MODULES.get(judge, ()) if importlib.util.find_spec(name) is None
    ]
    files = [path.name for path in JUDGE_FILES.get(judge, ()) if not path.is_file()]
    return (*programs, *modules, *files)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose judge is missing, or fail it where judges are required."""
    for marker in item.iter_markers("judge"):
        (judge,) = marker.args
        missing = missing_parts(judge)
        if not missing:
            continue
        reason = f"outside judge {judge} is missing: {', '.join(missing)}; {HOW_TO_GET}"
        if judges_required(os.environ):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@dataclass(frozen=True, slots=True)
class Corpora:
    """Finds corpora and counts the cases that ran over them."""

    root: Path
    counts: dict[str, int] = field(default_factory=dict)

    def open(self, name: str) -> Path:
        """Return the folder ``name`` of the corpora, or skip the test with the reason."""
        folder = self.root / name
        if not folder.is_dir():
            pytest.skip(f"the corpus {name} does not lie beside the checkout")
        self.counts.setdefault(name, 0)
        return folder

    def ran(self, name: str, cases: int) -> None:
        """Note how many cases ran; a corpus without a case is a broken test."""
        assert cases > 0, f"the corpus {name} is there, yet no case of it ran"
        self.counts[name] = self.counts.get(name, 0) + cases


_CORPORA = Corpora(CORPORA)


@pytest.fixture(scope="session")
def java_judges() -> Iterator[JavaJudges]:
    """Give EU DSS and veraPDF, running in one process for the whole session."""
    with JavaJudges.start() as judges:
        yield judges


@pytest.fixture
def corpora() -> Corpora:
    """Give the corpora beside the checkout, for example ``corpora.open("samples/thcs-demo")``."""
    return _CORPORA


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many cases of each corpus ran."""
    for name, cases in sorted(_CORPORA.counts.items()):
        terminalreporter.write_line(f"corpus {name}: {cases} cases ran")
