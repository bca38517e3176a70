"""Outside judges look at every PDF that the demo made: page-validation, poppler, pyHanko."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import page
import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from preserve.formats.record_xml import decode_record
from preserve.model.records import GradeBook, Record, Transcript
from preserve.model.results import PeriodSummary, SemesterResult, SubjectResult, YearResult
from tests.e2e.stage import Demo, records, signed_fields, steps

_ALLOWED = "PDFA3A-SIGNATURE-BYTERANGE-001"
"""The validator wants every byte range to reach the end of the file, which only the last signature
of several can; every other rule is binding."""
_COMPARED = 2
_VALUE = re.compile(r"(?:10|\d),\d|C?Đ")
_SUBJECT_PAGE = re.compile(r"^ *(\S.*) – Học kì (I|II)$", re.MULTILINE)


def newest(demo: Demo) -> tuple[Path, ...]:
    """Return every document's last file."""
    return tuple(steps(folder)[-1] for folder in demo.documents)


def test_every_file_conforms_before_and_after_each_signature(demo: Demo) -> None:
    """PDF/A-3a and PDF/UA-1 hold for the rendered file and for the file after each signature."""
    files = [file for folder in demo.documents for file in steps(folder)]
    assert len(files) == 18 + 4 * len(demo.pupils)
    for file in files:
        content = file.read_bytes()
        for profile in ("3a", "ua1"):
            report = page.validate_pdf_bytes(content, profile=profile)
            broken = {failure.rule_id for failure in report.failures}
            several = int(file.name[:2]) > 1
            assert broken <= ({_ALLOWED} if several else set()), f"{file}: {profile} {broken}"


def test_validator_would_notice(demo: Demo) -> None:
    """The judge is awake: without its output intent a file breaks the profile."""
    content = newest(demo)[0].read_bytes().replace(b"/OutputIntents", b"/OutputIntentz")
    report = page.validate_pdf_bytes(content, profile="3a")
    assert {failure.rule_id for failure in report.failures} - {_ALLOWED}


@pytest.mark.judge("poppler")
def test_pdfsig_finds_every_signature_valid(demo: Demo) -> None:
    """Poppler calls each signature of each final file valid, and one per file covers all of it."""
    for file in newest(demo):
        said = _poppler("pdfsig", "-nocert", str(file))
        expected = len(signed_fields(file))
        assert (
            said.count("Signature Validation: Signature is Valid.")
            == expected
            == int(file.name[:2])
        )
        assert said.count("Signature Validation:") == expected
        assert said.count("  - Total document signed") == 1
        assert said.count("Signing Hash Algorithm: SHA-256") == expected


def test_pyhanko_finds_every_signature_valid(demo: Demo) -> None:
    """PyHanko's own validator, with the demo's anchors and lists, accepts every signature."""
    context = ValidationContext(
        trust_roots=_certificates(demo.trust / "anchors"),
        other_certs=_certificates(demo.trust / "certificates"),
        crls=[p.read_bytes() for p in sorted((demo.trust / "crls").iterdir())],
        revocation_mode="hard-fail",
    )
    for file in newest(demo):
        reader = PdfFileReader(io.BytesIO(file.read_bytes()))
        for number, signature in enumerate(reader.embedded_signatures):
            # The first signature covers the fewest bytes: its comparison with the final file is
            # the widest. The same for each of seventeen would take longer than all other tests.
            status = validate_pdf_signature(
                signature, context, context, skip_diff=number > _COMPARED
            )
            assert status.bottom_line, f"{file.name}: {status.summary()}"
            assert status.timestamp_validity is not None
            assert status.timestamp_validity.trusted


@pytest.mark.judge("poppler")
def test_grade_book_shows_every_name_and_mark(demo: Demo) -> None:
    """Each row of each subject's pages holds the marks that ``records`` prints, in order."""
    text, flat = _text(_grade_book(demo)), _flat(_grade_book(demo))
    pages = dict(_subject_pages(text))
    held = records(demo.archive)
    compared = 0
    for number, entry in enumerate(held, start=1):
        assert entry["pupil"]["name"] in flat
        assert entry["pupil"]["code"] in text
        for subject in entry["subjects"]:
            for half, roman in (("hk1", "I"), ("hk2", "II")):
                expected = _marks_of(subject, half)
                assert _row(pages[subject["subject"], roman], number) == expected
                compared += len(expected)
    assert compared > 100 * len(held)


@pytest.mark.judge("poppler")
def test_transcripts_show_the_name_and_every_average(demo: Demo) -> None:
    """Each pupil's transcript shows the pupil and the averages that ``records`` prints."""
    for entry in records(demo.archive):
        file = _transcript(demo, entry["pupil"]["code"])
        assert entry["pupil"]["name"] in _flat(file)
        expected = [
            [_comma(s[part]["average"]) or s[part]["level"] for part in ("hk1", "hk2", "year")]
            for s in entry["subjects"]
        ]
        assert list(_result_rows(file)) == expected


@pytest.mark.judge("poppler")
def test_embedded_grade_book_equals_the_printed_one(demo: Demo, tmp_path: Path) -> None:
    """The XML that poppler detaches says what poppler reads from the pages, value by value."""
    file = _grade_book(demo)
    book = _detached(file, tmp_path)
    assert isinstance(book, GradeBook)
    text, flat = _text(file), _flat(file)
    pages = dict(_subject_pages(text))
    assert len(pages) == 2 * len(book.pupils[0].result.subjects)
    for pupil_year in book.pupils:
        pupil, result = pupil_year.pupil, pupil_year.result
        for value in (pupil.name, pupil.code, f"{pupil.birth_date:%d/%m/%Y}"):
            assert value in flat
        for subject in result.subjects:
            for roman, semester in (("I", subject.semester_1), ("II", subject.semester_2)):
                printed = _row(pages[subject.subject.name, roman], result.number)
                assert printed == _printed_semester(subject, semester, last=roman == "II")
                assert semester.comment in flat
    _same_summary(text, book)


@pytest.mark.judge("poppler")
def test_embedded_transcripts_equal_the_printed_ones(demo: Demo, tmp_path: Path) -> None:
    """Particulars, averages, levels, absences and comments of the XML stand on the pages."""
    for pupil in demo.pupils:
        file = _transcript(demo, pupil["code"])
        transcript = _detached(file, tmp_path)
        assert isinstance(transcript, Transcript)
        (year,) = transcript.years
        assert list(_result_rows(file)) == [_printed_year(s) for s in year.subjects]
        flat = _flat(file)
        for value in (*_particulars(transcript), *_comments(year), *_teachers(year)):
            assert value in flat, file.name
        _same_periods(_text(file), year)


@pytest.mark.judge("poppler")
def test_xml_is_the_record_that_the_archive_holds(demo: Demo, tmp_path: Path) -> None:
    """The XML in a transcript and in the grade book holds the same year of the same pupil."""
    book = _detached(_grade_book(demo), tmp_path)
    assert isinstance(book, GradeBook)
    for pupil_year in book.pupils:
        transcript = _detached(_transcript(demo, pupil_year.pupil.code), tmp_path)
        assert isinstance(transcript, Transcript)
        assert transcript.pupil == pupil_year.pupil
        assert transcript.years == (pupil_year.result,)


# Reading what is printed.


@cache
def _poppler(*arguments: str) -> str:
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, encoding="utf-8")
    return done.stdout


def _text(file: Path, how: str = "-layout") -> str:
    return _poppler("pdftotext", how, "-enc", "UTF-8", str(file), "-")


def _flat(file: Path) -> str:
    """Return the text cell by cell with single spaces: where a line ends is the layout's affair."""
    return " ".join(_text(file, "-raw").split())


def _detached(file: Path, folder: Path) -> Record:
    target = folder / f"{file.parent.name}.xml"
    subprocess.run(
        ["pdfdetach", "-savefile", "record.xml", "-o", str(target), str(file)],
        check=True,
        capture_output=True,
    )
    return decode_record(target.read_bytes())


def _grade_book(demo: Demo) -> Path:
    (folder,) = (f for f in demo.documents if f.name.startswith("so-theo-doi"))
    return steps(folder)[-1]


def _transcript(demo: Demo, code: str) -> Path:
    (folder,) = (f for f in demo.documents if f.name.endswith(f".{code}"))
    return steps(folder)[-1]


def _subject_pages(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield ((subject, semester), page) for every page of marks."""
    for printed in text.split("\f"):
        for match in _SUBJECT_PAGE.finditer(printed):
            yield (match[1], match[2]), printed


def _row(printed: str, number: int) -> list[str]:
    """Return the marks and levels in the row of the pupil with this number."""
    lines = printed.split("Giáo viên môn học ký", maxsplit=1)[0].splitlines()
    rows = [line.split() for line in lines if re.match(rf" *{number} +\D|{number} +\d+,", line)]
    (row,) = [row for row in rows if any(_VALUE.fullmatch(word) for word in row)]
    return [word for word in row[1:] if _VALUE.fullmatch(word)]


def _result_rows(file: Path) -> Iterator[list[str]]:
    """Yield the averages or levels of each subject's row in a transcript, from top to bottom."""
    for printed in _text(file).split("\f"):
        if "KẾT QUẢ HỌC TẬP NĂM HỌC" not in printed:
            continue
        for line in printed.splitlines():
            values = [word for word in line.split() if _VALUE.fullmatch(word)]
            if values:
                yield values


def _comma(mark: str | None) -> str | None:
    return mark.replace(".", ",") if mark else None


def _marks_of(subject: Any, half: str) -> list[str]:
    """Return a row of the grade book as ``records --format json`` has it."""
    semester = subject[half]
    year = subject["year"] if half == "hk2" else {"average": None, "level": None}
    values = [*semester["tx"], semester["gk"], semester["ck"], semester["average"]]
    shown = [*values, semester["level"], year["average"], year["level"]]
    return [str(_comma(value)) for value in shown if value is not None]


# What the XML says, spelled as the forms spell it.


def _spell(value: Decimal | str | None) -> str | None:
    return f"{value:.1f}".replace(".", ",") if isinstance(value, Decimal) else value


def _printed_semester(subject: SubjectResult, semester: SemesterResult, *, last: bool) -> list[str]:
    values = [*semester.regular, semester.midterm, semester.final, semester.average, semester.level]
    if last:
        values += [subject.year_average, subject.year_level]
        values += [subject.reassessed_average, subject.reassessed_level]
    return [spelled for value in values if (spelled := _spell(value)) is not None]


def _printed_year(subject: SubjectResult) -> list[str]:
    values = [
        subject.semester_1.average or subject.semester_1.level,
        subject.semester_2.average or subject.semester_2.level,
        subject.year_average or subject.year_level,
        subject.reassessed_average or subject.reassessed_level,
    ]
    return [spelled for value in values if (spelled := _spell(value)) is not None]


def _particulars(transcript: Transcript) -> Iterator[str]:
    pupil = transcript.pupil
    yield from (pupil.name, pupil.code, pupil.gender, pupil.birth_place, pupil.address)
    yield from (pupil.personal_id, pupil.ethnic_group, f"{pupil.birth_date:%d/%m/%Y}")
    yield from (r.name for r in (pupil.father, pupil.mother, pupil.guardian) if r)
    yield from (transcript.document_number, transcript.school.name)


def _comments(year: YearResult) -> Iterator[str]:
    for subject in year.subjects:
        yield from (subject.semester_1.comment, subject.semester_2.comment)
    yield from (p.homeroom_comment for p in (year.semester_1, year.semester_2, year.year))


def _teachers(year: YearResult) -> Iterator[str]:
    for subject in year.subjects:
        yield from subject.teachers
    yield from (year.homeroom_teacher, year.principal)


def _same_periods(text: str, year: YearResult) -> None:
    """Compare conduct, learning and absences with the rows of the transcript's last table."""
    printed = text.split("KẾT QUẢ RÈN LUYỆN VÀ HỌC TẬP NĂM HỌC")[1]
    for title, period in (
        ("Học kì I ", year.semester_1),
        ("Học kì II ", year.semester_2),
        ("Cả năm ", year.year),
    ):
        (row,) = [s for line in printed.splitlines() if (s := line.strip()).startswith(title)]
        values = re.split(r" {2,}", row)[1:4]
        absent = period.absences
        missed = f"{absent.total} (P: {absent.excused}, K: {absent.unexcused})"
        assert values == [str(period.conduct), str(period.learning), missed]


def _same_summary(text: str, book: GradeBook) -> None:
    """Compare each semester's and the year's summary rows of the grade book."""
    for title, period in (
        ("HỌC KÌ I", "semester_1"),
        ("HỌC KÌ II", "semester_2"),
        ("CẢ NĂM", "year"),
    ):
        (printed,) = [
            p for p in text.split("\f") if re.search(rf"TỔNG HỢP KẾT QUẢ.*– {title}\n", p)
        ]
        for pupil_year in book.pupils:
            result = pupil_year.result
            expected = sorted(_summary_values(result, period))
            assert sorted(_row(printed, result.number)) == expected
            if period != "year":
                summary: PeriodSummary = getattr(result, period)
                (line,) = [
                    s for s in printed.splitlines() if re.match(rf" *{result.number} .*(,|Đ)", s)
                ]
                ends = re.split(r" {2,}", line.strip())[-2:]
                assert ends == [str(summary.learning), str(summary.conduct)]


def _summary_values(result: YearResult, period: str) -> Iterator[str]:
    for subject in result.subjects:
        if period == "year":
            value: Decimal | str | None = subject.year_average or subject.year_level
        else:
            semester: SemesterResult = getattr(subject, period)
            value = semester.average or semester.level
        if (spelled := _spell(value)) is not None:
            yield spelled


def _certificates(folder: Path) -> list[x509.Certificate]:
    found = []
    for path in sorted(folder.iterdir()):
        _, _, der = pem.unarmor(path.read_bytes())
        found.append(x509.Certificate.load(der))
    return found
