"""Asks EU DSS about signatures and veraPDF about PDF/A and PDF/UA, in one Java process."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "judges" / "target"
JAR = _FOLDER / "judges-1.jar"
"""Built by ``tools/judges.sh``."""


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What EU DSS says of one signature."""

    field_name: str
    level: str
    """For example ``PAdES-BASELINE-T``."""
    indication: str
    sub_indication: str
    reasons: str


@dataclass(frozen=True, slots=True)
class JavaJudges:
    """A running process; every question is one line, every answer one line."""

    process: subprocess.Popen[str]

    @staticmethod
    @contextmanager
    def start() -> Iterator[JavaJudges]:
        """Start the process and end it."""
        command = ["java", "-Xmx512m", "-cp", f"{JAR}:{_FOLDER / 'lib'}/*"]
        process = subprocess.Popen(
            [*command, "org.preserve.judges.Judges"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        try:
            yield JavaJudges(process)
        finally:
            process.communicate()

    def trust(self, folder: Path) -> None:
        """Take anchors, certificates and revocation lists for the questions that follow."""
        self._ask(f"trust {folder}")

    def signatures(self, file: Path) -> list[SignatureVerdict]:
        """Return EU DSS's verdict on each signature of a PDF file."""
        return [
            SignatureVerdict(*(*item.split(" ", 4), "", "")[:5])
            for item in self._ask(f"signatures {file}")
        ]

    def faults(self, flavour: str, file: Path) -> list[str]:
        """Return the clauses that a file breaks; ``flavour`` is ``3a`` or ``ua1``."""
        return self._ask(f"conforms {flavour} {file}")

    def _ask(self, question: str) -> list[str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        state, *items = self.process.stdout.readline().rstrip("\n").split("\t")
        if state != "ok":
            raise AssertionError(f"{question}: {state} {items}")
        return [item for item in items if item]
