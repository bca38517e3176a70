"""Schools of other levels and circulars, from their own export files to signed documents.

A primary school, an upper secondary school with electives, a lower secondary school that passes
from the old circular to the new one, and a centre of continuing education.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from preserve.formats.record_xml import decode_record
from preserve.model.configuration import SchoolConfiguration
from preserve.model.overview import Scope
from preserve.model.records import Transcript
from preserve.verify.embedded import read_claims
from preserve.workflow.archive import held_submissions, open_archive, school_profile
from preserve.workflow.configure import configure
from preserve.workflow.demo_people import appoint_all, make_authority
from preserve.workflow.occasion import Occasion
from preserve.workflow.scope import class_years
from tests.e2e import exports_centre, exports_old, exports_primary, exports_upper
from tests.e2e.stage import Ran, key_of, run, steps, succeed
from tests.unit.render.reading import failures, squeezed

ROLES = ("homeroom_teacher", "principal", "school_seal")
FALSE_ALARM = "PDFA3A-SIGNATURE-BYTERANGE-001"
"""What the judge says of the first of two signatures; our verifier checks byte ranges."""
Planted = tuple[str, str, str, str]
"""Pupil, code, part of the citation, what the rule gives."""


@dataclass(frozen=True, slots=True)
class Level:
    """A made-up school and what is true of it."""

    name: str
    write: Callable[[Path], None]
    plant: Callable[[Path], None]
    year: str
    pupils: int
    documents: int
    """Of ``year``."""
    planted: frozenset[Planted]


LEVELS = {
    level.name: level
    for level in (
        Level(
            "primary",
            exports_primary.write_primary,
            exports_primary.write_planted,
            exports_primary.YEAR,
            10,
            18,
            frozenset(
                {
                    ("9930000102", "CHK-OUTCOME", "27/2020/TT-BGDĐT, Điều 9", "Hoàn thành tốt"),
                    ("9930000103", "CHK-TITLE", "27/2020/TT-BGDĐT, Điều 13", ""),
                    ("9930000105", "CHK-COMPLETION", "Điều 11", "Chưa được lên lớp"),
                }
            ),
        ),
        Level(
            "upper",
            exports_upper.write_upper,
            exports_upper.write_planted,
            exports_upper.YEAR,
            10,
            12,
            frozenset(
                {
                    ("9940000101", "CHK-YEAR-AVERAGE", "22/2021/TT-BGDĐT, Điều 9 khoản 1", "9.5"),
                    ("9940000103", "CHK-LEARNING", "Điều 9 khoản 2", "Khá"),
                    ("9940000105", "CHK-PROMOTION", "Điều 12", "Hoàn thành chương trình THPT"),
                }
            ),
        ),
        Level(
            "old",
            exports_old.write_old,
            exports_old.write_planted,
            exports_old.FIRST,
            19,
            12,
            frozenset(
                {
                    ("9960000001", "CHK-MEAN", "58/2011/TT-BGDĐT, Điều 11", "9.5"),
                    ("9960000003", "CHK-LEARNING", "Điều 13", "Khá"),
                    ("9960000004", "CHK-PROMOTION", "Điều 15", "Hoàn thành chương trình THCS"),
                }
            ),
        ),
        Level(
            "centre",
            exports_centre.write_centre,
            exports_centre.write_planted,
            exports_centre.YEAR,
            10,
            12,
            frozenset(
                {
                    ("9950000001", "CHK-YEAR-AVERAGE", "43/2021/TT-BGDĐT", "9.5"),
                    ("9950000003", "CHK-LEARNING", "43/2021/TT-BGDĐT", "Khá"),
                    ("9950000005", "CHK-PROMOTION", "43/2021/TT-BGDĐT", "Được lên lớp"),
                }
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Held:
    """An archive that took the exports in; acts may be added, nothing else changed."""

    level: Level
    archive: Path
    imported: Ran

    def document(self, record: str, year: str | None = None) -> Path:
        """Return the newest file of a document."""
        folder = self.archive / "years" / (year or self.level.year) / "documents" / record
        return steps(folder)[-1]

    def words(self, record: str, year: str | None = None) -> str:
        """Return the text of a document without white space."""
        return _text(self.document(record, year))


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that the archives of a session lie in."""
    return tmp_path_factory.getbasetemp() / "levels"


@pytest.fixture(params=LEVELS)
def held(request: pytest.FixtureRequest, base: Path) -> Held:
    """Give the archive of each school, its documents made."""
    return take_in(request.param, base)


@cache
def take_in(name: str, base: Path) -> Held:
    """Lay out a school's archive, import its exports, appoint its staff and make its documents."""
    level = LEVELS[name]
    folder = base / name
    level.write(folder / "exports")
    archive = folder / "archive"
    succeed("init", archive, "--school", folder / "exports" / "school.json")
    imported = run("import", folder / "exports", "--format", "json", archive=archive)
    assert imported.code == 0, imported.out + imported.err
    _appoint(archive, folder / "authority")
    succeed("render", "--year", level.year, archive=archive)
    return Held(level, archive, imported)


def _appoint(archive: Path, folder: Path) -> None:
    """Give everybody a demo certificate, with revocation lists younger than any signature."""
    now = datetime.now(UTC).replace(microsecond=0)
    opened = open_archive(archive)
    profile = school_profile(held_submissions(opened))
    classes = tuple(class_years(opened, Scope()))
    authority = make_authority(folder, profile, classes, now)
    authority.publish_crls(now + timedelta(hours=1))
    authority.write_trust(archive / "trust")
    configuration = SchoolConfiguration(
        school=profile.school,
        appointments=appoint_all(profile, classes, authority),
        timestamp_url="demo:",
        demo_authority="../authority",
    )
    configure(opened, configuration, Occasion(now, "test"))


def _text(pdf: Path) -> str:
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", str(pdf), "-"], check=True, capture_output=True, text=True
    )
    return squeezed(done.stdout)


def _sign(archive: Path, year: str, class_name: str, *scope: str) -> None:
    for role in ROLES:
        key = key_of(archive, role, class_name if role == ROLES[0] else None)
        where = ("--year", year, "--class", class_name, *scope)
        succeed("sign", *where, "--role", role, "--key", key, archive=archive)


def _verify(file: Path, archive: Path) -> Ran:
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    return run("verify", file, "--at", at, "--format", "json", archive=archive)


def test_exports_are_taken_in_without_a_word(held: Held) -> None:
    """Every file is read, nothing in it is doubtful, and nobody is lost."""
    assert held.imported.json["outcome"] == "accepted"
    assert [file for file in held.imported.json["files"] if file["findings"]] == []
    records = succeed("records", "--format", "json", archive=held.archive).json
    assert len(records) == held.level.pupils


def test_right_results_differ_from_no_rule(held: Held) -> None:
    """The averages, levels, titles and decisions of the exports follow from the circular."""
    assert succeed("check", "--format", "json", archive=held.archive).json == []


def test_planted_faults_are_found_with_their_article(held: Held, tmp_path: Path) -> None:
    """Three wrong results of a later file are named in both languages with article and remedy."""
    held.level.plant(tmp_path / "later")
    archive = Path(shutil.copytree(held.archive, tmp_path / "archive"))
    succeed("import", tmp_path / "later", archive=archive)
    spoken = {
        lang: run("check", "--format", "json", archive=archive, lang=lang).json
        for lang in ("vi", "en")
    }
    found = {(f["pupil"], f["code"]): f for f in spoken["en"]}
    for pupil, code, article, computed in held.level.planted:
        finding = found[pupil, code]
        assert article in finding["requirement"]
        assert (finding["computed"] or "") == computed
    expected = {pupil for pupil, *_ in held.level.planted}
    assert {finding["pupil"] for finding in spoken["vi"]} == expected
    assert [_facts(f) for f in spoken["vi"]] == [_facts(f) for f in spoken["en"]]
    for one, other in zip(spoken["vi"], spoken["en"], strict=True):
        assert one["message"] != other["message"]
        assert "Hãy" in one["message"]


def _facts(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in finding.items() if key != "message"}


def test_every_document_is_conformant(held: Held) -> None:
    """PDF/A-3a and PDF/UA-1, as an outside judge sees it."""
    made = sorted((held.archive / "years" / held.level.year / "documents").glob("*/00_*.pdf"))
    assert len(made) == held.level.documents
    assert [(pdf.parent.name, failures(pdf.read_bytes())) for pdf in made] == [
        (pdf.parent.name, []) for pdf in made
    ]


def test_state_periods_and_drafts_are_told(held: Held, tmp_path: Path) -> None:
    """Status counts the documents, retention names every kind, a draft is conformant too."""
    scope = ("--year", held.level.year)
    states = succeed("status", *scope, "--format", "json", archive=held.archive).json
    assert sum(state["documents"] for state in states) == held.level.documents
    told = run("retention", *scope, archive=held.archive, lang="vi")
    assert told.code == 0
    assert "UI-RECORD" not in told.out
    pupil = min(code for code, *_ in held.level.planted)
    order = ("print", tmp_path / "out", *scope, "--pupil", pupil, "--draft")
    succeed(*order, archive=held.archive)
    (draft,) = (tmp_path / "out").iterdir()
    assert failures(draft.read_bytes()) == []


def _says(text: str, *wanted: str) -> list[str]:
    """Return what a text does not say."""
    return [word for word in wanted if squeezed(word) not in text]


@pytest.mark.judge("poppler")
def test_primary_pages_speak_of_primary_school(base: Path) -> None:
    """Levels stand in words beside their letters; height, quality and outcome are there."""
    held = take_in("primary", base)
    text = held.words("hoc-ba.4B.9930000105")
    wanted = ("HỌC BẠ TIỂU HỌC", "Chưa hoàn thành (C)", "Chiều cao: 127 cm", "Khoa học")
    assert _says(text, *wanted, "Yêu nước", "Chưa được lên lớp", "Số đăng bộ: 105/TH") == []
    summary = held.words("bang-tong-hop.2A.end-2")
    assert _says(summary, "BẢNG TỔNG HỢP", "Học sinh Xuất sắc", "Hoàn thành xuất sắc") == []


def test_primary_class_is_signed_and_verifies(base: Path) -> None:
    """Homeroom teacher, principal and seal sign transcripts and summaries of a class."""
    held = take_in("primary", base)
    _sign(held.archive, held.level.year, "4B")
    for record in ("hoc-ba.4B.9930000101", "bang-tong-hop.4B.end-2"):
        signed = held.document(record)
        ran = _verify(signed, held.archive)
        assert ran.code == 0, ran.out
        valid = [f for f in ran.json["findings"] if f["check"] == "SIG-VALID"]
        assert len(valid) == len(ROLES)
        assert {rule for _, rule, _ in failures(signed.read_bytes())} <= {FALSE_ALARM}


@pytest.mark.judge("poppler")
def test_newcomer_of_the_final_grade_has_all_years(base: Path) -> None:
    """Two years at another school, the year here, the decision on completion, the elective."""
    held = take_in("upper", base)
    record = f"hoc-ba.12A.{exports_upper.NEWCOMER.code}"
    claims = read_claims(held.document(record).read_bytes())
    transcript = decode_record(claims.record_xml)
    assert isinstance(transcript, Transcript)
    here, there = held.level.year, exports_upper.OTHER_SCHOOL
    years = [(year.school_year, year.school_name) for year in transcript.years]
    assert years == [
        ("2022-2023", there),
        ("2023-2024", there),
        (here, exports_upper.PLACE.name),
    ]
    text = held.words(record)
    wanted = ("HỌC BẠ TRUNG HỌC PHỔ THÔNG", "Hoàn thành chương trình THPT", "120/QĐ-THPTBĐ")
    assert _says(text, *wanted, "Giáo dục kinh tế và pháp luật", "17/GT-CT", there) == []
    assert _says(held.words("hoc-ba.12A.9940000101"), "Chứng chỉ nghề Đặt Tên") == []


def test_elective_that_is_not_taken_has_no_teacher(base: Path) -> None:
    """Who took economics did not take biology: nobody is named beside its empty row."""
    held = take_in("upper", base)
    taught = {}
    for code in ("9940000101", "9940000104"):
        claims = read_claims(held.document(f"hoc-ba.12A.{code}").read_bytes())
        transcript = decode_record(claims.record_xml)
        assert isinstance(transcript, Transcript)
        results = {s.subject.name: s for s in transcript.years[-1].subjects}
        taught[code] = [bool(results[name].teachers) for name in exports_upper.ELECTIVES]
    assert taught == {"9940000101": [True, False], "9940000104": [False, True]}


@pytest.mark.judge("poppler")
def test_centre_has_words_of_its_own(base: Path) -> None:
    """Học viên, giám đốc, trung tâm; neither a headmaster nor a school pupil is spoken of."""
    held = take_in("centre", base)
    for record in ("hoc-ba.12GDTX.9950000101", "so-theo-doi.12GDTX"):
        text = held.words(record)
        assert _says(text, "TRUNG TÂM GDNN-GDTX BỊA ĐẶT", "học viên", "giám đốc") == []
        assert "hiệutrưởng" not in text.lower()
        assert "họcsinh" not in text.lower()
    assert _says(held.words("hoc-ba.12GDTX.9950000101"), "Học viên Xuất sắc") == []


@pytest.mark.judge("poppler")
def test_repeater_changes_to_the_new_form(base: Path) -> None:
    """The year under the old circular keeps its pages and words beside the new year's."""
    held = take_in("old", base)
    code, second = exports_old.REPEATER.code, exports_old.SECOND
    old, new = f"hoc-ba.8B.{code}", f"hoc-ba.8A.{code}"
    _sign(held.archive, held.level.year, "8B", "--pupil", code)
    succeed("render", "--year", second, "--pupil", code, archive=held.archive)
    assert failures(held.document(new, second).read_bytes()) == []
    assert _says(held.words(old), "58/2011/TT-BGDĐT", "Học lực", "Không được lên lớp") == []
    text = held.words(new, second)
    assert _says(text, "22/2021/TT-BGDĐT", "ĐTB các môn", "Yếu", "Khoa học tự nhiên") == []
    claims = read_claims(held.document(new, second).read_bytes())
    transcript = decode_record(claims.record_xml)
    assert isinstance(transcript, Transcript)
    assert transcript.predecessor is not None
    assert transcript.predecessor.record_id == old
    assert [year.regulation for year in transcript.years] == [exports_old.TT58, "TT22-2021"]
