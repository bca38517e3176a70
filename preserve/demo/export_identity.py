"""The files in which a made-up school describes itself: school.json and teachers.csv."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from preserve.demo.school import MadeUpClass, MadeUpSchool
from preserve.demo.school_staff import Post
from preserve.model.school import AssessmentKind, SchoolYear, StaffMember, Subject

_TEACHER_COLUMNS = (
    "teacher_code",
    "full_name",
    "position",
    "school_year",
    "subject",
    "part",
    "classes",
    "homeroom_class",
)
_ASSESSMENT = {
    AssessmentKind.MARKS: "marks and comments",
    AssessmentKind.COMMENTS: "comments only",
}


def write_profile(made_up: MadeUpSchool) -> bytes:
    """Return school.json."""
    school, staff = made_up.school, made_up.staff
    table = {
        "fictitious": True,
        "code": school.code,
        "name": school.name,
        "abbreviation": school.abbreviation,
        "level": school.level.value,
        "authority": school.authority,
        "people_committee": school.people_committee,
        "commune": school.commune,
        "district": school.district,
        "province": school.province,
        "province_code": made_up.province_code,
        "address": school.address,
        "tax_code": school.tax_code,
        "foreign_language_1": made_up.foreign_language_1,
        "principal": _describe_member(staff.principal),
        "deputy_principal": _describe_member(staff.deputy_principal),
        "clerk": _describe_member(staff.clerk),
        "school_years": {year.name: _describe_year(made_up, year) for year in made_up.years},
        "subjects": [_describe_subject(subject) for subject in made_up.subjects],
    }
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def teacher_rows(made_up: MadeUpSchool) -> Iterator[tuple[str, ...]]:
    """Yield the rows of teachers.csv, the header first."""
    yield _TEACHER_COLUMNS
    staff = made_up.staff
    for member in (staff.principal, staff.deputy_principal, staff.clerk):
        for year in made_up.years:
            yield member.code, member.name, member.position, year.name, "", "", "", ""
    for post in staff.posts:
        for year in made_up.years:
            yield _teacher_row(made_up, post, year)


def _teacher_row(made_up: MadeUpSchool, post: Post, year: SchoolYear) -> tuple[str, ...]:
    classes = [made_up.classes_of(year.name)[place].group for place in post.classes]
    homeroom = [group.name for group in classes if group.homeroom_teacher == post.teacher]
    return (
        post.teacher.code,
        post.teacher.name,
        post.teacher.position,
        year.name,
        post.subject,
        post.part or "",
        ";".join(group.name for group in classes),
        ";".join(homeroom),
    )


def _describe_member(member: StaffMember) -> dict[str, str]:
    return {"teacher_code": member.code, "name": member.name}


def _describe_year(made_up: MadeUpSchool, year: SchoolYear) -> dict[str, Any]:
    return {
        "first_day": year.first_day.isoformat(),
        "semester_2_from": year.semester_2_from.isoformat(),
        "last_day": year.last_day.isoformat(),
        "classes": [_describe_class(group) for group in made_up.classes_of(year.name)],
    }


def _describe_class(made_up_class: MadeUpClass) -> dict[str, Any]:
    group = made_up_class.group
    teacher = group.homeroom_teacher
    return {
        "name": group.name,
        "grade": group.grade,
        "regulation": group.regulation,
        "homeroom_teacher": teacher.code if teacher else "",
        "pupils": len(made_up_class.pupils),
        "subjects": [subject.name for subject in group.subjects],
    }


def _describe_subject(subject: Subject) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": subject.name,
        "gradebook_sheet": subject.aliases[0],
        "vnedu_column": subject.aliases[-1],
        "assessment": _ASSESSMENT[subject.kind],
    }
    if subject.regular_marks:
        entry["regular_marks_per_semester"] = {
            str(grade): count for grade, count in subject.regular_marks
        }
    return entry
