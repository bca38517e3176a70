"""No damaged export file is misread in silence: it is read exactly, or refused at its place."""

from __future__ import annotations

from pathlib import Path

from tests.conformance.campaign import Verdict, make_campaign, run

MUTANTS = 2000
SEED = 20261122


def test_no_mutant_is_misread(tmp_path: Path) -> None:
    """Of 2,000 seeded mutants each is read as it says, or refused with the cell at fault."""
    tally = run(make_campaign(tmp_path), MUTANTS, SEED)
    assert tally.bad == []
    assert tally.total(Verdict.EXACT) + tally.total(Verdict.REFUSED) == MUTANTS
    assert tally.total(Verdict.EXACT) > MUTANTS // 10, "nearly everything is refused"
    assert tally.total(Verdict.REFUSED) > MUTANTS // 10, "nearly nothing is refused"
