"""Composes minutes: of one corrected mark, and of sealing the carriers of a year's bundle.

R-041 of the requirements: who asked, who approved and who witnessed are at least three persons,
none of them in two roles (school regulation, Art. 5(1), 5(2)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from preserve.errors import InputError, RuleRefusal
from preserve.ingest.assemble import assemble_class, list_classes, list_pupils
from preserve.ingest.facts import accepted, named_rows
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import SheetKind, Submission
from preserve.model.records import AmendmentMinutes, RecordClass, SealedMedium, SealingMinutes
from preserve.model.results import GradeAmendment, PupilYear
from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import StaffMember
from preserve.policy.forms import load_form
from preserve.policy.signing import load_signing_policy
from preserve.rules.signing import minutes_signatories
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.compose_records import Composition
from preserve.workflow.documents import DocumentKey
from preserve.workflow.package_facts import read_package_facts
from preserve.workflow.packages import SealedPackage, receipts, require_package
from preserve.workflow.staff import school_staff

AMENDMENT_FORM = "bien-ban-sua-diem"
SEALING_FORM = "bien-ban-niem-phong"
WHOLE_SCHOOL = "toan-truong"
"""Stands for the class in the key of a document about the whole school."""
_FEWEST_PERSONS = 3

_Present = Mapping[SignerRole, tuple[StaffMember, ...]]
"""Persons by the role in which they sign."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What the bundle and its receipts do not say about the act of sealing its carriers."""

    witnesses: tuple[str, ...] = ()
    """Staff codes of who was present beside the clerk and the principal."""
    number: str = ""
    """Number of the minutes; empty for one that follows from the bundle's version."""
    keeping: Mapping[str, str] = field(default_factory=dict)
    """Label of a carrier to its kind and place of keeping, as a person would say it."""


def compose_amendment_minutes(
    archive: Archive, number: str, today: date, *, school_year: str | None = None
) -> Composition:
    """Compose the minutes of one corrected mark, whose new value the exports already hold.

    The minutes bear the day on which the new value was entered, or ``today`` when the dossier
    does not say it; so they come out the same whenever they are composed.

    Args:
        archive: the archive whose imports hold the amendment.
        number: number of the amendment, for example ``SD01``.
        today: the day by which appointments are looked up.
        school_year: needed when the number stands in more than one year.

    Raises:
        InputError: ``MINUTES-AMENDMENT-UNKNOWN``, no import holds the amendment;
            ``MINUTES-AMENDMENT-AMBIGUOUS``, the number stands in several years;
            ``MINUTES-PERSON-UNKNOWN``, the school has no person of a staff code.
        RuleRefusal: ``MINUTES-TOO-FEW`` for fewer than three persons, ``MINUTES-SAME-PERSON``
            for one person in two roles.
        PolicyError: no form or signing policy applies.
    """
    submissions = held_submissions(archive)
    profile = school_profile(submissions)
    year, pupil = _place_of(submissions, number, school_year)
    member = _pupil_year(profile, submissions, year, pupil)
    amendment = next((a for a in member.result.amendments if a.number == number), None)
    if amendment is None:
        raise InputError("MINUTES-AMENDMENT-UNKNOWN", number=number)
    present = _present_at_amendment(amendment, school_staff(profile, submissions, year))
    name = member.result.class_name
    key = DocumentKey(RecordClass.AMENDMENT_DOSSIER, year, name, pupil, detail=number)
    form = load_form(AMENDMENT_FORM, archive.policies)
    minutes = AmendmentMinutes(
        record_id=key.record_id,
        version=1,
        form=form.form_id,
        document_number=amendment.minutes_number,
        document_date=amendment.entered_on or today,
        school=profile.school,
        school_year=year,
        class_name=name,
        pupil_code=pupil,
        pupil_name=member.pupil.name,
        amendment=amendment,
        requester=present[SignerRole.REQUESTER][0],
        approver=present[SignerRole.PRINCIPAL][0],
        witnesses=present[SignerRole.WITNESS],
        signatories=_signatories(archive, key, present, today),
    )
    return Composition(key, form, minutes)


def compose_sealing_minutes(
    archive: Archive, school_year: str, sealing: Sealing, today: date
) -> Composition:
    """Compose the minutes of sealing the carriers that hold a year's newest bundle.

    Every carrier is one that the journal has a receipt of: written, and read back in full.

    Args:
        archive: the archive.
        school_year: a year whose bundle is sealed and copied.
        sealing: who was present, and where the carriers are kept.
        today: the date of the minutes.

    Raises:
        InputError: ``PACKAGE-NOT-SEALED``; ``MINUTES-PERSON-UNKNOWN``;
            ``MINUTES-LABEL-UNKNOWN``, ``sealing.keeping`` names a label that no copy bears.
        RuleRefusal: ``MINUTES-NO-MEDIA``, there is no copy yet; ``MINUTES-SAME-PERSON``.
        FormatError: the bundle's own lists cannot be read.
        PolicyError: no form or signing policy applies.
    """
    package = require_package(archive, school_year)
    facts = read_package_facts(package)
    submissions = held_submissions(archive)
    profile = school_profile(submissions)
    staff = school_staff(profile, submissions, school_year)
    present = _present_at_sealing(profile, staff, sealing, package.name)
    detail = f"goi-{package.version:04d}"
    key = DocumentKey(RecordClass.SEALING_MINUTES, school_year, WHOLE_SCHOOL, detail=detail)
    form = load_form(SEALING_FORM, archive.policies)
    minutes = SealingMinutes(
        record_id=key.record_id,
        version=1,
        form=form.form_id,
        document_number=sealing.number or f"BBNP-{package.version:02d}/{school_year}",
        document_date=today,
        school=profile.school,
        school_year=school_year,
        package_id=package.package_id,
        package_version=package.version,
        manifest_sha512=package.manifest_sha512,
        journal_head=facts.journal_head,
        file_count=facts.file_count,
        byte_count=facts.byte_count,
        class_names=facts.class_names,
        media=_media(archive, package, sealing.keeping),
        members=tuple(person for persons in present.values() for person in persons),
        signatories=_signatories(archive, key, present, today),
    )
    return Composition(key, form, minutes)


def _place_of(
    submissions: Sequence[Submission], number: str, school_year: str | None
) -> tuple[str, str]:
    """Return the school year and the pupil's code of an amendment."""
    found = {
        (row["school_year"] or "", row["pupil"] or "")
        for submission in accepted(submissions)
        for _, row in named_rows(submission, SheetKind.AMENDMENTS)
        if row["amendment"] == number and school_year in {None, row["school_year"]}
    }
    if len(found) > 1:
        years = ", ".join(sorted({year for year, _ in found}))
        raise InputError("MINUTES-AMENDMENT-AMBIGUOUS", number=number, years=years)
    for place in found:
        return place
    raise InputError("MINUTES-AMENDMENT-UNKNOWN", number=number)


def _pupil_year(
    profile: SchoolProfile, submissions: Sequence[Submission], school_year: str, pupil: str
) -> PupilYear:
    for year, name in list_classes(profile, submissions):
        if year == school_year and pupil in list_pupils(submissions, year, name):
            members = assemble_class(profile, submissions, year, name).pupils
            return next(member for member in members if member.pupil.code == pupil)
    raise InputError("SCOPE-NO-PUPIL", pupil=pupil)


def _present_at_amendment(
    amendment: GradeAmendment, staff: Mapping[str, StaffMember]
) -> dict[SignerRole, tuple[StaffMember, ...]]:
    codes = (amendment.requested_by, amendment.approved_by, *amendment.witnesses)
    what = amendment.number
    _refuse_same_person(codes, what)
    if len(codes) < _FEWEST_PERSONS:
        raise RuleRefusal("MINUTES-TOO-FEW", what=what, count=len(codes), minimum=_FEWEST_PERSONS)
    requester, approver, *witnesses = (_person(staff, code, what) for code in codes)
    return {
        SignerRole.REQUESTER: (requester,),
        SignerRole.WITNESS: tuple(witnesses),
        SignerRole.PRINCIPAL: (approver,),
    }


def _present_at_sealing(
    profile: SchoolProfile, staff: Mapping[str, StaffMember], sealing: Sealing, what: str
) -> dict[SignerRole, tuple[StaffMember, ...]]:
    """Return principal, clerk and witnesses; an office that nobody holds is left out."""
    principal, clerk = profile.principal, profile.clerk
    offices = tuple(person.code for person in (principal, clerk) if person is not None)
    _refuse_same_person((*offices, *sealing.witnesses), what)
    return {
        SignerRole.PRINCIPAL: (principal,) if principal else (),
        SignerRole.CLERK: (clerk,) if clerk else (),
        SignerRole.WITNESS: tuple(_person(staff, code, what) for code in sealing.witnesses),
    }


def _person(staff: Mapping[str, StaffMember], code: str, what: str) -> StaffMember:
    person = staff.get(code)
    if person is None:
        raise InputError("MINUTES-PERSON-UNKNOWN", what=what, person=code)
    return person


def _refuse_same_person(codes: Sequence[str], what: str) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise RuleRefusal("MINUTES-SAME-PERSON", what=what, persons=", ".join(twice))


def _media(
    archive: Archive, package: SealedPackage, keeping: Mapping[str, str]
) -> tuple[SealedMedium, ...]:
    """List the carriers by the receipts of the copies."""
    copies = receipts(archive, package)
    unknown = sorted(keeping.keys() - {copy.label for copy in copies})
    if unknown:
        raise InputError("MINUTES-LABEL-UNKNOWN", package=package.name, labels=", ".join(unknown))
    if not copies:
        raise RuleRefusal("MINUTES-NO-MEDIA", package=package.name)
    return tuple(
        SealedMedium(copy.label, copy.tamper_tag, keeping.get(copy.label, copy.medium))
        for copy in sorted(copies, key=lambda copy: (copy.label, copy.location))
    )


def _signatories(
    archive: Archive, key: DocumentKey, present: _Present, today: date
) -> tuple[Signatory, ...]:
    policy = load_signing_policy(
        key.record_class,
        _FORMS[key.record_class],
        archive.policies,
        archive.configuration.signing_variant,
    )
    return minutes_signatories(
        policy,
        present,
        archive.configuration.appointments,
        today,
        year=key.school_year,
        seal_name=archive.configuration.school.name,
    )


_FORMS = {
    RecordClass.AMENDMENT_DOSSIER: AMENDMENT_FORM,
    RecordClass.SEALING_MINUTES: SEALING_FORM,
}
