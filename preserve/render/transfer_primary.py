"""The running year of primary school in a transfer summary: levels and tests so far."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.results import (
    PrimaryAssessment,
    PrimarySubjectResult,
    PrimaryYear,
    TraitResult,
)
from preserve.render.filled import Blank, place_blank
from preserve.render.letter import Letter, place_sentences, text_cell
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, bold
from preserve.render.transfer_periods import place_subtitle

_LABEL = "transfer.primary."
TIMES = ("mid_1", "end_1", "mid_2", "end_2")
"""Names of the four times of the year, as the form's wordings have them."""
_SIZE = 9.5


def place_primary_year(letter: Letter, year: PrimaryYear) -> None:
    """Place subjects, qualities and competences by the four times of the year."""
    if year.subjects:
        _place_subjects(letter, year.subjects)
    else:
        place_sentences(letter, "transfer.year.no_subjects")
    if year.traits:
        place_subtitle(letter, f"{_LABEL}traits_title")
        _place_traits(letter, year.traits)
    if year.outcome is not None:
        letter.flow.skip(4)
        place_blank(letter.flow, Blank(letter.say(f"{_LABEL}outcome"), year.outcome.value))


def _place_subjects(letter: Letter, subjects: tuple[PrimarySubjectResult, ...]) -> None:
    first = (_head(letter, "subject", rows=2), *(_head(letter, t, columns=2) for t in TIMES))
    second = tuple(_head(letter, name) for _ in TIMES for name in ("level", "test_mark"))
    pairs = (54.0, 34.0) * len(TIMES)
    rest = letter.flow.frame.measure - sum(pairs)
    rows = tuple(_subject_row(subject) for subject in subjects)
    table = Table((rest, *pairs), (first, second), rows, size=_SIZE, padding=2)
    place_table(letter.flow, table)


def _subject_row(result: PrimarySubjectResult) -> Row:
    times = (result.mid_1, result.end_1, result.mid_2, result.end_2)
    return (
        Cell((Run(result.subject.name),), Align.LEFT, scope="Row"),
        *(Cell(text_cell(text)) for time in times for text in assessed_text(time)),
    )


def assessed_text(assessment: PrimaryAssessment) -> tuple[str, str]:
    """Return level and test mark; a test mark is a whole number and is printed as it stands."""
    level = assessment.level.value if assessment.level is not None else ""
    mark = assessment.test_mark
    return level, "" if mark is None else format(mark, "f").replace(".", ",")


def _place_traits(letter: Letter, traits: tuple[TraitResult, ...]) -> None:
    head = (_head(letter, "trait"), *(_head(letter, time) for time in TIMES))
    widths = (78.0,) * len(TIMES)
    rest = letter.flow.frame.measure - sum(widths)
    rows = tuple(_trait_rows(letter, traits))
    place_table(letter.flow, Table((rest, *widths), (head,), rows, size=_SIZE, padding=2))


def _trait_rows(letter: Letter, traits: tuple[TraitResult, ...]) -> Iterator[Row]:
    """Yield a row per trait; the name of a group stands above its first trait."""
    before = None
    for trait in traits:
        if trait.group is not before:
            name = letter.say(f"{_LABEL}{trait.group.value}")
            yield (Cell((bold(name),), Align.LEFT, scope="Row", columns=1 + len(TIMES)),)
            before = trait.group
        levels = (trait.mid_1, trait.end_1, trait.mid_2, trait.end_2)
        yield (
            Cell((Run(trait.name),), Align.LEFT, scope="Row"),
            *(Cell(text_cell(level.value if level is not None else "")) for level in levels),
        )


def _head(letter: Letter, name: str, *, columns: int = 1, rows: int = 1) -> Cell:
    runs = (bold(letter.say(_LABEL + name)),)
    return Cell(runs, scope="Column", columns=columns, rows=rows)
