"""Judges whether the proven times of a document's signatures run in the order of its revisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from preserve.model.verification import Finding, SubIndication
from preserve.verify.checks import Check
from preserve.verify.findings import undetermined
from preserve.verify.roles import PlacedSignature

CLOCK_TOLERANCE = timedelta(minutes=1)
"""Two time-stamping authorities may differ by this much."""


def judge_time_order(signatures: Sequence[PlacedSignature], subject: str) -> Iterator[Finding]:
    """Yield a finding for a signature that is older than the one it was put on top of.

    Source: ETSI EN 319 102-1 clause 5.1.3, TIMESTAMP_ORDER_FAILURE.
    """
    proven = [one for one in signatures if one.judged.proven]
    for earlier, later in pairwise(proven):
        if later.judged.time + CLOCK_TOLERANCE < earlier.judged.time:
            yield undetermined(
                Check.SIG_TIME_ORDER,
                f"{subject}#{later.field_name}",
                SubIndication.TIMESTAMP_ORDER_FAILURE,
                earlier=earlier.judged.time.isoformat(),
                later=later.judged.time.isoformat(),
            )
