"""Makes findings: one function per indication, every one with its subject as a parameter."""

from __future__ import annotations

from preserve.model.verification import Finding, Indication, SubIndication
from preserve.verify.checks import Check


def passed(check: Check, subject: str, **parameters: object) -> Finding:
    """Return the finding of a check that holds."""
    return _finding(check, Indication.TOTAL_PASSED, subject, None, parameters)


def undetermined(
    check: Check, subject: str, reason: SubIndication, **parameters: object
) -> Finding:
    """Return the finding of a check that could not be decided: never a pass, never a failure."""
    return _finding(check, Indication.INDETERMINATE, subject, reason, parameters)


def failed(check: Check, subject: str, reason: SubIndication, **parameters: object) -> Finding:
    """Return the finding of a check that does not hold."""
    return _finding(check, Indication.TOTAL_FAILED, subject, reason, parameters)


def _finding(
    check: Check,
    indication: Indication,
    subject: str,
    reason: SubIndication | None,
    parameters: dict[str, object],
) -> Finding:
    named = {"subject": subject, **parameters}
    return Finding(
        check=check.value,
        indication=indication,
        subject=subject,
        sub_indication=reason,
        parameters=tuple((name, str(value)) for name, value in named.items()),
    )
