"""Composes the summary that a pupil takes along on changing school in the middle of a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from preserve.errors import InputError
from preserve.ingest.assemble import ClassYear, assemble_class, list_classes, list_pupils
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import Submission
from preserve.model.records import RecordClass, TransferSummary
from preserve.model.results import PupilYear
from preserve.policy.forms import load_form
from preserve.policy.signing import load_signing_policy
from preserve.rules.signing import signatories
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.compose_records import Composition
from preserve.workflow.documents import DocumentKey

TRANSFER_FORM = "bang-tong-hop-chuyen-truong"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where a pupil goes, and why."""

    receiving_school: str
    receiving_place: str = ""
    """Commune and province of that school."""
    reason: str = ""
    number: str = ""
    """Number of the document; empty for one that follows from pupil and year."""


def compose_transfer_summary(
    archive: Archive, pupil: str, transfer: Transfer, today: date
) -> Composition:
    """Compose the summary of one pupil: every year so far, the current one as far as it has come.

    TT 15/2026/TT-BGDĐT asks for it in the dossier of a transfer, at any time of the year. Nothing
    of any other pupil is in it.

    Args:
        archive: the archive.
        pupil: code of the pupil.
        transfer: the receiving school and the reason.
        today: the date of the document.

    Raises:
        InputError: ``SCOPE-NO-PUPIL``, no class list has the pupil.
        PolicyError: no form or signing policy applies.
    """
    submissions = held_submissions(archive)
    profile = school_profile(submissions)
    classes = tuple(_class_years(profile, submissions, pupil))
    if not classes:
        raise InputError("SCOPE-NO-PUPIL", pupil=pupil)
    newest, group = _member(classes[-1], pupil), classes[-1].class_group
    key = DocumentKey(RecordClass.TRANSFER_SUMMARY, group.school_year, group.name, pupil)
    form = load_form(TRANSFER_FORM, archive.policies)
    summary = TransferSummary(
        record_id=key.record_id,
        version=1,
        form=form.form_id,
        document_number=transfer.number or f"BTHCT-{pupil}/{group.school_year}",
        document_date=today,
        school=profile.school,
        pupil=newest.pupil,
        years=tuple(_member(class_year, pupil).result for class_year in classes),
        receiving_school=transfer.receiving_school,
        receiving_place=transfer.receiving_place,
        reason=transfer.reason,
        signatories=signatories(
            load_signing_policy(
                RecordClass.TRANSFER_SUMMARY,
                form.form_id,
                archive.policies,
                archive.configuration.signing_variant,
            ),
            group,
            archive.configuration.appointments,
            today,
            seal_name=profile.school.name,
        ),
    )
    return Composition(key, form, summary)


def _class_years(
    profile: SchoolProfile, submissions: tuple[Submission, ...], pupil: str
) -> Iterator[ClassYear]:
    """Yield the classes of a pupil, oldest year first."""
    for year, name in sorted(list_classes(profile, submissions)):
        if pupil in list_pupils(submissions, year, name):
            yield assemble_class(profile, submissions, year, name)


def _member(class_year: ClassYear, pupil: str) -> PupilYear:
    return next(member for member in class_year.pupils if member.pupil.code == pupil)
