"""``preserve check``: compares the school's own results with the rules, and replaces nothing."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.model.overview import RecordFinding, Scope
from preserve.policy.assessment import RegulationPolicy, load_regulation_policy
from preserve.rules.assessment import check_year_result
from preserve.workflow.archive import Archive
from preserve.workflow.list_records import list_records


def check_records(archive: Archive, scope: Scope) -> Iterator[RecordFinding]:
    """Yield every difference in the scope.

    Raises:
        InputError: the scope is empty.
        PolicyError: a class follows a regulation that no policy describes.
    """
    policies: dict[str, RegulationPolicy] = {}
    for pupil_year in list_records(archive, scope):
        result = pupil_year.result
        if result.regulation not in policies:
            policies[result.regulation] = load_regulation_policy(
                result.regulation, archive.policies
            )
        for finding in check_year_result(result, policies[result.regulation]):
            yield RecordFinding(
                pupil_year.pupil.code, result.school_year, result.class_name, finding
            )
