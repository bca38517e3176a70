"""Records of another archive and signed XML of others as sources of an import."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from preserve.formats.facts import decode_submission, encode_submission
from preserve.formats.record_xml import encode_record
from preserve.ingest.assemble import assemble_class
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.elsewhere import earlier_elsewhere
from preserve.ingest.profile import SchoolProfile
from preserve.ingest.reading import read_submission
from preserve.model.imports import ImportOutcome, Submission
from preserve.model.records import GradeBook, Transcript
from preserve.model.results import (
    Absences,
    AbsentSession,
    Completion,
    MonthAttendance,
    PupilYear,
)
from preserve.policy.files import policy_folders
from tests.unit.ingest.conftest import SAMPLE, YEAR


def grade_book(profile: SchoolProfile, submission: Submission, name: str) -> GradeBook:
    """Return the grade book of a class of the sample, with what the sample lacks added."""
    made = assemble_class(profile, [submission], YEAR, name)
    first, *others = made.pupils
    return GradeBook(
        record_id=f"so-{name}",
        version=1,
        form="TT22-2021-THCS",
        document_number="1",
        document_date=date(2025, 5, 31),
        school=profile.school,
        year=profile.years[-1],
        class_group=made.class_group,
        pupils=(enriched(first), *others),
        signatories=(),
    )


def enriched(member: PupilYear) -> PupilYear:
    """Return a pupil with attendance, honours and a completed level."""
    sessions = tuple(AbsentSession(date(2024, 9, 6), excused=e) for e in (True, False))
    year = replace(member.result.year, absences=Absences(1, 3, 4))
    result = replace(
        member.result,
        year=year,
        attendance=(MonthAttendance("2024-09", 1, 1, sessions), MonthAttendance("2024-10", 0, 2)),
        certificates=("Nghề Bịa, loại Khá",),
        contests=("Giải Ba môn Đặt Tên",),
        commendations=("Giấy khen", "Nhắc nhở"),
        summer_comment="Đã tham gia",
        completion=Completion("45/QĐ", date(2025, 5, 30), "07"),
    )
    return replace(member, result=result)


def read_xml(
    folder: Path, profile: SchoolProfile, content: bytes, *held: Submission, name: str = "a.xml"
) -> Submission:
    """Import one XML file."""
    (folder / name).write_bytes(content)
    read = read_submission([folder / name], profile, policy_folders())
    return cross_check(read, held, profile)


def codes(submission: Submission) -> list[str]:
    """Return the codes of everything said."""
    return [finding.code for file in submission.files for finding in file.findings]


@pytest.mark.parametrize("name", ["6A", "6B"])
def test_grade_book_comes_back_as_it_was(
    profile: SchoolProfile, submission: Submission, tmp_path: Path, name: str
) -> None:
    """Facts, record, XML, import and facts again: every pupil's year is the same."""
    book = grade_book(profile, submission, name)
    again = read_xml(tmp_path, profile, encode_record(book))
    assert codes(again) == []
    held = decode_submission(encode_submission(again))
    made = assemble_class(profile, [held], YEAR, name)
    assert made.pupils == book.pupils
    assert made.class_group == book.class_group


def test_grade_book_of_another_school_is_refused(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """It would bring in the data of other children."""
    book = grade_book(profile, submission, "6A")
    foreign = replace(book, school=replace(book.school, code="99"))
    again = read_xml(tmp_path, profile, encode_record(foreign))
    assert codes(again) == ["IMP-SCHOOL-OTHER"]
    assert again.files[0].sheets == ()


def transcript(profile: SchoolProfile, submission: Submission) -> Transcript:
    """Return the transcript that another school made of a pupil for two earlier years."""
    member = assemble_class(profile, [submission], YEAR, "6B").pupils[0]
    years = tuple(
        replace(
            enriched(member).result,
            school_year=year,
            class_name=f"{grade}Z",
            grade=grade,
            school_name="Trường THCS Trần Văn Thí Dụ",
        )
        for year, grade in (("2022-2023", 4), ("2023-2024", 5))
    )
    return Transcript(
        record_id="hb",
        version=1,
        form="TT22-2021-THCS",
        document_number="1",
        document_date=date(2024, 5, 31),
        school=replace(profile.school, code="99", name="Trường THCS Trần Văn Thí Dụ"),
        pupil=member.pupil,
        years=years,
        signatories=(),
    )


def test_transcript_of_another_school_gives_its_years(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """The years that a pupil brings along are exactly those that the other archive recorded."""
    made = transcript(profile, submission)
    read = read_xml(tmp_path, profile, encode_record(made), submission)
    assert codes(read) == []
    found = earlier_elsewhere(profile, [submission, read], made.pupil.code)
    assert found == made.years
    assert earlier_elsewhere(profile, [submission, read], "9910000118") == ()


def test_year_at_this_school_is_not_taken_from_elsewhere(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """A year in which the pupil is on the class list here stays what it is here."""
    made = transcript(profile, submission)
    years = (made.years[0], replace(made.years[1], school_year=YEAR))
    read = read_xml(tmp_path, profile, encode_record(replace(made, years=years)), submission)
    found = earlier_elsewhere(profile, [submission, read], made.pupil.code)
    assert [year.school_year for year in found] == ["2022-2023"]


def test_transcript_of_a_stranger_is_refused(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """A transcript of a pupil who is on no class list does not slip in."""
    made = transcript(profile, submission)
    stranger = replace(made, pupil=replace(made.pupil, code="9910000999"))
    read = read_xml(tmp_path, profile, encode_record(stranger), submission)
    assert set(codes(read)) == {"IMP-PUPIL-NOT-KNOWN"}


def test_years_elsewhere_may_come_as_a_table(
    profile: SchoolProfile, submission: Submission, tmp_path: Path
) -> None:
    """One row per semester and year, copied from the old transcript, gives the year's page."""
    header = (
        "Mã định danh Bộ GD&ĐT,Họ và tên,Năm học,Kì,Lớp,Khối,Tên trường,Địa chỉ trường,"
        "Toán,GDTC,KQ học tập,KQ rèn luyện,Lên lớp,Hiệu trưởng"
    )
    start = "9910000119,Mai Trường An,2023-2024"
    place = "5Z,5,Trường Bịa,Huyện Đặt"
    rows = [
        f'{start},1,{place},"7,5",Đ,Khá,Tốt,,',
        f'{start},Cả năm,{place},"8,0",Đ,Tốt,Tốt,Được lên lớp,Phạm Thị Bịa',
    ]
    (tmp_path / "truoc.csv").write_text("\n".join((header, *rows)), encoding="utf-8")
    read = read_submission([tmp_path / "truoc.csv"], profile, policy_folders())
    read = cross_check(read, [submission], profile)
    assert codes(read) == []
    (year,) = earlier_elsewhere(profile, [submission, read], "9910000119")
    assert (year.class_name, year.grade, year.school_name) == ("5Z", 5, "Trường Bịa")
    assert [s.subject.name for s in year.subjects] == ["Toán", "Giáo dục thể chất"]
    assert str(year.subjects[0].semester_1.average) == "7.5"
    assert str(year.subjects[0].year_average) == "8.0"
    assert (year.outcome, year.promoted, year.principal) == ("Được lên lớp", True, "Phạm Thị Bịa")


SIGNED = b"""<?xml version="1.0"?><HocBa xmlns="urn:unknown"><Ten>x</Ten>
<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></HocBa>"""


def test_foreign_xml_is_kept_and_never_believed(profile: SchoolProfile, tmp_path: Path) -> None:
    """A signed file of unknown layout is listed; its signature is mentioned as claimed."""
    read = read_xml(tmp_path, profile, SIGNED)
    (file,) = read.files
    assert (file.profile, file.sheets, file.stored_name) == ("opaque-xml", (), "0001.xml")
    assert codes(read) == ["IMP-XML-UNREAD", "IMP-XML-SIGNATURE-CLAIMED"]
    assert read.outcome is ImportOutcome.ACCEPTED_WITH_WARNINGS


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<a><b></a>", "IMP-XML-BROKEN"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "IMP-XML-DTD"),
        (b"<a>" * 300 + b"</a>" * 300, "IMP-XML-DEPTH"),
        (b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "IMP-FILE-TYPE"),
        (b'<transcript xmlns="urn:preserve:record:1" moon="1"/>', "RECORD-XML"),
        (b'<?xml version="1.0" encoding="x-moon"?><a/>', "IMP-XML-BROKEN"),
    ],
)
def test_bad_xml_is_refused(
    profile: SchoolProfile, tmp_path: Path, content: bytes, code: str
) -> None:
    """What is broken, hostile, a table or a damaged record is not kept as if it were harmless."""
    assert codes(read_xml(tmp_path, profile, content)) == [code]


def test_sample_has_no_xml() -> None:
    """The sample's README of formats stays true: its exports are tables only."""
    assert not list(SAMPLE.rglob("*.xml"))
