"""One small class whose documents are rendered and wait for their signatures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from preserve.demo.exports import write_exports
from preserve.demo.school import make_school
from preserve.model.configuration import SchoolConfiguration
from preserve.model.overview import Scope
from preserve.model.roles import SignerRole
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.configure import configure
from preserve.workflow.demo_people import appoint_all, make_authority
from preserve.workflow.import_exports import import_exports
from preserve.workflow.initialise import initialise
from preserve.workflow.occasion import Occasion
from preserve.workflow.render_documents import render_documents
from preserve.workflow.scope import class_years

YEAR = "2025-2026"


def make_archive(folder: Path, pupils: int, variant: str) -> Archive:
    """Make a class whose transcripts are rendered and wait for their first signature."""
    now = Occasion(datetime.now(UTC).replace(microsecond=0), "test")
    school = make_school(classes=1, pupils=pupils, seed=7, years=(YEAR,))
    write_exports(school, folder / "exports")
    archive = initialise(folder / "archive", folder / "exports" / "school.json", now)
    import_exports(archive, (folder / "exports",), now)
    profile = school_profile(held_submissions(archive))
    classes = tuple(class_years(archive, Scope()))
    authority = make_authority(folder / "authority", profile, classes, now.at)
    authority.write_trust(archive.trust)
    return configure(
        archive,
        SchoolConfiguration(
            school=profile.school,
            appointments=appoint_all(profile, classes, authority),
            timestamp_url="demo:",
            demo_authority="../authority",
            signing_variant=variant,
        ),
        now,
    )


def render(archive: Archive) -> Archive:
    """Make every document."""
    render_documents(archive, Scope(), Occasion(datetime.now(UTC).replace(microsecond=0), "test"))
    return archive


def leave_out_the_book(archive: Archive) -> None:
    """Let the school's own policy ask no subject teacher to sign the class book.

    Looking through its pages takes longer than all signatures of the batch.
    """
    own = archive.root / "policies" / "signing"
    own.mkdir(parents=True, exist_ok=True)
    for path in Path("policies", "signing").glob("grade-book-secondary*.toml"):
        head, _, *steps = path.read_text("utf-8").split("[[steps]]")
        (own / path.name).write_text("[[steps]]".join([head, *steps]), "utf-8")


def one_key_for_all_teachers(archive: Archive) -> Archive:
    """Let one made-up person's certificate stand for every subject teacher.

    So one batch makes a dozen signatures in each document, and a kill falls between them too.
    """
    teachers = [
        a for a in archive.configuration.appointments if a.role is SignerRole.SUBJECT_TEACHER
    ]
    changed = tuple(
        replace(a, certificates=teachers[0].certificates, key=teachers[0].key)
        if a.role is SignerRole.SUBJECT_TEACHER
        else a
        for a in archive.configuration.appointments
    )
    now = Occasion(datetime.now(UTC).replace(microsecond=0), "test")
    return configure(archive, replace(archive.configuration, appointments=changed), now)


def key_for(archive: Archive, role: SignerRole) -> str:
    """Return the key of the first person who is appointed to a role."""
    return next(a.key or "" for a in archive.configuration.appointments if a.role is role)


def transcripts(archive: Archive) -> tuple[Path, ...]:
    """Return the folders of the transcripts."""
    return tuple(sorted(archive.documents(YEAR).glob("hoc-ba.*")))
