"""The documents of the gallery: one of every kind, drawn from made-up records."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from preserve.demo.authority import SEAL_CODE, DemoPerson, create_authority
from preserve.model.records import AssessmentSummary, Predecessor, SummaryPeriod, Transcript
from preserve.model.roles import SignerRole
from preserve.model.school import SchoolLevel
from preserve.policy.files import policy_folders
from preserve.policy.forms import Form, load_form
from preserve.render.amendment_minutes import render_amendment_minutes
from preserve.render.booklet import bind_booklet
from preserve.render.covering_note import render_covering_note
from preserve.render.facts import DocumentFacts
from preserve.render.grade_book import render_grade_book
from preserve.render.paper import Draft, Edition, PaperEdition, RegularPrint
from preserve.render.primary_summary import render_assessment_summary
from preserve.render.primary_transcript import render_primary_transcript
from preserve.render.sealing_minutes import render_sealing_minutes
from preserve.render.transcript import render_transcript
from preserve.render.transfer_summary import render_transfer_summary
from preserve.sign.appearance import Appearance, person_lines, seal_lines
from preserve.sign.engine import SignatureRequest, sign_pdf
from tests.unit.render import minutes, people, primary_people
from tests.unit.render.test_transcript_forms import centre_transcript
from tools.gallery_records import (
    CAME,
    DAY,
    YEARS,
    closing_signatories,
    final_year,
    grade_book,
    lower_secondary_years,
    old_year_of,
    primary_transcript,
    primary_year,
    running_year,
    school,
    year_of,
)

_LOWER = "TT22-2021-THCS"
_UPPER = "TT22-2021-THPT"
_OLD = "TT58-2011-THCS"
_OLD_RULES = "TT58-2011+TT26-2020"
_CENTRE = "TT43-2021-THCS"
_SIGNED_AT = datetime(2025, 5, 31, 8, 15, 30, tzinfo=UTC)
_LOWER_SUBJECTS = tuple(name for name, _ in (*people.MARKED, *people.COMMENTED))
_UPPER_SUBJECTS = (
    "Ngữ văn",
    "Toán",
    "Ngoại ngữ 1",
    "Lịch sử",
    "Địa lí",
    "Giáo dục kinh tế và pháp luật",
    "Vật lí",
    "Tin học",
    "Giáo dục quốc phòng và an ninh",
    "Giáo dục thể chất",
    "Hoạt động trải nghiệm, hướng nghiệp",
    "Nội dung giáo dục của địa phương",
)
_OLD_SUBJECTS = (
    "Toán",
    "Vật lí",
    "Hóa học",
    "Sinh học",
    "Tin học",
    "Ngữ văn",
    "Lịch sử",
    "Địa lí",
    "Ngoại ngữ",
    "Giáo dục công dân",
    "Công nghệ",
    "Thể dục",
    "Âm nhạc",
    "Mĩ thuật",
)
_CONVERSION = PaperEdition(
    converted_at=_SIGNED_AT + timedelta(days=16),
    converter="Văn Thư Ví Dụ, văn thư",
    system="Kho lưu trữ học bạ số",
    reference="9f86d081884c7d65",
)


def _form(name: str) -> Form:
    return load_form(name, policy_folders())


@cache
def lower_secondary() -> Transcript:
    """Return the transcript of four years that follows the signed one of three."""
    pupil, years = lower_secondary_years()
    made = school()
    third = replace(years[2], movements=(CAME,))
    return replace(
        people.transcript(1),
        document_number="0045/HB-THCSVD",
        document_date=DAY,
        school=made.school,
        pupil=pupil,
        years=(*years[:2], third, years[3]),
        signatories=closing_signatories(made, made.classes[-1].group),
    )


def _growing() -> bytes:
    record = lower_secondary()
    before = render_transcript(replace(record, years=record.years[:3]), _form(_LOWER))
    code = record.pupil.code
    named = Predecessor(
        record_id=f"hocba-8A-{code}",
        school_year=YEARS[2],
        sha512=hashlib.sha512(before).hexdigest(),
        file_name=f"hocba-8A-{code}_{YEARS[2]}.pdf",
    )
    return render_transcript(replace(record, predecessor=named), _form(_LOWER), predecessor=before)


def _edition(edition: Edition) -> bytes:
    record = lower_secondary()
    return render_transcript(
        replace(record, years=record.years[2:]), _form(_LOWER), edition=edition
    )


def _booklet() -> bytes:
    facts = DocumentFacts("Học bạ lớp 9A, năm học 2024-2025", school().school.name, DAY)
    return bind_booklet([_edition(_CONVERSION), _edition(Draft())], facts)


def _upper() -> bytes:
    year = year_of(_UPPER_SUBJECTS, 2024, 12, 4)
    final = replace(
        final_year(year),
        class_name="12A",
        school_name="Trường THPT Ví Dụ",
        outcome="Hoàn thành chương trình THPT",
        completion=None,
        contests=("Giải Nhì môn Ngữ văn cấp tỉnh",),
    )
    record = replace(
        people.transcript(1, name=people.NAMES[1]),
        form=_UPPER,
        document_number="0112/HB-THPTVD",
        school=replace(
            people.SCHOOL,
            name="Trường THPT Ví Dụ",
            level=SchoolLevel.UPPER_SECONDARY,
            authority="Sở GD&ĐT tỉnh Ví Dụ",
        ),
        years=(final,),
    )
    return render_transcript(_signed_by("Trường THPT Ví Dụ", record), _form(_UPPER))


def _signed_by(name: str, record: Transcript) -> Transcript:
    signing = tuple(
        replace(one, person_name=name) if one.role is SignerRole.SCHOOL_SEAL else one
        for one in record.signatories
    )
    return replace(record, signatories=signing)


def _old() -> bytes:
    record = people.transcript(1, name=people.NAMES[2])
    years = (old_year_of(_OLD_SUBJECTS, 2021, 8, 3), old_year_of(_OLD_SUBJECTS, 2022, 9, 4))
    record = replace(
        record,
        form=_OLD,
        document_date=date(2023, 5, 31),
        years=(years[0], final_year(years[1])),
        signatories=people.transcript_signatories("2022-2023"),
    )
    return render_transcript(record, _form(_OLD))


def _old_book() -> bytes:
    years = [old_year_of(_OLD_SUBJECTS, 2022, 9, 10 + place) for place in range(24)]
    book = people.grade_book(len(years))
    group = replace(
        book.class_group,
        school_year="2022-2023",
        name="9A",
        grade=9,
        regulation=_OLD_RULES,
        subjects=tuple(result.subject for result in years[0].subjects),
        assignments=(),
    )
    pupils = tuple(
        replace(member, result=replace(year, number=place))
        for place, (member, year) in enumerate(zip(book.pupils, years, strict=True), 1)
    )
    record = replace(
        book,
        form=_OLD,
        document_number="09A/SGTGĐ-THCSVD",
        document_date=date(2023, 5, 31),
        year=replace(
            book.year,
            name="2022-2023",
            first_day=date(2022, 9, 5),
            semester_2_from=date(2023, 1, 16),
            last_day=date(2023, 5, 31),
        ),
        class_group=group,
        pupils=pupils,
        signatories=people.transcript_signatories("2022-2023"),
    )
    return render_grade_book(record, _form(_OLD))


def _centre() -> bytes:
    record = centre_transcript()
    names = [result.subject.name for result in record.years[0].subjects]
    marks = year_of(names, 2024, 9, 6)
    kept = record.years[0]
    year = replace(
        final_year(marks),
        school_name=kept.school_name,
        principal=kept.principal,
        certificates=(),
        contests=(),
        note="",
        outcome="Hoàn thành chương trình GDTX cấp THCS",
        title="Học viên Giỏi",
        commendations=kept.commendations,
    )
    return render_transcript(
        _signed_by(record.school.name, replace(record, years=(year,))), _form(_CENTRE)
    )


def _mixed() -> bytes:
    """Return the transcript of a pupil who began the level under the rules before."""
    old = old_year_of(_OLD_SUBJECTS, 2021, 6, 8)
    new = year_of(_LOWER_SUBJECTS, 2022, 7, 9)
    record = replace(
        people.transcript(1, name=people.NAMES[3]),
        document_date=date(2023, 5, 31),
        years=(old, new),
        signatories=people.transcript_signatories("2022-2023"),
    )
    return render_transcript(record, _form(_LOWER), forms={_OLD_RULES: _form(_OLD)})


def _summary(period: SummaryPeriod, grade: int) -> bytes:
    record: AssessmentSummary = primary_people.assessment_summary(period, grade, pupils=30)
    pupils = tuple(
        replace(member, result=primary_year(member.result, seed))
        for seed, member in enumerate(record.pupils)
    )
    return render_assessment_summary(replace(record, pupils=pupils), _form(primary_people.FORM))


def _transfer() -> bytes:
    finished = (year_of(_LOWER_SUBJECTS, 2022, 6, 21), year_of(_LOWER_SUBJECTS, 2023, 7, 22))
    running = running_year(_LOWER_SUBJECTS, 2024, 8, 23)
    record = replace(minutes.transfer_summary(), years=(*finished, running))
    form = _form("bang-tong-hop-chuyen-truong")
    return render_transfer_summary(record, form)


def _primary_transfer() -> bytes:
    form = _form("bang-tong-hop-chuyen-truong")
    return render_transfer_summary(minutes.primary_transfer_summary(), form)


def _signed() -> bytes:
    """Return a transcript that homeroom teacher, principal and school have signed."""
    record = lower_secondary()
    data = render_transcript(replace(record, years=record.years[3:]), _form(_LOWER))
    staff = [
        DemoPerson(one.person_code, one.person_name, one.title)
        for one in record.signatories
        if one.person_code
    ]
    with TemporaryDirectory() as folder:
        name = record.school.name
        authority = create_authority(Path(folder), staff, name, "0000000000", _SIGNED_AT)
        for minute, one in enumerate(record.signatories):
            at = _SIGNED_AT + timedelta(minutes=7 * minute)
            seal = one.role is SignerRole.SCHOOL_SEAL
            lines = seal_lines(name, at) if seal else person_lines(one.person_name, one.title, at)
            look = Appearance(lines, "seal" if seal else "person")
            key = authority.open_demo_key(one.person_code or SEAL_CODE)
            request = SignatureRequest(
                one.field_name, look, at, "sha256", locks=seal, certifies=False
            )
            data = sign_pdf(data, request, key, None)
    return data


DOCUMENTS: Mapping[str, Callable[[], bytes]] = {
    "thcs": _growing,
    "signed": _signed,
    "thpt": _upper,
    "tt58": _old,
    "tt43": _centre,
    "mixed": _mixed,
    "primary": lambda: render_primary_transcript(primary_transcript(5), _form(primary_people.FORM)),
    "conversion": lambda: _edition(_CONVERSION),
    "regular": lambda: _edition(RegularPrint(date(2025, 6, 2), "07")),
    "draft": lambda: _edition(Draft()),
    "booklet": _booklet,
    "book": lambda: render_grade_book(grade_book(), _form(_LOWER)),
    "book58": _old_book,
    "summary-1": lambda: _summary(SummaryPeriod.END_1, 1),
    "summary-3": lambda: _summary(SummaryPeriod.MID_1, 3),
    "summary-4": lambda: _summary(SummaryPeriod.END_2, 4),
    "transfer": _transfer,
    "transfer-primary": _primary_transfer,
    "amendment": lambda: render_amendment_minutes(
        minutes.amendment_minutes(), _form("bien-ban-sua-diem")
    ),
    "sealing": lambda: render_sealing_minutes(
        minutes.sealing_minutes(), _form("bien-ban-niem-phong")
    ),
    "note": lambda: render_covering_note(minutes.covering_note(), _form("thu-gui-kem")),
}
"""Document by the name that the pictures give it."""
