"""The words that a school's files may use for its years, classes and subjects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from preserve.ingest.profile import SchoolProfile
from preserve.ingest.words import fold
from preserve.model.school import ClassGroup, Subject

_YEAR = re.compile(r"([0-9]{4}) ?[-–] ?([0-9]{4})")
_SEMESTERS = {"1": "1", "i": "1", "2": "2", "ii": "2"}


@dataclass(frozen=True, slots=True)
class KnownNames:
    """A school profile, turned around for looking up what a cell says."""

    school: str
    """Folded name of the school."""
    years: frozenset[str]
    classes: Mapping[tuple[str, str], ClassGroup]
    """By school year and name."""
    class_names: Mapping[str, str]
    """Names of the classes of all years, by their folded form."""
    subjects: Mapping[str, Subject]
    """By folded name and folded alias."""

    def school_year(self, text: str) -> str | None:
        """Return ``2024-2025`` for ``2024 - 2025``, or ``None`` for a year not in the profile."""
        found = _YEAR.fullmatch(fold(text))
        year = f"{found[1]}-{found[2]}" if found else ""
        return year if year in self.years else None

    def semester(self, text: str) -> str | None:
        """Return ``1`` or ``2``; the numeral may be Roman."""
        return _SEMESTERS.get(fold(text))

    def class_name(self, text: str) -> str | None:
        """Return the name of a class as the profile writes it."""
        return self.class_names.get(fold(text))

    def subject(self, text: str) -> Subject | None:
        """Return the subject of that name or alias."""
        return self.subjects.get(fold(text))


def known_names(profile: SchoolProfile) -> KnownNames:
    """Index a school profile."""
    return KnownNames(
        school=fold(profile.school.name),
        years=frozenset(year.name for year in profile.years),
        classes={(group.school_year, group.name): group for group in profile.classes},
        class_names={fold(group.name): group.name for group in profile.classes},
        subjects={
            fold(word): subject
            for subject in profile.subjects
            for word in (subject.name, *subject.aliases)
        },
    )
