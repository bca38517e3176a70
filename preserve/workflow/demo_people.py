"""Gives every member of a made-up school's staff a certificate and an appointment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from preserve.demo.authority import SEAL_CODE, DemoAuthority, DemoPerson, create_authority
from preserve.ingest.assemble import ClassYear
from preserve.ingest.profile import SchoolProfile
from preserve.model.roles import Appointment, SignerRole
from preserve.model.school import SchoolKind, StaffMember


def make_authority(
    folder: Path, profile: SchoolProfile, classes: Iterable[ClassYear], now: datetime
) -> DemoAuthority:
    """Make the demo's authority with a certificate for everybody who signs.

    Raises:
        InputError: the folder holds an authority already.
    """
    people = {person.code: person for person in _staff(profile, classes)}
    return create_authority(
        folder,
        [DemoPerson(p.code, p.name, p.position or "Giáo viên") for p in people.values()],
        profile.school.name,
        profile.school.tax_code,
        now,
    )


def appoint_all(
    profile: SchoolProfile, classes: tuple[ClassYear, ...], authority: DemoAuthority
) -> tuple[Appointment, ...]:
    """Appoint the principal, the seal, every homeroom teacher and every subject teacher."""
    first_day = min(year.first_day for year in profile.years).replace(day=1)
    found = [*_leaders(profile, authority, first_day)]
    seen: set[tuple[SignerRole, str, str]] = set()
    for class_year in classes:
        for appointment in _teachers(class_year, authority, first_day):
            key = (appointment.role, appointment.person_code, appointment.class_name or "")
            if key not in seen:
                seen.add(key)
                found.append(appointment)
    return tuple(found)


def _staff(profile: SchoolProfile, classes: Iterable[ClassYear]) -> Iterator[StaffMember]:
    if profile.principal is not None:
        yield profile.principal
    for class_year in classes:
        group = class_year.class_group
        if group.homeroom_teacher is not None:
            yield group.homeroom_teacher
        yield from (assignment.teacher for assignment in group.assignments)


def _leaders(
    profile: SchoolProfile, authority: DemoAuthority, since: date
) -> Iterator[Appointment]:
    if profile.principal is not None:
        title = profile.school.kind.head_title
        yield _appointment(SignerRole.PRINCIPAL, profile.principal, title, authority, since)
    clerk = profile.clerk or StaffMember("", "")
    owner = "trung tâm" if profile.school.kind is SchoolKind.CENTRE else "nhà trường"
    yield Appointment(
        role=SignerRole.SCHOOL_SEAL,
        person_code=clerk.code,
        person_name=profile.school.name,
        title=f"Con dấu của {owner}",
        certificates=(authority.certificate_fingerprint(SEAL_CODE),),
        decision="01/QĐ-DEMO",
        held_from=since,
        key=f"demo:{SEAL_CODE}",
    )


def _teachers(
    class_year: ClassYear, authority: DemoAuthority, since: date
) -> Iterator[Appointment]:
    group = class_year.class_group
    if group.homeroom_teacher is not None:
        yield _appointment(
            SignerRole.HOMEROOM_TEACHER,
            group.homeroom_teacher,
            f"Giáo viên chủ nhiệm lớp {group.name}",
            authority,
            since,
            class_name=group.name,
        )
    for assignment in group.assignments:
        yield _appointment(
            SignerRole.SUBJECT_TEACHER,
            assignment.teacher,
            f"Giáo viên môn {assignment.subject}",
            authority,
            since,
            class_name=group.name,
        )


def _appointment(
    role: SignerRole,
    person: StaffMember,
    title: str,
    authority: DemoAuthority,
    since: date,
    *,
    class_name: str | None = None,
) -> Appointment:
    return Appointment(
        role=role,
        person_code=person.code,
        person_name=person.name,
        title=title,
        certificates=(authority.certificate_fingerprint(person.code),),
        decision="01/QĐ-DEMO",
        held_from=since,
        class_name=class_name,
        key=f"demo:{person.code}",
    )
