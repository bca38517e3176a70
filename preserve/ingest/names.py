"""The words that a school's files may use for its years, classes, subjects and traits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from preserve.ingest.profile import SchoolProfile
from preserve.ingest.words import fold
from preserve.model.results import TraitGroup
from preserve.model.school import ClassGroup, Subject
from preserve.policy.names import ImportWords, TraitWords

_YEAR = re.compile(r"([0-9]{4}) ?[-–] ?([0-9]{4})")
_SEMESTERS = {"1": "1", "i": "1", "2": "2", "ii": "2"}
_LONGEST_SHEET_NAME = 31
"""Letters that a spreadsheet allows; a blank where the name was cut is lost too."""


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
    traits: Mapping[str, str]
    """``quality/Yêu nước`` by folded name, alone or as ``Phẩm chất/Yêu nước``."""
    footers: tuple[re.Pattern[str], ...]

    def school_year(self, text: str) -> str | None:
        """Return ``2024-2025`` for ``2024 - 2025``, or ``None`` for a year not in the profile."""
        year = any_school_year(text)
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

    def subject_of_sheet(self, text: str) -> Subject | None:
        """Return the subject that a sheet is named after; a long name was cut off."""
        found = self.subject(text)
        if found is not None or len(text) < _LONGEST_SHEET_NAME - 1:
            return found
        folded = fold(text)
        meant = {s.name: s for word, s in self.subjects.items() if word.startswith(folded)}
        return next(iter(meant.values())) if len(meant) == 1 else None

    def trait(self, text: str) -> str | None:
        """Return group and name of a quality or competence."""
        return self.traits.get(fold(text))

    def is_footer(self, text: str) -> bool:
        """Tell whether a cell begins the foot of a table."""
        folded = fold(text)
        return any(pattern.search(folded) for pattern in self.footers)


def any_school_year(text: str) -> str | None:
    """Return ``2024-2025`` for ``2024 - 2025``, or ``None`` for what is no school year."""
    found = _YEAR.fullmatch(fold(text))
    if found is None or int(found[2]) != int(found[1]) + 1:
        return None
    return f"{found[1]}-{found[2]}"


def known_names(profile: SchoolProfile, words: ImportWords | None = None) -> KnownNames:
    """Index a school profile together with the words that all schools use."""
    words = words or ImportWords()
    subjects = _own_subjects(profile)
    return KnownNames(
        school=fold(profile.school.name),
        years=frozenset(year.name for year in profile.years),
        classes={(group.school_year, group.name): group for group in profile.classes},
        class_names={fold(group.name): group.name for group in profile.classes},
        subjects=_other_words(subjects, words) | subjects,
        traits={word: name for trait in words.traits for word, name in _trait_words(trait)},
        footers=words.footers,
    )


def _own_subjects(profile: SchoolProfile) -> dict[str, Subject]:
    return {
        fold(word): subject
        for subject in profile.subjects
        for word in (subject.name, *subject.aliases)
    }


def _other_words(own: Mapping[str, Subject], words: ImportWords) -> dict[str, Subject]:
    """Return the general words that can mean one subject of the school only."""
    meanings: dict[str, set[str]] = {}
    by_name = {subject.name: subject for subject in own.values()}
    for group in words.subjects:
        folded = [fold(word) for word in group]
        meant = {own[word].name for word in folded if word in own}
        for word in folded:
            meanings.setdefault(word, set()).update(meant)
    return {word: by_name[min(meant)] for word, meant in meanings.items() if len(meant) == 1}


def _trait_words(trait: TraitWords) -> Iterator[tuple[str, str]]:
    name = f"{trait.group.value}/{trait.name}"
    for word in (trait.name, *trait.also):
        yield fold(word), name
        for span in trait.spans:
            yield fold(f"{span}/{word}"), name


def split_trait(name: str) -> tuple[TraitGroup, str]:
    """Undo ``quality/Yêu nước``."""
    group, _, word = name.partition("/")
    return TraitGroup(group), word
