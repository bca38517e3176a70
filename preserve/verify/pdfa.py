"""The run-time judge of PDF/A-3a and PDF/UA-1, behind a small interface.

``page-validation`` is young and has one author: it stays exchangeable, its version is pinned, and
docs/judges.md says how far it agrees with veraPDF.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import page

from preserve.model.verification import Finding, SubIndication
from preserve.verify.checks import Check
from preserve.verify.findings import failed, passed, undetermined

PROFILES = ("3a", "ua1")
"""ISO 19005-3 level A and ISO 14289-1: two tests, and both are needed."""
_RANGE_RULE = "-SIGNATURE-BYTERANGE-001"
"""The rule without the profile that the library puts before it."""
_MAX_REPORTED = 10


class PdfaJudge(Protocol):
    """Says whether a file conforms."""

    def judge(self, pdf: bytes, subject: str, *, ranges_hold: bool) -> tuple[Finding, ...]:
        """Judge one file.

        ``ranges_hold`` tells that our own judge found every byte range of the file right.
        """


class PageValidationJudge:
    """Judges with the library ``page-validation``."""

    def judge(self, pdf: bytes, subject: str, *, ranges_hold: bool) -> tuple[Finding, ...]:
        """Judge both profiles; a validator that gives up leaves the question open."""
        return tuple(
            finding
            for profile in PROFILES
            for finding in _judge_profile(pdf, subject, profile, ranges_hold=ranges_hold)
        )


def _judge_profile(
    pdf: bytes, subject: str, profile: str, *, ranges_hold: bool
) -> Iterator[Finding]:
    try:
        report = page.validate_pdf_bytes(pdf, profile=profile)
    except page.PageError as error:
        # Not being able to validate is not the same as being invalid.
        kind = type(error).__name__
        reason = SubIndication.POLICY_PROCESSING_ERROR
        yield undetermined(Check.PDF_NOT_JUDGED, subject, reason, profile=profile, kind=kind)
        return
    # The library refuses every byte range that ends before the file does, hence all but the last
    # signature of a document. Our own judge has looked at exactly that, more strictly.
    broken = {one.rule_id for one in report.failures}
    rules = sorted(one for one in broken if not (ranges_hold and one.endswith(_RANGE_RULE)))
    if not rules:
        yield passed(Check.PDF_VALID, subject, profile=profile)
    for rule in rules[:_MAX_REPORTED]:
        reason = SubIndication.FORMAT_FAILURE
        yield failed(Check.PDF_CONFORMITY, subject, reason, profile=profile, rule=rule)
