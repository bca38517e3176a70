"""Second half of a year of a primary school transcript: qualities and competences."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model.results import TraitGroup, TraitResult, YearResult
from preserve.policy.forms import Form
from preserve.render.flow import Flow, place_text
from preserve.render.grade_book_cells import head_row, text_cell
from preserve.render.primary_results import LABEL, LEGEND, PART, primary_of
from preserve.render.primary_wording import scale_text
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, Style, bold, italic

_TITLE = Style(13, 18, Align.CENTRE, after=2)
_SUB_PART = Style(11.5, 15, before=4, after=3)


def place_traits(flow: Flow, year: YearResult, form: Form) -> None:
    """Place the tables of qualities, general and specific competences."""
    title = form.label(f"{LABEL}title_continued", school_year=year.school_year)
    place_text(flow, "H2", (bold(title),), _TITLE)
    place_text(flow, "H3", (bold(form.label(f"{LABEL}qualities_title")),), PART)
    _place_group(flow, year, TraitGroup.QUALITY, form)
    place_text(flow, "H3", (bold(form.label(f"{LABEL}competences_title")),), PART)
    place_text(flow, "H4", (bold(form.label(f"{LABEL}general_title")),), _SUB_PART)
    _place_group(flow, year, TraitGroup.GENERAL_COMPETENCE, form)
    place_text(flow, "H4", (bold(form.label(f"{LABEL}specific_title")),), _SUB_PART)
    _place_group(flow, year, TraitGroup.SPECIFIC_COMPETENCE, form)
    if primary_of(year).traits:
        place_text(flow, "P", (italic(form.label(f"{LABEL}trait_legend")),), LEGEND)


def _place_group(flow: Flow, year: YearResult, group: TraitGroup, form: Form) -> None:
    traits = [trait for trait in primary_of(year).traits if trait.group is group]
    if not traits:
        place_text(flow, "P", (Run(form.label(f"{LABEL}no_traits")),), Style(12, 16))
        return
    name = "quality" if group is TraitGroup.QUALITY else "competence"
    head = head_row([form.label(LABEL + part) for part in (name, "level", "comment")])
    widths = (150.0, 90.0)
    rest = flow.frame.measure - sum(widths)
    rows = _rows(traits, form)
    place_table(flow, Table((*widths, rest), (head,), rows, size=10, padding=2.5))


def _rows(traits: Sequence[TraitResult], form: Form) -> tuple[Row, ...]:
    """Return a row per trait; one comment for the whole group is printed once."""
    shared = len({trait.comment for trait in traits}) == 1
    rows: list[Row] = []
    for trait in traits:
        name = Cell((Run(trait.name),), Align.LEFT, scope="Row")
        cells: Row = (name, text_cell(scale_text(form, trait.end_2)))
        if not shared:
            cells = (*cells, text_cell(trait.comment, Align.LEFT))
        elif not rows:
            runs = (Run(trait.comment),) if trait.comment else ()
            cells = (*cells, Cell(runs, Align.LEFT, rows=len(traits)))
        rows.append(cells)
    return tuple(rows)
