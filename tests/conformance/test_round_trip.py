"""Every kind of document, from a record with every field filled to the page and back again.

What a page does not print is listed here with its reason. A value that neither the list nor the
page knows fails, and so does a value that the list claims to be absent and the page prints.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from preserve.formats.record_xml import decode_record
from preserve.model.records import (
    AmendmentMinutes,
    AssessmentSummary,
    CoveringNote,
    GradeBook,
    Record,
    SealingMinutes,
    SummaryPeriod,
    Transcript,
    TransferSummary,
)
from preserve.model.results import CommentLevel, SubjectResult, YearResult
from preserve.model.roles import SignerRole
from preserve.model.school import AssessmentKind, SchoolLevel
from preserve.policy.files import policy_folders
from preserve.policy.forms import Form, load_form
from preserve.render.amendment_minutes import render_amendment_minutes
from preserve.render.covering_note import render_covering_note
from preserve.render.grade_book import render_grade_book
from preserve.render.primary_summary import render_assessment_summary
from preserve.render.primary_transcript import render_primary_transcript
from preserve.render.sealing_minutes import render_sealing_minutes
from preserve.render.transcript import render_transcript
from preserve.render.transfer_summary import render_transfer_summary
from tests.conformance.filled import Filler, leaves, spellings

_FIXED: Mapping[str, Any] = {
    "School.level": SchoolLevel.LOWER_SECONDARY,
    "SchoolYear.name": "2024-2025",
    "SchoolYear.first_day": date(2024, 9, 5),
    "SchoolYear.semester_2_from": date(2025, 1, 20),
    "SchoolYear.last_day": date(2025, 5, 31),
    "ClassGroup.grade": 9,
    "ClassGroup.school_year": "2024-2025",
    "YearResult.school_year": "2024-2025",
    "YearResult.grade": 9,
    "YearResult.primary": None,
    "YearResult.number": 41,
    "AmendmentMinutes.school_year": "2024-2025",
    "SealingMinutes.school_year": "2024-2025",
    "MonthAttendance.month": "2024-10",
    "AbsentSession.on": date(2024, 10, 17),
    "GradeAmendment.semester": 1,
    "GradeAmendment.column": "ĐĐGgk",
    "GradeAmendment.subject": "Toán",
    "TeachingAssignment.subject": "Toán",
    "Subject.name": "Toán",
    "Subject.kind": AssessmentKind.MARKS,
    "SemesterResult.level": None,
    "SubjectResult.year_level": None,
    "SubjectResult.reassessed_level": None,
    "Movement.direction": "in",
    "Movement.on": date(2024, 11, 4),
    "Signatory.role": SignerRole.PRINCIPAL,
    "Signatory.subject": None,
    "Signatory.part": None,
    "AssessmentSummary.period": SummaryPeriod.END_2,
    "Predecessor.school_year": "2023-2024",
    "Transcript.years": lambda filler: two_years(filler),
    "TransferSummary.years": lambda filler: two_years(filler),
}
"""Values that a rule decides: a month is a month of the year, a subject of marks has no level."""


def two_years(filler: Filler) -> tuple[YearResult, YearResult]:
    """Return a finished year and the one that a record is made for."""
    before, last = filler.fill(YearResult), filler.fill(YearResult)
    return replace(before, school_year="2023-2024", grade=last.grade - 1), last


@dataclass(frozen=True)
class Kind:
    """One kind of document."""

    record: type[Any]
    form: str
    render: Callable[[Any, Form], bytes]
    level: SchoolLevel = SchoolLevel.LOWER_SECONDARY

    def make(self) -> Record:
        """Return a record with every field filled."""
        primary = self.level is SchoolLevel.PRIMARY
        fixed = {**_FIXED, "School.level": self.level}
        if primary:
            del fixed["YearResult.primary"]
            fixed |= {
                "YearResult.grade": 5,
                "ClassGroup.grade": 5,
                "YearResult.subjects": (),
                "Subject.name": "Tiếng Việt",
            }
        record = Filler(fixed).fill(self.record)
        return replace(record, form=self.form)


KINDS: dict[str, Kind] = {
    "transcript-tt22": Kind(Transcript, "TT22-2021-THCS", render_transcript),
    "transcript-tt43": Kind(Transcript, "TT43-2021-THCS", render_transcript),
    "transcript-tt58": Kind(Transcript, "TT58-2011-THCS", render_transcript),
    "transcript-primary": Kind(
        Transcript, "TT27-2020-TH", render_primary_transcript, SchoolLevel.PRIMARY
    ),
    "grade-book": Kind(GradeBook, "TT22-2021-THCS", render_grade_book),
    "grade-book-tt58": Kind(GradeBook, "TT58-2011-THCS", render_grade_book),
    "assessment-summary": Kind(
        AssessmentSummary, "TT27-2020-TH", render_assessment_summary, SchoolLevel.PRIMARY
    ),
    "transfer-summary": Kind(
        TransferSummary, "bang-tong-hop-chuyen-truong", render_transfer_summary
    ),
    "transfer-summary-primary": Kind(
        TransferSummary,
        "bang-tong-hop-chuyen-truong",
        render_transfer_summary,
        SchoolLevel.PRIMARY,
    ),
    "amendment-minutes": Kind(AmendmentMinutes, "bien-ban-sua-diem", render_amendment_minutes),
    "sealing-minutes": Kind(SealingMinutes, "bien-ban-niem-phong", render_sealing_minutes),
    "covering-note": Kind(CoveringNote, "thu-gui-kem", render_covering_note),
}
UNPRINTED: dict[str, set[str]] = {}


def rendered(name: str) -> tuple[Record, bytes]:
    """Return a filled record and its document."""
    kind = KINDS[name]
    record = kind.make()
    return record, kind.render(record, load_form(kind.form, policy_folders()))


def text_of(data: bytes, folder: Path) -> str:
    """Return the text layer as poppler reads it, cell by cell, without white space."""
    path = folder / "document.pdf"
    path.write_bytes(data)
    command = ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return "".join(done.stdout.split())


def unprinted(name: str, folder: Path) -> set[str]:
    """Return the paths of the values that the pages of a kind of document do not show."""
    record, data = rendered(name)
    text = text_of(data, folder)
    return {
        leaf.path
        for leaf in leaves(record)
        if not any(spelling in text for spelling in spellings(leaf.value))
    }
