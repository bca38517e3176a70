"""What one header of a table means: a field of its layout, a subject, a trait or a day."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from preserve.ingest.names import KnownNames
from preserve.ingest.words import fold
from preserve.model.school import AssessmentKind, Subject
from preserve.policy.imports import CellKind, ColumnRule, Layout

_DAY = re.compile(r"(?:ngày )?0?([1-9]|[12][0-9]|3[01])(?:\.0)?")


@dataclass(frozen=True, slots=True)
class ColumnMeanings:
    """The headers of one table, looked up from left to right."""

    layout: Layout
    names: KnownNames
    by_header: dict[str, ColumnRule]
    numbered: tuple[tuple[re.Pattern[str], ColumnRule], ...]
    count: Counter[str] = field(default_factory=Counter)
    """Numbered columns so far, by field."""

    def rule(self, text: str) -> ColumnRule | None:
        """Return what a header means, or ``None`` when nothing is known of it."""
        folded = fold(text)
        return (
            self.by_header.get(folded)
            or self._numbered(folded)
            or self._subject(text)
            or self._trait(text)
            or self._day(folded)
        )

    def ignores(self, text: str) -> bool:
        """Tell whether the layout leaves a column unread on purpose."""
        return fold(text) in {fold(header) for header in self.layout.ignored}

    def _numbered(self, folded: str) -> ColumnRule | None:
        for pattern, rule in self.numbered:
            if pattern.fullmatch(folded):
                self.count[rule.field] += 1
                return replace(rule, field=f"{rule.field}{self.count[rule.field]}", numbered=False)
        return None

    def _subject(self, text: str) -> ColumnRule | None:
        if self.layout.subject_columns:
            subject = self.names.subject(text)
            return None if subject is None else subject_rule(subject)
        for rule in self.layout.parts:
            for header in rule.headers:
                name = _without(text, header)
                found = None if name is None else self.names.subject(name)
                if found is not None:
                    return replace(rule, field=f"{rule.field}:{found.name}")
        return None

    def _trait(self, text: str) -> ColumnRule | None:
        rule = self.layout.traits
        name = None if rule is None else self.names.trait(text)
        return None if rule is None or name is None else replace(rule, field=f"{rule.field}:{name}")

    def _day(self, folded: str) -> ColumnRule | None:
        rule = self.layout.days
        found = None if rule is None else _DAY.fullmatch(folded.rpartition("/")[2])
        if rule is None or found is None:
            return None
        return replace(rule, field=f"{rule.field}-{int(found[1]):02d}")


def column_meanings(layout: Layout, names: KnownNames) -> ColumnMeanings:
    """Index the headers of a layout."""
    plain = [rule for rule in layout.columns if not rule.numbered]
    return ColumnMeanings(
        layout,
        names,
        {fold(text): rule for rule in plain for text in rule.headers},
        tuple(
            (re.compile(re.escape(fold(text)).replace(r"\#", "[0-9]+")), rule)
            for rule in layout.columns
            if rule.numbered
            for text in rule.headers
        ),
    )


def subject_rule(subject: Subject) -> ColumnRule:
    """Return the rule of a summary's column that holds a subject's result."""
    if subject.kind is AssessmentKind.MARKS:
        return ColumnRule(f"average:{subject.name}", (subject.name,), CellKind.MARK)
    return ColumnRule(f"level:{subject.name}", (subject.name,), CellKind.COMMENT_LEVEL)


def _without(text: str, part: str) -> str | None:
    """Return ``Toán`` for ``Toán/Điểm KTĐK``, or ``None`` when another part stands there."""
    name, slash, found = text.rpartition("/")
    if not part:
        return text
    return name if slash and fold(found) == fold(part) else None
