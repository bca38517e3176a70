"""The finished years in a transfer summary: results of each year and of its subjects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preserve.model.results import Level, YearResult
from preserve.render.letter import (
    Letter,
    place_list,
    place_part,
    place_sentences,
    text_cell,
)
from preserve.render.table import Cell, Row, Table, place_table
from preserve.render.text import Align, Run, bold
from preserve.render.transfer_periods import changed_text, level_word, place_subtitle
from preserve.render.transfer_primary import assessed_text
from preserve.render.transfer_year import result_text
from preserve.render.wording import joined, mark_text

_LABEL = "transfer.history."
_SIZE = 9.5
_YEAR_WIDTH = 72.0
_WIDTHS = (
    ("year", 58.0),
    ("class_name", 32.0),
    ("school", 0.0),
    ("conduct", 62.0),
    ("learning", 62.0),
    ("outcome", 84.0),
    ("title_label", 66.0),
)
"""Columns and their widths in points, as ``place_list`` takes them."""
_PRIMARY_WIDTHS = (
    ("year", 58.0),
    ("class_name", 32.0),
    ("school", 0.0),
    ("education", 84.0),
    ("outcome", 84.0),
    ("title_label", 84.0),
)


def place_history(letter: Letter, years: tuple[YearResult, ...]) -> None:
    """Place the years before the running one, oldest first."""
    place_part(letter, f"{_LABEL}title")
    if not years:
        place_sentences(letter, f"{_LABEL}none")
        return
    primary = all(year.primary is not None for year in years)
    names, widths = zip(*(_PRIMARY_WIDTHS if primary else _WIDTHS), strict=True)
    rows = [_row(letter, year, names) for year in years]
    place_list(
        letter, [_LABEL + name for name in names], rows, widths, _SIZE, centred=_centred(names)
    )
    place_subtitle(letter, f"{_LABEL}subjects_title")
    _place_subjects(letter, years)


def _centred(names: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of short values."""
    return tuple(
        names.index(name) for name in ("class_name", "conduct", "learning") if name in names
    )


def _row(letter: Letter, year: YearResult, names: tuple[str, ...]) -> tuple[tuple[Run, ...], ...]:
    outcome = year.primary.outcome if year.primary is not None else None
    values = {
        "year": year.school_year,
        "class_name": year.class_name,
        "school": joined(year.school_name, year.school_place),
        "conduct": _level(letter, year.year.conduct, year.conduct_after),
        "learning": _level(letter, year.year.learning, year.learning_after),
        "education": outcome.value if outcome is not None else "",
        "outcome": year.outcome,
        "title_label": year.title,
    }
    return tuple(text_cell(values[name]) for name in names)


def _level(letter: Letter, before: Level | None, after: Level | None) -> str:
    return changed_text(letter, level_word(before), level_word(after))


def _place_subjects(letter: Letter, years: tuple[YearResult, ...]) -> None:
    """Place a row per subject and a column per year; a subject may be missing in a year."""
    results = [dict(_results(year)) for year in years]
    subjects = dict.fromkeys(name for result in results for name in result)
    subject = Cell((bold(letter.say(f"{_LABEL}subject")),), scope="Column")
    head: Row = (subject, *(Cell((bold(y.school_year),), scope="Column") for y in years))
    rows = tuple(
        (
            Cell((Run(name),), Align.LEFT, scope="Row"),
            *(Cell(text_cell(result.get(name, ""))) for result in results),
        )
        for name in subjects
    )
    rest = letter.flow.frame.measure - _YEAR_WIDTH * len(years)
    widths = (rest, *(_YEAR_WIDTH for _ in years))
    place_table(letter.flow, Table(widths, (head,), rows, size=_SIZE, padding=2))


def _results(year: YearResult) -> Iterator[tuple[str, str]]:
    """Yield subject and result of the whole year, with the one after re-assessment."""
    for result in year.subjects:
        text = result_text(mark_text(result.year_average), result.year_level)
        again = result_text(mark_text(result.reassessed_average), result.reassessed_level)
        yield result.subject.name, f"{text} → {again}" if again else text
    for primary in year.primary.subjects if year.primary is not None else ():
        yield primary.subject.name, joined(*assessed_text(primary.end_2), separator="; ")
