"""A made-up school: deterministic, visibly fictitious, consistent with the assessment rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random

from preserve.demo.school_amendments import MadeUpAmendment, amend_mark
from preserve.demo.school_pupils import Case, Enrolled, Seat, birth_year, make_class_list
from preserve.demo.school_results import ClassPlan, make_pupil_year
from preserve.demo.school_staff import Staff, make_staff
from preserve.errors import InputError
from preserve.model.results import PupilYear
from preserve.model.school import (
    AssessmentKind,
    ClassGroup,
    School,
    SchoolLevel,
    SchoolYear,
    Subject,
)
from preserve.policy.assessment import AssessmentPolicy, load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.rules.assessment import regular_marks_due

REGULATION = "TT22-2021"
MOST_CLASSES = 260
MOST_PUPILS = 60
_FIRST_GRADE, _LAST_GRADE = 6, 9
_FIRST_COHORT = 2021
"""Grade 6 of 2021-2022 was the first under TT 22/2021/TT-BGDĐT."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SCHOOL = School(
    code="00000002",
    name="Trường THCS Ví Dụ",
    level=SchoolLevel.LOWER_SECONDARY,
    authority="Phòng GD&ĐT huyện Minh Họa",
    commune="Xã Giả Định",
    district="Huyện Minh Họa",
    province="Tỉnh Ví Dụ",
    address="Thôn 1, xã Giả Định, huyện Minh Họa, tỉnh Ví Dụ",
    tax_code="0000000002",
    abbreviation="THCSVD",
    people_committee="UBND huyện Minh Họa",
)

# Name, code, name of the mark sheet, column of the VnEdu summary.
_NAMES = (
    ("Ngữ văn", "ngu-van", "Ngữ văn", "Văn"),
    ("Toán", "toan", "Toán", "Toán"),
    ("Ngoại ngữ 1", "ngoai-ngu-1", "Ngoại ngữ 1", "Ng.ngữ"),
    ("Giáo dục công dân", "giao-duc-cong-dan", "GDCD", "GDCD"),
    ("Lịch sử và Địa lí", "lich-su-va-dia-li", "Lịch sử và Địa lí", "LS&ĐL"),
    ("Khoa học tự nhiên", "khoa-hoc-tu-nhien", "KHTN", "KHTN"),
    ("Công nghệ", "cong-nghe", "Công nghệ", "C.Nghệ"),
    ("Tin học", "tin-hoc", "Tin học", "Tin"),
    ("Giáo dục thể chất", "giao-duc-the-chat", "GDTC", "GDTC"),
    ("Nghệ thuật", "nghe-thuat", "Nghệ thuật", "Nghệ thuật"),
    (
        "Hoạt động trải nghiệm, hướng nghiệp",
        "hoat-dong-trai-nghiem-huong-nghiep",
        "HĐTN, HN",
        "HĐTN&HN",
    ),
    (
        "Nội dung giáo dục của địa phương",
        "noi-dung-giao-duc-cua-dia-phuong",
        "GDĐP",
        "NDGDCĐP",
    ),
)
_OLDER_GRADES = (8, 9)


def _periods(younger: int, older: int | None = None) -> dict[int, int]:
    return {
        grade: younger if older is None or grade not in _OLDER_GRADES else older
        for grade in range(_FIRST_GRADE, _LAST_GRADE + 1)
    }


# Periods (tiết) a year of the marked subjects; the others are assessed by comments only.
_PERIODS = {
    "Ngữ văn": _periods(140),
    "Toán": _periods(140),
    "Ngoại ngữ 1": _periods(105),
    "Giáo dục công dân": _periods(35),
    "Lịch sử và Địa lí": _periods(105),
    "Khoa học tự nhiên": _periods(140),
    "Công nghệ": _periods(35, 52),
    "Tin học": _periods(35),
}


@dataclass(frozen=True, slots=True)
class MadeUpClass:
    """One class in one year with the results of its pupils, in the order of the class list."""

    group: ClassGroup
    pupils: tuple[PupilYear, ...]


@dataclass(frozen=True, slots=True)
class MadeUpSchool:
    """A whole school that does not exist."""

    school: School
    province_code: str
    foreign_language_1: str
    years: tuple[SchoolYear, ...]
    """Oldest first."""
    subjects: tuple[Subject, ...]
    """``aliases`` starts with the name of the mark sheet and ends with the VnEdu column."""
    staff: Staff
    classes: tuple[MadeUpClass, ...]
    """By year, then by name."""
    amendments: tuple[MadeUpAmendment, ...]

    def classes_of(self, school_year: str) -> tuple[MadeUpClass, ...]:
        """Return the classes of one year."""
        return tuple(c for c in self.classes if c.group.school_year == school_year)


def make_school(*, classes: int, pupils: int, seed: int, years: Sequence[str]) -> MadeUpSchool:
    """Make a lower secondary school; the same arguments always give the same school.

    One year gives classes 6A, 6B, …; several years give classes that move up together and end
    in grade 9. Among the pupils are one with Ê-đê letters, two namesakes, one with a long name,
    one who is assessed again in the summer, one who leaves, and one with a corrected mark,
    so far as the classes are large enough.

    Args:
        classes: number of classes in each year.
        pupils: pupils of each class.
        seed: chooses the school.
        years: one to four consecutive school years such as ``2024-2025``.

    Raises:
        InputError: more or fewer than can be made.
        PolicyError: the assessment policy cannot be read.
    """
    _check_size(classes, pupils)
    starts = _parse_years(years)
    policy = load_assessment_policy(REGULATION, policy_folders())
    random = Random(seed)
    staff = make_staff(random, classes)
    grades = _grades(starts)
    subjects = _subjects(grades, policy)
    born_in = birth_year(starts[0], grades[0])
    cohorts = [
        make_class_list(random, _SCHOOL, pupils, _seat(place, classes, pupils, born_in))
        for place in range(classes)
    ]
    made = [
        _make_class(random, plan, cohorts[place], staff)
        for place, plan in _plans(starts, subjects, staff, classes, policy=policy)
    ]
    return MadeUpSchool(
        school=_SCHOOL,
        province_code="00",
        foreign_language_1="Tiếng Anh",
        years=tuple(_school_year(start) for start in starts),
        subjects=subjects,
        staff=staff,
        classes=tuple(group for group, _ in made),
        amendments=tuple(dossier for _, dossiers in made for dossier in dossiers),
    )


def _check_size(classes: int, pupils: int) -> None:
    if not (1 <= classes <= MOST_CLASSES and 1 <= pupils <= MOST_PUPILS):
        raise InputError(
            "DEMO-SIZE",
            classes=classes,
            pupils=pupils,
            most_classes=MOST_CLASSES,
            most_pupils=MOST_PUPILS,
        )


def _parse_years(years: Sequence[str]) -> tuple[int, ...]:
    """Return the first calendar year of each school year."""
    found = [re.fullmatch(r"([0-9]{4})-([0-9]{4})", year) for year in years]
    starts = tuple(int(match[1]) for match in found if match)
    ends = tuple(int(match[2]) for match in found if match)
    right = (
        1 <= len(starts) == len(years) <= _LAST_GRADE + 1 - _FIRST_GRADE
        and all(end == start + 1 for start, end in zip(starts, ends, strict=True))
        and all(after == before + 1 for before, after in pairwise(starts))
        and starts[0] - (_grades(starts)[0] - _FIRST_GRADE) >= _FIRST_COHORT
    )
    if not right:
        raise InputError("DEMO-YEARS", years=", ".join(years))
    return starts


def _grades(starts: Sequence[int]) -> range:
    first = _FIRST_GRADE if len(starts) == 1 else _LAST_GRADE + 1 - len(starts)
    return range(first, first + len(starts))


def _subjects(grades: range, policy: AssessmentPolicy) -> tuple[Subject, ...]:
    return tuple(
        Subject(
            name=name,
            code=code,
            kind=AssessmentKind.MARKS if name in _PERIODS else AssessmentKind.COMMENTS,
            aliases=tuple(dict.fromkeys((sheet, column))),
            regular_marks=tuple(
                (grade, regular_marks_due(_PERIODS[name][grade], policy))
                for grade in grades
                if name in _PERIODS
            ),
        )
        for name, code, sheet, column in _NAMES
    )


def _school_year(start: int) -> SchoolYear:
    return SchoolYear(
        name=f"{start}-{start + 1}",
        first_day=date(start, 9, 5),
        semester_2_from=date(start + 1, 1, 15),
        last_day=date(start + 1, 5, 31),
    )


def _seat(place: int, classes: int, pupils: int, born_in: int) -> Seat:
    return Seat(
        serial=1 + place * pupils, born_in=born_in, first=place == 0, last=place == classes - 1
    )


def _plans(
    starts: Sequence[int],
    subjects: tuple[Subject, ...],
    staff: Staff,
    classes: int,
    *,
    policy: AssessmentPolicy,
) -> Iterator[tuple[int, ClassPlan]]:
    """Yield the place of each class in its year, and what its results are made from."""
    for start, grade in zip(starts, _grades(starts), strict=True):
        year = _school_year(start)
        for place in range(classes):
            group = ClassGroup(
                school_year=year.name,
                name=f"{grade}{_label(place)}",
                grade=grade,
                regulation=REGULATION,
                subjects=subjects,
                homeroom_teacher=staff.homeroom_teacher(place),
                assignments=staff.assignments(place),
            )
            yield (
                place,
                ClassPlan(
                    school=_SCHOOL,
                    year=year,
                    group=group,
                    principal=staff.principal.name,
                    first=start == starts[0],
                    last=start == starts[-1],
                    policy=policy,
                ),
            )


def _label(place: int) -> str:
    """Return A to Z, then A1 to Z1, and so on."""
    round_, letter = divmod(place, len(_LETTERS))
    return f"{_LETTERS[letter]}{round_ or ''}"


def _make_class(
    random: Random, plan: ClassPlan, cohort: Sequence[Enrolled], staff: Staff
) -> tuple[MadeUpClass, tuple[MadeUpAmendment, ...]]:
    pupils: list[PupilYear] = []
    dossiers: list[MadeUpAmendment] = []
    for number, enrolled in enumerate(cohort, start=1):
        pupil_year = make_pupil_year(random, plan, enrolled, number)
        if plan.last and enrolled.case is Case.AMENDED:
            pupil_year, dossier = amend_mark(pupil_year, plan, staff)
            dossiers.append(dossier)
        pupils.append(pupil_year)
    return MadeUpClass(plan.group, tuple(pupils)), tuple(dossiers)
