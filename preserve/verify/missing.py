"""Findings about files that a bundle should hold and does not give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from preserve.model.verification import Finding, SubIndication
from preserve.verify.bag import Bag
from preserve.verify.checks import Check
from preserve.verify.findings import failed, undetermined
from preserve.verify.measuring import Unreadable
from preserve.verify.tree import printable

_NOT_FOUND = SubIndication.SIGNED_DATA_NOT_FOUND


def missing_files(bag: Bag, required: Iterable[str]) -> Iterator[Finding]:
    """Yield a failure for each required file that is not there."""
    for path in required:
        if path not in bag.files:
            yield failed(Check.CMP_FILE_MISSING, path, _NOT_FOUND)


def unreadable_files(bag: Bag) -> Iterator[Finding]:
    """Yield a finding for each file that the medium does not give: undecided, never a pass."""
    for path, measured in sorted(bag.measured.items()):
        if isinstance(measured, Unreadable):
            subject, problem = printable(path), measured.problem
            yield undetermined(Check.FIX_UNREADABLE, subject, _NOT_FOUND, problem=problem)
