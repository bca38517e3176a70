"""``preserve status``: how far every class of every year has come, seen from the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from preserve.model.overview import ClassState, Scope
from preserve.model.roles import SignerRole
from preserve.rules.signing import role_of_field
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.copy_package import copy_state
from preserve.workflow.documents import document_keys, find_document
from preserve.workflow.packages import newest_package
from preserve.workflow.scope import class_lists


def show_status(archive: Archive, scope: Scope) -> Iterator[ClassState]:
    """Yield the state of every class of the scope.

    Raises:
        InputError: the scope is empty.
    """
    for members in class_lists(archive, scope):
        keys = document_keys(members)
        made: Counter[SignerRole] = Counter()
        asked: Counter[SignerRole] = Counter()
        rendered = 0
        for key in keys:
            stored = find_document(archive, key)
            if stored is None:
                continue
            rendered += 1
            claims = read_claims(stored.newest.read_bytes())
            asked.update(_roles(claims.fields))
            made.update(_roles(claims.filled))
        package = newest_package(archive, members.school_year)
        copies = copy_state(archive, package) if package else None
        yield ClassState(
            school_year=members.school_year,
            class_name=members.class_name,
            pupils=len(members.pupils),
            documents=len(keys),
            rendered=rendered,
            signed=tuple((role, made[role], asked[role]) for role in SignerRole if asked[role]),
            package=package.name if package else "",
            copies=len(copies.receipts) if copies else 0,
            minimum_copies=copies.minimum if copies else 0,
        )


def _roles(fields: tuple[str, ...]) -> Iterator[SignerRole]:
    return (role for role in map(role_of_field, fields) if role is not None)
