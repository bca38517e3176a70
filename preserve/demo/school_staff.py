"""The staff of a made-up school: who leads it, and who teaches what in which class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from preserve.demo.names import make_name
from preserve.model.school import StaffMember, TeachingAssignment

_LEADERS = ("Hiệu trưởng", "Phó Hiệu trưởng", "Văn thư")
# Subject, part of a shared subject, classes that one teacher takes. The first one is taught by
# the homeroom teacher of each class.
_WORKLOADS: tuple[tuple[str, str | None, int], ...] = (
    ("Ngữ văn", None, 1),
    ("Toán", None, 2),
    ("Ngoại ngữ 1", None, 2),
    ("Giáo dục công dân", None, 8),
    ("Lịch sử và Địa lí", "Lịch sử", 4),
    ("Lịch sử và Địa lí", "Địa lí", 4),
    ("Khoa học tự nhiên", None, 2),
    ("Công nghệ", None, 6),
    ("Tin học", None, 8),
    ("Giáo dục thể chất", None, 8),
    ("Nghệ thuật", "Âm nhạc", 8),
    ("Nghệ thuật", "Mĩ thuật", 8),
    ("Hoạt động trải nghiệm, hướng nghiệp", None, 4),
    ("Nội dung giáo dục của địa phương", None, 8),
)


@dataclass(frozen=True, slots=True)
class Post:
    """One teacher, one subject or part of it, and the places of the classes in the year's list."""

    teacher: StaffMember
    subject: str
    part: str | None
    classes: range


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who works at the school; the classes keep their teachers as they move up."""

    principal: StaffMember
    deputy_principal: StaffMember
    clerk: StaffMember
    posts: tuple[Post, ...]

    def homeroom_teacher(self, place: int) -> StaffMember:
        """Return the homeroom teacher of the class at that place."""
        return self.posts[place].teacher

    def assignments(self, place: int) -> tuple[TeachingAssignment, ...]:
        """Return who teaches what in the class at that place."""
        return tuple(
            TeachingAssignment(post.teacher, post.subject, post.part)
            for post in self.posts
            if place in post.classes
        )


def make_staff(random: Random, classes: int) -> Staff:
    """Make staff for so many classes, with codes from ``GV01`` on."""
    principal, deputy, clerk = (
        _member(random, number, position) for number, position in enumerate(_LEADERS, start=1)
    )
    posts = tuple(
        Post(_member(random, number, "Giáo viên"), subject, part, taken)
        for number, (subject, part, taken) in enumerate(_loads(classes), start=len(_LEADERS) + 1)
    )
    return Staff(principal, deputy, clerk, posts)


def _loads(classes: int) -> Iterator[tuple[str, str | None, range]]:
    for subject, part, load in _WORKLOADS:
        for first in range(0, classes, load):
            yield subject, part, range(first, min(first + load, classes))


def _member(random: Random, number: int, position: str) -> StaffMember:
    name = make_name(random, random.choice(("Nam", "Nữ")))
    return StaffMember(f"GV{number:02d}", name, position)
