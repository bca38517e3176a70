"""The sample is read completely: every mark, average, level, decision and movement."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from preserve.formats.facts import decode_submission, encode_submission
from preserve.ingest.assemble import assemble_class, list_classes
from preserve.ingest.crosscheck import cross_check
from preserve.ingest.profile import parse_school_profile
from preserve.ingest.reading import read_submission
from preserve.model.imports import ImportOutcome, SheetKind, Submission
from preserve.model.results import PupilYear
from preserve.policy.files import policy_folders
from preserve.report.records_json import describe_pupil_year

SUBSET = Path(__file__).resolve().parents[2] / "data" / "sample"
WHOLE = "samples/thcs-demo"
HEADER_ROW = 5


class Sample:
    """A sample with everything that was made of it."""

    def __init__(self, folder: Path) -> None:
        """Import a folder and assemble every class."""
        self.folder = folder
        self.profile = parse_school_profile((folder / "school.json").read_bytes())
        read = read_submission([folder], self.profile, policy_folders())
        self.submission: Submission = cross_check(read, (), self.profile)
        self.records: dict[tuple[str, str], PupilYear] = {}
        self.order: dict[tuple[str, str], list[str]] = {}
        for year, name in list_classes(self.profile, [self.submission]):
            pupils = assemble_class(self.profile, [self.submission], year, name).pupils
            self.order[year, name] = [p.pupil.code for p in pupils]
            self.records |= {(year, p.pupil.code): p for p in pupils}
        self.expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    def pupils(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Return (year, class, expected results) of every pupil."""
        return [
            (year, name, pupil)
            for year, classes in self.expected["years"].items()
            for name, group in classes.items()
            for pupil in group["pupils"]
        ]


_made: dict[Path, Sample] = {}


@pytest.fixture(params=["subset", "whole"])
def sample(request: pytest.FixtureRequest, corpora: Any) -> Sample:
    """The copied part of the sample always, the whole one where it lies beside the checkout."""
    folder = SUBSET if request.param == "subset" else corpora.open(WHOLE)
    if folder not in _made:
        _made[folder] = Sample(folder)
        if request.param == "whole":
            corpora.ran(WHOLE, len(_made[folder].pupils()))
    return _made[folder]


def test_sample_is_accepted_without_a_word(sample: Sample) -> None:
    """Nothing is wrong with the sample, so nothing is said about it."""
    said = [(f.original_name, x) for f in sample.submission.files for x in f.findings]
    assert said == []
    assert sample.submission.outcome is ImportOutcome.ACCEPTED
    assert sample.submission.ignored == ("README.md", "expected.json")


def test_every_file_has_its_profile(sample: Sample) -> None:
    """Every table is read by a profile and gives the kind of facts that its name promises."""
    kinds = {
        "danh_sach": SheetKind.ROSTER,
        "so_yeu_li_lich": SheetKind.PARTICULARS,
        "bang_diem": SheetKind.SUBJECT_MARKS,
        "so_diem_tong_ket": SheetKind.SEMESTER_SUMMARY,
        "teachers": SheetKind.TEACHERS,
        "amendments": SheetKind.AMENDMENTS,
        "transfers": SheetKind.MOVEMENTS,
        "transfer_in": SheetKind.TRANSFERRED_RESULTS,
        "school": SheetKind.SCHOOL,
    }
    for file in sample.submission.files:
        name = Path(file.original_name).name
        wanted = {kind for start, kind in kinds.items() if name.startswith(start)}
        if name.startswith("tong_hop"):
            wanted = {SheetKind.SEMESTER_SUMMARY, SheetKind.YEAR_SUMMARY}
        assert file.profile
        assert {sheet.kind for sheet in file.sheets} == wanted, file.original_name


def test_class_lists_keep_their_order(sample: Sample) -> None:
    """Pupils stand in the order of the class list, and nobody is missing."""
    expected: dict[tuple[str, str], list[str]] = {}
    for year, name, pupil in sample.pupils():
        expected.setdefault((year, name), []).append(pupil["code"])
    assert sample.order == expected


def test_identity_is_as_expected(sample: Sample) -> None:
    """Name, birth date, gender, ethnic group, personal id and status are those of the lists."""
    for year, _, pupil in sample.pupils():
        record = sample.records[year, pupil["code"]]
        described = describe_pupil_year(record)["pupil"]
        assert described == {key: pupil[key] for key in described}
        assert record.result.status == pupil["status"]


def test_averages_and_levels_are_as_expected(sample: Sample) -> None:
    """Each subject's two semesters and year are exactly the school's values."""
    checked = 0
    for year, _, pupil in sample.pupils():
        described = describe_pupil_year(sample.records[year, pupil["code"]])
        assert [s["subject"] for s in described["subjects"]] == list(pupil["subjects"])
        for subject in described["subjects"]:
            wanted = pupil["subjects"][subject["subject"]]
            of_marks = wanted["kind"] == "mark"
            key, other = ("average", "level") if of_marks else ("level", "average")
            for period in ("hk1", "hk2", "year"):
                assert subject[period][key] == wanted[period], (pupil["code"], subject["subject"])
                assert subject[period][other] is None
                checked += 1
    assert checked == len(sample.pupils()) * 12 * 3


def test_summaries_are_as_expected(sample: Sample) -> None:
    """Learning, conduct and absences agree; no result is not the same as zero."""
    for year, _, pupil in sample.pupils():
        result = sample.records[year, pupil["code"]].result
        for period, key in (
            (result.semester_1, "hk1"),
            (result.semester_2, "hk2"),
            (result.year, "year"),
        ):
            assert period.learning == pupil["learning"][key]
            assert period.conduct == pupil["conduct"][key]
            absences, wanted = period.absences, pupil["absences"][key]
            if isinstance(wanted, list):
                assert [absences.excused, absences.unexcused, absences.total] == wanted
            else:
                assert absences.total == wanted


def test_decisions_are_as_expected(sample: Sample) -> None:
    """Re-assessment, summer training, promotion and titles agree."""
    for year, _, pupil in sample.pupils():
        result = sample.records[year, pupil["code"]].result
        after = pupil["after_summer"]
        again = {
            s.subject.name: str(s.reassessed_average or s.reassessed_level)
            for s in result.subjects
            if s.reassessed_average is not None or s.reassessed_level is not None
        }
        assert again == after["subjects"]
        assert (result.learning_after, result.conduct_after) == (
            after["learning"],
            after["conduct"],
        )
        outcome = pupil["promotion"]["outcome"]
        assert (result.outcome or None) == outcome
        negative = outcome is not None and outcome.startswith(("Không", "Chưa"))
        assert result.promoted is (None if outcome is None else not negative)
        assert (result.title or None) == pupil["title"]


def test_every_mark_cell_is_found_again(sample: Sample) -> None:
    """Read by another library, each gradebook holds exactly the marks of the records."""
    cells = 0
    for path in sorted(sample.folder.glob("*/hk*/bang_diem_*.xlsx")):
        year, semester = path.parts[-3], int(path.parts[-2][-1])
        for sheet in openpyxl.load_workbook(path).worksheets:
            subject = str(sheet["D3"].value).removeprefix("Môn học: ")
            headers = [cell.value for cell in sheet[HEADER_ROW]]
            for row in sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True):
                told: dict[Any, Any] = dict(zip(headers, row, strict=True))
                record = sample.records[year, told["Mã định danh Bộ GD&ĐT"]].result
                (found,) = (s for s in record.subjects if s.subject.name == subject)
                got = found.semester_1 if semester == 1 else found.semester_2
                regular = [told.get(f"ĐĐGtx{n}") for n in range(1, 6)]
                marks = [*(m for m in regular if m is not None)]
                assert list(got.regular) == [Decimal(repr(m)) for m in marks]
                for value, mark in (
                    (told.get("ĐĐGgk"), got.midterm),
                    (told.get("ĐĐGck"), got.final),
                ):
                    assert mark == (None if value is None else Decimal(repr(value)))
                    marks.append(value)
                level = {"Đạt": "Đ", "Chưa đạt": "CĐ"}.get(str(told.get("Đánh giá")))
                if "Đánh giá" in told:
                    assert got.level == level
                    marks.append(told["Đánh giá"])
                comment = told.get("Nhận xét", told.get("Nội dung nhận xét"))
                assert got.comment == (comment or "")
                cells += len([m for m in marks if m is not None])
    assert cells > 5_000


def test_amendments_reach_their_pupils(sample: Sample) -> None:
    """Each corrected mark stands once, with its dossier, at its pupil, and is in force."""
    lines = (sample.folder / "amendments.csv").read_text(encoding="utf-8").splitlines()[1:]
    found = [(p, a) for p in sample.records.values() for a in p.result.amendments]
    assert sorted(a.number for _, a in found) == sorted(line.split(",")[0] for line in lines)
    for pupil, amendment in found:
        (subject,) = (s for s in pupil.result.subjects if s.subject.name == amendment.subject)
        result = subject.semester_1 if amendment.semester == 1 else subject.semester_2
        current = {
            "ĐĐGgk": result.midterm,
            "ĐĐGck": result.final,
            "Đánh giá": result.level,
            **{f"ĐĐGtx{n}": m for n, m in enumerate(result.regular, start=1)},
        }[amendment.column]
        assert str(current) == amendment.new_value
        assert amendment.old_value != amendment.new_value
        assert amendment.decision_date is not None
        assert amendment.entered_on is not None
        assert amendment.requested_by.startswith("GV")


def test_movements_reach_their_pupils(sample: Sample) -> None:
    """Whoever came or left has the movement, and nobody else has one."""
    lines = (sample.folder / "transfers.csv").read_text(encoding="utf-8").splitlines()[1:]
    found = [
        (p.pupil.code, m.direction) for p in sample.records.values() for m in p.result.movements
    ]
    assert Counter(found) == Counter((line.split(",")[1], line.split(",")[0]) for line in lines)


def test_staff_of_each_class_is_named(sample: Sample) -> None:
    """Every class has a homeroom teacher by name, and every subject at least one teacher."""
    for year, name in sample.order:
        group = assemble_class(sample.profile, [sample.submission], year, name).class_group
        assert group.homeroom_teacher is not None
        assert group.homeroom_teacher.name
        assert {a.subject for a in group.assignments} == {s.name for s in group.subjects}
        shared = [a.part for a in group.assignments if a.subject == "Lịch sử và Địa lí"]
        assert shared == ["Lịch sử", "Địa lí"]


def test_facts_survive_a_round_trip(sample: Sample) -> None:
    """What is written to the archive is read back equal, and written again the same."""
    written = encode_submission(sample.submission)
    assert decode_submission(written) == sample.submission
    assert encode_submission(decode_submission(written)) == written


def test_pupil_who_came_has_the_former_schools_semester() -> None:
    """Semester 1 comes from the transfer file: averages, levels, absences, but no marks."""
    sample = Sample(SUBSET)
    result = sample.records["2024-2025", "9910000123"].result
    literature = result.subjects[0]
    assert literature.semester_1.average == Decimal("6.2")
    assert literature.semester_1.regular == ()
    assert result.semester_1.learning == "Chưa đạt"
    assert result.semester_1.absences.total == 3
    assert result.movements[0].other_school == "Trường THCS Trần Văn Thí Dụ"


def test_zero_is_a_mark() -> None:
    """A final mark of 0 is read as 0, not as an empty cell."""
    sample = Sample(SUBSET)
    literature = sample.records["2024-2025", "9910000127"].result.subjects[0]
    assert literature.semester_1.final == Decimal(0)
