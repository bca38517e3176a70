"""Turns the outcome of an import into JSON and into lines for a clerk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from preserve.model.imports import ImportFinding, Severity, SourceFile, Submission
from preserve.report.texts.catalogue import Texts


def describe_submission(submission: Submission, texts: Texts) -> dict[str, Any]:
    """Return the JSON form: outcome, files, findings, ignored files."""
    return {
        "outcome": submission.outcome.value,
        "files": [
            {
                "file": file.original_name,
                "profile": file.profile or None,
                "outcome": file.outcome.value,
                "findings": [_describe(finding, texts) for finding in file.findings],
            }
            for file in submission.files
        ],
        "ignored": list(submission.ignored),
    }


def submission_lines(submission: Submission, texts: Texts) -> Iterator[str]:
    """Yield one line per finding, then the totals; one line when there was nothing to import."""
    for file in submission.files:
        for finding in file.findings:
            yield _line(file, finding, texts)
    if not submission.files:
        yield texts.message("UI-IMPORT-NOTHING")
        return
    errors = sum(f.severity is Severity.ERROR for file in submission.files for f in file.findings)
    warnings = sum(len(file.findings) for file in submission.files) - errors
    yield texts.message(
        f"UI-IMPORT-{submission.outcome.name}",
        {
            "files": str(len(submission.files)),
            "errors": str(errors),
            "warnings": str(warnings),
        },
    )


def _describe(finding: ImportFinding, texts: Texts) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "sheet": finding.sheet or None,
        "cell": finding.cell or None,
        "pupil": finding.pupil or None,
        "message": texts.message(finding.code, dict(finding.parameters)),
    }


def _line(file: SourceFile, finding: ImportFinding, texts: Texts) -> str:
    place = "!".join(part for part in (finding.sheet, finding.cell) if part)
    where = f"{file.original_name} [{place}]" if place else file.original_name
    label = texts.message(f"UI-SEVERITY-{finding.severity.name}")
    message = texts.message(finding.code, dict(finding.parameters))
    return f"{label} {where}: {message}"
