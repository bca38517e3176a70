"""``preserve check --lists``: who of each class moves up, is commended, or has more to do."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.checks import ClassLists
from preserve.model.overview import Scope
from preserve.policy.assessment import RegulationPolicy, load_regulation_policy
from preserve.rules.assessment import class_lists
from preserve.workflow.archive import Archive
from preserve.workflow.scope import class_years


def list_outcomes(archive: Archive, scope: Scope) -> Iterator[ClassLists]:
    """Yield the lists of every class of the scope; a pupil of the scope stands alone on them.

    Raises:
        InputError: the scope is empty.
        PolicyError: a class follows a regulation that no policy describes.
    """
    policies: dict[str, RegulationPolicy] = {}
    for class_year in class_years(archive, scope):
        group = class_year.class_group
        if group.regulation not in policies:
            policies[group.regulation] = load_regulation_policy(group.regulation, archive.policies)
        chosen = [
            member for member in class_year.pupils if scope.pupil in {None, member.pupil.code}
        ]
        yield class_lists(
            chosen,
            policies[group.regulation],
            school_year=group.school_year,
            class_name=group.name,
        )
