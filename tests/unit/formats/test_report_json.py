"""The JSON form of a verification report."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from preserve.formats.report_json import encode_report
from preserve.model.verification import (
    Finding,
    Indication,
    SubIndication,
    VerificationReport,
)

AT = datetime(2026, 6, 3, tzinfo=UTC)


def words(check: str, parameters: dict[str, str]) -> tuple[str, str]:
    """Stand in for the texts."""
    return f"{check} {sorted(parameters.items())}", "Điều 6"


def test_every_value_of_a_finding_comes_out() -> None:
    """Ids and values stay as they are; the sentence comes from the texts."""
    finding = Finding(
        "FIX-DIGEST",
        Indication.TOTAL_FAILED,
        "data/a.pdf",
        SubIndication.HASH_FAILURE,
        (("subject", "data/a.pdf"),),
    )
    encoded = encode_report(VerificationReport("v0001", AT, "p/1", (finding,)), words)
    assert json.loads(json.dumps(encoded)) == {
        "subject": "v0001",
        "indication": "TOTAL_FAILED",
        "verified_at": "2026-06-03T00:00:00+00:00",
        "policy": "p/1",
        "findings": [
            {
                "check": "FIX-DIGEST",
                "indication": "TOTAL_FAILED",
                "sub_indication": "HASH_FAILURE",
                "subject": "data/a.pdf",
                "message": "FIX-DIGEST [('subject', 'data/a.pdf')]",
                "parameters": {"subject": "data/a.pdf"},
                "requirement": "Điều 6",
            }
        ],
    }


def test_no_findings_are_indeterminate() -> None:
    """Nothing checked is nothing proven."""
    encoded = encode_report(VerificationReport("x", AT, "p", ()), words)
    assert encoded["indication"] == "INDETERMINATE"
    assert encoded["findings"] == []


def test_a_pass_has_no_sub_indication() -> None:
    """``null`` in JSON."""
    finding = Finding("FIX-VALID", Indication.TOTAL_PASSED, ".")
    encoded = encode_report(VerificationReport("x", AT, "p", (finding,)), words)
    assert encoded["findings"][0]["sub_indication"] is None
