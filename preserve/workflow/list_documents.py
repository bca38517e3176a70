"""``preserve documents``: every version of every document, what it counts for and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from preserve.journal.chain import read_events
from preserve.journal.issues import read_issues
from preserve.journal.withdrawals import version_object
from preserve.model.overview import DocumentVersion, Scope, VersionState
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.documents import (
    StoredDocument,
    Withdrawals,
    find_versions,
    scope_keys,
    withdrawals,
)


def list_documents(archive: Archive, scope: Scope) -> Iterator[DocumentVersion]:
    """Yield every version of every document of the scope that was made, oldest version first.

    Raises:
        InputError: the scope is empty.
        FormatError: the journal or a document is damaged.
    """
    reasons = dict(_reasons(archive))
    taken_back = withdrawals(archive)
    issued = Counter(
        (issue.school_year, issue.record_id, issue.version)
        for issue in read_issues(read_events(archive.journal))
    )
    for key in scope_keys(archive, scope):
        versions = find_versions(archive, key)
        for stored in versions:
            newest = stored is versions[-1]
            yield _describe(stored, taken_back, reasons, newest, issued[stored.identity])


def _describe(
    stored: StoredDocument,
    taken_back: Withdrawals,
    reasons: Mapping[str, str],
    newest: bool,  # noqa: FBT001  (one of the facts of a version, not a switch)
    issued: int,
) -> DocumentVersion:
    year, record_id, version = stored.identity
    withdrawal = taken_back.get(stored.identity)
    if withdrawal is not None:
        state, reason = VersionState.WITHDRAWN, withdrawal.reason
    elif newest:
        state, reason = VersionState.CURRENT, ""
    else:
        state = VersionState.SUPERSEDED
        reason = reasons.get(version_object(year, record_id, version + 1), "")
    claims = read_claims(stored.newest.read_bytes())
    return DocumentVersion(
        school_year=year,
        class_name=stored.key.class_name,
        record_id=record_id,
        version=version,
        state=state,
        made=len(claims.filled),
        asked=len(claims.fields),
        reason=reason,
        decision=withdrawal.decision.number if withdrawal else "",
        issued=issued,
    )


def _reasons(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield each version that was made for a reason, and the reason."""
    for event in read_events(archive.journal):
        if event.event_type == "rendering":
            reason = dict(event.details).get("reason", "")
            yield from ((name, reason) for name in event.objects)
