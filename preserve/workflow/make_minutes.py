"""``preserve minutes`` and ``preserve transfer-summary``: documents that are made on occasion.

Each lies beside the year's other documents, is signed by ``preserve sign --document``, counts when
the year is sealed, and becomes a new version when what it says changes.
"""

from __future__ import annotations

from preserve.workflow.archive import Archive
from preserve.workflow.compose_minutes import (
    Sealing,
    compose_amendment_minutes,
    compose_sealing_minutes,
)
from preserve.workflow.compose_transfer import Transfer, compose_transfer_summary
from preserve.workflow.occasion import Occasion
from preserve.workflow.render_documents import RenderResult, render_composition


def make_amendment_minutes(
    archive: Archive,
    number: str,
    occasion: Occasion,
    *,
    school_year: str | None = None,
    reason: str = "",
) -> RenderResult:
    """Make the minutes of one corrected mark.

    Raises:
        PreserveError: whatever composing or rendering refuses.
    """
    today = occasion.at.date()
    composition = compose_amendment_minutes(archive, number, today, school_year=school_year)
    return render_composition(archive, composition, occasion, reason=reason)


def make_sealing_minutes(
    archive: Archive, school_year: str, sealing: Sealing, occasion: Occasion, *, reason: str = ""
) -> RenderResult:
    """Make the minutes of sealing the carriers of a year's bundle.

    Raises:
        PreserveError: whatever composing or rendering refuses.
    """
    composition = compose_sealing_minutes(archive, school_year, sealing, occasion.at.date())
    return render_composition(archive, composition, occasion, reason=reason)


def make_transfer_summary(
    archive: Archive, pupil: str, transfer: Transfer, occasion: Occasion, *, reason: str = ""
) -> RenderResult:
    """Make the summary of a pupil who changes school.

    Raises:
        PreserveError: whatever composing or rendering refuses.
    """
    composition = compose_transfer_summary(archive, pupil, transfer, occasion.at.date())
    return render_composition(archive, composition, occasion, reason=reason)
