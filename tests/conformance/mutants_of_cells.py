"""Damages that need more than other values: encodings of one cell, hidden rows, merged cells."""

from __future__ import annotations

import re
from datetime import datetime
from random import Random

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.conformance.mutants import (
    Export,
    Mutant,
    Operator,
    Place,
    address,
    value_at,
    with_changes,
)


def _mojibake(export: Export, random: Random) -> Mutant | None:
    """Write the UTF-8 of a cell as another program shows its bytes."""
    place = random.choice(export.places)
    text = str(value_at(export, place))
    if text.isascii():
        return None
    shown = text.encode().decode(random.choice(("cp1252", "latin-1")), "replace")
    return with_changes(export, "mojibake", {place: shown}, unreadable=True)


def _hide_row(export: Export, random: Random) -> Mutant | None:
    """Hide a row whose values stay; one value changes, so that the row is looked for."""
    place = random.choice(export.places)
    value = value_at(export, place)
    if not _is_workbook(export) or not isinstance(value, float):
        return None

    def hide(book: openpyxl.Workbook) -> None:
        book[place[0]].row_dimensions[place[1] + 1].hidden = True

    return with_changes(export, "hide-row", {place: 1.5}, edit=hide)


def _merge(export: Export, random: Random) -> Mutant | None:
    """Merge a filled cell with the filled one beside or below it, which loses its value."""
    sheet, row, column = random.choice(export.places)
    other: Place = random.choice(((sheet, row, column + 1), (sheet, row + 1, column)))
    if not _is_workbook(export) or other not in export.places:
        return None
    corners = f"{address((sheet, row, column))}:{address(other)}"

    def merge(book: openpyxl.Workbook) -> None:
        book[sheet].merge_cells(corners)

    changes = {other: None, (sheet, row, column): value_at(export, (sheet, row, column))}
    mutant = with_changes(export, "merge", changes, edit=merge, unreadable=True)
    return mutant and _beside(mutant, (sheet, row, column))


def _beside(mutant: Mutant, place: Place) -> Mutant:
    """Count the cell that swallowed another one as changed too: the finding names it."""
    changed = {**mutant.changed, place: value_at(mutant.export, place)}
    return Mutant(
        mutant.export, mutant.operator, mutant.content, changed, mutant.headers, unreadable=True
    )


def _formula(export: Export, random: Random) -> Mutant | None:
    """Write a formula that no program has calculated."""
    if not _is_workbook(export):
        return None
    place = random.choice(export.places)
    formula = random.choice(("=1+1", "=SUM(A1:A3)", '=""'))
    return with_changes(export, "formula", {place: formula}, unreadable=True)


def _date_of_1904(export: Export, random: Random) -> Mutant | None:
    """Write a date as a number of days in a workbook that counts from 1904."""
    place = random.choice(export.places)
    day = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", str(value_at(export, place)))
    if not _is_workbook(export) or day is None:
        return None
    moment = datetime(int(day[3]), int(day[2]), int(day[1]))  # noqa: DTZ001  (a cell knows no zone)

    def count(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    return with_changes(export, "date-1904", {place: moment}, edit=count)


def _is_workbook(export: Export) -> bool:
    return export.name.endswith(".xlsx")


CELL_OPERATORS: tuple[Operator, ...] = (_mojibake, _hide_row, _merge, _formula, _date_of_1904)
