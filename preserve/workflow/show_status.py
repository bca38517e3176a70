"""``preserve status``: how far every class of every year has come, seen from files and journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from preserve.journal.chain import read_events
from preserve.journal.locks import read_locks
from preserve.model.overview import ClassState, OpenRequest, Scope
from preserve.model.records import RecordClass
from preserve.model.roles import SignerRole
from preserve.policy.calendar import load_deadlines
from preserve.rules.deadlines import year_due
from preserve.rules.locking import Act, locks_of_class
from preserve.rules.signing import role_of_field
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.copy_package import copy_state
from preserve.workflow.correction_requests import open_requests
from preserve.workflow.documents import (
    DocumentKey,
    Withdrawals,
    document_keys,
    find_document,
    optional_keys,
    withdrawals,
)
from preserve.workflow.packages import newest_package
from preserve.workflow.scope import ClassList, class_lists


@dataclass(frozen=True, slots=True)
class _Journal:
    """What the journal knows that the files do not show."""

    acts: tuple[Act, ...]
    withdrawals: Withdrawals
    requests: tuple[OpenRequest, ...]


def show_status(archive: Archive, scope: Scope, at: datetime) -> Iterator[ClassState]:
    """Yield the state of every class of the scope, then that of documents about the whole school.

    Raises:
        InputError: the scope is empty.
        FormatError: the journal is damaged.
    """
    journal = _Journal(
        acts=tuple(read_locks(read_events(archive.journal))),
        withdrawals=withdrawals(archive),
        requests=tuple(open_requests(archive, at.date())),
    )
    deadline = load_deadlines(archive.policies).transcripts
    years: dict[str, None] = {}
    for members in class_lists(archive, scope):
        year, name = members.school_year, members.class_name
        years[year] = None
        keys = _keys(archive, members)
        rendered, signed = _signatures(archive, keys, journal.withdrawals)
        package = newest_package(archive, year)
        copies = copy_state(archive, package) if package else None
        locks = locks_of_class(journal.acts, year, name, at)
        yield ClassState(
            school_year=year,
            class_name=name,
            pupils=len(members.pupils),
            documents=len(keys),
            rendered=rendered,
            signed=signed,
            package=package.name if package else "",
            copies=len(copies.receipts) if copies else 0,
            minimum_copies=copies.minimum if copies else 0,
            locks=tuple((period, lock.decision.number) for period, lock in locks),
            requests=tuple(r for r in journal.requests if r.request.pupil in members.pupils),
            due=None if package else year_due(year, at.date(), deadline),
        )
    if scope.class_name is None and scope.pupil is None:
        for year in years:
            yield from _school_documents(archive, year, journal.withdrawals)


def _school_documents(
    archive: Archive, school_year: str, taken_back: Withdrawals
) -> Iterator[ClassState]:
    """Yield one state for the documents about the whole school, when there are any."""
    begun = optional_keys(archive, school_year)
    keys = tuple(key for key in begun if key.record_class is RecordClass.SEALING_MINUTES)
    if keys:
        rendered, signed = _signatures(archive, keys, taken_back)
        name = keys[0].class_name
        yield ClassState(school_year, name, 0, len(keys), rendered, signed, "", 0, 0)


def _keys(archive: Archive, members: ClassList) -> tuple[DocumentKey, ...]:
    """Return what the class must have, and what was made for it on occasion."""
    begun = optional_keys(archive, members.school_year)
    return (
        *document_keys(members),
        *(key for key in begun if key.class_name == members.class_name),
    )


def _signatures(
    archive: Archive, keys: tuple[DocumentKey, ...], taken_back: Withdrawals
) -> tuple[int, tuple[tuple[SignerRole, int, int], ...]]:
    """Count the documents that lie there and their signatures by role; withdrawn ones are none."""
    made: Counter[SignerRole] = Counter()
    asked: Counter[SignerRole] = Counter()
    rendered = 0
    for key in keys:
        stored = find_document(archive, key)
        if stored is None or stored.identity in taken_back:
            continue
        rendered += 1
        claims = read_claims(stored.newest.read_bytes())
        asked.update(_roles(claims.fields))
        made.update(_roles(claims.filled))
    return rendered, tuple((role, made[role], asked[role]) for role in SignerRole if asked[role])


def _roles(fields: tuple[str, ...]) -> Iterator[SignerRole]:
    return (role for role in map(role_of_field, fields) if role is not None)
