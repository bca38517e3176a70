"""``preserve issued``: the register of every transcript that left the school."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.journal.chain import read_events
from preserve.journal.issues import read_issues
from preserve.model.acts import IssueRecord
from preserve.model.overview import Scope
from preserve.workflow.archive import Archive


def list_issues(archive: Archive, scope: Scope) -> Iterator[IssueRecord]:
    """Yield the issues of the scope, oldest first; TT 70/2026/TT-BGDĐT Art. 10(2).

    Raises:
        FormatError: the journal is damaged.
    """
    for issue in read_issues(read_events(archive.journal)):
        _, _, subject = issue.record_id.partition(".")
        class_name, _, pupil = subject.partition(".")
        if (
            scope.school_year in {None, issue.school_year}
            and scope.class_name in {None, class_name}
            and scope.pupil in {None, pupil}
        ):
            yield issue
