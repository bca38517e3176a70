"""``preserve demo``: a made-up school's year from its export files to verified copies.

Every stage runs the workflow that a person's command runs; only the school, its keys and its
time-stamping authority are made up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from preserve.demo.authority import SEAL_CODE, DemoAuthority
from preserve.demo.exports import write_exports
from preserve.demo.school import make_school
from preserve.durable import make_directory
from preserve.errors import InputError
from preserve.model.configuration import SchoolConfiguration
from preserve.model.overview import Scope
from preserve.model.roles import SignerRole
from preserve.workflow.archive import Archive, held_submissions, school_profile
from preserve.workflow.check_records import check_records
from preserve.workflow.configure import configure
from preserve.workflow.copy_package import CopyTarget, copy_package
from preserve.workflow.demo_people import appoint_all, make_authority
from preserve.workflow.evaluate_retention import evaluate_retention
from preserve.workflow.import_exports import import_exports
from preserve.workflow.initialise import initialise
from preserve.workflow.issue_transcript import Issue, issue_transcript
from preserve.workflow.occasion import Occasion
from preserve.workflow.open_keys import KeySource
from preserve.workflow.packages import require_package
from preserve.workflow.parallel import running_clock
from preserve.workflow.render_documents import refuse_incomplete, render_documents
from preserve.workflow.scope import class_lists, class_years
from preserve.workflow.seal_year import SealOptions, seal_year
from preserve.workflow.sign_documents import sign_documents
from preserve.workflow.verify_target import verify_target

_MEDIA = ("usb-01", "dvd-01")
_FIRST_MONTH_AFTER_THE_YEAR = 6


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How large the made-up school is, and the seed that it grows from."""

    classes: int = 2
    pupils: int = 40
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the story: what was made, where it lies, how long it took."""

    name: str
    """Code of the stage's name."""
    what: str
    """Code of the sentence about what was made; ``numbers`` fill it."""
    numbers: tuple[tuple[str, str], ...]
    where: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Story:
    """What the demo made."""

    folder: Path
    stages: tuple[Stage, ...]

    @property
    def seconds(self) -> float:
        """Time of all stages together."""
        return sum(stage.seconds for stage in self.stages)


@dataclass(frozen=True, slots=True)
class _Outcome:
    where: Path
    numbers: tuple[tuple[str, object], ...]


def tell_demo_story(
    folder: Path,
    size: DemoSize,
    occasion: Occasion,
) -> Story:
    """Make the school, run its year, and return the table of stages.

    Raises:
        InputError: the folder holds something already.
        PreserveError: whatever a stage raises; the demo stops there and keeps what was made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("DEMO-FOLDER-NOT-EMPTY", folder=folder)
    make_directory(folder)
    teller = _Teller(folder.resolve(), size, occasion)
    return Story(folder.resolve(), tuple(_timed(teller)))


def _timed(teller: _Teller) -> Iterator[Stage]:
    for act in (
        teller.export,
        teller.initialise,
        teller.import_,
        teller.appoint,
        teller.check,
        teller.render,
        teller.sign,
        teller.seal,
        teller.copy,
        teller.verify,
        teller.issue,
        teller.retention,
    ):
        name = act.__name__.strip("_").upper()
        start = time.perf_counter()
        outcome = act()
        yield Stage(
            name=f"UI-STAGE-{name}",
            what=f"UI-STAGE-{name}-DONE",
            numbers=tuple((key, str(value)) for key, value in outcome.numbers),
            where=str(outcome.where.relative_to(teller.folder)) or ".",
            seconds=time.perf_counter() - start,
        )


class _Teller:
    """Carries the archive from one stage to the next."""

    def __init__(
        self,
        folder: Path,
        size: DemoSize,
        occasion: Occasion,
    ) -> None:
        self.folder, self.size, self._occasion = folder, size, occasion
        self._clock: Callable[[], datetime] = running_clock(occasion.at)
        self._year = _last_complete_year(occasion.at)
        self._archive: Archive
        self._authority: DemoAuthority

    def _now(self) -> Occasion:
        """Return the occasion of the next act: the clock has gone on since the last one."""
        return replace(self._occasion, at=self._clock().replace(microsecond=0))

    def export(self) -> _Outcome:
        school = make_school(
            classes=self.size.classes,
            pupils=self.size.pupils,
            seed=self.size.seed,
            years=(self._year,),
        )
        files = write_exports(school, self.folder / "exports")
        return _Outcome(self.folder / "exports", (("files", len(files)),))

    def initialise(self) -> _Outcome:
        self._archive = initialise(
            self.folder / "archive",
            self.folder / "exports" / "school.json",
            self._now(),
        )
        return _Outcome(self._archive.root, (("school", self._archive.configuration.school.code),))

    def import_(self) -> _Outcome:
        submission = import_exports(self._archive, (self.folder / "exports",), self._now())
        outcome = submission.outcome.value
        if outcome != "accepted":
            raise InputError("DEMO-IMPORT", outcome=outcome)
        return _Outcome(self._archive.imports, (("files", len(submission.files)),))

    def appoint(self) -> _Outcome:
        profile = school_profile(held_submissions(self._archive))
        classes = tuple(class_years(self._archive, Scope()))
        self._authority = make_authority(
            self.folder / "authority", profile, classes, self._now().at
        )
        self._authority.write_trust(self._archive.trust)
        appointments = appoint_all(profile, classes, self._authority)
        self._archive = configure(
            self._archive,
            SchoolConfiguration(
                school=profile.school,
                appointments=appointments,
                timestamp_url="demo:",
                demo_authority="../authority",
            ),
            self._now(),
        )
        people = {appointment.person_code for appointment in appointments}
        return _Outcome(self._authority.folder, (("people", len(people)),))

    def check(self) -> _Outcome:
        findings = sum(1 for _ in check_records(self._archive, Scope(self._year)))
        return _Outcome(self._archive.root, (("findings", findings),))

    def render(self) -> _Outcome:
        results = render_documents(
            self._archive,
            Scope(self._year),
            self._now(),
        )
        refuse_incomplete(results)
        return _Outcome(self._archive.documents(self._year), (("documents", len(results)),))

    def sign(self) -> _Outcome:
        signatures = 0
        for role in (
            SignerRole.SUBJECT_TEACHER,
            SignerRole.HOMEROOM_TEACHER,
            SignerRole.PRINCIPAL,
            SignerRole.SCHOOL_SEAL,
        ):
            for key in self._keys(role):
                batch = sign_documents(
                    self._archive, Scope(self._year), role, KeySource(key), self._now()
                )
                signatures += sum(
                    len(r.fields) for r in batch.results if r.outcome.value == "signed"
                )
        return _Outcome(self._archive.documents(self._year), (("signatures", signatures),))

    def _keys(self, role: SignerRole) -> tuple[str, ...]:
        """List each key of a role once."""
        appointments = self._archive.configuration.appointments
        return tuple(dict.fromkeys(a.key for a in appointments if a.role is role and a.key))

    def seal(self) -> _Outcome:
        self._publish_lists()
        package = seal_year(
            self._archive,
            self._year,
            KeySource(f"demo:{SEAL_CODE}"),
            SealOptions(),
            self._now(),
        )
        # Only a list issued after the seal proves that the seal's certificate was good then.
        self._publish_lists()
        # A signature is judged by a list issued after it: the seal's own needs one more.
        self._publish_revocation_lists()
        return _Outcome(package.root, (("digest", package.manifest_sha512[:16]),))

    def _publish_lists(self) -> None:
        self._authority.publish_crls(self._now().at)
        self._authority.write_trust(self._archive.trust)

    def _publish_revocation_lists(self) -> None:
        """Publish lists one second later than anything that was signed so far."""
        self._authority.publish_crls(self._now().at + timedelta(seconds=1))
        self._authority.write_trust(self._archive.trust)

    def copy(self) -> _Outcome:
        media = self.folder / "media"
        targets = []
        for number, name in enumerate(_MEDIA, start=1):
            make_directory(media / name)
            url = (media / name).as_uri()
            targets.append(CopyTarget(url, f"{self._year} {name}", f"NP-{number:04d}"))
        state = copy_package(
            self._archive,
            self._year,
            targets,
            self._now(),
        )
        return _Outcome(media, (("copies", len(state.receipts)), ("minimum", state.minimum)))

    def verify(self) -> _Outcome:
        """Judge one copy as an auditor would; the other was compared with it when it was made."""
        package = require_package(self._archive, self._year)
        copy = self.folder / "media" / _MEDIA[0] / package.name
        report = verify_target(copy, self._archive.trust, self._now())
        report.raise_for_indication()
        return _Outcome(copy, (("findings", len(report.findings)),))

    def issue(self) -> _Outcome:
        first = next(class_lists(self._archive, Scope(self._year)))
        folder = issue_transcript(
            self._archive,
            first.pupils[0],
            self.folder / "transfer",
            Issue("Trường THCS Nơi Đến (DEMO)", "Chuyển trường"),
            self._now(),
        )
        report = verify_target(folder, folder / "trust", self._now())
        report.raise_for_indication()
        return _Outcome(folder, (("files", sum(1 for p in folder.rglob("*") if p.is_file())),))

    def retention(self) -> _Outcome:
        answers = list(evaluate_retention(self._archive, Scope(self._year), self._now().at.date()))
        proposed = sum(a.status.disposition.value == "REVIEW" for a in answers)
        return _Outcome(self._archive.root, (("records", len(answers)), ("proposed", proposed)))


def _last_complete_year(at: datetime) -> str:
    """Return the newest school year that is over: it ends on 31 May."""
    end = at.year if at.month >= _FIRST_MONTH_AFTER_THE_YEAR else at.year - 1
    return f"{end - 1}-{end}"
