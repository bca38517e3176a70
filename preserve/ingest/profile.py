"""The school's own description of itself: years, classes, subjects, staff (``school.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from preserve.errors import FormatError
from preserve.ingest.words import clean, fold, slug
from preserve.model.school import (
    AssessmentKind,
    ClassGroup,
    School,
    SchoolKind,
    SchoolLevel,
    SchoolYear,
    StaffMember,
    Subject,
)

_ASSESSMENTS = {
    "marks and comments": AssessmentKind.MARKS,
    "comments only": AssessmentKind.COMMENTS,
}


@dataclass(frozen=True, slots=True)
class SystemDecision:
    """A principal's decision that a second school-management system may be used in a year."""

    school_year: str
    system: str
    number: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class SchoolProfile:
    """What the reader must know of a school before it can judge a file."""

    school: School
    years: tuple[SchoolYear, ...]
    classes: tuple[ClassGroup, ...]
    """Of all years, without teaching assignments; homeroom teachers by code."""
    subjects: tuple[Subject, ...]
    principal: StaffMember | None
    deputy_principal: StaffMember | None
    clerk: StaffMember | None
    foreign_language_1: str
    systems: tuple[SystemDecision, ...] = ()

    def class_group(self, school_year: str, class_name: str) -> ClassGroup | None:
        """Return a class, or ``None`` when the school has none of that name in that year."""
        return next(
            (g for g in self.classes if (g.school_year, g.name) == (school_year, class_name)), None
        )


def parse_school_profile(content: bytes) -> SchoolProfile:
    """Read a school profile.

    Raises:
        FormatError: it is no JSON (``IMP-SCHOOL-JSON``), or entries are missing, unknown or
            contradict each other (``IMP-SCHOOL-PROFILE``, all of them in ``problems``).
    """
    try:
        table = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FormatError("IMP-SCHOOL-JSON") from error
    reader = _Reader([])
    profile = reader.profile(table if isinstance(table, dict) else {})
    problems = [*reader.problems, *_contradictions(profile)]
    if problems:
        raise FormatError("IMP-SCHOOL-PROFILE", problems="; ".join(problems))
    return profile


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads entries and collects what is wrong with them, so that all is said at once."""

    problems: list[str]

    def profile(self, table: Mapping[str, Any]) -> SchoolProfile:
        subjects = tuple(
            self.subject(entry, f"subjects[{number}]")
            for number, entry in enumerate(self.entries(table, "subjects", ""))
        )
        years = self.table(table, "school_years", "")
        school = self.school(table)
        head = school.kind.head_title
        return SchoolProfile(
            school=school,
            years=tuple(self.year(name, self.table(years, name, "")) for name in sorted(years)),
            classes=tuple(
                self.class_group(name, entry, subjects, f"school_years.{name}.classes[{number}]")
                for name in sorted(years)
                for number, entry in enumerate(
                    self.entries(self.table(years, name, ""), "classes", f"school_years.{name}")
                )
            ),
            subjects=subjects,
            principal=self.staff(table, "principal", head),
            deputy_principal=self.staff(table, "deputy_principal", f"Phó {head}"),
            clerk=self.staff(table, "clerk", "Văn thư"),
            foreign_language_1=self.text(table, "foreign_language_1", "", needed=False),
            systems=tuple(
                self.decision(entry, f"source_systems[{number}]")
                for number, entry in enumerate(
                    self.entries(table, "source_systems", "") if "source_systems" in table else ()
                )
            ),
        )

    def decision(self, entry: Mapping[str, Any], where: str) -> SystemDecision:
        return SystemDecision(
            school_year=self.text(entry, "school_year", where),
            system=self.text(entry, "system", where),
            number=self.text(entry, "decision_number", where),
            decided_on=self.day(entry, "decision_date", where),
        )

    def school(self, table: Mapping[str, Any]) -> School:
        level = self.text(table, "level", "")
        if level not in set(SchoolLevel):
            self.problems.append("level")
            level = SchoolLevel.LOWER_SECONDARY
        optional = (
            "authority",
            "commune",
            "district",
            "province",
            "address",
            "tax_code",
            "abbreviation",
            "people_committee",
        )
        kind = self.text(table, "kind", "", needed=False) or SchoolKind.SCHOOL
        if kind not in set(SchoolKind):
            self.problems.append("kind")
            kind = SchoolKind.SCHOOL
        return School(
            code=self.text(table, "code", ""),
            name=self.text(table, "name", ""),
            level=SchoolLevel(level),
            kind=SchoolKind(kind),
            **{name: self.text(table, name, "", needed=False) for name in optional},
        )

    def year(self, name: str, entry: Mapping[str, Any]) -> SchoolYear:
        start, _, end = name.partition("-")
        if not (len(name) == len("2024-2025") and start.isdigit() and end == f"{int(start) + 1}"):
            self.problems.append(f"school_years.{name}")
        where = f"school_years.{name}"
        return SchoolYear(
            name=name,
            first_day=self.day(entry, "first_day", where),
            semester_2_from=self.day(entry, "semester_2_from", where),
            last_day=self.day(entry, "last_day", where),
        )

    def class_group(
        self, year: str, entry: Mapping[str, Any], subjects: tuple[Subject, ...], where: str
    ) -> ClassGroup:
        by_name = {subject.name: subject for subject in subjects}
        taught = [
            clean(name) if isinstance(name, str) else ""
            for name in self.items(entry, "subjects", where)
        ]
        self.problems.extend(
            f"{where}.subjects[{n}]" for n, name in enumerate(taught) if name not in by_name
        )
        homeroom = self.text(entry, "homeroom_teacher", where, needed=False)
        return ClassGroup(
            school_year=year,
            name=self.text(entry, "name", where),
            grade=self.integer(entry, "grade", where),
            regulation=self.text(entry, "regulation", where),
            subjects=tuple(by_name[name] for name in taught if name in by_name),
            homeroom_teacher=StaffMember(homeroom, "") if homeroom else None,
        )

    def subject(self, entry: Mapping[str, Any], where: str) -> Subject:
        name = self.text(entry, "name", where)
        kind = _ASSESSMENTS.get(self.text(entry, "assessment", where))
        if kind is None:
            self.problems.append(f"{where}.assessment")
        aliases = (
            self.text(entry, key, where, needed=False)
            for key in ("gradebook_sheet", "vnedu_column")
        )
        due = self.table(entry, "regular_marks_per_semester", where, needed=False)
        where_due = f"{where}.regular_marks_per_semester"
        return Subject(
            name=name,
            code=slug(name),
            kind=kind or AssessmentKind.MARKS,
            aliases=tuple(dict.fromkeys(alias for alias in aliases if alias)),
            regular_marks=tuple(
                sorted((self.number(g, where_due), self.integer(due, g, where_due)) for g in due)
            ),
        )

    def staff(self, table: Mapping[str, Any], key: str, position: str) -> StaffMember | None:
        entry = self.table(table, key, "", needed=False)
        if not entry:
            return None
        return StaffMember(
            self.text(entry, "teacher_code", key), self.text(entry, "name", key), position
        )

    def text(self, entry: Mapping[str, Any], key: str, where: str, *, needed: bool = True) -> str:
        value = entry.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            self.problems.append(f"{where}.{key}".lstrip("."))
            return ""
        return clean(value)

    def day(self, entry: Mapping[str, Any], key: str, where: str) -> date:
        try:
            return date.fromisoformat(str(entry.get(key)))
        except ValueError:
            self.problems.append(f"{where}.{key}")
            return date.min

    def integer(self, entry: Mapping[str, Any], key: str, where: str) -> int:
        value = entry.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            self.problems.append(f"{where}.{key}")
            return 0
        return value

    def number(self, text: str, where: str) -> int:
        if not (text.isascii() and text.isdigit()):
            self.problems.append(where)
            return 0
        return int(text)

    def table(
        self, entry: Mapping[str, Any], key: str, where: str, *, needed: bool = True
    ) -> Mapping[str, Any]:
        value = entry.get(key, {})
        if not isinstance(value, dict) or (needed and not value):
            self.problems.append(f"{where}.{key}".lstrip("."))
            return {}
        return value

    def items(self, entry: Mapping[str, Any], key: str, where: str) -> list[Any]:
        value = entry.get(key)
        if not isinstance(value, list) or not value:
            self.problems.append(f"{where}.{key}".lstrip("."))
            return []
        return value

    def entries(
        self, entry: Mapping[str, Any], key: str, where: str
    ) -> Iterator[Mapping[str, Any]]:
        for item in self.items(entry, key, where):
            yield item if isinstance(item, dict) else {}


def _contradictions(profile: SchoolProfile) -> Iterator[str]:
    """Yield what two entries claim at once: a subject's name or code, a class of a year."""
    owners: dict[str, str] = {}
    for subject in profile.subjects:
        for word in {fold(w) for w in (subject.name, *subject.aliases)} | {f"#{subject.code}"}:
            if owners.setdefault(word, subject.name) != subject.name:
                yield f"subjects: {word} ({owners[word]}, {subject.name})"
    names = [subject.name for subject in profile.subjects]
    yield from (f"subjects: {name}" for name in dict.fromkeys(names) if names.count(name) > 1)
    classes = [(group.school_year, fold(group.name)) for group in profile.classes]
    yield from (
        f"classes: {year} {name}"
        for year, name in dict.fromkeys(classes)
        if classes.count((year, name)) > 1
    )
