"""No damaged export file is misread in silence: it is read exactly, or refused at its place."""

from __future__ import annotations

from tests.conformance.campaign import Verdict, run_shares

MUTANTS = 2000
SEED = 20261122
JOBS = 2


def test_no_mutant_is_misread() -> None:
    """Of 2,000 seeded mutants each is read as it says, or refused with the cell at fault."""
    tally = run_shares(MUTANTS, SEED, JOBS)
    assert tally.bad == []
    assert tally.total(Verdict.EXACT) + tally.total(Verdict.REFUSED) == MUTANTS
    assert tally.total(Verdict.EXACT) > MUTANTS // 10, "nearly everything is refused"
    assert tally.total(Verdict.REFUSED) > MUTANTS // 10, "nearly nothing is refused"
    told = {operator for operator, _ in tally.counts}
    assert {"mojibake", "merge", "formula", "hide-row", "date-1904"} <= told
