"""What the end-to-end tests share: the command as a process, one told demo, copies of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from preserve.model.verification import Finding, Indication, VerificationReport
from preserve.trust.store import load_trust
from preserve.verify.context import VerificationContext
from preserve.verify.parsing import parse_document
from preserve.workflow.verification import verification_context

PRESERVE = Path(sys.executable).with_name("preserve")
DEMO_ARGUMENTS = ("--classes", "1", "--pupils", "4", "--seed", "7")
STATED = ("--recipient", "Trường THCS Ví Dụ B", "--purpose", "Chuyển trường")
"""What every issue must state."""
ROLES = ("SUBJECT", "HOMEROOM", "PRINCIPAL", "SEAL")
"""First words of the signature fields, in the order of signing."""
_TIMEOUT = 600


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, read as JSON."""
        return json.loads(self.out)


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment with a neutral locale and none of our own variables."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PRESERVE_", "LC_", "PYTHONWARN"))
    }
    return {**kept, "LANG": "C.UTF-8", **changes}


def command(*arguments: object, archive: Path | None = None, lang: str | None = "en") -> list[str]:
    """Return the command line of the program as it was installed beside this interpreter."""
    spoken = ["--lang", lang] if lang else []
    place = ["--archive", str(archive)] if archive else []
    return [str(PRESERVE), "--jobs", "1", *spoken, *place, *map(str, arguments)]


def run(
    *arguments: object,
    archive: Path | None = None,
    lang: str | None = "en",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run the program to its end as a person would; standard input is closed."""
    done = subprocess.run(
        command(*arguments, archive=archive, lang=lang),
        cwd=cwd,
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_TIMEOUT,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def succeed(*arguments: object, archive: Path | None = None) -> Ran:
    """Run the program and insist on exit code 0."""
    ran = run(*arguments, archive=archive)
    assert ran.code == 0, f"{arguments}: {ran.code}\n{ran.out}\n{ran.err}"
    return ran


@dataclass(frozen=True, slots=True)
class Demo:
    """The folder that ``preserve demo`` filled once; read only."""

    folder: Path
    told: Ran

    @property
    def archive(self) -> Path:
        """The archive of the made-up school."""
        return self.folder / "archive"

    @property
    def trust(self) -> Path:
        """The trust folder of the archive."""
        return self.archive / "trust"

    @property
    def authority(self) -> Path:
        """The demo's certificate authority."""
        return self.folder / "authority"

    @property
    def year(self) -> str:
        """The one school year of the demo."""
        (folder,) = (self.archive / "years").iterdir()
        return folder.name

    @property
    def documents(self) -> tuple[Path, ...]:
        """The folder of every document, by name."""
        return tuple(sorted((self.archive / "years" / self.year / "documents").iterdir()))

    @property
    def bundle(self) -> Path:
        """The sealed bundle."""
        (package,) = (self.archive / "packages").iterdir()
        return package / "v0001"

    @property
    def copies(self) -> tuple[Path, ...]:
        """The copies of the bundle on both media."""
        package = self.bundle.parent.name
        return tuple(sorted(m / package / "v0001" for m in (self.folder / "media").iterdir()))

    @property
    def dossier(self) -> Path:
        """The issued transcript."""
        (folder,) = (self.folder / "transfer").iterdir()
        return folder

    @property
    def pupils(self) -> tuple[Mapping[str, str], ...]:
        """Everybody's particulars, in class-list order."""
        return tuple(entry["pupil"] for entry in records(self.archive))


@cache
def tell_demo(base: Path) -> Demo:
    """Run the demo once for all test folders of a session."""
    folder = base / "demo"
    told = run("--jobs", "2", "demo", folder, *DEMO_ARGUMENTS)
    assert told.code == 0, f"the demo failed: {told.code}\n{told.out}\n{told.err}"
    return Demo(folder, told)


@cache
def records(archive: Path) -> tuple[Any, ...]:
    """Return what ``preserve records --format json`` prints."""
    return tuple(succeed("records", "--format", "json", archive=archive).json)


def steps(folder: Path) -> tuple[Path, ...]:
    """Return a document's files, ``00_rendered.pdf`` first."""
    return tuple(sorted(folder.glob("*.pdf")))


def signed_fields(pdf: Path) -> list[str]:
    """Return the name of every field of a file that bears a signature."""
    return [signature.name for signature in parse_document(pdf.read_bytes()).signed]


def key_of(archive: Path, role: str, class_name: str | None = None) -> str:
    """Return the key of the first person whom ``school.toml`` appoints to a role."""
    configuration = tomllib.loads((archive / "school.toml").read_text("utf-8"))
    return next(
        str(a["key"])
        for a in configuration["appointment"]
        if a["role"] == role and class_name in {None, a.get("class_name")}
    )


def rewind(demo: Demo, target: Path, signed: Collection[str]) -> Path:
    """Copy the demo's archive as it lay when only the given roles had signed; not sealed yet.

    The journal ends before the first act that is taken back, so that its chain stays whole.
    """
    shutil.copytree(demo.authority, target / "authority")
    archive = target / "archive"
    shutil.copytree(demo.archive, archive, ignore=shutil.ignore_patterns("packages"))
    (archive / "packages").mkdir()
    for pdf in archive.glob("years/*/documents/*/*.pdf"):
        role = pdf.name.partition("_")[2].partition("-")[0]
        if role in ROLES and role not in signed:
            pdf.unlink()
    _cut_journal(archive / "journal.jsonl", {role.lower() for role in signed})
    return archive


def unrendered(demo: Demo, target: Path) -> Path:
    """Copy the demo's archive as it lay before its first document was made."""
    archive = rewind(demo, target, ())
    shutil.rmtree(archive / "years")
    (archive / "years").mkdir()
    journal = archive / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(e for e in lines if json.loads(e)["type"] != "rendering"))
    return archive


def _cut_journal(journal: Path, signed: Collection[str]) -> None:
    kept = []
    for line in journal.read_bytes().splitlines(keepends=True):
        event = json.loads(line)
        role = dict(event["details"]).get("role", "").partition("_")[0].replace("school", "seal")
        if event["type"] == "packaging" or (role and role not in signed):
            break
        kept.append(line)
    journal.write_bytes(b"".join(kept))


def sealed_copy(demo: Demo, target: Path, *, copied: bool = True) -> Path:
    """Copy authority and archive; ``copied=False`` takes back the journal after the sealing."""
    shutil.copytree(demo.authority, target / "authority")
    archive = target / "archive"
    shutil.copytree(demo.archive, archive)
    if not copied:
        journal = archive / "journal.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True)
        first = next(n for n, e in enumerate(map(json.loads, lines)) if e["type"] == "replication")
        journal.write_bytes(b"".join(lines[:first]))
    return archive


def snapshot(root: Path) -> dict[str, str]:
    """Return kind and digest of everything below a folder, folders included."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = f"link {path.readlink()}"
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def is_one_line(message: str) -> bool:
    """Tell whether a message is one line of words, not a traceback and not a code."""
    lines = message.splitlines()
    return (
        len(lines) == 1
        and lines[0].startswith("preserve: ")
        and "Traceback" not in message
        and "{" not in message
        and len(lines[0].split()) > 4
    )


def context_of(trust: Path, demo: Demo) -> VerificationContext:
    """Return the context of a verdict right after the newest event of the demo."""
    last = (demo.archive / "journal.jsonl").read_bytes().splitlines()[-1]
    at = datetime.fromisoformat(json.loads(last)["at"])
    return verification_context(load_trust(trust), at + timedelta(minutes=5))


def worst(findings: Sequence[Finding] | VerificationReport) -> Indication:
    """Return the worst indication of findings."""
    if isinstance(findings, VerificationReport):
        return findings.indication
    order = list(Indication)
    return max((f.indication for f in findings), key=order.index, default=Indication.INDETERMINATE)


def accused(findings: Sequence[Finding]) -> set[str]:
    """Return the subjects of every finding that is not a pass."""
    return {f.subject for f in findings if f.indication is not Indication.TOTAL_PASSED}
