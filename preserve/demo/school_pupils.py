"""Made-up pupils: names put together at random, identifiers that no province has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from random import Random

from preserve.demo.names import (
    EDE_NAME,
    FAMILY_NAMES,
    LONG_NAME,
    NAMESAKE,
    make_name,
    name_order,
)
from preserve.model.school import Pupil, Relative, School

_GROUPS = ("Kinh",) * 17 + ("Tày", "Nùng", "Mông")
_JOBS = ("Làm nông", "Công nhân", "Buôn bán", "Giáo viên", "Thợ may", "Lái xe", "Nội trợ")
_HAMLETS = 8
_AGE_ABOVE_GRADE = 5
"""A pupil turns 11 in the year in which grade 6 begins."""


class Case(Enum):
    """What is special about a pupil's results."""

    PLAIN = auto()
    REASSESSED = auto()
    """Fails two subjects and is assessed again in the summer."""
    DEPARTED = auto()
    """Leaves for another school in semester 2 of the last year."""
    AMENDED = auto()
    """Has a corrected mark."""


# Places in the order of making, before the class list is sorted by name.
_NAMES = {
    0: ("Nam", EDE_NAME, "Ê-đê"),
    1: ("Nữ", NAMESAKE, "Kinh"),
    2: ("Nữ", NAMESAKE, "Kinh"),
    3: ("Nữ", LONG_NAME, "Kinh"),
}
_FIRST_CLASS_CASES = {4: Case.REASSESSED}
_LAST_CLASS_CASES = {5: Case.DEPARTED, 6: Case.AMENDED}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A pupil together with what the marks are made from."""

    pupil: Pupil
    ability: int
    """Usual mark in tenths."""
    case: Case


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a class stands in the school."""

    serial: int
    """Running number of its first pupil."""
    born_in: int
    first: bool
    """The first class has the pupils with special names."""
    last: bool
    """The last class has the pupil who leaves and the corrected mark."""


def make_class_list(random: Random, school: School, size: int, seat: Seat) -> tuple[Enrolled, ...]:
    """Make the pupils of one class, in the Vietnamese order of their given names."""
    names = _NAMES if seat.first else {}
    cases = (_FIRST_CLASS_CASES if seat.first else {}) | (_LAST_CLASS_CASES if seat.last else {})
    enrolled = [
        Enrolled(
            _make_pupil(random, school, seat.serial + index, seat.born_in, names.get(index)),
            ability=72 + _bell(random, 24),
            case=cases.get(index, Case.PLAIN),
        )
        for index in range(size)
    ]
    return tuple(sorted(enrolled, key=lambda e: (name_order(e.pupil.name), e.pupil.code)))


def birth_year(first_year: int, grade: int) -> int:
    """Return the usual year of birth of a grade."""
    return first_year - grade - _AGE_ABOVE_GRADE


def _make_pupil(
    random: Random,
    school: School,
    serial: int,
    born_in: int,
    special: tuple[str, str, str] | None,
) -> Pupil:
    gender = special[0] if special else random.choice(("Nam", "Nữ"))
    name = special[1] if special else make_name(random, gender)
    group = special[2] if special else random.choice(_GROUPS)
    family = name.split()[0] if name.split()[0] in FAMILY_NAMES else ""
    hamlet = f"Thôn {random.randint(1, _HAMLETS)}"
    return Pupil(
        code=f"992{serial:07d}",
        name=name,
        birth_date=_birth_date(random, born_in, serial),
        gender=gender,
        personal_id=f"999{2 if gender == 'Nam' else 3}{born_in % 100:02d}{serial:06d}",
        ethnic_group=group,
        nationality="Việt Nam",
        birth_place=f"Trạm Y tế {_lower(school.commune)}, {_lower(school.province)}",
        priority_group="Hộ nghèo" if random.randrange(25) == 0 else "",
        address=f"{hamlet}, {_lower(school.place)}",
        father=Relative(make_name(random, "Nam", family), random.choice(_JOBS)),
        mother=Relative(make_name(random, "Nữ"), random.choice(_JOBS)),
        register_number=f"{serial:04d}/{school.level}",
    )


def _birth_date(random: Random, year: int, serial: int) -> date:
    """Draw a day; neighbours in the register, among them the namesakes, never share one."""
    half = 182
    return date(year, 1, 1) + timedelta(days=half * (serial % 2) + random.randrange(half))


def _lower(place: str) -> str:
    """Write ``Xã Giả Định, Tỉnh Ví Dụ`` as it stands inside a sentence."""
    return ", ".join(part[:1].lower() + part[1:] for part in place.split(", "))


def _bell(random: Random, width: int) -> int:
    return sum(random.randint(-width, width) for _ in range(3)) // 3
