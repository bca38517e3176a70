"""The JSON form of a verification report: stable ids and values, sentences passed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from preserve.model.verification import Finding, VerificationReport

Sentences = Callable[[str, dict[str, str]], tuple[str, str]]
"""Gives message and requirement for a check id and the finding's parameters."""


def encode_report(report: VerificationReport, texts: Sentences) -> dict[str, Any]:
    """Return the report as JSON values: dictionaries, lists, strings and ``None``.

    The indication of the whole is the worst one of the findings; without any finding it is
    INDETERMINATE (ETSI EN 319 102-1 clause 5.1.3).
    """
    return {
        "subject": report.subject,
        "indication": report.indication.value,
        "verified_at": report.verified_at.isoformat(),
        "policy": report.policy,
        "findings": [_encode_finding(finding, texts) for finding in report.findings],
    }


def _encode_finding(finding: Finding, texts: Sentences) -> dict[str, Any]:
    parameters = dict(finding.parameters)
    message, requirement = texts(finding.check, parameters)
    return {
        "check": finding.check,
        "indication": finding.indication.value,
        "sub_indication": finding.sub_indication.value if finding.sub_indication else None,
        "subject": finding.subject,
        "message": message,
        "parameters": parameters,
        "requirement": requirement,
    }
