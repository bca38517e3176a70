"""What a sheet is about: the school year, class, semester and subject that its titles state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from preserve.ingest.findings import error, warning
from preserve.ingest.names import KnownNames
from preserve.ingest.tables import Row, column_letters
from preserve.ingest.words import clean, fold
from preserve.model.imports import ImportFinding, SheetKind
from preserve.model.school import AssessmentKind, ClassGroup
from preserve.policy.imports import Layout

WHOLE_YEAR = "year"
"""The semester of a sheet about the whole year."""

_UNKNOWN = {
    "school": "IMP-SCHOOL-OTHER",
    "school_year": "IMP-YEAR-UNKNOWN",
    "class": "IMP-CLASS-UNKNOWN",
    "semester": "IMP-SEMESTER-UNKNOWN",
    "subject": "IMP-SUBJECT-UNKNOWN",
}
_MISSING = {
    "school_year": "IMP-YEAR-MISSING",
    "class": "IMP-CLASS-MISSING",
    "semester": "IMP-SEMESTER-MISSING",
    "subject": "IMP-SUBJECT-MISSING",
    "period": "IMP-PERIOD-MISSING",
    "month": "IMP-MONTH-MISSING",
}
_CONTRADICTION = {
    "school_year": "IMP-YEAR-CONTRADICTION",
    "class": "IMP-CLASS-CONTRADICTION",
    "grade": "IMP-GRADE-CONTRADICTION",
    "semester": "IMP-SEMESTER-CONTRADICTION",
    "subject": "IMP-SUBJECT-CONTRADICTION",
    "period": "IMP-PERIOD-CONTRADICTION",
    "month": "IMP-MONTH-CONTRADICTION",
    "calendar_year": "IMP-MONTH-CONTRADICTION",
}
_PERIODS = {"giữa": "gk", "cuối": "ck"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a title, the sheet's name or the file's path says."""

    key: str
    """``school``, ``school_year``, ``class``, ``grade``, ``semester``, ``subject``, ``period``,
    ``month`` or ``calendar_year``."""
    text: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The agreed statements of one sheet, in the school profile's words."""

    sheet: str
    values: tuple[tuple[str, Statement], ...]
    """Pairs (canonical value, the statement that said so first)."""

    def get(self, key: str) -> str | None:
        """Return the canonical value of a key, or ``None``."""
        return next((value for value, said in self.values if said.key == key), None)

    def cell(self, key: str) -> str:
        """Return the cell that stated a key, empty when no cell did."""
        return next((said.cell for _, said in self.values if said.key == key), "")


def read_titles(
    rows: Sequence[Row], layout: Layout, sheet: str
) -> tuple[list[Statement], list[ImportFinding]]:
    """Read the cells above the header; what no pattern explains is a warning."""
    statements: list[Statement] = []
    findings: list[ImportFinding] = []
    for number, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            if value is None or not clean(str(value)):
                continue
            cell = f"{column_letters(index)}{number}"
            found = match_statements(layout.titles, str(value), cell)
            if found is None:
                findings.append(warning("IMP-TITLE-UNREAD", sheet, cell))
            else:
                statements.extend(found)
    return statements, findings


def match_statements(
    patterns: Iterable[re.Pattern[str]], text: str, cell: str
) -> list[Statement] | None:
    """Return what a text states, or ``None`` when no pattern explains it."""
    folded = fold(text)
    for pattern in patterns:
        if found := pattern.search(folded):
            return list(_statements(found, cell))
    return None


def path_statements(patterns: Iterable[re.Pattern[str]], path: str) -> list[Statement]:
    """Return what a path states; of several folders the innermost one speaks."""
    statements: list[Statement] = []
    for pattern in patterns:
        *_, last = (None, *pattern.finditer(fold(path)))
        if last is not None:
            statements.extend(_statements(last, ""))
    return statements


def resolve(
    statements: Iterable[Statement],
    layout: Layout,
    names: KnownNames,
    sheet: str,
    *,
    in_rows: frozenset[str] = frozenset(),
) -> tuple[Context, list[ImportFinding]]:
    """Turn statements into the profile's words and report what is unknown or contradicts.

    Args:
        statements: what titles, header, sheet name and path say.
        layout: the sheet's layout.
        names: the school's words.
        sheet: the sheet's name.
        in_rows: fields of columns; what stands in every row need not be stated for the sheet.
    """
    agreed: dict[str, tuple[str, Statement]] = {}
    findings: list[ImportFinding] = []
    for said in statements:
        value = _canonical(said, names)
        if value is None:
            findings.append(error(_UNKNOWN[said.key], sheet, said.cell, value=said.text))
            continue
        first, _ = agreed.setdefault(said.key, (value, said))
        if first != value:
            code = _CONTRADICTION[said.key]
            findings.append(error(code, sheet, said.cell, first=first, second=value))
    context = Context(sheet, tuple(agreed.values()))
    unknown = {finding.code for finding in findings}
    findings.extend(
        error(_MISSING[key], sheet)
        for key in layout.needs
        if key not in agreed | dict.fromkeys(in_rows) and key != "class"
        if _UNKNOWN.get(key) not in unknown
    )
    findings.extend(_misfits(context, layout, names))
    return context, findings


def missing_class(sheet: str) -> ImportFinding:
    """Say that neither a title nor a column names the class."""
    return error(_MISSING["class"], sheet)


def differing(contexts: Sequence[Context], keys: Iterable[str]) -> Iterator[ImportFinding]:
    """Yield a finding for every sheet that differs from most sheets of its file."""
    for key in keys:
        stated = [(context, value) for context in contexts if (value := context.get(key))]
        if not stated:
            continue
        most, _ = Counter(value for _, value in stated).most_common(1)[0]
        for context, value in stated:
            if value != most:
                cell = context.cell(key)
                yield error(_CONTRADICTION[key], context.sheet, cell, first=most, second=value)


def _statements(found: re.Match[str], cell: str) -> Iterator[Statement]:
    for key, text in found.groupdict().items():
        if text is None:
            continue
        if key == "whole_year":
            yield Statement("semester", WHOLE_YEAR, cell)
        elif key == "year_end":
            # The end of the year is the end of its second semester (TT 27/2020/TT-BGDĐT Art. 7).
            yield Statement("semester", "2", cell)
        else:
            # A pattern with alternatives writes the second group of a name with an underscore.
            yield Statement(key.rstrip("_"), text, cell)


def _canonical(said: Statement, names: KnownNames) -> str | None:  # noqa: PLR0911  (a case a key)
    match said.key:
        case "school":
            return names.school if said.text == names.school else None
        case "school_year":
            return names.school_year(said.text)
        case "class":
            return names.class_name(said.text)
        case "semester":
            return WHOLE_YEAR if said.text == WHOLE_YEAR else names.semester(said.text)
        case "subject":
            look_up = names.subject if said.cell else names.subject_of_sheet
            subject = look_up(said.text)
            return None if subject is None else subject.name
        case "period":
            return _PERIODS.get(said.text, said.text)
        case "month":
            return f"{int(said.text):02d}"
        case _:
            return said.text


def _misfits(context: Context, layout: Layout, names: KnownNames) -> Iterator[ImportFinding]:
    """Yield what is known in itself and does not go together."""
    semester = context.get("semester")
    is_year = layout.kind is SheetKind.YEAR_SUMMARY
    if semester is not None and (semester == WHOLE_YEAR) != is_year:
        expected = WHOLE_YEAR if is_year else "1, 2"
        cell = context.cell("semester")
        code = _CONTRADICTION["semester"]
        yield error(code, context.sheet, cell, first=expected, second=semester)
    year, name = context.get("school_year"), context.get("class")
    if year is None or name is None:
        return
    group = names.classes.get((year, name))
    if group is None:
        yield error(_UNKNOWN["class"], context.sheet, context.cell("class"), value=name)
        return
    grade = context.get("grade")
    if grade is not None and grade != str(group.grade):
        code, cell = _CONTRADICTION["grade"], context.cell("grade")
        yield error(code, context.sheet, cell, first=str(group.grade), second=grade)
    yield from _subject_misfits(context, layout, names, group)
    yield from _month_misfits(context, year)


def _subject_misfits(
    context: Context, layout: Layout, names: KnownNames, group: ClassGroup
) -> Iterator[ImportFinding]:
    subject = names.subject(context.get("subject") or "")
    if subject is None:
        return
    cell = context.cell("subject")
    if subject not in group.subjects:
        yield error("IMP-SUBJECT-NOT-IN-CLASS", context.sheet, cell, value=subject.name)
    if layout.assessment is not None and layout.assessment is not subject.kind:
        by_comments = subject.kind is AssessmentKind.COMMENTS
        code = "IMP-SUBJECT-BY-COMMENTS" if by_comments else "IMP-SUBJECT-BY-MARKS"
        yield error(code, context.sheet, cell, value=subject.name)


def _month_misfits(context: Context, school_year: str) -> Iterator[ImportFinding]:
    """Yield a month whose calendar year is not the one that it has in the school year."""
    month, stated = context.get("month"), context.get("calendar_year")
    if month is None or not 1 <= int(month) <= 12:  # noqa: PLR2004  (a year has twelve months)
        if month is not None:
            yield error("IMP-MONTH-MISSING", context.sheet, context.cell("month"))
        return
    expected = month_of_year(school_year, month)
    if stated is not None and f"{stated}-{month}" != expected:
        cell = context.cell("calendar_year")
        code = _CONTRADICTION["month"]
        yield error(code, context.sheet, cell, first=expected, second=f"{stated}-{month}")


def month_of_year(school_year: str, month: str) -> str:
    """Return ``YYYY-MM`` of a month of a school year, which ends with July."""
    first, _, second = school_year.partition("-")
    return f"{first if int(month) > _LAST_MONTH else second}-{int(month):02d}"


_LAST_MONTH = 7
"""Training in the summer belongs to the year before it; a school year opens in August or later."""
