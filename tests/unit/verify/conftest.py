"""A made-up school whose documents are really rendered, signed and time-stamped once a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from preserve.demo.authority import SEAL_CODE, DemoAuthority, DemoPerson, create_authority
from preserve.model.records import Predecessor, Transcript
from preserve.model.results import (
    Absences,
    Level,
    PeriodSummary,
    SemesterResult,
    SubjectResult,
    YearResult,
)
from preserve.model.roles import Signatory, SignerRole
from preserve.model.school import AssessmentKind, Pupil, School, SchoolLevel, Subject
from preserve.package.bundle import BundleFile, BundleInfo, RecordRow, build_bundle
from preserve.policy.algorithms import load_algorithm_policy
from preserve.policy.files import policy_folders, read_policies
from preserve.policy.forms import load_form
from preserve.policy.signing import parse_signing_policy
from preserve.render.transcript import render_transcript
from preserve.sign.appearance import Appearance
from preserve.sign.detached import sign_detached
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.sign.keys import SigningKey
from preserve.trust.store import fingerprint, load_trust
from preserve.verify.context import VerificationContext

FORM = "TT22-2021-THCS"
FOLDERS = policy_folders()
SIGNED_AT = datetime(2026, 6, 1, 3, 0, 0, tzinfo=UTC)
JUDGED_AT = SIGNED_AT + timedelta(days=2)
TEACHER, PRINCIPAL = "GV01", "GV02"
SCHOOL = School("00000009", "Trường THCS Bịa Đặt", SchoolLevel.LOWER_SECONDARY)
_KEYS = {
    SignerRole.HOMEROOM_TEACHER: TEACHER,
    SignerRole.PRINCIPAL: PRINCIPAL,
    SignerRole.SCHOOL_SEAL: SEAL_CODE,
}


@dataclass(frozen=True)
class World:
    """An authority, its keys and the trust that a verifier would hold."""

    authority: DemoAuthority
    keys: dict[str, SigningKey]
    trust_folder: Path

    @property
    def context(self) -> VerificationContext:
        """What an inspector brings along two days after the signatures."""
        return VerificationContext(
            at=JUDGED_AT,
            trust=load_trust(self.trust_folder),
            signing_policies=tuple(
                parse_signing_policy(file) for file in read_policies("signing", FOLDERS)
            ),
            algorithms=load_algorithm_policy(FOLDERS),
        )

    def signatories(self, year: str) -> tuple[Signatory, ...]:
        """List who signs a transcript."""
        prefixes = ("HOMEROOM", "PRINCIPAL", "SEAL")
        return tuple(
            Signatory(
                field_name=f"{prefix}_{year}",
                role=role,
                person_code=code,
                person_name="Người Ký Bịa",
                title="Chức vụ bịa",
                certificates=(fingerprint(self.keys[code].certificate),),
                decision="01/QĐ-BIA",
                held_from=date(2020, 8, 1),
            )
            for prefix, (role, code) in zip(prefixes, _KEYS.items(), strict=True)
        )

    def transcript(
        self,
        code: str = "9900000001",
        years: Sequence[str] = ("2025-2026",),
        predecessor: Predecessor | None = None,
    ) -> Transcript:
        """Make up the transcript of one pupil."""
        return Transcript(
            record_id=f"hoc-ba.8A.{code}",
            version=1,
            form=FORM,
            document_number=f"01/HB-{code}",
            document_date=date(2026, 5, 31),
            school=SCHOOL,
            pupil=Pupil(code, "Nguyễn Thị Không Có Thật", date(2012, 3, 4), "Nữ"),
            years=tuple(_year(name) for name in years),
            signatories=self.signatories(years[-1]),
            predecessor=predecessor,
        )

    def render(self, transcript: Transcript, predecessor: bytes | None = None) -> bytes:
        """Draw a transcript."""
        return render_transcript(transcript, load_form(FORM, FOLDERS), predecessor=predecessor)

    def sign(
        self,
        pdf: bytes,
        signatory: Signatory,
        *,
        key: str | None = None,
        at: datetime | None = SIGNED_AT,
        locks: bool | None = None,
        certifies: bool = False,
    ) -> bytes:
        """Put one signature into a document; ``at`` ``None`` leaves out the time-stamp."""
        seal = signatory.role is SignerRole.SCHOOL_SEAL
        request = SignatureRequest(
            field_name=signatory.field_name,
            appearance=Appearance(("Ký bởi: Người Ký Bịa",), "seal" if seal else "person"),
            claimed_time=at or SIGNED_AT,
            digest_algorithm="sha256",
            locks=seal if locks is None else locks,
            certifies=certifies,
        )
        stamper = self.authority.timestamper(at) if at else None
        return sign_pdf(pdf, request, self.keys[key or _KEYS[signatory.role]], stamper)

    def sign_all(self, transcript: Transcript, predecessor: bytes | None = None) -> bytes:
        """Render a transcript and let everybody sign in order, a minute apart."""
        pdf = self.render(transcript, predecessor)
        for place, signatory in enumerate(transcript.signatories):
            moment = SIGNED_AT + timedelta(minutes=place)
            pdf = self.sign(pdf, signatory, at=moment, certifies=place == 0)
        return pdf

    def with_appointment(self, transcript: Transcript, place: int, **changes: object) -> Transcript:
        """Change one signatory of a record."""
        signatories = list(transcript.signatories)
        signatories[place] = replace(signatories[place], **changes)  # type: ignore[arg-type]
        return replace(transcript, signatories=tuple(signatories))


def _year(name: str) -> YearResult:
    subject = Subject("Toán", "toan", AssessmentKind.MARKS)
    half = SemesterResult((Decimal(8), Decimal(9)), Decimal(7), Decimal(8), Decimal("7.9"))
    summary = PeriodSummary(Level.FAIR, Level.GOOD, Absences(1, 0, 1), "Chăm ngoan")
    return YearResult(
        school_year=name,
        class_name="8A",
        grade=8,
        number=1,
        regulation="TT22-2021",
        school_name=SCHOOL.name,
        school_place="Xã Bịa",
        subjects=(SubjectResult(subject, half, half, Decimal("7.9"), teachers=("Người Dạy Bịa",)),),
        semester_1=summary,
        semester_2=summary,
        year=summary,
        outcome="Được lên lớp",
        promoted=True,
        homeroom_teacher="Người Ký Bịa",
        principal="Người Ký Bịa",
    )


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the made-up school; its newest revocation lists are a day younger than signatures."""
    folder = tmp_path_factory.mktemp("authority")
    people = [DemoPerson(code, f"Người Ký {code}", "Giáo viên") for code in (TEACHER, PRINCIPAL)]
    authority = create_authority(folder / "authority", people, SCHOOL.name, "0000000009", SIGNED_AT)
    authority.publish_crls(SIGNED_AT + timedelta(days=1))
    authority.write_trust(folder / "trust")
    keys = {code: authority.open_demo_key(code) for code in (TEACHER, PRINCIPAL, SEAL_CODE)}
    return World(authority, keys, folder / "trust")


@pytest.fixture(scope="session")
def signed(world: World) -> bytes:
    """Give a transcript with all its signatures."""
    return world.sign_all(world.transcript())


def build(world: World, root: Path, documents: dict[str, bytes], **changes: object) -> Path:
    """Seal a bundle of documents; ``changes`` alter the row of the first one."""
    files = [
        BundleFile("data/sources/0001/0001.xlsx", b"made up", _row("", "nguon", "", "nguon.1")),
        *_documents(documents, changes),
    ]
    for number, der in enumerate(load_trust(world.trust_folder).crls):
        files.append(BundleFile(f"metadata/validation/crls/{number}.crl", der))
    info = BundleInfo(
        package_id="00000009-2025-2026",
        version=1,
        school_code=SCHOOL.code,
        school_year="2025-2026",
        bagging_date=date(2026, 6, 2),
        software_agent="preserve test",
        journal_head="3:" + "ab" * 32,
    )
    seal_at = SIGNED_AT + timedelta(hours=1)

    def seal(manifest: bytes) -> bytes:
        stamper = world.authority.timestamper(seal_at)
        return sign_detached(manifest, world.keys[SEAL_CODE], stamper, claimed_time=seal_at)

    target = root / "00000009-2025-2026" / "v0001"
    build_bundle(target, files, info, seal)
    return target


def _documents(documents: dict[str, bytes], changes: dict[str, object]) -> Iterator[BundleFile]:
    for place, (code, pdf) in enumerate(documents.items()):
        record_id = f"hoc-ba.8A.{code}"
        row = _row(code, "hoc-ba", "8A", record_id)
        altered = replace(row, **changes) if place == 0 else row  # type: ignore[arg-type]
        yield BundleFile(f"data/8A/{record_id}.pdf", pdf, altered)


def _row(subject: str, kind: str, group: str, record_id: str) -> RecordRow:
    return RecordRow(
        record_id=record_id,
        record_class=kind,
        subject_id=subject,
        class_name=group,
        school_year="2025-2026",
        version=1,
        retention_rule="r",
        citation="c",
        retain_until="permanent",
    )


@pytest.fixture(scope="session")
def two_pupils(world: World, signed: bytes) -> dict[str, bytes]:
    """Give the signed transcripts of two pupils by code."""
    other = world.sign_all(world.transcript("9900000002"))
    return {"9900000001": signed, "9900000002": other}


@pytest.fixture(scope="session")
def bundle(
    world: World, two_pupils: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give a sealed bundle; tests copy it before they damage it."""
    return build(world, tmp_path_factory.mktemp("bundle"), two_pupils)


@pytest.fixture(scope="session")
def make_bundle(world: World) -> Callable[..., Path]:
    """Give the function that seals a bundle of chosen documents below a folder."""
    return partial(build, world)
