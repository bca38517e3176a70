"""CPU time of rendering, signing and verifying one transcript, beside pyHanko's stock calls.

Both sides work on the same made-up documents in the same process, in turn, so that only the ratio
counts. The stock signature opens the PKCS#12 file, makes a signer, a time-stamper and a plain
text stamp each time, as the examples of pyHanko's manual do; the stock validation makes new
contexts each time.

The class book is one of 45 pupils with both semesters and nine months of attendance by days; it is
also drawn as the first work of a new process, which loads the fonts.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from preserve.demo.authority import SEAL_CODE, open_authority
from preserve.model.overview import Scope
from preserve.model.records import GradeBook, RecordClass, Transcript
from preserve.model.results import AbsentSession, MonthAttendance
from preserve.model.roles import SignerRole
from preserve.policy.forms import Form
from preserve.render.grade_book import render_grade_book
from preserve.render.transcript import render_transcript
from preserve.sign.appearance import Appearance, person_lines
from preserve.sign.engine import SignatureRequest, sign_pdf
from preserve.trust.store import load_trust
from preserve.verify.document import verify_document
from preserve.workflow.archive import held_submissions, open_archive, school_profile
from preserve.workflow.compose_records import Composer
from preserve.workflow.documents import stored_documents
from preserve.workflow.occasion import Occasion
from preserve.workflow.tell_demo_story import DemoSize, tell_demo_story
from preserve.workflow.verification import verification_context

_ROUNDS = 20


def main() -> None:
    """Make a small school, then measure on its documents."""
    with tempfile.TemporaryDirectory() as folder:
        at = datetime.now(UTC).replace(microsecond=0)
        demo = Path(folder) / "demo"
        tell_demo_story(demo, DemoSize(1, 6, 1), Occasion(at, "benchmark"))
        bench = _Bench(demo, at + timedelta(minutes=1))
        print(
            f"{os.cpu_count()} cores, Python {platform.python_version()}, "
            + ", ".join(f"{name} {version(name)}" for name in ("pyhanko", "pikepdf", "reportlab"))
        )
        print(f"CPU milliseconds per document, {_ROUNDS} rounds after 3 to warm up\n")
        print(f"{'what':34s} {'ours':>8s} {'min':>7s} {'stock':>8s} {'min':>7s} {'ratio':>7s}")
        _row("render a transcript (4 pages)", bench.render, None)
        _row("sign B-T, ECDSA P-256", lambda: bench.sign("GV01"), lambda: bench.stock_sign("GV01"))
        _row(
            "sign B-T, RSA-2048",
            lambda: bench.sign(SEAL_CODE),
            lambda: bench.stock_sign(SEAL_CODE),
        )
        _row("verify a transcript (3 signatures)", bench.verify, bench.stock_verify)
        _row("render a class book of 45", bench.render_class_book, None)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            cold = pool.submit(_render_cold, bench.book, bench.book_form).result()
        print(f"{'the same, first in a new process':34s} {cold:8.1f}")


class _Bench:
    def __init__(self, demo: Path, at: datetime) -> None:
        self.at = at
        self.archive = open_archive(demo / "archive")
        self.authority = open_authority(demo / "authority")
        submissions = held_submissions(self.archive)
        composer = Composer(self.archive, school_profile(submissions), submissions, at.date())
        year, name = next(iter((y.name, "6A") for y in school_profile(submissions).years))
        first, made, *_ = composer.compose_class(year, name)
        if not isinstance(first.record, GradeBook):
            raise TypeError(first.key.record_id)
        self.book, self.book_form = _class_of_45(first.record), first.form
        if not isinstance(made.record, Transcript):
            raise TypeError(made.key.record_id)
        self.record, self.form = made.record, made.form
        stored = next(
            document
            for document in stored_documents(self.archive, Scope())
            if document.key.record_class is RecordClass.TRANSCRIPT
        )
        self.unsigned = stored.files[0].read_bytes()
        self.signed = stored.newest.read_bytes()
        self.field = next(
            s.field_name for s in self.record.signatories if s.role is SignerRole.PRINCIPAL
        )
        self.timestamper = self.authority.timestamper(lambda: at)
        self.keys = {c: self.authority.open_demo_key(c) for c in ("GV01", SEAL_CODE)}
        trust = load_trust(self.archive.trust)
        self.context = verification_context(trust, at)
        self.anchors = [x509.Certificate.load(der) for der in trust.anchors]
        self.others = [x509.Certificate.load(der) for der in trust.certificates]
        self.crls = list(trust.crls)

    def render(self) -> None:
        render_transcript(self.record, self.form)

    def render_class_book(self) -> None:
        render_grade_book(self.book, self.book_form)

    def sign(self, code: str) -> None:
        lines = person_lines("Nguyễn Văn Ví Dụ", "Hiệu trưởng", self.at)
        request = SignatureRequest(
            field_name=self.field,
            appearance=Appearance(lines, "person"),
            claimed_time=self.at,
            digest_algorithm="sha256",
            locks=False,
            certifies=True,
            timestamped=True,
        )
        sign_pdf(self.unsigned, request, self.keys[code], self.timestamper)

    def stock_sign(self, code: str) -> None:
        uri = self.authority.key_uri(code).removeprefix("pkcs12:")
        signer = SimpleSigner.load_pkcs12(uri, passphrase=self.authority.passphrase(code).encode())
        meta = PdfSignatureMetadata(
            field_name=self.field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        timestamper = self.authority.timestamper(lambda: self.at)
        PdfSigner(meta, signer, timestamper=timestamper).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(self.unsigned)), existing_fields_only=True
        )

    def verify(self) -> None:
        verify_document(self.signed, "transcript.pdf", self.context).raise_for_indication()

    def stock_verify(self) -> None:
        async def run() -> None:
            for signature in PdfFileReader(io.BytesIO(self.signed)).embedded_regular_signatures:
                signer, stamp = (
                    ValidationContext(
                        trust_roots=self.anchors,
                        other_certs=self.others,
                        crls=self.crls,
                        moment=self.at,
                        revocation_mode="require",
                        retroactive_revinfo=True,
                    )
                    for _ in range(2)
                )
                status = await async_validate_pdf_signature(signature, signer, stamp)
                if not status.intact or not status.valid:
                    raise AssertionError(status.summary())

        asyncio.run(run())


def _class_of_45(book: GradeBook) -> GradeBook:
    """Return the class with its pupils repeated, each with absences in every month."""
    generator = random.Random(45)  # noqa: S311  (made-up absences are no secrets)
    members = [book.pupils[index % len(book.pupils)] for index in range(45)]
    pupils = tuple(
        replace(
            member,
            pupil=replace(member.pupil, code=f"99{number:08d}"),
            result=replace(
                member.result, number=number, attendance=_months(generator, book.year.first_day)
            ),
        )
        for number, member in enumerate(members, start=1)
    )
    return replace(book, pupils=pupils)


def _months(generator: random.Random, first_day: date) -> tuple[MonthAttendance, ...]:
    """Return nine months with one half-day of absence in some twenty days."""
    days = [first_day.replace(day=1) + timedelta(days=number) for number in range(9 * 30)]
    absent = [
        AbsentSession(day, generator.random() < 0.8)  # noqa: PLR2004  (most have leave)
        for day in days
        if generator.random() < 0.05  # noqa: PLR2004  (one day in twenty)
    ]
    return tuple(
        MonthAttendance(
            month,
            sum(session.excused for session in sessions),
            sum(not session.excused for session in sessions),
            sessions,
        )
        for month in dict.fromkeys(f"{day:%Y-%m}" for day in days)
        for sessions in [tuple(s for s in absent if f"{s.on:%Y-%m}" == month)]
    )


def _render_cold(book: GradeBook, form: Form) -> float:
    """Return CPU milliseconds of the first document of this process."""
    start = time.process_time()
    render_grade_book(book, form)
    return 1000 * (time.process_time() - start)


def _row(what: str, ours: Callable[[], None], stock: Callable[[], None] | None) -> None:
    mine: list[float] = []
    theirs: list[float] = []
    for round_number in range(_ROUNDS + 3):
        for call, times in ((ours, mine), (stock, theirs)):
            if call is not None:
                start = time.process_time()
                call()
                if round_number >= 3:  # noqa: PLR2004  (warm-up)
                    times.append(1000 * (time.process_time() - start))
    line = f"{what:34s} {statistics.median(mine):8.1f} {min(mine):7.1f}"
    if theirs:
        ratio = statistics.median(theirs) / statistics.median(mine)
        line += f" {statistics.median(theirs):8.1f} {min(theirs):7.1f} {ratio:7.1f}"
    print(line)


if __name__ == "__main__":
    main()
