"""The facts that an archive holds, as far as locks are about them, and what an import changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from preserve.ingest.facts import FactKey, accepted, named_rows
from preserve.ingest.merging import Facts, class_facts, class_list, merge, rosters, rows_by_class
from preserve.model.acts import LockScope, Period
from preserve.model.imports import SheetKind, Submission

_PERIODS = {1: Period.SEMESTER_1, 2: Period.SEMESTER_2, None: Period.YEAR}
_FOLLOWING = frozenset({"average", "level", "learning", "title", "outcome", "mean", "reassessment"})
"""Results that change with a corrected mark."""
_COMMENTS = "Đánh giá"


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A value that an import states otherwise than it is held."""

    place: LockScope
    pupil: str
    field: str
    """Subject and field, for messages."""
    file: str
    """Name of the file as it was given."""
    covered_by: str
    """Number of the amendment that explains it, empty for none."""


@dataclass(frozen=True, slots=True)
class _Amendment:
    """What a row of the list of amendments says, as far as facts are compared with it."""

    number: str
    fact: FactKey
    before: str | None
    after: str | None


def content_digest(submissions: Sequence[Submission], scopes: Sequence[LockScope]) -> str:
    """Return the SHA-256 of every fact that is held in the scopes, lower-case hex.

    One JSON array per line: class, pupil, semester, subject, field, value; sorted; empty cells
    are left out.
    """
    lines = sorted(line for scope in scopes for line in _lines(submissions, scope))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def changed_facts(new: Submission, held: Sequence[Submission]) -> Iterator[ChangedFact]:
    """Yield every fact about a pupil that an import changes, adds to or takes from a class."""
    valid = accepted(held)
    lists = rosters((*valid, new))
    amendments = _amendments(new)
    for (year, name), rows in rows_by_class(new, lists).items():
        listed = class_list(valid, year, name)
        before: Facts = {}
        for submission in valid:
            before = merge(before, class_facts(submission, year, name, listed))
        after = class_facts(new, year, name, {row.pupil for row in rows})
        for pupil, facts in after.items():
            known = before.get(pupil, {})
            corrected = amendments.get((year, pupil), ())
            for fact, stated in facts.items():
                held_value = known[fact].value if fact in known else None
                if stated.value != held_value:
                    yield ChangedFact(
                        place=LockScope(year, _PERIODS[fact.semester], name),
                        pupil=pupil,
                        field=" ".join(part for part in (fact.subject, fact.field) if part),
                        file=stated.file.original_name,
                        covered_by=_cover(fact, held_value, stated.value, corrected),
                    )
    yield from _gone(new, valid)


def _lines(submissions: Sequence[Submission], scope: LockScope) -> Iterator[str]:
    year, name = scope.school_year, scope.class_name or ""
    valid = accepted(submissions)
    listed = class_list(valid, year, name)
    facts: Facts = {}
    for submission in valid:
        facts = merge(facts, class_facts(submission, year, name, listed))
    for pupil in listed:
        for key, stated in facts.get(pupil, {}).items():
            if stated.value is not None and _PERIODS[key.semester] is scope.period:
                yield json.dumps([name, pupil, *key, stated.value], ensure_ascii=False)


def _gone(new: Submission, held: Sequence[Submission]) -> Iterator[ChangedFact]:
    """Yield pupils whom a class list of the import no longer names."""
    before = rosters(held)
    for (year, name), pupils in rosters((new,)).items():
        file = next(iter(pupils.values())).file.original_name
        for pupil in before.get((year, name), {}):
            if pupil not in pupils:
                yield ChangedFact(LockScope(year, Period.YEAR, name), pupil, "-", file, "")


def _amendments(new: Submission) -> Mapping[tuple[str, str], Sequence[_Amendment]]:
    """Return the import's amendments with a decision, by school year and pupil."""
    found: dict[tuple[str, str], list[_Amendment]] = {}
    for _, row in named_rows(new, SheetKind.AMENDMENTS):
        year, pupil, column = row["school_year"], row["pupil"], row["column"] or ""
        if year and pupil and row["semester"] and row["decision_number"]:
            field = "level" if column == _COMMENTS else column.removeprefix("ĐĐG")
            fact = FactKey(int(row["semester"]), row["subject"] or "", field)
            amendment = _Amendment(row["amendment"] or "", fact, row["old_value"], row["new_value"])
            found.setdefault((year, pupil), []).append(amendment)
    return found


def _cover(
    fact: FactKey, before: str | None, after: str | None, amendments: Sequence[_Amendment]
) -> str:
    """Return the amendment that explains a change, or an empty text.

    A corrected mark must change from and to exactly what its amendment says. Results follow from
    marks: those of the same subject, and those of the pupil that concern no single subject.
    """
    for amendment in amendments:
        if fact == amendment.fact:
            exact = (before, after) == (amendment.before, amendment.after)
            return amendment.number if exact else ""
    for amendment in amendments:
        in_time = fact.semester in {None, amendment.fact.semester}
        if fact.field in _FOLLOWING and in_time and fact.subject in {"", amendment.fact.subject}:
            return amendment.number
    return ""
