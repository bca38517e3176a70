"""Issues of transcripts are journal events: to details and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from preserve.journal.acts import Details, details_of
from preserve.model.acts import IssueRecord
from preserve.model.packages import JournalEvent

DISSEMINATION = "dissemination"
"""Event type of an issue (phát hành; PREMIS event types of the Library of Congress)."""


def encode_issue(issue: IssueRecord) -> Details:
    """Write an issue as the details of its event."""
    return (
        ("recipient", issue.recipient),
        ("purpose", issue.purpose),
        ("issued-by", issue.issued_by),
        ("version", str(issue.version)),
        ("sha512", issue.sha512),
    )


def read_issues(events: Iterable[JournalEvent]) -> Iterator[IssueRecord]:
    """Yield every issue, oldest first.

    Raises:
        FormatError: an event of this type is damaged.
    """
    for event in events:
        if event.event_type == DISSEMINATION:
            yield _decode(event)


def _decode(event: JournalEvent) -> IssueRecord:
    with details_of(event) as details:
        school_year, record_id = event.objects[0].split("/")
        return IssueRecord(
            at=event.at,
            school_year=school_year,
            record_id=record_id,
            # Early versions of the program recorded neither version nor issuer.
            version=int(details.get("version", "0")),
            recipient=details["recipient"],
            purpose=details["purpose"],
            issued_by=details.get("issued-by", ""),
            sha512=details["sha512"],
        )
