"""One result under examination: how strictly it is read, and how a difference is reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from preserve.model.checks import RuleFinding
from preserve.model.imports import Severity
from preserve.model.results import Absences, YearResult
from preserve.policy.assessment import Source

_ARRIVED = ("chuyển đến",)
_LEFT = ("chuyển đi", "thôi học", "bỏ học", "nghỉ học", "tạm nghỉ")


@dataclass(frozen=True, slots=True)
class Case:
    """One result together with what decides how strictly it is read."""

    result: YearResult
    arrived: bool
    """Came during the year: what the other school holds is not here."""
    left: bool
    """Left during the year: what never came to be is not missing."""

    @property
    def complete(self) -> bool:
        """Whether a whole year of results is expected."""
        return not (self.arrived or self.left)

    def compare(
        self, code: str, subject: str, field: str, values: tuple[str, Iterable[str]], source: Source
    ) -> Iterator[RuleFinding]:
        """Compare what was reported with every right answer; no answer means nobody can tell."""
        reported, answers = values[0], tuple(values[1])
        if reported in answers or (not reported and (self.left or not answers)):
            return
        if not answers:
            if not self.arrived:
                yield warning("CHK-UNVERIFIABLE", subject, field, (reported, ()), source)
        elif reported:
            yield contradiction(code, subject, field, (reported, answers), source)
        else:
            yield warning(code, subject, field, ("", answers), source)


def open_case(result: YearResult) -> Case:
    """Find out from movements and state whether the pupil came or left during the year."""
    return Case(result, has_arrived(result), has_left(result))


def has_arrived(result: YearResult) -> bool:
    """Tell whether the pupil came from another school during the year."""
    return any(movement.direction == "in" for movement in result.movements) or (
        result.status.casefold().startswith(_ARRIVED)
    )


def has_left(result: YearResult) -> bool:
    """Tell whether the pupil left during the year."""
    return any(movement.direction == "out" for movement in result.movements) or (
        result.status.casefold().startswith(_LEFT)
    )


def warning(
    code: str, subject: str, field: str, values: tuple[str, tuple[str, ...]], source: Source
) -> RuleFinding:
    """Return a finding about a value that is missing or that nobody can judge."""
    return _finding(code, subject, field, values, source, severity=Severity.WARNING)


def contradiction(
    code: str, subject: str, field: str, values: tuple[str, tuple[str, ...]], source: Source
) -> RuleFinding:
    """Return a finding about a wrong value; a rule that is not well known only warns."""
    severity = Severity.ERROR if source.reliable else Severity.WARNING
    return _finding(code, subject, field, values, source, severity=severity)


def _finding(
    code: str,
    subject: str,
    field: str,
    values: tuple[str, tuple[str, ...]],
    source: Source,
    *,
    severity: Severity,
) -> RuleFinding:
    return RuleFinding(
        severity=severity,
        code=code,
        subject=subject,
        field=field,
        reported=values[0],
        computed=" / ".join(values[1]),
        requirement=source.citation,
    )


def decision_words(
    reported: str, words: tuple[str, str], completion: tuple[str, ...]
) -> dict[bool, str]:
    """Return how a decision either way is written, in the manner of the reported one.

    In the final grade a pupil completes the level where others move up.

    Args:
        reported: the school's decision, empty without one.
        words: for a promoted pupil, and for one who is not.
        completion: first words of the decision in the final grade, for both; may be empty.
    """
    for first in completion:
        if reported.startswith(first):
            rest = reported.removeprefix(first)
            return {True: completion[0] + rest, False: completion[1] + rest}
    return {True: words[0], False: words[1]}


def total_absences(absences: Absences) -> int | None:
    """Return the half-days of absence, added up where only the parts are known."""
    if absences.total is not None:
        return absences.total
    if absences.excused is None or absences.unexcused is None:
        return None
    return absences.excused + absences.unexcused


def mark_text(value: Decimal | None) -> str:
    """Write a mark with one decimal, and with all of them where it has more."""
    if value is None:
        return ""
    try:
        rounded = value.quantize(Decimal("0.1"))
    except InvalidOperation:
        return str(value)
    return str(rounded if rounded == value else value)
