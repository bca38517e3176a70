"""The lists of a class at the end of the year: who moves up, who is commended, who has to do more.

They follow the school's own results and decisions; where a decision is missing, the rule decides,
and where the rule cannot, the pupil stands among the undecided. What differs from the rules is
told by ``check_year_result``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from preserve.model.checks import ClassLists, ListedPupil
from preserve.model.results import PupilYear, YearResult
from preserve.policy.assessment import AssessmentPolicy, PrimaryPolicy, RegulationPolicy
from preserve.rules.assessment_case import has_left, total_absences
from preserve.rules.assessment_primary import completes_class, is_subject_weak, is_trait_weak
from preserve.rules.assessment_results import (
    may_be_reassessed,
    may_train_in_summer,
    needs_reassessment,
    promotion,
)


def class_lists(
    pupils: Sequence[PupilYear], policy: RegulationPolicy, *, school_year: str, class_name: str
) -> ClassLists:
    """Draw up the lists of one class.

    Args:
        pupils: everybody who was in the class, in the order of the class list.
        policy: the regulation that the class follows.
        school_year: ``YYYY-YYYY``.
        class_name: name of the class.
    """
    left = [member for member in pupils if has_left(member.result)]
    here = [member for member in pupils if not has_left(member.result)]
    moves = [(member, _moves_up(member.result, policy)) for member in here]
    again = [(member, subjects_again(member.result, policy)) for member in here]
    return ClassLists(
        school_year=school_year,
        class_name=class_name,
        promoted=_listed(member for member, up in moves if up is True),
        not_promoted=_listed(member for member, up in moves if up is False),
        commended=tuple(_entry(m, (m.result.title,)) for m in here if m.result.title),
        reassessed=tuple(_entry(member, names) for member, names in again if names),
        summer=_listed(member for member in here if _trains(member.result, policy)),
        undecided=_listed(member for member, up in moves if up is None),
        left=_listed(left),
    )


def subjects_again(result: YearResult, policy: RegulationPolicy) -> tuple[str, ...]:
    """Name what a pupil is to be assessed again in, by the results at the end of the year.

    Nothing for whoever needs no new assessment, or cannot be promoted by one. In primary school
    qualities and competences are named beside the subjects.
    """
    match policy:
        case AssessmentPolicy():
            return _secondary_subjects(result, policy)
        case PrimaryPolicy():
            return _primary_subjects(result, policy)


def _secondary_subjects(result: YearResult, policy: AssessmentPolicy) -> tuple[str, ...]:
    conduct = result.conduct_after or result.year.conduct
    absences = total_absences(result.year.absences)
    if not may_be_reassessed(result.year.learning, conduct, absences, policy):
        return ()
    return tuple(
        subject.subject.name
        for subject in result.subjects
        if needs_reassessment(subject.year_average, subject.year_level, policy)
    )


def _primary_subjects(result: YearResult, policy: PrimaryPolicy) -> tuple[str, ...]:
    year = result.primary
    if year is None or completes_class(year.outcome, policy) is not False:
        return ()
    subjects = (
        subject.subject.name
        for subject in year.subjects
        if is_subject_weak(subject.end_2.level, subject.end_2.test_mark, policy)
    )
    traits = (trait.name for trait in year.traits if is_trait_weak(trait.end_2, policy))
    return (*subjects, *traits)


def _trains(result: YearResult, policy: RegulationPolicy) -> bool:
    match policy:
        case AssessmentPolicy():
            absences = total_absences(result.year.absences)
            year = result.year
            return may_train_in_summer(year.learning, year.conduct, absences, policy)
        case PrimaryPolicy():
            return False


def _moves_up(result: YearResult, policy: RegulationPolicy) -> bool | None:
    """Return the school's decision; without one, the rule's, unless a second chance is open."""
    if result.promoted is not None:
        return result.promoted
    allowed = _allowed(result, policy)
    training = result.conduct_after is None and _trains(result, policy)
    assessment = result.learning_after is None and subjects_again(result, policy)
    return None if allowed is False and (training or assessment) else allowed


def _allowed(result: YearResult, policy: RegulationPolicy) -> bool | None:
    match policy:
        case AssessmentPolicy():
            return promotion(
                result.learning_after or result.year.learning,
                result.conduct_after or result.year.conduct,
                total_absences(result.year.absences),
                policy,
            )
        case PrimaryPolicy():
            return completes_class(result.primary.outcome if result.primary else None, policy)


def _listed(members: Iterable[PupilYear]) -> tuple[ListedPupil, ...]:
    return tuple(_entry(member) for member in members)


def _entry(member: PupilYear, details: tuple[str, ...] = ()) -> ListedPupil:
    return ListedPupil(member.result.number, member.pupil.code, details)
