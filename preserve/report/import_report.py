"""Turns the outcome of an import into JSON and into lines for a clerk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from preserve.model.imports import (
    ClassCount,
    Counted,
    ImportFinding,
    Severity,
    SourceFile,
    Submission,
)
from preserve.report.texts.catalogue import Texts


def describe_submission(submission: Submission, texts: Texts) -> dict[str, Any]:
    """Return the JSON form: outcome, files, findings, ignored files, counts per class."""
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
        "counts": [
            {
                "school_year": count.school_year,
                "class": count.class_name,
                "counted": count.counted.value,
                "expected": count.expected,
                "found": count.found,
            }
            for count in submission.counts
        ],
    }


def submission_lines(submission: Submission, texts: Texts) -> Iterator[str]:
    """Yield one line per finding and per class, then the totals.

    There is one line only when there was nothing to import.
    """
    for file in submission.files:
        for finding in file.findings:
            yield _line(file, finding, texts)
    yield from count_lines(submission.counts, texts)
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


def count_lines(counts: Sequence[ClassCount], texts: Texts) -> Iterator[str]:
    """Yield a line per class: what was found of what is expected.

    What is complete is told by its number alone, so that a gap catches the eye.
    """
    classes: dict[tuple[str, str], dict[Counted, ClassCount]] = {}
    for count in counts:
        classes.setdefault((count.school_year, count.class_name), {})[count.counted] = count
    for (year, name), found in classes.items():
        shown = {counted.value: _shown(count) for counted, count in found.items()}
        yield texts.message("IMP-CLASS-COUNTS", {"year": year, "class_name": name, **shown})


def _shown(count: ClassCount) -> str:
    if count.found >= count.expected:
        return str(count.found)
    return f"{count.found}/{count.expected}"


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
