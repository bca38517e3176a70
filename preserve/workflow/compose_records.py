"""Composes the records of a class: what is to stand in its grade book and its transcripts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from preserve.ingest.assemble import ClassYear, assemble_class, list_classes, list_pupils
from preserve.ingest.elsewhere import earlier_elsewhere
from preserve.ingest.profile import SchoolProfile
from preserve.model.imports import SheetKind, Submission
from preserve.model.records import (
    AssessmentSummary,
    GradeBook,
    Predecessor,
    Record,
    RecordClass,
    SummaryPeriod,
    Transcript,
)
from preserve.model.results import (
    PupilYear,
    YearResult,
)
from preserve.model.roles import Signatory
from preserve.package.paths import attachment_name
from preserve.policy.forms import Form, Layout, load_form
from preserve.policy.signing import load_signing_policy
from preserve.rules.forms import form_for
from preserve.rules.signing import signatories
from preserve.rules.summary_periods import summary_periods
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import Archive
from preserve.workflow.documents import DocumentKey, Withdrawals, find_document, withdrawals


@dataclass(frozen=True, slots=True)
class Composition:
    """One document to make."""

    key: DocumentKey
    form: Form
    record: Record | None
    """``None`` when the file of the year before is not signed completely yet."""
    predecessor: Path | None = None
    forms: Mapping[str, Form] = field(default_factory=dict)
    """Regulation to form of the earlier years that stand on another form."""


@dataclass(frozen=True)  # Without slots: what is looked up once is kept.
class Composer:
    """The facts that every document of a run is composed from."""

    archive: Archive
    profile: SchoolProfile
    submissions: tuple[Submission, ...]
    today: date

    def compose_class(self, school_year: str, class_name: str) -> Iterator[Composition]:
        """Yield the grade book, then a transcript per pupil in class-list order.

        Raises:
            PolicyError: no form or signing policy applies.
        """
        class_year = assemble_class(self.profile, self.submissions, school_year, class_name)
        form = self._form(class_year.class_group.grade, school_year)
        yield from self._class_records(class_year, form)
        earlier = self._earlier_years(class_year)
        chain = self._signatories(RecordClass.TRANSCRIPT, form, class_year)
        for pupil_year in class_year.pupils:
            years = earlier.get(pupil_year.pupil.code, ())
            yield self._transcript(form, chain, years, pupil_year)

    @cached_property
    def _own_classes(self) -> frozenset[tuple[str, str]]:
        return frozenset(list_classes(self.profile, self.submissions))

    @cached_property
    def _withdrawn(self) -> Withdrawals:
        return withdrawals(self.archive)

    @cached_property
    def _knows_other_schools(self) -> bool:
        kinds = {
            sheet.kind for held in self.submissions for file in held.files for sheet in file.sheets
        }
        return not kinds.isdisjoint({SheetKind.EARLIER_RESULTS, SheetKind.EARLIER_RECORD})

    def _form(self, grade: int, school_year: str) -> Form:
        school = self.profile.school
        form_id = form_for(school.level, grade, school_year, school.kind)
        return load_form(form_id, self.archive.policies)

    def _class_records(self, class_year: ClassYear, form: Form) -> Iterator[Composition]:
        """Yield what a class has as a whole: a grade book, or its summaries in primary school."""
        if form.layout is not Layout.PRIMARY:
            yield self._grade_book(class_year, form)
            return
        for period in summary_periods(class_year.pupils):
            yield self._assessment_summary(class_year, form, period)

    def _assessment_summary(
        self, class_year: ClassYear, form: Form, period: SummaryPeriod
    ) -> Composition:
        group = class_year.class_group
        key = DocumentKey(
            RecordClass.ASSESSMENT_SUMMARY, group.school_year, group.name, detail=period.value
        )
        year = next(y for y in self.profile.years if y.name == group.school_year)
        first = period in {SummaryPeriod.MID_1, SummaryPeriod.END_1}
        summary = AssessmentSummary(
            record_id=key.record_id,
            version=1,
            form=form.form_id,
            document_number=f"BTH-{group.name}-{period.value}/{group.school_year}",
            document_date=year.semester_2_from if first else year.last_day,
            school=self.profile.school,
            year=year,
            class_group=group,
            period=period,
            pupils=class_year.pupils,
            signatories=self._signatories(RecordClass.ASSESSMENT_SUMMARY, form, class_year),
        )
        return Composition(key, form, summary)

    def _grade_book(self, class_year: ClassYear, form: Form) -> Composition:
        group = class_year.class_group
        key = DocumentKey(RecordClass.GRADE_BOOK, group.school_year, group.name)
        year = next(y for y in self.profile.years if y.name == group.school_year)
        book = GradeBook(
            record_id=key.record_id,
            version=1,
            form=form.form_id,
            document_number=f"STD-{group.name}/{group.school_year}",
            document_date=year.last_day,
            school=self.profile.school,
            year=year,
            class_group=group,
            pupils=class_year.pupils,
            signatories=self._signatories(RecordClass.GRADE_BOOK, form, class_year),
        )
        return Composition(key, form, book)

    def _transcript(
        self,
        form: Form,
        chain: tuple[Signatory, ...],
        earlier: tuple[YearResult, ...],
        pupil_year: PupilYear,
    ) -> Composition:
        pupil, result = pupil_year.pupil, pupil_year.result
        key = DocumentKey(RecordClass.TRANSCRIPT, result.school_year, result.class_name, pupil.code)
        here = [year for year in earlier if self._is_own(year)]
        file = self._signed_file(here[-1], pupil.code) if here else None
        if here and file is None:
            return Composition(key, form, None)
        year = next(y for y in self.profile.years if y.name == result.school_year)
        transcript = Transcript(
            record_id=key.record_id,
            version=1,
            form=form.form_id,
            document_number=f"HB-{pupil.code}/{result.school_year}",
            document_date=year.last_day,
            school=self.profile.school,
            pupil=pupil,
            years=(*earlier, result),
            signatories=chain,
            predecessor=_predecessor(here[-1], pupil.code, file) if file else None,
        )
        return Composition(key, form, transcript, file, self.forms_of(earlier, form))

    def _is_own(self, result: YearResult) -> bool:
        """Tell whether a year was spent here; of the others no signed file lies in the archive."""
        return (result.school_year, result.class_name) in self._own_classes

    def forms_of(self, earlier: Sequence[YearResult], form: Form) -> Mapping[str, Form]:
        """Return the forms of earlier years: each year keeps the pages of its own circular."""
        forms = {year.regulation: self._form(year.grade, year.school_year) for year in earlier}
        return {name: found for name, found in forms.items() if found.form_id != form.form_id}

    def _signatories(
        self, record_class: RecordClass, form: Form, class_year: ClassYear
    ) -> tuple[Signatory, ...]:
        return signatories(
            load_signing_policy(
                record_class,
                form.form_id,
                self.archive.policies,
                self.archive.configuration.signing_variant,
            ),
            class_year.class_group,
            self.archive.configuration.appointments,
            self.today,
            seal_name=self.profile.school.name,
        )

    def _earlier_years(self, class_year: ClassYear) -> Mapping[str, tuple[YearResult, ...]]:
        """Return the results of the class's pupils in earlier years, oldest first."""
        wanted = {pupil_year.pupil.code for pupil_year in class_year.pupils}
        found: dict[str, list[YearResult]] = {}
        for year, name in sorted(self._own_classes):
            if year >= class_year.class_group.school_year:
                continue
            if wanted.isdisjoint(list_pupils(self.submissions, year, name)):
                continue
            for pupil_year in assemble_class(self.profile, self.submissions, year, name).pupils:
                if pupil_year.pupil.code in wanted:
                    found.setdefault(pupil_year.pupil.code, []).append(pupil_year.result)
        for code in wanted if self._knows_other_schools else ():
            elsewhere = earlier_elsewhere(self.profile, self.submissions, code)
            if elsewhere:
                found.setdefault(code, []).extend(elsewhere)
        return {
            code: tuple(sorted(results, key=lambda result: result.school_year))
            for code, results in found.items()
        }

    def _signed_file(self, result: YearResult, pupil: str) -> Path | None:
        """Return the completely signed transcript of an earlier year, or ``None``."""
        key = DocumentKey(RecordClass.TRANSCRIPT, result.school_year, result.class_name, pupil)
        stored = find_document(self.archive, key)
        if stored is None or stored.identity in self._withdrawn:
            return None
        return None if read_claims(stored.newest.read_bytes()).empty else stored.newest


def _predecessor(result: YearResult, pupil: str, file: Path) -> Predecessor:
    key = DocumentKey(RecordClass.TRANSCRIPT, result.school_year, result.class_name, pupil)
    return Predecessor(
        record_id=key.record_id,
        school_year=result.school_year,
        sha512=hashlib.sha512(file.read_bytes()).hexdigest(),
        file_name=attachment_name(key.record_id, result.school_year),
    )
