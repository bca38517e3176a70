"""Turns versions of documents, withdrawals and issues into JSON and table rows."""

from __future__ import annotations

from typing import Any

from preserve.model.acts import IssueRecord, Withdrawal
from preserve.model.overview import DocumentVersion
from preserve.report.texts.catalogue import Texts


def describe_version(version: DocumentVersion) -> dict[str, Any]:
    """Return the JSON form of one version of a document."""
    return {
        "school_year": version.school_year,
        "class": version.class_name,
        "record": version.record_id,
        "version": version.version,
        "state": version.state.value,
        "signed": {"made": version.made, "asked": version.asked},
        "issued": version.issued,
        "reason": version.reason or None,
        "decision": version.decision or None,
    }


def version_row(version: DocumentVersion, texts: Texts) -> tuple[object, ...]:
    """Return the cells: year, document, version, state, signatures, issues, reason."""
    reason = version.reason
    if version.decision:
        reason = texts.message("UI-REASON-DECIDED", {"reason": reason, "number": version.decision})
    return (
        version.school_year,
        version.record_id,
        version.version,
        texts.message(f"UI-VERSION-{version.state.name}"),
        f"{version.made}/{version.asked}",
        version.issued,
        reason,
    )


def describe_withdrawal(withdrawal: Withdrawal, affected: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON form of a withdrawal and of what rests on the withdrawn version."""
    return {
        "school_year": withdrawal.school_year,
        "record": withdrawal.record_id,
        "version": withdrawal.version,
        "sha512": withdrawal.sha512,
        "decision": withdrawal.decision.number,
        "decision_date": withdrawal.decision.on.isoformat(),
        "reason": withdrawal.reason,
        "affected": list(affected),
    }


def describe_issue(issue: IssueRecord) -> dict[str, Any]:
    """Return the JSON form of one issue."""
    return {
        "at": issue.at.isoformat(),
        "school_year": issue.school_year,
        "record": issue.record_id,
        "version": issue.version or None,
        "recipient": issue.recipient,
        "purpose": issue.purpose,
        "issued_by": issue.issued_by or None,
        "sha512": issue.sha512,
    }


def issue_row(issue: IssueRecord) -> tuple[object, ...]:
    """Return the cells: time, document, version, recipient, purpose, issuer."""
    return (
        issue.at.isoformat(sep=" ", timespec="minutes"),
        f"{issue.school_year}/{issue.record_id}",
        issue.version or "",
        issue.recipient,
        issue.purpose,
        issue.issued_by,
    )
