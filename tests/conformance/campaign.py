"""Imports damaged export files and judges each answer: read exactly, refused there, or misread.

By hand, with 100,000 mutants: ``python -m tests.conformance.campaign --mutants 100000 --seed 7``.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import traceback
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from openpyxl.utils import column_index_from_string

from preserve.demo.exports import write_exports
from preserve.demo.school import make_school
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import SchoolProfile, parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.imports import (
    ImportFinding,
    ImportOutcome,
    Severity,
    SheetKind,
    SourceFile,
    Submission,
)
from preserve.policy.files import policy_folders
from tests.conformance.more_exports import add_exports
from tests.conformance.mutants import OPERATORS, Export, Mutant, address, mutants, open_export
from tests.conformance.mutants_of_cells import CELL_OPERATORS
from tests.e2e.exports_primary import write_primary

Fact = tuple[str, int, str]
"""Sheet, row as the spreadsheet shows it, field."""


class Verdict(StrEnum):
    """What became of a mutant."""

    EXACT = "read exactly"
    REFUSED = "refused there"
    MISREAD = "MISREAD"
    ELSEWHERE = "REFUSED ELSEWHERE"
    CRASHED = "CRASHED"


_NUMBERS = re.compile(r"tx\d|gk|ck|average(?::.*)?|absent_.*|month_.*|number|[gc]k_test|test:.*")
_WHOLE = re.compile(r"number|absent_.*|month_.*|[gc]k_test|test:.*")
JOINED = "mau_2"
"""Part of the name of a file whose cells hold several marks."""
_NAMES = frozenset({"class", "classes", "homeroom_class", "subject"})
BAD = frozenset({Verdict.MISREAD, Verdict.ELSEWHERE, Verdict.CRASHED})


@dataclass(slots=True)
class Tally:
    """How a campaign went."""

    counts: Counter[tuple[str, Verdict]] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def total(self, verdict: Verdict) -> int:
        """Return how many mutants ended so."""
        return sum(count for (_, v), count in self.counts.items() if v is verdict)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A small made-up school whose exports are damaged one at a time."""

    folder: Path
    profile: SchoolProfile
    policies: tuple[Path, ...]
    submission: Submission
    exports: tuple[Export, ...]
    meanings: Mapping[tuple[str, str, str], str | None]
    """(file, field, raw value) to canonical text, learnt from the undamaged files."""

    def judge(self, mutant: Mutant) -> tuple[Verdict, str]:
        """Import one mutant beside its undamaged neighbours."""
        try:
            submission = self._import(mutant)
        except Exception as error:  # noqa: BLE001  (whatever comes out is a fault of the reader)
            place = traceback.extract_tb(error.__traceback__)[-1]
            return (
                Verdict.CRASHED,
                f"{type(error).__name__} {Path(place.filename).name}:{place.lineno}",
            )
        if submission.outcome is ImportOutcome.REFUSED:
            near = [f for file in submission.files for f in file.findings if self._near(f, mutant)]
            wrong = [
                f"{f.code} {f.sheet}!{f.cell}"
                for file in submission.files
                for f in file.findings
                if f.severity is Severity.ERROR
            ]
            return (Verdict.REFUSED, "") if near else (Verdict.ELSEWHERE, "; ".join(wrong[:4]))
        if mutant.unreadable:
            return Verdict.MISREAD, "what nobody can read was accepted"
        file = next(f for f in submission.files if f.original_name == mutant.name)
        wrong_facts = list(self._misread(mutant, file))
        return (Verdict.MISREAD, "; ".join(wrong_facts[:3])) if wrong_facts else (Verdict.EXACT, "")

    def _import(self, mutant: Mutant) -> Submission:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / mutant.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(mutant.content)
            alone = read_submission([Path(place)], self.profile, self.policies)
        files = [
            read if file.original_name == mutant.export.name else file
            for file in self.submission.files
            for read in alone.files
        ]
        return cross_check(Submission(tuple(files)), (), self.profile)

    def _near(self, finding: ImportFinding, mutant: Mutant) -> bool:
        """Tell whether an error points at what was changed, or at its counterpart elsewhere."""
        if finding.severity is not Severity.ERROR:
            return False
        if mutant.whole or not finding.cell or mutant.headers:
            return True
        exact = {(p[0], address(p)) for p in mutant.changed}
        if (finding.sheet, finding.cell) in exact:
            return True
        # The identity of a row was changed: every fact of the row is now somebody else's.
        rows = {(p[0], p[1] + 1) for p in mutant.changed}
        number = int(re.sub(r"\D", "", finding.cell))
        codes = self._codes(mutant)
        there = mutant.export.grid.get(finding.sheet, [])[number - 1 : number]
        return (
            (finding.sheet, number) in rows
            or finding.pupil in codes
            or any(str(value) in codes for row in there for value in row)
        )

    def _codes(self, mutant: Mutant) -> set[str]:
        """Return the codes of pupils and staff in the rows that were changed, before and after."""
        codes = set()
        for sheet, row, _ in mutant.changed:
            cells = list(mutant.export.grid[sheet][row])
            cells += [v for p, v in mutant.changed.items() if p[:2] == (sheet, row)]
            codes |= {str(v) for v in cells if re.fullmatch(r"99\d{8}|GV\d+", str(v))}
        return codes

    def _misread(self, mutant: Mutant, file: SourceFile) -> Iterator[str]:
        """Compare every fact with what the damaged file says."""
        before = facts_of(_file(self.submission, mutant.export.name))
        after = facts_of(file)
        expected = dict(self._expected(mutant, before))
        for key in sorted(expected.keys() | after.keys()):
            if expected.get(key) != after.get(key):
                yield f"{key}: {expected.get(key)!r} became {after.get(key)!r}"

    def _expected(
        self, mutant: Mutant, before: Mapping[Fact, str | None]
    ) -> Iterator[tuple[Fact, str | None]]:
        columns = columns_of(_file(self.submission, mutant.export.name))
        moved = _moved_labels(mutant)
        raw = dict(mutant.changed)
        for (sheet, row, name), known in self._possible(mutant.export, before):
            if (sheet, name) not in columns:
                columns[sheet, name] = columns[sheet, "tx1"]
            column = columns[sheet, name]
            source = (sheet, row - 1, moved.get((sheet, column), column))
            if source in raw:
                yield (sheet, row, name), self._meaning(mutant.export, name, raw[source])
            elif source[2] != column:
                value = mutant.export.grid[sheet][row - 1][source[2]]
                yield (sheet, row, name), self._meaning(mutant.export, name, value)
            else:
                yield (sheet, row, name), known

    @staticmethod
    def _possible(
        export: Export, before: Mapping[Fact, str | None]
    ) -> Iterator[tuple[Fact, str | None]]:
        """Yield known facts, and in cells of several marks those that could be written there."""
        yield from before.items()
        if JOINED in export.name:
            for sheet, row in {(sheet, row) for sheet, row, _ in before}:
                for name in (f"tx{n}" for n in range(1, 10)):
                    if (sheet, row, name) not in before:
                        yield (sheet, row, name), None

    def _meaning(self, export: Export, name: str, raw: Any) -> str | None:
        """Say what a raw value means in a column, without the product's help."""
        if isinstance(raw, str):
            raw = " ".join(unicodedata.normalize("NFC", raw).split())
        if JOINED in export.name and re.fullmatch(r"tx\d", name):
            marks = str(raw or "").split()
            raw = marks[int(name[2]) - 1] if len(marks) >= int(name[2]) else None
        if raw in {None, ""}:
            return None
        if (export.name, name, _key(raw)) in self.meanings:
            return self.meanings[export.name, name, _key(raw)]
        if name in _NAMES:  # Names of classes and subjects are the same in any case.
            folded = raw.casefold() if isinstance(raw, str) else raw
            known = ((m, _folded(m)) for (_, n, _), m in self.meanings.items() if n == name)
            return next((meant for meant, word in known if word == folded), folded)
        return _plain_meaning(name, raw)


def _plain_meaning(name: str, raw: Any) -> str | None:
    """Say what a raw value means that no undamaged file holds."""
    if isinstance(raw, datetime):
        return f"{raw:%Y-%m-%d}"
    if _NUMBERS.fullmatch(name):
        return None if raw == "-" else _number(name, str(raw))
    if name.startswith("absent:"):
        return re.sub("[ ,;/-]", "", str(raw)).upper() or None
    # One digit of day or month is enough between separators.
    if day := re.fullmatch(r"(\d\d?)([/.-])(\d\d?)\2(\d{4})", str(raw)):
        return f"{day[4]}-{day[3]:0>2}-{day[1]:0>2}"
    return str(raw)


def facts_of(file: SourceFile) -> dict[Fact, str | None]:
    """Return every fact of a file by its place."""
    return {
        (sheet.sheet, row.row, name): value
        for sheet in file.sheets
        for row in sheet.rows
        for name, value in zip(sheet.fields, row.values, strict=True)
    }


def columns_of(file: SourceFile) -> dict[tuple[str, str], int]:
    """Return the column, from 0, of every field of a file."""
    return {
        (sheet.sheet, name): column_index_from_string(letters) - 1
        for sheet in file.sheets
        for name, letters in zip(sheet.fields, sheet.columns, strict=True)
    }


def make_campaign(folder: Path) -> Campaign:
    """Make a small school of grades 6 to 9, with every shape of export, and read it undamaged."""
    exports = folder / "secondary"
    school = make_school(classes=1, pupils=6, seed=5, years=("2024-2025",))
    write_exports(school, exports)
    return open_campaign(exports, add_exports(exports, folder / "policies"))


def make_primary_campaign(folder: Path) -> Campaign:
    """Make a small primary school and read it undamaged."""
    exports = folder / "primary"
    write_primary(exports)
    return open_campaign(exports, policy_folders())


def open_campaign(folder: Path, policies: tuple[Path, ...]) -> Campaign:
    """Read undamaged exports and learn what their cells mean."""
    profile = parse_school_profile((folder / "school.json").read_bytes())
    submission = cross_check(read_submission([folder], profile, policies), (), profile)
    assert submission.outcome is not ImportOutcome.REFUSED, "the undamaged school is refused"
    exports = []
    meanings: dict[tuple[str, str, str], str | None] = {}
    for file in submission.files:
        if any(sheet.kind is SheetKind.SCHOOL or not sheet.rows for sheet in file.sheets):
            continue
        export = _export(folder, file)
        exports.append(export)
        columns = columns_of(file)
        for (sheet, row, name), value in facts_of(file).items():
            raw = export.grid[sheet][row - 1][columns[sheet, name]]
            meanings[file.original_name, name, _key(raw)] = value
    return Campaign(folder, profile, policies, submission, tuple(exports), meanings)


def run(campaign: Campaign, count: int, seed: int) -> Tally:
    """Judge so many mutants."""
    tally = Tally()
    random = Random(seed)  # noqa: S311  (a seeded campaign is not cryptography)
    operators = (*OPERATORS, *CELL_OPERATORS)
    for mutant in islice(mutants(campaign.exports, operators, random), count):
        verdict, why = campaign.judge(mutant)
        tally.counts[mutant.operator, verdict] += 1
        if verdict in BAD:
            places = ", ".join(f"{p[0]}!{address(p)}" for p in list(mutant.changed)[:3])
            tally.bad.append(f"{verdict}: {mutant.operator} {mutant.name} {places}: {why}")
    return tally


def run_shares(count: int, seed: int, jobs: int) -> Tally:
    """Judge so many mutants in several processes; the same seed always gives the same ones."""
    shares = [(count // SHARES + (n < count % SHARES), seed * SHARES + n) for n in range(SHARES)]
    tally = Tally()
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for each in pool.map(_run_share, *zip(*shares, strict=True)):
            tally.counts.update(each.counts)
            tally.bad.extend(each.bad)
    return tally


SHARES = 8


def _run_share(count: int, seed: int) -> Tally:
    """Judge a share: one mutant in five is of the primary school."""
    secondary, primary = _campaigns()
    tally = run(secondary, count - count // 5, seed)
    other = run(primary, count // 5, seed)
    tally.counts.update(other.counts)
    tally.bad.extend(other.bad)
    return tally


@cache
def _campaigns() -> tuple[Campaign, Campaign]:
    with tempfile.TemporaryDirectory() as folder:
        return make_campaign(Path(folder)), make_primary_campaign(Path(folder))


def _export(folder: Path, file: SourceFile) -> Export:
    labels = {sheet.sheet: set(sheet.columns) for sheet in file.sheets}
    least = min(len(columns) for columns in labels.values()) // 2

    def is_header(row: list[Any]) -> bool:
        return sum(v not in {None, ""} for v in row) > max(least, 3)

    content = (folder / file.original_name).read_bytes()
    first = {sheet.sheet: min(row.row for row in sheet.rows) - 1 for sheet in file.sheets}
    return open_export(file.original_name, content, is_header, first)


def _file(submission: Submission, name: str) -> SourceFile:
    return next(file for file in submission.files if file.original_name == name)


def _folded(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def _key(raw: Any) -> str:
    return f"{type(raw).__name__}:{raw!r}"


def _number(name: str, text: str) -> str | None:
    number = Decimal(text.strip().replace(",", ".").replace("\u00a0", ""))
    return str(int(number)) if _WHOLE.fullmatch(name) else f"{number:.1f}"


def _moved_labels(mutant: Mutant) -> dict[tuple[str, int], int]:
    """Return where a label of the old header stands now, for headers that were exchanged."""
    moved = {}
    for sheet, row, column in mutant.headers:
        old = mutant.export.grid[sheet][row][column]
        for (other, _, place), value in mutant.headers.items():
            if other == sheet and value == old and old is not None:
                moved[sheet, column] = place
    return moved


def main() -> None:
    """Run a campaign and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tally = run_shares(arguments.mutants, arguments.seed, arguments.jobs)
    lines = [
        f"{n:7d}  {operator:16s} {verdict}"
        for (operator, verdict), n in sorted(tally.counts.items())
    ]
    sys.stdout.write("\n".join([*lines, *tally.bad, ""]))
    sys.exit(bool(tally.bad))


if __name__ == "__main__":
    main()
