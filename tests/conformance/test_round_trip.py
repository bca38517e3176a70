"""Every kind of document, from a record with every field filled to the page and back again.

What a page does not print is listed in ``unprinted.py`` with its reason; any other value that
poppler does not read on the pages fails.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
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
from preserve.model.results import CommentLevel, SemesterResult, SubjectResult, YearResult
from preserve.model.roles import SignerRole
from preserve.model.school import AssessmentKind, SchoolLevel, Subject
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
from tests.conformance.unprinted import UNPRINTED


def two_subjects(filler: Filler) -> tuple[SubjectResult, SubjectResult]:
    """Return a subject of marks and one of comments."""
    marked = filler.fill(SubjectResult)
    passed = SemesterResult(level=CommentLevel.PASSED, comment="Mẫu 9001")
    failed = SemesterResult(level=CommentLevel.NOT_PASSED, comment="Mẫu 9002")
    commented = SubjectResult(
        Subject("Nghệ thuật", "nghe-thuat", AssessmentKind.COMMENTS, ("Mĩ thuật",), ((9, 2),)),
        passed,
        failed,
        year_level=CommentLevel.NOT_PASSED,
        reassessed_level=CommentLevel.PASSED,
        teachers=("Mẫu 9003",),
    )
    return marked, commented


def two_years(filler: Filler) -> tuple[YearResult, YearResult]:
    """Return a finished year and the one that a record is made for."""
    before, last = filler.fill(YearResult), filler.fill(YearResult)
    return replace(before, school_year="2023-2024", grade=last.grade - 1), last


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
    "YearResult.subjects": two_subjects,
    "Movement.direction": "in",
    "Movement.on": date(2024, 11, 4),
    "Signatory.role": SignerRole.PRINCIPAL,
    "Signatory.subject": None,
    "Signatory.part": None,
    "AssessmentSummary.period": SummaryPeriod.END_2,
    "Predecessor.school_year": "2023-2024",
    "Transcript.years": two_years,
    "TransferSummary.years": two_years,
}
"""Values that a rule decides: a month is a month of the year, a subject of marks has no level."""


EXCLUDED = {
    "Signatory.part",
    "Signatory.subject",
    "SemesterResult.average",
    "SemesterResult.final",
    "SemesterResult.level",
    "SemesterResult.midterm",
    "SemesterResult.regular",
    "SubjectResult.reassessed_average",
    "SubjectResult.reassessed_level",
    "SubjectResult.year_average",
    "SubjectResult.year_level",
    "YearResult.primary",
    "YearResult.subjects",
}
"""Fields that are empty where another one is filled: a level excludes a mark, and so on."""


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
        record: Record = Filler(fixed).fill(self.record)
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


def lost(record: Record, text: str) -> set[str]:
    """Return the paths of the values that a text does not hold."""
    return {
        leaf.path
        for leaf in leaves(record)
        if not any(spelling in text for spelling in spellings(leaf.value))
    }


def patterns(name: str) -> tuple[str, ...]:
    """Return the patterns of what a kind of document does not print."""
    return tuple(pattern for group in UNPRINTED[name].values() for pattern in group)


def embedded(data: bytes) -> bytes:
    """Return the record that a document embeds."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (found,) = (item for item in pdf.Root.AF if str(item.UF) == "record.xml")
        return bytes(found.EF.F.read_bytes())


def empty_fields(value: Any, path: str = "") -> Iterator[str]:
    """Yield the fields of a record that hold nothing."""
    if isinstance(value, tuple):
        for item in value:
            yield from empty_fields(item, path)
    elif is_dataclass(value):
        for part in fields(value):
            inner = getattr(value, part.name)
            name = f"{type(value).__name__}.{part.name}"
            yield from [name] if inner in (None, "", ()) else empty_fields(inner, name)


@pytest.mark.parametrize("name", KINDS)
def test_embedded_xml_is_the_record(name: str) -> None:
    """With every field filled, the XML in the document decodes to the record that was drawn."""
    record, data = rendered(name)
    assert decode_record(embedded(data)) == record


@pytest.mark.judge("poppler")
@pytest.mark.parametrize("name", KINDS)
def test_every_value_of_the_record_is_on_the_pages(name: str, tmp_path: Path) -> None:
    """What poppler reads holds every value as the form prints it, but for what the list names."""
    record, data = rendered(name)
    listed = patterns(name)
    missing = lost(record, text_of(data, tmp_path))
    assert sorted(p for p in missing if not any(fnmatchcase(p, one) for one in listed)) == []


@pytest.mark.parametrize("name", KINDS)
def test_list_of_what_is_not_printed_names_fields_that_exist(name: str) -> None:
    """A field that is gone or renamed leaves the list with it."""
    paths = {leaf.path for leaf in leaves(KINDS[name].make())}
    shared = {pattern for one in UNPRINTED for pattern in patterns(one) if one != name}
    own = set(patterns(name)) - shared
    assert sorted(p for p in own if not any(fnmatchcase(path, p) for path in paths)) == []


@pytest.mark.parametrize("name", KINDS)
def test_records_are_filled(name: str) -> None:
    """Nothing is empty but what excludes another value: so nothing can be lost unseen."""
    assert set(empty_fields(KINDS[name].make())) <= EXCLUDED


@pytest.mark.judge("poppler")
def test_lost_value_is_noticed(tmp_path: Path) -> None:
    """The comparison is awake: a value that the pages do not hold is named by its path."""
    record, data = rendered("transcript-primary")
    text = text_of(data, tmp_path)
    assert isinstance(record, Transcript)
    other = replace(record, pupil=replace(record.pupil, home_town="Nơi Khác"))
    assert lost(other, text) - lost(record, text) == {"pupil.home_town"}
