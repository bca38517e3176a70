"""How long records are kept: the vectors of the rule book, and nothing ever comes too early."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.errors import PolicyError, PreserveError, RuleRefusal
from preserve.model.retention import (
    Disposition,
    LegalHold,
    PeriodKind,
    RetentionStatus,
    RuleEffect,
    SourceStatus,
)
from preserve.policy.files import policy_folders
from preserve.policy.retention import RetentionSchedule, load_retention
from preserve.policy.retention_officer import (
    Basis,
    NotApplicable,
    OfficerDecisions,
    OfficerRow,
    load_officer_decisions,
)
from preserve.rules.retention import evaluate, join, retain_until_text
from preserve.rules.retention_officer import confirm

SHIPPED = load_retention(policy_folders())
LATE = date(2100, 1, 1)


def _row(rule_id: str, years: int | None, **changes: object) -> OfficerRow:
    """Return an invented official row; its years stand in no annex."""
    row = OfficerRow(
        rule_id=rule_id,
        period=PeriodKind.YEARS,
        years=years,
        counted_from="year_work_ended",
        instrument="Thông tư (ví dụ)",
        annex_row_number="mục 99",
        wording_vi=f"{years} năm",
        basis=Basis.NAMED,
        file_list_decision_no="01/QĐ-MAU",
        file_list_decision_date=date(2026, 1, 5),
        page_sha256="ab" * 32,
        entered_by="VT01",
        approved_by="HT01",
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def _with(*rows: OfficerRow, not_applicable: tuple[NotApplicable, ...] = ()) -> RetentionSchedule:
    return confirm(SHIPPED, OfficerDecisions(rows, not_applicable))


def _mark(rule_id: str, record_type: str) -> NotApplicable:
    return NotApplicable(rule_id, record_type, "Quyết định 02/QĐ-MAU", "VT01", "HT01")


LESSON_LOG = _with(_row("tt27-2016-dau-bai", 10), _row("tt08-2025-dau-bai", 5))


def test_vector_1_a_transcript_is_permanent_by_the_decree() -> None:
    """Học bạ is permanent, decided by NĐ 88/2026."""
    status = evaluate("hoc-ba", 2025, LATE, SHIPPED)
    assert (status.disposition, status.permanent) == (Disposition.RETAIN, True)
    assert (status.reason, status.deciding_rule) == ("permanent", "nd88-2026-8-3")
    assert {rule.rule_id for rule in status.rules} >= {"tt27-2016-hoc-ba", "seed004-8-2"}


def test_vector_2_the_decree_beats_what_the_officer_fills_in() -> None:
    """Officer rows of 50 years leave học bạ permanent."""
    schedule = _with(_row("tt27-2016-hoc-ba", 50), _row("tt08-2025-hoc-ba", 50))
    assert evaluate("hoc-ba", 2025, LATE, schedule).deciding_rule == "nd88-2026-8-3"


def test_vector_3_guidance_makes_the_grade_book_permanent_until_it_is_excluded() -> None:
    """The grade book is permanent by guidance, and held when that guidance does not apply."""
    status = evaluate("so-theo-doi", 2025, LATE, SHIPPED)
    assert (status.permanent, status.deciding_rule) == (True, "guidance-so-goi-ten-vinh-vien")
    mark = _mark("guidance-so-goi-ten-vinh-vien", "so-theo-doi")
    held = evaluate("so-theo-doi", 2025, LATE, _with(not_applicable=(mark,)))
    assert (held.disposition, held.reason) == (Disposition.HELD, "unverified")


def test_vector_4_an_unread_row_holds() -> None:
    """The lesson log's rows were not read."""
    status = evaluate("dau-bai", 2025, LATE, SHIPPED)
    assert (status.disposition, status.reason) == (Disposition.HELD, "unverified")
    assert status.retain_until is None
    assert retain_until_text(status) == "held"


def test_vector_5_the_longer_of_two_rows_runs_to_the_last_of_december() -> None:
    """Ten and five years from 2025 end on 31/12/2035, that day included."""
    status = evaluate("dau-bai", 2025, date(2035, 12, 31), LESSON_LOG)
    assert (status.disposition, status.reason) == (Disposition.RETAIN, "within-period")
    assert status.retain_until == date(2035, 12, 31)
    assert status.deciding_rule == "tt27-2016-dau-bai"
    assert retain_until_text(status) == "2035-12-31"


def test_vector_6_a_proposal_comes_on_new_years_day() -> None:
    """The day after is the first day of a proposal."""
    status = evaluate("dau-bai", 2025, date(2036, 1, 1), LESSON_LOG)
    assert (status.disposition, status.reason) == (Disposition.REVIEW, "review")


def test_vector_7_a_legal_hold_beats_the_period() -> None:
    """A held record is not proposed, and the reason says so."""
    hold = LegalHold("dau-bai.6A", "khiếu nại", date(2035, 1, 1))
    status = evaluate("dau-bai", 2025, date(2036, 1, 1), LESSON_LOG, hold=hold)
    assert (status.disposition, status.reason) == (Disposition.HELD, "hold")


def test_vector_8_one_transcript_makes_a_bundle_permanent() -> None:
    """The strictest member decides."""
    day = date(2036, 1, 1)
    members = [evaluate(kind, 2025, day, LESSON_LOG) for kind in ("dau-bai", "hoc-ba", "nguon")]
    assert join(members).permanent
    assert join(reversed(members)).deciding_rule == "nd88-2026-8-3"
    assert join(members[:1]).disposition is Disposition.REVIEW
    assert join([members[0], members[2]]).disposition is Disposition.HELD


def test_vector_9_a_row_of_the_old_schedule_alone_releases_nothing() -> None:
    """Twenty years by the replaced circular, no row in the one in force: held."""
    status = evaluate("chuan-qg-mn", 2000, LATE, SHIPPED)
    assert (status.disposition, status.reason) == (Disposition.HELD, "unverified")


@pytest.mark.parametrize("kind", ["khong-co-loai-nay", "", "nguon", "bien-ban-niem-phong"])
def test_vector_10_an_unknown_kind_is_held(kind: str) -> None:
    """No row, no release."""
    status = evaluate(kind, 1900, LATE, SHIPPED)
    assert (status.disposition, status.rules) == (Disposition.HELD, ())


def test_vector_11_one_of_two_rows_is_not_enough() -> None:
    """The replaced circular's row is still unknown."""
    status = evaluate("dau-bai", 2025, LATE, _with(_row("tt08-2025-dau-bai", 5)))
    assert (status.disposition, status.deciding_rule) == (Disposition.HELD, "tt27-2016-dau-bai")


def test_an_excluded_row_of_the_replaced_schedule_leaves_the_one_in_force() -> None:
    """With the old row marked not applicable the new row decides."""
    mark = _mark("tt27-2016-dau-bai", "dau-bai")
    schedule = _with(_row("tt08-2025-dau-bai", 5), not_applicable=(mark,))
    assert evaluate("dau-bai", 2025, LATE, schedule).retain_until == date(2030, 12, 31)


def test_an_unknown_base_year_holds() -> None:
    """A period that counts from an unknown year never ends."""
    assert evaluate("dau-bai", None, LATE, LESSON_LOG).disposition is Disposition.HELD


def test_a_period_counts_from_its_event_when_that_is_known() -> None:
    """A row that counts from graduation holds until the year is known; the later year counts."""
    schedule = _with(
        _row("tt27-2016-tuyen-sinh", 5, counted_from="graduation_or_transfer"),
        _row("tt08-2025-tuyen-sinh", 2),
    )
    assert evaluate("tuyen-sinh", 2025, LATE, schedule).disposition is Disposition.HELD
    events = {"graduation_or_transfer": 2029}
    status = evaluate("tuyen-sinh", 2025, LATE, schedule, event_years=events)
    assert status.retain_until == date(2034, 12, 31)
    early = evaluate(
        "tuyen-sinh", 2025, LATE, schedule, event_years={"graduation_or_transfer": 2001}
    )
    assert early.retain_until == date(2030, 12, 31)


def test_in_force_rows_end_with_the_year_in_which_the_document_lost_force() -> None:
    """A row for as long as a text is in force holds until the officer records its end."""
    schedule = _with(
        _row("tt27-2016-ke-hoach", None, period=PeriodKind.WHILE_IN_FORCE),
        _row("tt08-2025-ke-hoach", 2),
    )
    assert evaluate("ke-hoach", 2025, LATE, schedule).disposition is Disposition.HELD
    status = evaluate("ke-hoach", 2025, LATE, schedule, event_years={"end_of_validity": 2040})
    assert status.retain_until == date(2040, 12, 31)


def test_an_empty_dossier_has_no_status() -> None:
    """Nothing is not "free to go"."""
    with pytest.raises(RuleRefusal, match="RETENTION-EMPTY-DOSSIER"):
        join([])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (_row("nd88-2026-8-3", 5), "RETENTION-ROW-NOT-OPEN"),
        (_row("tt27-2016-21", 5), "RETENTION-ROW-NOT-OPEN"),
        (_row("khong-co", 5), "RETENTION-ROW-NOT-OPEN"),
        (_row("tt08-2025-dau-bai", 1), "RETENTION-OFFICER-PERIOD"),
        (_row("tt08-2025-dau-bai", 71), "RETENTION-OFFICER-PERIOD"),
        (_row("tt08-2025-dau-bai", 0, unusual_period_confirmed=True), "RETENTION-OFFICER-PERIOD"),
        (_row("tt08-2025-dau-bai", None), "RETENTION-OFFICER-PERIOD"),
        (_row("tt08-2025-dau-bai", 5, period=PeriodKind.UNKNOWN), "RETENTION-OFFICER-PERIOD"),
        (_row("tt08-2025-dau-bai", 5, instrument=" "), "RETENTION-OFFICER-CITATION"),
        (_row("tt08-2025-dau-bai", 5, page_sha256="x"), "RETENTION-OFFICER-CITATION"),
        (_row("tt08-2025-dau-bai", 5, approved_by=""), "RETENTION-OFFICER-CITATION"),
    ],
)
def test_an_officer_row_that_may_not_stand_is_refused(row: OfficerRow, code: str) -> None:
    """Known rows stand; a period needs its citation and a usual length."""
    with pytest.raises(RuleRefusal) as caught:
        _with(row)
    assert caught.value.code == code


def test_an_unusual_period_stands_after_a_second_look() -> None:
    """Outside 2 to 70 years an entry must be confirmed."""
    row = _row("tt08-2025-dau-bai", 100, unusual_period_confirmed=True)
    assert any(rule.years == 100 for rule in _with(row).rules)


@pytest.mark.parametrize(
    ("rule_id", "kind"),
    [
        ("nd88-2026-8-3", "hoc-ba"),
        ("tt08-2025-hoc-ba", "hoc-ba"),
        ("seed004-8-2", "hoc-ba"),
        ("guidance-so-goi-ten-vinh-vien", "hoc-ba"),
        ("khong-co", "hoc-ba"),
    ],
)
def test_only_guidance_and_replaced_rows_can_be_excluded(rule_id: str, kind: str) -> None:
    """The law in force cannot be marked away."""
    with pytest.raises(RuleRefusal, match="RETENTION-NOT-EXCLUDABLE"):
        _with(not_applicable=(_mark(rule_id, kind),))


def test_shipped_types_have_names_and_unread_rows_have_no_years() -> None:
    """No number of years stands in a row that was not read."""
    assert {"hoc-ba", "so-theo-doi", "nguon", "bien-ban-niem-phong"} <= {
        t.type_id for t in SHIPPED.record_types
    }
    unread = [r for r in SHIPPED.rules if r.status is SourceStatus.UNVERIFIED]
    assert len(unread) == 33
    assert {r.period for r in unread} == {PeriodKind.UNKNOWN}
    assert len(SHIPPED.rules) == 45
    assert [s.schedule_id for s in SHIPPED.schedules if s.in_force] == ["tt08-2025"]


kinds = st.sampled_from([t.type_id for t in SHIPPED.record_types]) | st.text(max_size=6)
years = st.none() | st.integers(-20000, 20000)
events = st.dictionaries(
    st.sampled_from(
        ["graduation_or_transfer", "end_of_validity", "date_of_entry", "date_of_destruction"]
    ),
    st.integers(-20000, 20000),
)


@given(kinds, years, st.dates(), events)
def test_shipped_data_release_nothing(
    kind: str, base: int | None, on: date, event_years: dict[str, int]
) -> None:
    """No kind, year, day or event reaches a proposal with the rows as shipped."""
    status = evaluate(kind, base, on, SHIPPED, event_years=event_years)
    assert status.disposition is not Disposition.REVIEW
    assert status.retain_until is None


@st.composite
def officer_schedules(draw: st.DrawFn) -> RetentionSchedule:
    """Any lawful set of officer entries over the shipped rows."""
    rows = []
    for rule in SHIPPED.rules:
        if rule.period is PeriodKind.UNKNOWN and draw(st.booleans()):
            counted = draw(st.sampled_from(["year_work_ended", "graduation_or_transfer"]))
            rows.append(_row(rule.rule_id, draw(st.integers(2, 70)), counted_from=counted))
    excludable = [
        (rule.rule_id, kind)
        for rule in SHIPPED.rules
        for kind in rule.record_types
        if rule.effect is RuleEffect.GUIDANCE or rule.schedule == "tt27-2016"
    ]
    marks = draw(st.lists(st.sampled_from(excludable), unique=True, max_size=6))
    return _with(*rows, not_applicable=tuple(_mark(*mark) for mark in marks))


@given(officer_schedules(), kinds, st.integers(1900, 2200), st.dates(), events)
def test_no_date_comes_before_the_strictest_rule(
    schedule: RetentionSchedule, kind: str, base: int, on: date, event_years: dict[str, int]
) -> None:
    """A proposal means: every row known, none permanent, and every one of them over."""
    status = evaluate(kind, base, on, schedule, event_years=event_years)
    if status.disposition is not Disposition.REVIEW:
        return
    assert status.retain_until is not None
    assert any(rule.schedule == "tt08-2025" for rule in status.rules)
    for rule in status.rules:
        assert rule.period in {PeriodKind.YEARS, PeriodKind.WHILE_IN_FORCE}
        if rule.period is PeriodKind.YEARS:
            assert rule.years is not None
            assert on > date(min(base + rule.years, 9999), 12, 31)
            assert status.retain_until >= date(min(base + rule.years, 9999), 12, 31)


@given(st.lists(st.tuples(kinds, st.integers(1900, 2200)), min_size=1, max_size=6), st.dates())
def test_a_dossier_is_as_strict_as_each_of_its_members(
    members: list[tuple[str, int]], on: date
) -> None:
    """Joining never loosens and does not depend on the order."""
    statuses = [evaluate(kind, year, on, LESSON_LOG) for kind, year in members]
    joint = join(statuses)

    def rank(status: RetentionStatus) -> tuple[bool, bool, date]:
        until = status.retain_until
        return (status.permanent, until is None, until or date.max)

    assert rank(joint) == max(map(rank, statuses))
    assert rank(join(reversed(statuses))) == rank(joint)


MINIMAL = {
    "engine.toml": "",
    "a.toml": """
[schedule]
id = "a"
kind = "schedule"
title_vi = "Bảng A"
title_en = "Table A"
in_force_from_status = "seen"
source = "A"
status = "seen"
[[record_types]]
id = "x"
name_vi = "X"
name_en = "X"
[[rows]]
id = "a-1"
schedule = "a"
record_types = ["x"]
period = "years"
years = 5
counted_from = "year_work_ended"
effect = "fixes"
source = "A, 1"
status = "seen"
""",
}


def _load(tmp_path: Path, old: str = "", new: str = "") -> RetentionSchedule:
    engine = Path(SHIPPED_FOLDER / "engine.toml").read_text(encoding="utf-8")
    folder = tmp_path / "retention"
    folder.mkdir(exist_ok=True)
    assert old in MINIMAL["a.toml"] + engine
    for name, text in {**MINIMAL, "engine.toml": engine}.items():
        (folder / name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return load_retention([tmp_path])


SHIPPED_FOLDER = policy_folders()[-1] / "retention"


def test_a_minimal_schedule_is_read(tmp_path: Path) -> None:
    """One table with one row suffices."""
    assert evaluate("x", 2020, date(2026, 1, 1), _load(tmp_path)).disposition is Disposition.REVIEW


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('source = "A, 1"\n', "", "POLICY-CONTENT"),
        ('source = "A, 1"', 'source = " "', "POLICY-CONTENT"),
        ('source = "A, 1"\nstatus = "seen"', 'source = "A, 1"', "POLICY-CONTENT"),
        ('source = "A, 1"\nstatus = "seen"', 'source = "A"\nstatus = "?"', "POLICY-CONTENT"),
        (
            'source = "A, 1"\nstatus = "seen"',
            'source = "A"\nstatus = "confirmed_by_officer"',
            "POLICY-CONTENT",
        ),
        ("years = 5", "", "POLICY-CONTENT"),
        ("years = 5", "years = 0", "POLICY-CONTENT"),
        ("years = 5", "years = 5.0", "POLICY-CONTENT"),
        ('period = "years"', 'period = "permanent"', "POLICY-CONTENT"),
        ('schedule = "a"', 'schedule = "b"', "POLICY-CONTENT"),
        ('record_types = ["x"]', "record_types = []", "POLICY-CONTENT"),
        ('record_types = ["x"]', 'record_types = ["y"]', "RETENTION-UNKNOWN-ID"),
        ('kind = "schedule"', 'kind = "schedule"\nreplaced_by = "b"', "RETENTION-NO-SCHEDULE"),
        ('kind = "schedule"', 'kind = "guidance"', "RETENTION-NO-SCHEDULE"),
        ('several_rows = "strictest"', 'several_rows = "first"', "RETENTION-ENGINE"),
        ("[engine]", "[motor]", "RETENTION-ENGINE"),
        ('[[rows]]\nid = "a-1"', '[[record_types]]\nid = "x"', "POLICY-CONTENT"),
    ],
)
def test_a_row_that_cannot_be_relied_on_is_refused(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    """A row without citation, status, period or place stops the program."""
    with pytest.raises(PolicyError) as caught:
        _load(tmp_path, old, new)
    assert caught.value.code.startswith(code)


def test_missing_schedules_are_an_error(tmp_path: Path) -> None:
    """No data is not "nothing to keep"."""
    with pytest.raises(PolicyError, match="POLICY-MISSING"):
        load_retention([tmp_path])


OFFICER_FILE = """
[[rows]]
rule_id = "tt08-2025-dau-bai"
period = "years"
years = 5
counted_from = "year_work_ended"
instrument = "Thông tư (ví dụ)"
annex_row_number = "mục 99"
wording_vi = "5 năm"
basis = "van_dung"
file_list_decision_no = "01/QĐ-MAU"
file_list_decision_date = 2026-01-05
page_sha256 = "abababababababababababababababababababababababababababababababab"
entered_by = "VT01"
approved_by = "HT01"

[[not_applicable]]
rule_id = "tt27-2016-dau-bai"
record_type = "dau-bai"
citation = "Quyết định 02/QĐ-MAU"
entered_by = "VT01"
approved_by = "HT01"
"""


def test_officer_entries_are_read_from_the_archives_policies(tmp_path: Path) -> None:
    """Entries in ``retention-officer`` decide, with their citation in the answer."""
    folder = tmp_path / "retention-officer"
    folder.mkdir()
    (folder / "2026.toml").write_text(OFFICER_FILE, encoding="utf-8")
    schedule = confirm(SHIPPED, load_officer_decisions([tmp_path]))
    status = evaluate("dau-bai", 2025, LATE, schedule)
    assert status.retain_until == date(2030, 12, 31)
    assert "01/QĐ-MAU ngày 05/01/2026" in status.rules[0].citation
    assert load_officer_decisions([]) == OfficerDecisions()


@pytest.mark.parametrize("line", [line for line in OFFICER_FILE.splitlines() if line])
def test_an_officer_entry_lacking_a_line_is_refused(tmp_path: Path, line: str) -> None:
    """Whatever line is missing, nothing is released and nothing foreign is raised."""
    folder = tmp_path / "retention-officer"
    folder.mkdir()
    (folder / "2026.toml").write_text(OFFICER_FILE.replace(line, "", 1), encoding="utf-8")
    try:
        schedule = confirm(SHIPPED, load_officer_decisions([tmp_path]))
    except PreserveError:
        return
    assert evaluate("dau-bai", 2025, LATE, schedule).disposition is not Disposition.REVIEW


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('annex_row_number = "mục 99"', "annex_row_number = 99"),
        ("file_list_decision_date = 2026-01-05", 'file_list_decision_date = "2026-01-05"'),
        ("years = 5", 'years = "5"'),
        ('entered_by = "VT01"', 'entered_by = "VT01"\nsigned = true'),
        ('citation = "Quyết định 02/QĐ-MAU"', "citation = 2"),
    ],
)
def test_an_officer_entry_of_the_wrong_type_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """A number where a text belongs is a policy error, not a crash."""
    folder = tmp_path / "retention-officer"
    folder.mkdir()
    (folder / "2026.toml").write_text(OFFICER_FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(PreserveError) as caught:
        confirm(SHIPPED, load_officer_decisions([tmp_path]))
    assert caught.value.code in {"POLICY-CONTENT", "RETENTION-OFFICER-PERIOD"}
