"""The made-up school is visibly fictitious, deterministic, and consistent with the rules."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from preserve.demo.names import EDE_NAME, LONG_NAME, NAMESAKE, name_order
from preserve.demo.school import MadeUpSchool, make_school
from preserve.demo.school_results import conclude
from preserve.errors import InputError
from preserve.model.results import Level, PupilYear
from preserve.policy.assessment import AssessmentPolicy, load_assessment_policy
from preserve.policy.files import policy_folders
from preserve.rules.assessment import check_year_result

ONE_YEAR = ("2024-2025",)
TWO_YEARS = ("2023-2024", "2024-2025")


@cache
def tt22() -> AssessmentPolicy:
    """Load the policy of the made-up school once."""
    return load_assessment_policy("TT22-2021", policy_folders())


@cache
def school(seed: int = 1, years: tuple[str, ...] = ONE_YEAR) -> MadeUpSchool:
    """Make a school of two classes of twelve pupils."""
    return make_school(classes=2, pupils=12, seed=seed, years=years)


def pupil_years(made_up: MadeUpSchool) -> list[PupilYear]:
    """List every pupil's every year."""
    return [pupil_year for group in made_up.classes for pupil_year in group.pupils]


def test_the_same_seed_gives_the_same_school_and_another_seed_another_one() -> None:
    """Everything comes from the seed."""
    assert make_school(classes=2, pupils=12, seed=1, years=ONE_YEAR) == school(1)
    assert school(1) != school(2)


def test_nobody_can_take_the_school_for_a_real_one() -> None:
    """Codes and identifiers are ones that no province, school or tax office gives."""
    made_up = school()
    assert (made_up.school.code, made_up.school.tax_code) == ("00000002", "0000000002")
    assert made_up.school.name == "Trường THCS Ví Dụ"
    for pupil_year in pupil_years(made_up):
        assert pupil_year.pupil.code.startswith("99")
        assert pupil_year.pupil.personal_id.startswith("999")
        assert len(pupil_year.pupil.code) == 10
        assert len(pupil_year.pupil.personal_id) == 12


@pytest.mark.parametrize("years", [ONE_YEAR, TWO_YEARS])
@pytest.mark.parametrize("seed", range(4))
def test_every_result_follows_from_the_rules(seed: int, years: tuple[str, ...]) -> None:
    """The check of a school's own results finds nothing."""
    for pupil_year in pupil_years(school(seed, years)):
        assert check_year_result(pupil_year.result, tt22()) == ()


def test_levels_and_decisions_are_of_many_kinds() -> None:
    """A larger school holds every learning level, several titles and both decisions."""
    made_up = make_school(classes=6, pupils=40, seed=1, years=ONE_YEAR)
    results = [pupil_year.result for pupil_year in pupil_years(made_up)]
    levels = {*load_assessment_policy("TT22-2021", policy_folders()).levels, None}
    assert {result.year.learning for result in results} == levels
    assert {result.year.conduct for result in results} == levels
    assert {result.promoted for result in results} == {True, False, None}
    assert {result.title for result in results} == {"", "Học sinh Giỏi", "Học sinh Xuất sắc"}


@pytest.mark.parametrize("seed", range(20))
def test_special_pupils_are_there_whatever_the_seed(seed: int) -> None:
    """Names, re-assessment, transfer and amendment do not depend on luck."""
    made_up = school(seed)
    found = pupil_years(made_up)
    names = Counter(pupil_year.pupil.name for pupil_year in found)
    assert (names[EDE_NAME], names[LONG_NAME]) == (1, 1)
    namesakes = [p.pupil for p in found if p.pupil.name == NAMESAKE]
    assert len({pupil.birth_date for pupil in namesakes}) == len(namesakes) == 2
    again = [p.result for p in found if p.result.learning_after is Level.PASSED]
    assert any(r.promoted and r.year.learning is Level.NOT_PASSED for r in again)
    left = [p.result for p in found if p.result.movements]
    assert [(r.status, r.movements[0].direction, r.promoted) for r in left] == [
        ("Chuyển đi", "out", None)
    ]
    amended = [p for p in found if p.result.amendments]
    assert [p.pupil.code for p in amended] == [d.pupil_code for d in made_up.amendments]
    assert len(amended) == 1


def test_the_pupil_who_left_has_a_first_semester_and_some_marks_of_the_second() -> None:
    """No average, level or absence of semester 2 is made up for the one who left."""
    (left,) = (p.result for p in pupil_years(school()) if p.result.movements)
    assert all(s.semester_1.average or s.semester_1.level for s in left.subjects)
    assert {(s.semester_2.average, s.semester_2.level) for s in left.subjects} == {(None, None)}
    assert {len(s.semester_2.regular) for s in left.subjects} == {0, 1}
    assert (left.year.learning, left.year.absences.total) == (None, None)
    assert left.note.startswith("Chuyển đi ngày ")


def test_an_amendment_changes_the_average_by_its_own_mark_only() -> None:
    """The results before the amendment are those of the old mark, concluded by the same rules."""
    made_up = school()
    (dossier,) = made_up.amendments
    (after,) = (p.result for p in pupil_years(made_up) if p.result.amendments)
    changed = [
        (new, old)
        for new, old in zip(after.subjects, dossier.before.subjects, strict=True)
        if new != old
    ]
    ((new, old),) = changed
    assert new.subject.name == dossier.amendment.subject
    assert str(new.semester_1.regular[1]) == dossier.amendment.new_value
    assert str(old.semester_1.regular[1]) == dossier.amendment.old_value
    assert old.semester_1.average is not None
    assert new.semester_1.average is not None
    assert old.semester_1.average < new.semester_1.average
    assert new.semester_2 == old.semester_2


def test_classes_move_up_together_and_end_in_grade_nine() -> None:
    """Two years give 8A, 8B and then 9A, 9B with the same pupils and teachers."""
    made_up = school(1, TWO_YEARS)
    names = [(c.group.school_year, c.group.name) for c in made_up.classes]
    assert names == [
        ("2023-2024", "8A"),
        ("2023-2024", "8B"),
        ("2024-2025", "9A"),
        ("2024-2025", "9B"),
    ]
    younger, _, older, _ = made_up.classes
    assert [p.pupil for p in younger.pupils] == [p.pupil for p in older.pupils]
    assert younger.group.assignments == older.group.assignments
    assert all(p.result.promoted for p in younger.pupils)


def test_two_subjects_are_shared_by_two_teachers() -> None:
    """History and geography, and the arts, have a teacher for each part in every class."""
    for made_up_class in school().classes:
        group = made_up_class.group
        per_subject = Counter(assignment.subject for assignment in group.assignments)
        shared = {name for name, count in per_subject.items() if count == 2}
        assert shared == {"Lịch sử và Địa lí", "Nghệ thuật"}
        assert set(per_subject) == {subject.name for subject in group.subjects}
        assert group.homeroom_teacher in {a.teacher for a in group.assignments}


def test_staff_codes_are_unique_and_start_with_the_leaders() -> None:
    """GV01 to GV03 lead the school; no two teachers share a code."""
    staff = make_school(classes=30, pupils=1, seed=1, years=ONE_YEAR).staff
    leaders = (staff.principal, staff.deputy_principal, staff.clerk)
    assert [member.code for member in leaders] == ["GV01", "GV02", "GV03"]
    codes = [member.code for member in leaders] + [post.teacher.code for post in staff.posts]
    assert len(set(codes)) == len(codes) > 99


def test_class_names_go_on_after_z() -> None:
    """The twenty-seventh class of a grade is 6A1."""
    made_up = make_school(classes=27, pupils=1, seed=1, years=ONE_YEAR)
    assert [c.group.name for c in made_up.classes[24:]] == ["6Y", "6Z", "6A1"]


@pytest.mark.parametrize(("classes", "pupils"), [(0, 1), (1, 0), (-1, 5), (261, 1), (1, 61)])
def test_an_impossible_size_is_refused(classes: int, pupils: int) -> None:
    """Too few and too many are refused with the limits."""
    with pytest.raises(InputError) as caught:
        make_school(classes=classes, pupils=pupils, seed=1, years=ONE_YEAR)
    assert caught.value.code == "DEMO-SIZE"


@pytest.mark.parametrize(
    "years",
    [
        (),
        ("2024",),
        ("2024-2026",),
        ("2024-2025", "2024-2025"),
        ("2022-2023", "2024-2025"),
        ("2024-2025", "2023-2024"),
        ("2020-2021",),
        ("2022-2023", "2023-2024"),
        ("2022-2023", "2023-2024", "2024-2025", "2025-2026", "2026-2027"),
        ("２０２４-２０２５",),
    ],
)
def test_impossible_years_are_refused(years: tuple[str, ...]) -> None:
    """Gaps, repetitions, more years than grades, and years before TT22 are refused."""
    with pytest.raises(InputError) as caught:
        make_school(classes=1, pupils=1, seed=1, years=years)
    assert caught.value.code == "DEMO-YEARS"


def test_a_class_of_one_pupil_can_be_made() -> None:
    """A class too small for the special pupils is still a class."""
    made_up = make_school(classes=1, pupils=1, seed=1, years=TWO_YEARS)
    assert [len(c.pupils) for c in made_up.classes] == [1, 1]
    assert made_up.amendments == ()


def test_an_average_of_nought_is_an_average() -> None:
    """A year of noughts is concluded like any other, not as a year without results."""
    (result, *_) = (p.result for p in pupil_years(school()) if not p.result.movements)
    nought = Decimal(0)
    subjects = tuple(
        replace(
            subject,
            semester_1=replace(subject.semester_1, regular=(nought,), midterm=nought, final=nought),
            semester_2=replace(subject.semester_2, regular=(nought,), midterm=nought, final=nought),
        )
        if subject.year_average is not None
        else subject
        for subject in result.subjects
    )
    concluded = conclude(replace(result, subjects=subjects), tt22())
    assert concluded.year.learning is Level.NOT_PASSED
    assert concluded.promoted is False


def test_every_text_is_composed() -> None:
    """Names, also those with Ê-đê letters, are in NFC with one code point a letter."""
    for pupil_year in pupil_years(school()):
        name = pupil_year.pupil.name
        assert unicodedata.normalize("NFC", name) == name
        assert not any(unicodedata.combining(character) for character in name)


def test_class_lists_follow_the_vietnamese_order_of_given_names() -> None:
    """Letters go before tones, đ after d, â after ă, and the given name before the others."""
    wanted = [
        "Trần Văn An",
        "Lê Thị Ăn",
        "Bùi Văn Ân",
        "Ngô Hữu Dũng",
        "Ngô Hữu Đạt",
        "Lê Văn Ma",
        "Lê Văn Mà",
        "Lê Văn Mả",
        "Lê Văn Mã",
        "Lê Văn Má",
        "Lê Văn Mạ",
        "Lê Văn Mai",
        "An Thị Vy",
        "Bùi Thị Vy",
        "An Thu Vy",
    ]
    mixed = [*wanted[8:], *wanted[:8]]
    assert sorted(mixed, key=name_order) == wanted
