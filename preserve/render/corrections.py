"""A corrected value as the regulation wants it: the old one struck, the new one above, initials.

TT 22/2021/TT-BGDĐT, instructions inside the forms: a correction is made in red; the old content is
struck through and stays readable, the new one stands above it and to its right, and who corrected
signs beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from preserve.render.fonts import Face
from preserve.render.table import Cell
from preserve.render.text import Align, Run

_INITIALS = 90
"""Size of initials as a percentage of the size of the value."""


def corrected_runs(old_values: Sequence[str], new: str, initials: str = "") -> tuple[Run, ...]:
    """Return the runs of a corrected value, in the order in which they are read.

    Args:
        old_values: every value that was replaced, oldest first, as printed.
        new: the value that holds, as printed; empty when it was taken away.
        initials: letters of the person who corrected.
    """
    runs = [Run(f"{value} ", struck=True) for value in old_values]
    runs.append(Run(f"{new} " if new and initials else new, Face.BOLD, raised=True))
    runs.append(Run(initials, raised=True, percent=_INITIALS))
    return tuple(run for run in runs if run.text)


def corrected_cell(
    old_values: Sequence[str], new: str, initials: str = "", *, align: Align = Align.CENTRE
) -> Cell:
    """Return a table cell for a corrected value; without old values it is an ordinary one."""
    if not old_values:
        return Cell((Run(new),) if new else (), align)
    return Cell(corrected_runs(old_values, new, initials), align, corrected=True)
