"""Finds the classes and records that a scope selects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from preserve.errors import InputError
from preserve.ingest.assemble import ClassYear, assemble_class, list_classes, list_pupils
from preserve.ingest.profile import SchoolProfile
from preserve.model.overview import Scope
from preserve.model.records import SummaryPeriod
from preserve.policy.forms import Layout, load_form
from preserve.rules.forms import form_for
from preserve.rules.summary_periods import summary_periods
from preserve.workflow.archive import Archive, held_submissions, school_profile


@dataclass(frozen=True, slots=True)
class ClassList:
    """Who is in a class."""

    school_year: str
    class_name: str
    pupils: tuple[str, ...]
    """Pupil codes in the order of the list."""
    summaries: tuple[SummaryPeriod, ...] | None = None
    """Periods that a class of primary school is summed up for; ``None`` where a class has a grade
    book."""


def class_names(archive: Archive, scope: Scope) -> tuple[tuple[str, str], ...]:
    """List the (year, class) pairs of the scope that have a roster, in order.

    Raises:
        InputError: the scope names a year, class or pupil that the archive does not hold.
    """
    submissions = held_submissions(archive)
    pairs = list_classes(school_profile(submissions), submissions)
    chosen = tuple(
        (year, name)
        for year, name in pairs
        if scope.school_year in {None, year} and scope.class_name in {None, name}
    )
    if not chosen:
        raise InputError(
            "SCOPE-EMPTY", year=scope.school_year or "*", class_name=scope.class_name or "*"
        )
    # A mistyped code must not look like work that is done.
    if scope.pupil and not any(scope.pupil in list_pupils(submissions, *pair) for pair in chosen):
        raise InputError("SCOPE-NO-PUPIL", pupil=scope.pupil)
    return chosen


def class_lists(archive: Archive, scope: Scope) -> Iterator[ClassList]:
    """Yield the class list of every class of the scope.

    Results are put together only for classes of primary school, whose documents depend on them.

    Raises:
        InputError: the scope is empty, or a class has no form.
    """
    submissions = held_submissions(archive)
    profile = school_profile(submissions)
    for year, name in class_names(archive, scope):
        pupils = list_pupils(submissions, year, name)
        summaries = None
        if _layout(archive, profile, year, name) is Layout.PRIMARY:
            summaries = summary_periods(assemble_class(profile, submissions, year, name).pupils)
        yield ClassList(year, name, pupils, summaries)


def _layout(archive: Archive, profile: SchoolProfile, year: str, name: str) -> Layout:
    group, school = profile.class_group(year, name), profile.school
    if group is None:
        raise InputError("INGEST-CLASS-UNKNOWN", school_year=year, class_name=name)
    form = form_for(school.level, group.grade, year, school.kind)
    return load_form(form, archive.policies).layout


def class_years(archive: Archive, scope: Scope) -> Iterator[ClassYear]:
    """Yield the records of every class of the scope, one class at a time.

    Raises:
        InputError: the scope is empty.
    """
    submissions = held_submissions(archive)
    profile = school_profile(submissions)
    for year, name in class_names(archive, scope):
        yield assemble_class(profile, submissions, year, name)
