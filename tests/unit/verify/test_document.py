"""A really rendered and signed transcript, judged."""

from __future__ import annotations

from preserve.model.verification import Indication
from preserve.verify.document import verify_document


def test_a_complete_transcript_passes(world, signed):
    """Three signatures in order, a pinned seal, fresh revocation lists: TOTAL_PASSED."""
    report = verify_document(signed, "a.pdf", world.context)
    bad = [f for f in report.findings if f.indication is not Indication.TOTAL_PASSED]
    assert not bad
    assert report.indication is Indication.TOTAL_PASSED
    assert [f.check for f in report.findings].count("SIG-VALID") == 3
