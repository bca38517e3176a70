"""For which times of the year a class of primary school is summed up: those that were assessed."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.records import SummaryPeriod
from preserve.model.results import PrimaryAssessment, PrimarySubjectResult, PupilYear


def summary_periods(pupils: Sequence[PupilYear]) -> tuple[SummaryPeriod, ...]:
    """Return the times of the year for which a class of primary school has any assessment."""
    years = [member.result.primary for member in pupils if member.result.primary is not None]
    return tuple(
        period
        for period in SummaryPeriod
        if any(_assessed(subject, period) for year in years for subject in year.subjects)
    )


def _assessed(subject: PrimarySubjectResult, period: SummaryPeriod) -> bool:
    assessment = {
        SummaryPeriod.MID_1: subject.mid_1,
        SummaryPeriod.END_1: subject.end_1,
        SummaryPeriod.MID_2: subject.mid_2,
        SummaryPeriod.END_2: subject.end_2,
    }[period]
    return assessment != PrimaryAssessment()
