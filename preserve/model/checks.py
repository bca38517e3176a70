"""What the rules have to say about a school's own results."""

from __future__ import annotations

from dataclasses import dataclass

from preserve.model.imports import Severity


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A reported value that a rule does not lead to; the reported value stays as it is."""

    severity: Severity
    code: str
    """Stable id from ``preserve/report/texts/check.toml``, for example ``CHK-YEAR-AVERAGE``."""
    subject: str
    """``Subject.name``, empty when no single subject is meant."""
    field: str
    """For example ``hk1.average``, ``year.learning``, ``promotion``."""
    reported: str
    """What the school wrote, empty for nothing."""
    computed: str
    """What follows from the rule; several right answers are separated by `` / ``."""
    requirement: str
    """Article of the regulation."""


@dataclass(frozen=True, slots=True)
class ListedPupil:
    """One pupil on a list of a class."""

    number: int
    """Place in the class list (STT)."""
    pupil: str
    """Pupil code."""
    details: tuple[str, ...] = ()
    """Subjects to be assessed again, or the title."""


@dataclass(frozen=True, slots=True)
class ClassLists:
    """The lists that the homeroom teacher draws up and the principal approves, of one class.

    Everybody of the class stands on ``promoted``, ``not_promoted``, ``undecided`` or ``left``;
    the other lists are drawn up beside them.
    """

    school_year: str
    class_name: str
    promoted: tuple[ListedPupil, ...]
    """Được lên lớp."""
    not_promoted: tuple[ListedPupil, ...]
    """Không được lên lớp."""
    commended: tuple[ListedPupil, ...]
    """Khen thưởng: whoever has a title."""
    reassessed: tuple[ListedPupil, ...]
    """Đánh giá lại, kiểm tra lại."""
    summer: tuple[ListedPupil, ...]
    """Rèn luyện trong kì nghỉ hè."""
    undecided: tuple[ListedPupil, ...]
    """A second chance or a missing result is still to come."""
    left: tuple[ListedPupil, ...]
    """Left the class during the year."""
