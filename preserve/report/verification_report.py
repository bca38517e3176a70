"""Turns a verification report into JSON and into lines for a clerk or an auditor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from preserve.formats.report_json import encode_report
from preserve.model.verification import Finding, Indication, VerificationReport
from preserve.report.texts.catalogue import Texts

_VALID_SIGNATURE = "SIG-VALID"
"""Carries the seven facts of TT 15/2025/TT-BKHCN Art. 6(4)(b), which are always shown."""
_SHOWN_SIGNATURES = 20
"""A document has three to seventeen; a bundle has hundreds, which ``--all`` shows."""


def describe_report(report: VerificationReport, texts: Texts) -> dict[str, Any]:
    """Return the JSON form of a report."""
    return encode_report(report, lambda check, values: _sentence(texts, check, values))


def report_lines(
    report: VerificationReport, texts: Texts, *, every_finding: bool = False
) -> Iterator[str]:
    """Yield the verdict first, then what speaks against it, then a document's signatures."""
    yield texts.message(f"UI-VERDICT-{report.indication.name}", {"subject": report.subject})
    worst_first = (Indication.TOTAL_FAILED, Indication.INDETERMINATE)
    for indication in worst_first:
        for finding in report.findings:
            if finding.indication is indication:
                yield _line(finding, texts)
    signatures = sum(finding.check == _VALID_SIGNATURE for finding in report.findings)
    for finding in report.findings:
        shown = finding.check == _VALID_SIGNATURE and signatures <= _SHOWN_SIGNATURES
        if finding.indication is Indication.TOTAL_PASSED and (every_finding or shown):
            yield _line(finding, texts)
    counts = Counter(finding.indication for finding in report.findings)
    yield texts.message(
        "UI-VERIFY-TOTALS",
        {
            "passed": str(counts[Indication.TOTAL_PASSED]),
            "indeterminate": str(counts[Indication.INDETERMINATE]),
            "failed": str(counts[Indication.TOTAL_FAILED]),
            "at": report.verified_at.isoformat(),
            "policy": report.policy,
        },
    )


def _line(finding: Finding, texts: Texts) -> str:
    label = texts.message(f"UI-INDICATION-{finding.indication.name}")
    message = texts.message(finding.check, dict(finding.parameters))
    reason = f" ({finding.sub_indication})" if finding.sub_indication else ""
    return f"{label} {finding.subject}: {message} [{finding.check}{reason}]"


def _sentence(texts: Texts, check: str, values: dict[str, str]) -> tuple[str, str]:
    return texts.message(check, values), texts.requirement(check)
