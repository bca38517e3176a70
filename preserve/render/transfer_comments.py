"""Comments and events of the running year in a transfer summary: no transcript has them yet."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.results import Movement, PrimaryYear, YearResult
from preserve.render.filled import Blank, place_blank
from preserve.render.flow import place_text
from preserve.render.letter import Letter, place_list, text_cell
from preserve.render.text import Run, Style
from preserve.render.transfer_periods import place_subtitle
from preserve.render.transfer_primary import TIMES
from preserve.render.wording import day_text

_LABEL = "transfer.comments."
_BODY = Style(11, 14.5, after=1)
_SIZE = 9.5


def place_comments(letter: Letter, year: YearResult) -> None:
    """Place who said what when, then what happened in the year; nothing where there is nothing."""
    primary = () if year.primary is None else tuple(_primary(letter, year.primary))
    rows = [
        row for row in (*_secondary(letter, year), *primary, *_homeroom(letter, year)) if row[2]
    ]
    if rows:
        place_subtitle(letter, f"{_LABEL}title")
        names = [_LABEL + name for name in ("about", "period", "comment")]
        cells = (tuple(map(text_cell, row)) for row in rows)
        place_list(letter, names, cells, (130.0, 76.0, 0), _SIZE)
    _place_events(letter, year)


def _secondary(letter: Letter, year: YearResult) -> Iterator[tuple[str, str, str]]:
    for result in year.subjects:
        name = result.subject.name
        yield name, letter.say("common.semester_1"), result.semester_1.comment
        yield name, letter.say("common.semester_2"), result.semester_2.comment


def _primary(letter: Letter, year: PrimaryYear) -> Iterator[tuple[str, str, str]]:
    for result in year.subjects:
        assessments = (result.mid_1, result.end_1, result.mid_2, result.end_2)
        for time, assessment in zip(TIMES, assessments, strict=True):
            name = letter.say(f"transfer.primary.{time}")
            yield result.subject.name, name, assessment.comment
    for trait in year.traits:
        yield trait.name, letter.say("common.whole_year"), trait.comment


def _homeroom(letter: Letter, year: YearResult) -> Iterator[tuple[str, str, str]]:
    teacher = letter.say(f"{_LABEL}homeroom")
    for name, period in (
        ("semester_1", year.semester_1),
        ("semester_2", year.semester_2),
        ("whole_year", year.year),
    ):
        yield teacher, letter.say(f"common.{name}"), period.homeroom_comment


def _place_events(letter: Letter, year: YearResult) -> None:
    """Place title, honours and notes as lines, and where the pupil came from or left for."""
    lines = (
        ("title_label", year.title),
        ("contests", "; ".join(year.contests)),
        ("certificates", "; ".join(year.certificates)),
        ("commendations", "; ".join(year.commendations)),
        ("note", year.note),
    )
    for name, value in lines:
        if value:
            place_blank(letter.flow, Blank(letter.say(_LABEL + name), value))
    for movement in year.movements:
        place_text(letter.flow, "P", (Run(_movement(letter, movement)),), _BODY)


def _movement(letter: Letter, movement: Movement) -> str:
    return letter.say(
        f"{_LABEL}movement_{movement.direction}",
        day=day_text(movement.on),
        other=movement.other_school,
        place=movement.other_place,
        number=movement.document_number,
    )
