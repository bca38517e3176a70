"""Finds out which kind of export a file is: the profile and layout that explain most of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from preserve.ingest.headers import find_header, header_words, wanted_cells
from preserve.ingest.tables import Table
from preserve.ingest.words import fold
from preserve.policy.imports import ImportProfile, Layout


class _Words(NamedTuple):
    """The folded texts of the rows in which a header may stand."""

    rows: list[frozenset[str]]
    everywhere: frozenset[str]


class Recognised(NamedTuple):
    """What a table was taken for."""

    layout: Layout
    header: int
    """Index of the header row."""
    explained: int
    """Cells of the header row that the layout names."""


def recognise_file(
    tables: Sequence[Table], profiles: Sequence[ImportProfile]
) -> tuple[ImportProfile | None, tuple[Recognised | None, ...]]:
    """Return the profile that a file is read with, and what each of its tables is.

    Layouts share headers: a list of earlier years has every column that a class summary is known
    by, and subjects assessed by comments look alike in two templates. The first table alone can
    mislead, so the profile counts that recognises most tables, then the one that names most of
    their headers, then the one that stands first.

    Args:
        tables: the tables that hold anything.
        profiles: in the order of their names.
    """
    words = [_Words(rows := header_words(table), frozenset().union(*rows)) for table in tables]
    best: ImportProfile | None = None
    found: tuple[Recognised | None, ...] = (None,) * len(tables)
    for profile in profiles:
        taken = tuple(_recognise(table, profile) for table in words)
        if _worth(taken) > _worth(found):
            best, found = profile, taken
    return best, found


def _worth(taken: Sequence[Recognised | None]) -> tuple[int, int]:
    known = [one.explained for one in taken if one is not None]
    return len(known), sum(known)


def _recognise(words: _Words, profile: ImportProfile) -> Recognised | None:
    """Return the layout of a profile that names most headers of a table, the first of equals."""
    best: Recognised | None = None
    for layout in profile.layouts:
        # Most layouts are ruled out at a glance: one of their words stands nowhere.
        if any(words.everywhere.isdisjoint(cells) for cells in wanted_cells(layout.recognise)):
            continue
        index = find_header(words.rows, layout)
        if index is not None:
            explained = len(words.rows[index] & _headers(layout))
            if best is None or explained > best.explained:
                best = Recognised(layout, index, explained)
    return best


@cache
def _headers(layout: Layout) -> frozenset[str]:
    """Return the folded headers of a layout; of one below a span, the span's."""
    spans = () if layout.subheader is None else layout.subheader.spans
    texts = (text for rule in layout.columns for text in rule.headers)
    return frozenset(fold(text) for text in (*spans, *texts, *layout.ignored))
